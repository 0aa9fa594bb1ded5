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

/// <summary>The position of each row, from [positions, features] and a table; times its share, where there is a third input.</summary>
/// <param name="Chosen">How many experts a position chooses.</param>
sealed record ExpertRows(int Chosen) : Op, IExpertRows
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) =>
        new(new Shape(inputs[0].Type.IsByPosition ? 1 : checked(inputs[0].Shape.Axes[0] * Chosen), inputs[0].Shape.Last));

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => inputs[0].Type.Sequence is { } sequence ? sequence with { Rows = Chosen } : null;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new ExpertSum(Chosen), gradient, result.Inputs[1]);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{(inputs.Length > 2 ? inputs[2] + " ⊙ " : "")}{inputs[0]} by expert";

    public override string Label => "ExpertRows";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var (x, y) = (group.Values[0].Inputs[0], group.Values[0]);
        return ExpertLinearKernel.ForEachSample(group, context, "Rows", ["x", "table", "shares"], x,
            samples => [samples.IntLength, LayerBuilder.Text(Chosen), LayerBuilder.Text(x.Shape.Last), samples.PitchText(x), samples.PitchText(y)]);
    }

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuExpertRowsKernel.Scatter(group));

    public override Value? ForOnePosition(DecodingPass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);
}

/// <summary>The sum of each position's rows, from [positions · chosen, features] and a table; times their shares, where there is a third input.</summary>
/// <param name="Chosen">How many experts a position chooses.</param>
sealed record ExpertSum(int Chosen) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Type.IsByPosition ? 1 : inputs[0].Shape.Axes[0] / Chosen, inputs[0].Shape.Last));

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => inputs[0].Type.Sequence is { } sequence ? sequence with { Rows = 1 } : null;

    public override long Flops(Value result) => 2L * Chosen * result.Size;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var (x, table, shares) = (result.Inputs[0], result.Inputs[1], result.Inputs[2]);
        gradients.Add(x, new ExpertRows(Chosen), gradient, table, shares);
        gradients.Add(shares, new ExpertProducts(Chosen), gradient, x, table);
    }

    public override bool TakesEpilogueOnGpu => true;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"Σ {(inputs.Length > 2 ? inputs[2] + " ⊙ " : "")}{inputs[0]} of the chosen";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var (x, y) = (group.Values[0].Inputs[0], group.Values[0]);
        return ExpertLinearKernel.ForEachSample(group, context, "Sum", ["x", "table", "shares"], y,
            samples => [samples.IntLength, LayerBuilder.Text(Chosen), LayerBuilder.Text(y.Shape.Last), samples.PitchText(x), samples.PitchText(y)]);
    }

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuExpertRowsKernel.Sum(group, context));

    public override Value? ForOnePosition(DecodingPass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);
}

/// <summary>What reaches the shares of an <see cref="ExpertSum"/>: the product of each position's gradient with each of its rows.</summary>
/// <param name="Chosen">How many experts a position chooses.</param>
sealed record ExpertProducts(int Chosen) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(SampleRows.MaxOf(inputs[0]), Chosen));

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => null;

    public override long Flops(Value result) => 2L * result.Size * result.Inputs[1].Shape.Last;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} · {inputs[1]} of the chosen";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var (dy, x) = (group.Values[0].Inputs[0], group.Values[0].Inputs[1]);
        return ExpertLinearKernel.ForEachSample(group, context, "Products", ["dy", "x", "table"], dy,
            samples => [samples.IntLength, LayerBuilder.Text(Chosen), LayerBuilder.Text(dy.Shape.Last), samples.PitchText(dy), samples.PitchText(x)]);
    }

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuExpertRowsKernel.Products(group));
}
