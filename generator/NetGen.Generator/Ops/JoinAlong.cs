using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;

namespace NetGen.Generator.Ops;

/// <summary>Tensors one after the other along an axis. Along the first one, <see cref="Concat"/> does it.</summary>
/// <param name="Axis">The axis.</param>
sealed record JoinAlong(int Axis) : Op
{
    /// <summary>Joins tensors, or refuses those that don't fit together.</summary>
    public static Value Build(FunctionCall call, int axis, IReadOnlyList<Value> tensors)
    {
        foreach (var other in tensors.Skip(1))
        {
            if (Others(tensors[0].Shape, axis).SequenceEqual(Others(other.Shape, axis)) && tensors[0].Shape.Rank == other.Shape.Rank) continue;
            call.Builder.Fail("NG0031", tensors[0].Shape.ToString(), other.Shape.ToString(),
                axis == 0 ? "one after the other along the first axis, all other sizes must be equal"
                    : $"one after the other along axis {LayerBuilder.Text(axis)}, all other sizes must be equal");
        }
        call.Builder.CheckSize(tensors.Sum(v => (long)v.Size), "its output");
        return tensors.Count == 1 ? tensors[0] : call.Add(axis == 0 ? new Concat() : new JoinAlong(axis), [.. tensors]);
    }

    static IEnumerable<int> Others(Shape shape, int axis) => shape.Axes.Where((_, i) => i != axis);

    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) =>
        new(new Shape(inputs[0].Shape.Axes.Select((size, i) => i == Axis ? inputs.Sum(v => v.Shape.Axes[i]) : size).ToEquatableArray()));

    public override bool WorksByPosition(Value result) => Axis > 0 && result.Inputs.All(v => v.Type.Batched);

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var first = 0;
        foreach (var input in result.Inputs)
        {
            gradients.Add(input, Strided.Part(result.Shape, Axis, first, input.Shape.Axes[Axis]), gradient);
            first += input.Shape.Axes[Axis];
        }
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"concat({LayerBuilder.Text(Axis)}, {string.Join(", ", inputs)})";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var inputs = result.Inputs.Distinct().ToList();
        List<KernelArgument> arguments = [.. inputs.Select((input, i) => new KernelArgument(Binding.Pointer, $"x{LayerBuilder.Text(i)}", input))];
        arguments.AddRange([new(Binding.Pointer, "y", result), new(Binding.Rows, "n")]);
        var name = context.NameOf($"Join_{string.Join("x", result.Shape.Axes.Select(a => LayerBuilder.Text(a)))}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        var code = new Code();
        code.For("i", "0", "n", 1, sample =>
        {
            var inner = (int)Shape.LongSize(result.Shape.Axes.Skip(Axis + 1));
            var blocks = result.Size / (result.Shape.Axes[Axis] * inner);
            var first = 0;
            foreach (var input in result.Inputs)
            {
                var length = input.Shape.Axes[Axis] * inner;
                sample.Add(new InvokeRuntime("Strides.Place",
                [
                    new Address($"x{LayerBuilder.Text(inputs.IndexOf(input))}", 0, "i", context.Pitch(input)), new Address("y", first, "i", context.Pitch(result)),
                    LayerBuilder.Text(blocks), LayerBuilder.Text(length), LayerBuilder.Text(result.Shape.Axes[Axis] * inner),
                ]));
                first += length;
            }
            var padding = context.Pitch(result) - result.Size;
            if (padding > 0) sample.Add(new InvokeRuntime("Images.Clear", [new Address("y", result.Size, "i", context.Pitch(result)), LayerBuilder.Text(padding)]));
        });
        return new Kernel(name, summary, [.. arguments],
            [new KernelVariant(0, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)])]);
    }

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuStridedKernel.Join(group, context, Axis));
}

sealed class ConcatFunction : TensorFunction
{
    public override string Name => "Concat";

    public override Operand Build(FunctionCall call)
    {
        if (call.Operands.Count == 0) call.Builder.Fail("NG0054", "joins nothing: name at least one tensor");
        List<Value> tensors = [.. Enumerable.Range(0, call.Operands.Count).Select(call.Tensor)];
        return new(JoinAlong.Build(call, call.Constants == 0 ? 0 : call.Axis(0, tensors[0].Shape.Rank), tensors));
    }
}
