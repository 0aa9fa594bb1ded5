using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Decoding;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Sequences;

namespace NetGen.Generator.Ops;

/// <summary>
/// Elements of a tensor in another order: axes exchanged, parts of axes, copies along an axis. Element i of the result is the one at
/// <paramref name="First"/> + Σ i · strides of the input, which may be a parameter, and then is the same for each sample.
/// </summary>
/// <param name="Shape">The result's shape, of at most four axes.</param>
/// <param name="First">The input's element that comes first.</param>
/// <param name="Strides">How far the next element along each axis of the result is in the input.</param>
/// <param name="Text">What it does, with {0} for the input, in comments.</param>
sealed record Strided(Shape Shape, int First, EquatableArray<int> Strides, string Text) : Op
{
    /// <summary>Copies along axes that a shape hasn't, or of which it has one element.</summary>
    public static Strided Expanded(Shape from, Shape to)
    {
        var own = StridesOf(from);
        var strides = Enumerable.Range(0, to.Rank).Select(i => i - (to.Rank - from.Rank)).Select(i => i < 0 || from.Axes[i] == 1 ? 0 : own[i]);
        return new(to, 0, strides.ToEquatableArray(), "{0}");
    }

    /// <summary>The axes in another order.</summary>
    public static Strided Permuted(Shape from, IReadOnlyList<int> order)
    {
        var own = StridesOf(from);
        return new(new Shape(order.Select(axis => from.Axes[axis]).ToEquatableArray()), 0, order.Select(axis => own[axis]).ToEquatableArray(),
            $"permute({{0}}, {string.Join(", ", order.Select(axis => LayerBuilder.Text(axis)))})");
    }

    /// <summary>Some elements along an axis.</summary>
    public static Strided Part(Shape from, int axis, int start, int count, int step = 1)
    {
        var own = StridesOf(from);
        var ranges = from.Axes.Select((_, i) => i != axis ? ".." : count == 1 ? LayerBuilder.Text(start)
            : $"{LayerBuilder.Text(start)}..{LayerBuilder.Text(start + (count - 1) * step + 1)}{(step == 1 ? "" : $" by {LayerBuilder.Text(step)}")}");
        return new(new Shape(from.Axes.Select((size, i) => i == axis ? count : size).ToEquatableArray()), start * own[axis],
            own.Select((stride, i) => i == axis ? stride * step : stride).ToEquatableArray(), $"{{0}}[{string.Join(", ", ranges)}]");
    }

    static int[] StridesOf(Shape shape)
    {
        var strides = new int[shape.Rank];
        for (int i = shape.Rank - 1, stride = 1; i >= 0; stride *= shape.Axes[i--]) strides[i] = stride;
        return strides;
    }

    /// <summary>Whether a result [positions, features] has all of a parameter in each row.</summary>
    public bool IsRowForAll => Shape.Rank == 2 && First == 0 && Strides[0] == 0 && (Strides[1] == 1 || Shape.Last == 1);

    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(Shape);

    public override Value? ForOnePosition(DecodingPass pass, Value result, Value[] inputs)
    {
        // A parameter that is the same for all positions is so for one.
        var row = !inputs[0].Type.Batched && Shape.Rank == 2 && Strides[0] == 0 ? OfRow() : OfOnePosition(result);
        return row is null ? null : pass.Add(result, row, inputs);
    }

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => OfOnePosition(result) is { } row ? pass.Add(result, row, inputs) : null;

    /// <summary>The same for one row, where each of the result comes from the one of the input at its place; else null.</summary>
    Strided? OfOnePosition(Value result)
    {
        var x = result.Inputs[0];
        var isByRow = x.Type.Batched && Shape.Rank == 2 && x.Shape.Rank == 2 && Shape.Axes[0] == x.Shape.Axes[0] && Strides[0] == x.Shape.Last;
        return isByRow && First + (Shape.Last - 1) * Strides[1] < x.Shape.Last ? OfRow() : null;
    }

    Strided OfRow() => this with { Shape = SequencePass.RowOf(Shape) };

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var x = result.Inputs[0];
        if (!gradients.Needs(x)) return;
        var back = new StridedGradient(this, x.Shape);
        if (x.Type.Batched) gradients.Add(x, back, gradient);
        else gradients.Add(x, new SumSamples(x.Shape, new Argument(0), "Σ {0}"), gradients.Apply($"∂{x.Name}.samples", back, gradient));
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => Text.Replace("{0}", inputs[0]);

    public override Kernel Lower(Group group, KernelContext context) => StridedKernel.Lower(group, context, this, back: false);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuStridedKernel.Lower(group, context, this));
}

/// <summary>What reaches the input of a <see cref="Strided"/>: each element's share of the gradient is added where it came from.</summary>
/// <param name="Of">The op.</param>
/// <param name="Shape">The input's shape.</param>
sealed record StridedGradient(Strided Of, Shape Shape) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(Shape);

    public override long Flops(Value result) => result.Inputs[0].Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} added to {Of.Text.Replace("{0}", result.Name)}";

    public override Kernel Lower(Group group, KernelContext context) => StridedKernel.Lower(group, context, Of, back: true);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuStridedKernel.LowerGradient(group, context, Of));
}
