using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Ops;

/// <summary>
/// A convolution of 5 × 5 by Winograd's F(2 × 2, 5 × 5), from the image and <see cref="SmallWinogradWeights"/>, with bias: 36 products instead of 100. It is for few channels,
/// whose products stay in registers until they are results.
/// </summary>
/// <param name="Window">How the kernel moves: by one.</param>
/// <param name="Pooled">Whether the result is the largest of each 2 × 2, which is a tile.</param>
sealed record SmallWinogradConvolution(Window Window, bool Pooled) : Op
{
    /// <summary>How much less work it has to be than the direct way.</summary>
    const double LeastGain = 1.15;

    /// <summary>What a vector of a tile's channels takes to be brought to the points, and one of its products to become results; an estimate in multiply-adds of 16 lanes.</summary>
    const int InputCycles = 60, ResultCycles = 75;

    public static WinogradTransform Transform { get; } = new(Results: 2, Kernel: 5);

    /// <summary>What takes the place of a convolution; null where that is no such one, or less work the direct way.</summary>
    public static SmallWinogradConvolution? Of(Value convolution)
    {
        if (convolution.Op is not Convolution { Groups: 1 } op || !Fits(op.Window.Rows) || !Fits(op.Window.Columns)) return null;
        var (outputs, height, width) = Layout.Sizes(convolution.Shape);
        var inputs = Layout.Sizes(convolution.Inputs[0].Shape).Channels;
        if (outputs % SmallWinogradWeights.Outputs != 0 || UnrollPolicy.IsFarAway((long)Transform.Positions * inputs * outputs)) return null;
        var vectors = outputs / SmallWinogradWeights.Outputs;
        var direct = (long)height * width * op.Window.Places * inputs * vectors;
        var tiles = (long)Half(height) * Half(width);
        var products = tiles * (Transform.Positions * inputs * vectors + (inputs + Panels.Alignment - 1) / Panels.Alignment * InputCycles + vectors * ResultCycles);
        return products * LeastGain < direct ? new(op.Window, Pooled: false) : null;

        static int Half(int size) => (size + 1) / 2;

        static bool Fits(WindowAxis axis) => axis is { Kernel: 5, Stride: 1, Dilation: 1, Before: >= 0 and <= 4 };
    }

    /// <summary>The same of a convolution with a pooling behind it.</summary>
    public static SmallWinogradConvolution? Of(Value convolution, Value pooling) =>
        pooling.Op is MaxPool pool && PooledConvolution.IsInPairs(pool) && Of(convolution) is { } op ? op with { Pooled = true } : null;

    public override Graph.ValueType Infer(ImmutableArray<Value> inputs)
    {
        var (_, height, width) = Layout.Sizes(inputs[0].Shape);
        var (rows, columns) = ((int)Window.Rows.Results(height), (int)Window.Columns.Results(width));
        return new(new Shape(inputs[1].Shape.Axes[0], Pooled ? rows / 2 : rows, Pooled ? columns / 2 : columns));
    }

    public override bool TakesEpilogue => true;

    public override bool EpilogueReadsSamples => !Pooled;

    public override Form InputForm(int input) => Form.Image;

    public override Form ResultForm => Form.Image;

    public override Border InputBorder(Value result, int input)
    {
        var (_, rows, columns) = Layout.Sizes(result.Shape);
        return WinogradConvolution.BorderOf(Window, Transform, Pooled ? new Shape(1, 2 * rows, 2 * columns) : result.Shape, result.Inputs[input].Shape);
    }

    public override long Flops(Value result) => (Pooled ? 4 : 1) * 2L * result.Size * Layout.Sizes(result.Inputs[0].Shape).Channels * Window.Places;

    public override string Formula(Value result, ImmutableArray<string> inputs)
    {
        var sum = new Convolution(Window, 1).Formula(result, inputs);
        return Pooled ? $"maxpool({sum})" : sum;
    }

    public override string Label => (Pooled ? "Pooled" : "") + Transform.Label;

    public override Kernel Lower(Group group, KernelContext context) => SmallWinogradKernel.Lower(group, context, this, shared: false);

    public override Kernel LowerSingle(Group group, KernelContext context) => SmallWinogradKernel.Lower(group, context, this, shared: true);
}

/// <summary>The kernels of a convolution as <see cref="SmallWinogradConvolution"/> multiplies with them: values at points, [block, point, input, 16 outputs].</summary>
/// <param name="Channels">The convolution's outputs.</param>
/// <param name="Inputs">Its inputs.</param>
sealed record SmallWinogradWeights(int Channels, int Inputs) : Op
{
    public static SmallWinogradWeights Of(Value convolution) =>
        new(Layout.Sizes(convolution.Shape).Channels, Layout.Sizes(convolution.Inputs[0].Shape).Channels);

    /// <summary>The outputs of a block.</summary>
    public const int Outputs = Panels.Alignment;

    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) =>
        new(new Shape(Channels, Inputs, SmallWinogradConvolution.Transform.Kernel, SmallWinogradConvolution.Transform.Kernel), Batched: false);

    public override Partition Partition => Partition.Parts;

    public override int StoredFloats(Value result) => WinogradWeights.Floats(SmallWinogradConvolution.Transform, result);

    public override bool WritesAll => true;

    public override string Label => "WinogradWeights";

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"G {inputs[0]} Gᵀ";

    public override Kernel Lower(Group group, KernelContext context) => WinogradWeightsKernel.SmallValues(group, context);
}
