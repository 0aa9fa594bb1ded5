using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Ops;

/// <summary>An op on the regions of an image [channels, height, width], or of a sequence [channels, length], whose rows are a single one.</summary>
/// <param name="Rows">The regions of the rows.</param>
/// <param name="Columns">The regions of the columns.</param>
abstract record RegionOp(RegionAxis Rows, RegionAxis Columns) : Op
{
    public sealed override Form InputForm(int input) => Form.Image;

    public sealed override Form ResultForm => Form.Image;

    // A plane with samples in the lanes is an image with channels in them.
    public override bool WorksInLanes(Value result) => true;

    /// <summary>The places of all regions together.</summary>
    protected long Places => Sum(Rows) * Sum(Columns);

    /// <summary>Whether each pixel is in exactly one region.</summary>
    protected bool IsPartition => Rows.IsPartition && Columns.IsPartition;

    /// <summary>What labels say of the regions.</summary>
    protected string Sizes => Rows.Places == 1 || Rows.ToString() == Columns.ToString() ? $"{Columns}" : $"{Rows}x{Columns}";

    static long Sum(RegionAxis axis) => Enumerable.Range(0, axis.Regions).Sum(i => (long)axis[i].Size);

    /// <summary>The shape of an image with a pixel for each region.</summary>
    protected Shape OfRegions(Shape x) => x.Rank == 3 ? new(x.Axes[0], Rows.Regions, Columns.Regions) : new(x.Axes[0], Columns.Regions);

    /// <summary>The shape of the image that the regions are of.</summary>
    protected Shape OfPlaces(Shape x) => x.Rank == 3 ? new(x.Axes[0], Rows.Places, Columns.Places) : new(x.Axes[0], Columns.Places);
}

/// <summary>The largest value of each region; NaN where it has one.</summary>
sealed record MaxPool(RegionAxis Rows, RegionAxis Columns) : RegionOp(Rows, Columns)
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(OfRegions(inputs[0].Shape));

    public override bool TakesEpilogue => true;

    public override bool IsOftenZero(Value result) => result.Inputs[0].Op.IsOftenZero(result.Inputs[0]);

    public override long Flops(Value result) => Places * result.Shape.Axes[0];

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new MaxPoolGradient(Rows, Columns), gradient, result.Inputs[0], result);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"maxpool({inputs[0]})";

    public override string Label => $"MaxPool{Sizes}";

    public override Kernel Lower(Group group, KernelContext context) => new GatherKernel(group, context, Rows, Columns, isMax: true).Lower();

    public override Kernel LowerSingle(Group group, KernelContext context) => new GatherKernel(group, context, Rows, Columns, isMax: true).LowerSingle();

    public override bool WorksByRows(Value result) => result.Layout is { InLanes: false } && Rows is SlidingRegions;

    public override RowsLowering LowerRows(Group group, KernelContext context) => new GatherKernel(group, context, Rows, Columns, isMax: true).LowerRows();

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuRegionKernel.Gather(group, context, Rows, Columns, isMax: true));
}

/// <summary>
/// The value of each region that is largest once it is scaled: the largest one, or the smallest where its channel's scale is negative. Inputs: the image and
/// the scales.
/// </summary>
/// <remarks>The gradient is that of what scales the result, see <see cref="Normalize"/>.</remarks>
sealed record ScaledMaxPool(RegionAxis Rows, RegionAxis Columns) : RegionOp(Rows, Columns)
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(OfRegions(inputs[0].Shape));

    public override bool TakesEpilogue => true;

    public override bool WorksInLanes(Value result) => false;

    public override long Flops(Value result) => 2 * Places * result.Shape.Axes[0];

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"maxpool[{inputs[1]}]({inputs[0]})";

    public override string Label => $"ScaledMaxPool{Sizes}";

    public override Kernel Lower(Group group, KernelContext context) => new GatherKernel(group, context, Rows, Columns, isMax: true).Lower();

    public override Kernel LowerSingle(Group group, KernelContext context) => new GatherKernel(group, context, Rows, Columns, isMax: true).LowerSingle();

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuRegionKernel.Gather(group, context, Rows, Columns, isMax: true));
}

/// <summary>
/// What reaches the input of a <see cref="MaxPool"/>, from the gradient of its result, its input and its result: each region's gradient goes to the first
/// place, row by row, that holds the value of the result.
/// </summary>
/// <param name="Rows">The regions of the rows.</param>
/// <param name="Columns">The regions of the columns.</param>
/// <param name="OfScaled">Whether the pooling is a <see cref="ScaledMaxPool"/>, whose result may be a region's smallest value.</param>
sealed record MaxPoolGradient(RegionAxis Rows, RegionAxis Columns, bool OfScaled = false) : RegionOp(Rows, Columns)
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(inputs[1].Shape);

    // Only where each pixel is written once it is complete when it is.
    public override bool TakesEpilogue => IsPartition;

    public override bool WorksInPlace => IsPartition;

    public override long Flops(Value result) => Places * result.Shape.Axes[0];

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        OfScaled ? $"{inputs[0]} where {inputs[1]} is {inputs[2]}" : $"{inputs[0]} at the maxima of {inputs[1]}";

    public override string Label => $"{(OfScaled ? "Scaled" : "")}MaxPool{Sizes}Gradient";

    public override Kernel Lower(Group group, KernelContext context) => new ScatterKernel(group, context, Rows, Columns, toMax: true).Lower();

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuRegionKernel.Scatter(group, context, Rows, Columns, toMax: true));
}
