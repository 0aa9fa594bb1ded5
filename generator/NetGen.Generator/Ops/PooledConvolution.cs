using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Ops;

/// <summary>
/// The largest of each 2 × 2 results of a <see cref="Convolution"/> of images with one channel, as the first one of a network often is. Vectors have
/// neighbouring pixels in their lanes rather than outputs, which are often too few to fill one.
/// </summary>
/// <param name="Window">How the kernel moves: by one.</param>
sealed record PooledConvolution(Window Window) : Op
{
    /// <summary>The results of a row are made in whole vectors, which read this many pixels together, of the widest one as of others.</summary>
    public const int Together = Size * 16;

    /// <summary>The rows and columns of what is pooled to a result.</summary>
    public const int Size = 2;

    /// <summary>How much less work it has to be than with outputs in the lanes, where each vector of these is complete.</summary>
    const double LeastGain = 1.1;

    /// <summary>What takes the place of a pooling and the convolution in front of it; null where they are something else, or as good as they are.</summary>
    public static PooledConvolution? Of(Value convolution, Value pooling)
    {
        if (convolution.Op is not Convolution { Groups: 1, Window: { IsPlain: true } window } || convolution.Shape.Rank < 3) return null;
        if (pooling.Op is not MaxPool pool || !IsInPairs(pool)) return null;
        var x = convolution.Inputs[0];
        if (Layout.Sizes(x.Shape).Channels != 1 || !IsDense(x)) return null;
        var (outputs, _, width) = Layout.Sizes(convolution.Shape);
        if (outputs > Panels.Width) return null;
        // In numbers of vectors for each of the kernel's places and rows.
        var (ofOutputs, ofPixels) = (Panels.Padded(outputs) * width, outputs * Padded(width));
        return ofPixels * LeastGain > ofOutputs ? null : new PooledConvolution(window);
    }

    /// <summary>
    /// Whether an image comes in row-major order. One that another kernel gives has its channels padded, so that pixels don't follow each other.
    /// </summary>
    public static bool IsDense(Value value) => value.Op.ResultForm == Form.Dense || (value.Op.ResultForm == Form.Same && value.Inputs.All(IsDense));

    /// <summary>Whether a pooling is of 2 × 2 that don't overlap, each of which is complete.</summary>
    public static bool IsInPairs(MaxPool pool)
    {
        return Axis(pool.Rows) && Axis(pool.Columns);

        static bool Axis(RegionAxis axis) => axis is SlidingRegions { Kernel: Size, Stride: Size, Padding: 0, Dilation: 1 } && axis.Places >= Size * axis.Regions;
    }

    static int Padded(int width) => (width + Together - 1) / Together * Together;

    public override Graph.ValueType Infer(ImmutableArray<Value> inputs)
    {
        var (_, height, width) = Layout.Sizes(inputs[0].Shape);
        return new(new Shape(inputs[1].Shape.Axes[0], (int)Window.Rows.Results(height) / Size, (int)Window.Columns.Results(width) / Size));
    }

    public override bool TakesEpilogue => true;

    public override bool EpilogueReadsSamples => false;

    public override Form InputForm(int input) => Form.PackedImage;

    public override Form ResultForm => Form.Image;

    public override Border InputBorder(Value result, int input)
    {
        var (_, height, width) = Layout.Sizes(result.Inputs[input].Shape);
        var (_, rows, columns) = Layout.Sizes(result.Shape);
        return new(Window.Rows.Before, Window.Columns.Before, Window.Rows.ReadAfter(height, rows * Size), Window.Columns.ReadAfter(width, Padded(columns * Size)));
    }

    public override long Flops(Value result) => (2L * Window.Places + 1) * result.Size * Size * Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"maxpool({inputs[0]} ∗ {inputs[1]}{(inputs.Length > 2 ? " + " + inputs[2] : "")})";

    public override Kernel Lower(Group group, KernelContext context) => PooledConvolutionKernel.Lower(group, context, Window, shared: false);

    public override Kernel LowerSingle(Group group, KernelContext context) => PooledConvolutionKernel.Lower(group, context, Window, shared: true);
}
