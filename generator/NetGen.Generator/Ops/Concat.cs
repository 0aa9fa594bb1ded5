using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Ops;

/// <summary>Samples one after the other along their first axis: in memory, each input's elements after those of the one before.</summary>
sealed record Concat : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) =>
        new(new Shape(inputs[0].Shape.Axes.Skip(1).Prepend(inputs.Sum(v => v.Shape.Axes[0])).ToEquatableArray()));

    public override Form InputForm(int input) => Form.Same;

    public override Form ResultForm => Form.Same;

    /// <summary>Refuses inputs that don't fit together.</summary>
    public static Value Build(LayerBuilder builder, params Value[] inputs)
    {
        foreach (var other in inputs.Skip(1))
        {
            if (inputs[0].Shape.Rank == other.Shape.Rank && inputs[0].Shape.Axes.Skip(1).SequenceEqual(other.Shape.Axes.Skip(1))) continue;
            builder.Fail("NG0031", inputs[0].Shape.ToString(), other.Shape.ToString(),
                "one after the other along the first axis, all other sizes must be equal");
        }
        builder.CheckSize(inputs.Sum(v => (long)v.Size), "its output");
        return inputs.Length == 1 ? inputs[0] : builder.Add(new Concat(), inputs);
    }

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var first = 0;
        foreach (var input in result.Inputs)
        {
            gradients.Add(input, new Slice(first, input.Shape), gradient);
            first += input.Size;
        }
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"concat({string.Join(", ", inputs)})";

    public override Kernel Lower(Group group, KernelContext context)
    {
        if (group.Last.Layout is not null) return LowerImages(group, context);
        var first = 0;
        var runs = new List<Run>();
        foreach (var input in group.Values[0].Inputs)
        {
            runs.Add(new Run(input, 0, first, input.Size));
            first += input.Size;
        }
        return RunsKernel.Lower(group, context, $"Concat_{string.Join("_", runs.Select(r => LayerBuilder.Text(r.Length)))}", runs);
    }

    static Kernel LowerImages(Group group, KernelContext context)
    {
        var first = 0;
        var runs = new List<ChannelRun>();
        foreach (var input in group.Values[0].Inputs)
        {
            runs.Add(new ChannelRun(input, 0, first, input.Shape.Axes[0]));
            first += input.Shape.Axes[0];
        }
        return ChannelsKernel.Lower(group, context, $"Concat_{string.Join("_", runs.Select(r => LayerBuilder.Text(r.Count)))}", runs);
    }
}

/// <summary>A part of each sample along its first axis.</summary>
/// <param name="First">The part's first element, in memory.</param>
/// <param name="Shape">The part's shape.</param>
sealed record Slice(int First, Shape Shape) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(Shape);

    public override Form InputForm(int input) => Form.Same;

    public override Form ResultForm => Form.Same;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new Place(First, result.Inputs[0].Shape), gradient);

    int FirstChannel => First / (Shape.Size / Shape.Axes[0]);

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"{inputs[0]}[{LayerBuilder.Text(FirstChannel)}..{LayerBuilder.Text(FirstChannel + Shape.Axes[0])}]";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var x = group.Values[0].Inputs[0];
        return group.Last.Layout is null
            ? RunsKernel.Lower(group, context, $"Slice_{LayerBuilder.Text(First)}_{LayerBuilder.Text(Shape.Size)}", [new Run(x, First, 0, Shape.Size)])
            : ChannelsKernel.Lower(group, context, $"Slice_{LayerBuilder.Text(FirstChannel)}_{LayerBuilder.Text(Shape.Axes[0])}", [new ChannelRun(x, FirstChannel, 0, Shape.Axes[0])]);
    }
}

/// <summary>A part of each sample where a larger one has it, and zeros elsewhere: what reaches the input of a <see cref="Slice"/>.</summary>
/// <param name="First">The part's first element, in memory.</param>
/// <param name="Shape">The whole's shape.</param>
sealed record Place(int First, Shape Shape) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(Shape);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} at {LayerBuilder.Text(First)}";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var part = group.Values[0].Inputs[0];
        var (end, name) = (First + part.Size, $"Place_{LayerBuilder.Text(First)}_{LayerBuilder.Text(part.Size)}_{LayerBuilder.Text(Shape.Size)}");
        return RunsKernel.Lower(group, context, name,
            [new Run(null, 0, 0, First), new Run(part, 0, First, part.Size), new Run(null, 0, end, Shape.Size - end)]);
    }
}

sealed class ConcatLayer : Layer<ConcatAttribute>
{
    protected override Value Build(LayerBuilder builder, ConcatAttribute attribute, Value x) => Concat.Build(builder, builder.Tap(attribute.Tap), x);
}
