using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;

namespace NetGen.Generator.Ops;

/// <summary>
/// x Wᵀ + b of a vector x, or of each of the rows [rows, inputs] of one, a weight [outputs, inputs] in panels and, where there is a third input, a bias
/// [outputs].
/// </summary>
sealed record Linear : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) =>
        new(inputs[0].Shape.Rank == 1 ? new Shape(inputs[1].Shape.Axes[0]) : new Shape(inputs[0].Shape.Axes[0], inputs[1].Shape.Axes[0]));

    /// <summary>How many rows of a sample there are, each of which is multiplied by the weight.</summary>
    public static int RowsOf(Value result) => result.Shape.Rank == 1 ? 1 : result.Shape.Axes[0];

    public override bool TakesEpilogue => true;

    /// <summary>
    /// Threads share a large first layer's outputs rather than the samples: each then reads only those weights that it updates itself. A processor that writes
    /// what another has read waits for the other to let go of it, cache line by cache line. Of a sample with many rows the products take longer than that.
    /// </summary>
    public override Partition PartitionOf(Value result) =>
        result.Inputs[0].Storage is { Op: Input or InputPart, Type.IsByPosition: false } && result.Inputs[1].Op is Parameter { Floats: >= UnrollPolicy.SharedWeightFloats }
            && RowsOf(result) == 1 && Panels.Count(result.Size) > 1
            ? Partition.Parts
            : Partition.Samples;

    public override long Flops(Value result) => 2L * result.Size * result.Inputs[0].Shape.Last;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var (x, weight) = (result.Inputs[0], result.Inputs[1]);
        // ∂x = ∂y W is the same product with the transposed weight.
        if (gradients.Needs(x)) gradients.Add(x, new Linear(), gradient, gradients.Apply(weight.Name + "ᵀ", new Transpose(), weight));
        gradients.Add(weight, new OuterProducts(), gradient, x);
        if (result.Inputs.Length > 2)
        {
            var bias = result.Inputs[2];
            // A single row [1, features] may be taken for an image of one channel by what comes next.
            var isVector = RowsOf(result) == 1 && (result.Shape.Rank == 1 || result.Type.Sequence is not null);
            if (isVector) NormalizedBiasGradient.Add(gradients, bias, gradient, new SumSamples(bias.Shape, new Argument(0), "Σ {0}"));
            else gradients.Add(bias, new SumRows(bias.Shape), gradient);
        }
    }

    // A transposed weight's text ends in ᵀ, and transposing it once more takes that away.
    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"{inputs[0]} {(inputs[1].EndsWith("ᵀ", StringComparison.Ordinal) ? inputs[1].Substring(0, inputs[1].Length - 1) : inputs[1] + "ᵀ")}{(inputs.Length > 2 ? " + " + inputs[2] : "")}";

    public override Kernel Lower(Group group, KernelContext context) => LinearKernel.Lower(group, context);

    public override Kernel LowerSingle(Group group, KernelContext context) => LinearKernel.LowerSingle(group, context);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuLinearKernel.Lower(group, context));

    public override bool WorksByPosition(Value result) => result.Shape.Rank > 1;
}

/// <summary>Σ ∂yᵀ x over the samples and their rows: the gradient of a <see cref="Linear"/>'s weight.</summary>
sealed record OuterProducts : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Shape.Last, inputs[1].Shape.Last), Batched: false);

    public override Partition Partition => Partition.Parts;

    public override long Flops(Value result) => 2L * result.Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"Σ {inputs[0]}ᵀ {inputs[1]}";

    public override Kernel Lower(Group group, KernelContext context) => OuterProductsKernel.Lower(group, context);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuLinearKernel.OuterProducts(group, context));
}

/// <summary>A weight's transpose, in panels as the weight is.</summary>
sealed record Transpose : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Shape.Axes[1], inputs[0].Shape.Axes[0]), Batched: false);

    public override Partition Partition => Partition.Parts;

    public override int StoredFloats(Value result) => Panels.Floats(result.Shape.Axes[0], result.Shape.Axes[1]);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"transpose({inputs[0]})";

    public override Kernel Lower(Group group, KernelContext context) => TransposeKernel.Lower(group, context);
}
