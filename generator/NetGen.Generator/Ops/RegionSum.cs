using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Ops;

/// <summary>A linear function on regions: a mean, or a pixel that many are copies of.</summary>
/// <param name="Rows">The regions of the rows.</param>
/// <param name="Columns">The regions of the columns.</param>
/// <param name="Name">What the function is called.</param>
/// <param name="IsTransposed">Whether it is the gradient of the function of that name.</param>
abstract record RegionMap(RegionAxis Rows, RegionAxis Columns, string Name, bool IsTransposed) : RegionOp(Rows, Columns)
{
    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{Name.ToLowerInvariant()}{(IsTransposed ? "ᵀ" : "")}({inputs[0]})";

    public override string Label => $"{Name}{Sizes}{(IsTransposed ? "Gradient" : "")}";

    public override long Flops(Value result) => Places * result.Shape.Axes[0];
}

/// <summary>The sum of each region, divided by its divisor: the mean of a pooling.</summary>
sealed record RegionSum(RegionAxis Rows, RegionAxis Columns, string Name, bool IsTransposed = false) : RegionMap(Rows, Columns, Name, IsTransposed)
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(OfRegions(inputs[0].Shape));

    public override bool TakesEpilogue => true;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new RegionSpread(Rows, Columns, Name, !IsTransposed), gradient);

    public override Kernel Lower(Group group, KernelContext context) => new GatherKernel(group, context, Rows, Columns, isMax: false).Lower();

    public override Kernel LowerSingle(Group group, KernelContext context) => new GatherKernel(group, context, Rows, Columns, isMax: false).LowerSingle();

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuRegionKernel.Gather(group, context, Rows, Columns, isMax: false));
}

/// <summary>The transposed <see cref="RegionSum"/>: the value of each region, divided by its divisor, at all of its places.</summary>
sealed record RegionSpread(RegionAxis Rows, RegionAxis Columns, string Name, bool IsTransposed = false) : RegionMap(Rows, Columns, Name, IsTransposed)
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(OfPlaces(inputs[0].Shape));

    // Only where each pixel is written once it is complete when it is.
    public override bool TakesEpilogue => IsPartition;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new RegionSum(Rows, Columns, Name, !IsTransposed), gradient);

    public override Kernel Lower(Group group, KernelContext context) => new ScatterKernel(group, context, Rows, Columns, toMax: false).Lower();

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuRegionKernel.Scatter(group, context, Rows, Columns, toMax: false));
}
