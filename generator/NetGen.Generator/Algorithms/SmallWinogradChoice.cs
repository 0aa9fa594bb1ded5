using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Images;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Algorithms;

/// <summary>
/// A way of Winograd's algorithm to a convolution of few channels in inference: F(2 × 2, 5 × 5) to one of 5 × 5, and to one that moves by two, as the first of
/// a network often does, the algorithm for kernels of half the size, over the image's <see cref="Phases"/>.
/// </summary>
/// <param name="Convolution">The convolution of the image or its phases.</param>
/// <param name="Weights">The kernels that it takes.</param>
sealed record SmallWinogradChoice(SmallWinogradConvolution Convolution, SmallWinogradWeights Weights)
{
    /// <summary>How much less work it has to be than the direct way.</summary>
    const double LeastGain = 1.15;

    /// <summary>The points along an axis.</summary>
    const int Points = 6;

    /// <summary>The most channels that phases may be: a vector of them.</summary>
    const int MostPhases = Panels.Alignment;

    /// <summary>What a vector of a tile's channels takes to be brought to the points; an estimate in multiply-adds of 16 lanes.</summary>
    const int InputCycles = 60;

    /// <summary>What takes the place of a convolution; null where that is no such one, or less work the direct way.</summary>
    public static SmallWinogradChoice? Of(Value convolution)
    {
        if (convolution.Op is not Convolution { Groups: 1, Window: var window } || convolution.Shape.Rank < 3) return null;
        if (window.Rows.Kernel != window.Columns.Kernel || window.Rows is not { Dilation: 1, Stride: 1 or Phases.Stride, Before: >= 0 } axis) return null;
        if (window.Columns.Dilation != 1 || window.Columns.Stride != axis.Stride || window.Columns.Before != axis.Before || axis.Before >= axis.Kernel) return null;
        var (outputs, height, width) = Layout.Sizes(convolution.Shape);
        var x = convolution.Inputs[0];
        var (inputs, inputHeight, inputWidth) = Layout.Sizes(x.Shape);
        if (outputs % SmallWinogradWeights.Block != 0) return null;
        var channels = inputs * axis.Stride * axis.Stride;
        if (axis.Stride == 1 ? axis.Kernel != 5 : axis.Kernel is < 5 or > 8 || channels > MostPhases || !PooledConvolution.IsDense(x)) return null;

        // A phase's kernel begins at its pixel that is first in any window; the other phases may meet the kernel a place later.
        var before = (axis.Before + axis.Stride - 1) / axis.Stride;
        var shift = axis.Before - axis.Stride * before;
        var places = (axis.Kernel - 1 - shift) / axis.Stride + 1;
        if (places is < 3 or > 5) return null;
        var transform = new WinogradTransform(Points + 1 - places, places);
        if (UnrollPolicy.IsFarAway((long)transform.Positions * channels * outputs) || Work(transform) * LeastGain >= Direct()) return null;
        var (rows, columns) = (Axis(height, inputHeight), Axis(width, inputWidth));
        return new(new(new Window(rows, columns), transform, Pooled: false), new(outputs, inputs, axis.Kernel, axis.Stride, shift, transform));

        WindowAxis Axis(int results, int size) => new WindowAxis(places, Before: before).Giving(results, (size + axis.Stride - 1) / axis.Stride);

        long Direct() => (long)height * width * window.Places * inputs * outputs / Panels.Alignment;

        long Work(WinogradTransform of)
        {
            var vectors = outputs / Panels.Alignment;
            var results = 25 * (1 + of.Results);
            return (long)Tiles(height) * Tiles(width) * (of.Positions * channels * vectors + Panels.Padded(channels) / Panels.Alignment * InputCycles + vectors * results);

            int Tiles(int size) => (size + of.Results - 1) / of.Results;
        }
    }

    /// <summary>The same of a convolution with a pooling behind it that takes the largest of a tile.</summary>
    public static SmallWinogradChoice? Of(Value convolution, Value pooling) =>
        pooling.Op is MaxPool pool && PooledConvolution.IsInPairs(pool) && Of(convolution) is { Convolution.Transform.Results: PooledConvolution.Size } choice
            ? choice with { Convolution = choice.Convolution with { Pooled = true } } : null;

    /// <summary>Adds it to a graph.</summary>
    /// <param name="convolution">The convolution whose place it takes.</param>
    /// <param name="inputs">Its inputs in the graph.</param>
    /// <param name="add">Adds a value for another with a name.</param>
    public Value Add(Value convolution, Value[] inputs, Func<Value, string, Op, Value[], Value> add)
    {
        var (x, weight) = (inputs[0], inputs[1]);
        if (Weights.Stride > 1) x = add(convolution, x.Name + ".phases", new Phases(), [x]);
        weight = add(weight, weight.Name + ".winograd", Weights, [weight]);
        return add(convolution, convolution.Name, Convolution, [x, weight, .. inputs.Skip(2)]);
    }
}
