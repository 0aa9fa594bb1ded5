using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Ops;

/// <summary>
/// The gradient of <see cref="WinogradWeights"/>, from ∂y and x: at each point the sum over all tiles of x's value times ∂y's.
/// </summary>
/// <param name="Window">How the kernel moves.</param>
/// <param name="Transform">The size of its tiles.</param>
sealed record WinogradProducts(Window Window, WinogradTransform Transform) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) =>
        new(new Shape(Layout.Sizes(inputs[0].Shape).Channels, Layout.Sizes(inputs[1].Shape).Channels, 3, 3), Batched: false);

    public override Partition Partition => Partition.Parts;

    public override Form InputForm(int input) => Form.Image;

    public override Border InputBorder(Value result, int input) => BorderOf(Window, Transform, result, input);

    /// <summary>The border around ∂y or x of which whole tiles are read.</summary>
    public static Border BorderOf(Window window, WinogradTransform transform, Value result, int input)
    {
        var (y, x) = (result.Inputs[0].Shape, result.Inputs[1].Shape);
        if (input == 1) return WinogradConvolution.BorderOf(window, transform, y, x);
        var (_, rows, columns) = Layout.Sizes(y);
        return new(0, 0, WinogradConvolution.Whole(transform, rows) - rows, WinogradConvolution.Whole(transform, columns) - columns);
    }

    /// <summary>The sums and, behind them, room for the values of a group of tiles.</summary>
    public override int StoredFloats(Value result) => checked(SumFloats(result) + WinogradGradientKernel.RoomFloats(result, Transform));

    public override bool WritesAll => true;

    public int SumFloats(Value result) => WinogradWeights.Floats(Transform, result);

    public override long Flops(Value result) => 2L * result.Inputs[0].Size * result.Shape.Axes[1] * Window.Places;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"Σ Bᵀ{inputs[1]}B ⊙ A{inputs[0]}Aᵀ";

    public override string Label => "WinogradProducts" + Layers.LayerBuilder.Text(Transform.Results);

    public override Kernel Lower(Group group, KernelContext context) => WinogradGradientKernel.Lower(group, context, this);
}

/// <summary>The gradient of a convolution's weight from that of its values at points.</summary>
/// <param name="Transform">The size of the tiles.</param>
sealed record WinogradWeightGradient(WinogradTransform Transform) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[0].Type;

    public override Partition Partition => Partition.Parts;

    public override int StoredFloats(Value result) => checked((int)ParameterStorage.Convolution(1).Floats(result.Shape));

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"Gᵀ {inputs[0]} G";

    public override Kernel Lower(Group group, KernelContext context) => WinogradWeightsKernel.Gradient(group, context, Transform);
}

/// <summary>
/// The gradient of a convolution's weight from ∂y and x, a part of it at a time: what <see cref="WinogradProducts"/> and <see cref="WinogradWeightGradient"/>
/// are together, where the sums at all points would have to go to memory and come back.
/// </summary>
/// <param name="Window">How the kernel moves.</param>
/// <param name="Transform">The size of the tiles.</param>
sealed record WinogradGradientInParts(Window Window, WinogradTransform Transform) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new WinogradProducts(Window, Transform).Infer(inputs);

    public override Partition Partition => Partition.Parts;

    public override Form InputForm(int input) => Form.Image;

    public override Border InputBorder(Value result, int input) => WinogradProducts.BorderOf(Window, Transform, result, input);

    public override int StoredFloats(Value result) => checked((int)ParameterStorage.Convolution(1).Floats(result.Shape));

    public override long Flops(Value result) => new WinogradProducts(Window, Transform).Flops(result);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"Gᵀ ({new WinogradProducts(Window, Transform).Formula(result, inputs)}) G";

    public override string Label => Transform.Label + "WeightGradient";

    public override Kernel Lower(Group group, KernelContext context) => WinogradPartsGradientKernel.Lower(group, context, this);
}
