using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Layouts;

/// <summary>
/// Whether the samples of a batch lie together in the lanes of vectors while a network trains. With few channels, vectors of them are mostly padding; of
/// samples they are whole. It takes ops that can do it, and activations that stay in the cache although there are those of several samples.
/// </summary>
static class LanesChoice
{
    /// <summary>The work of convolutions for a sample below which the rest of a step takes longer.</summary>
    const long LeastFlops = 1 << 19;

    /// <summary>How much more work vectors of channels are.</summary>
    const double LeastGain = 1.25;

    /// <summary>The most bytes of images of the samples that lie together.</summary>
    const long MostBytes = 2 << 20;

    /// <param name="graph">The graph, before anything is laid out.</param>
    /// <param name="isImage">Whether a value is an image.</param>
    /// <param name="readsImages">Whether an op reads its inputs as images.</param>
    public static bool Of(NetworkGraph graph, Func<Value, bool> isImage, Func<Value, bool> readsImages)
    {
        if (graph.Sequences.Any()) return false;
        var (work, padded) = (0L, 0L);
        var floats = 0L;
        foreach (var value in graph.Values)
        {
            var image = value.Type.Batched && isImage(value);
            if (image) floats += value.Size;
            else if (!readsImages(value)) continue;
            if (!value.Op.WorksInLanes(value)) return false;
            if (Outputs(value) is not { } outputs) continue;
            var flops = value.Op.Flops(value);
            work += flops;
            padded += flops * Panels.Padded(outputs) / outputs;
        }
        return work >= LeastFlops && padded >= work * LeastGain && floats * Layout.LanesWidth * sizeof(float) <= MostBytes;
    }

    /// <summary>The channels that a convolution has side by side where channels are innermost; null for another op.</summary>
    static int? Outputs(Value value) => value.Op switch
    {
        Convolution or TransposedConvolution => Layout.Sizes(value.Shape).Channels,
        ConvolutionWeightGradient => value.Shape.Axes[0],
        _ => null,
    };
}
