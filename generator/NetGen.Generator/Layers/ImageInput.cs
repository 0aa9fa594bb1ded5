using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Layers;

/// <summary>What layers on images need of their input.</summary>
static class ImageInput
{
    /// <summary>Refuses an input that isn't an image [channels, height, width], or a sequence [channels, length]; gives its sizes.</summary>
    public static (int Channels, int Height, int Width) Check(LayerBuilder builder, Value x, bool isSequence)
    {
        if (x.Shape.Rank != (isSequence ? 2 : 3))
        {
            builder.Fail("NG0020", x.Shape.ToString(), isSequence
                ? "it needs a sequence of shape [channels, length]; [Reshape] gives it one"
                : "it needs an image of shape [channels, height, width]; [Reshape] gives it one");
        }
        CheckSize(builder, x.Shape.Axes.Select(axis => (long)axis), "its input");
        return Layout.Sizes(x.Shape);
    }

    /// <summary>Refuses an image that doesn't fit an arena, in which channels are padded.</summary>
    public static void CheckSize(LayerBuilder builder, IEnumerable<long> axes, string what)
    {
        var sizes = axes.ToArray();
        var channels = (sizes[0] + Panels.Alignment - 1) / Panels.Alignment * Panels.Alignment;
        const long Most = GraphBuilder.MaxFloats;
        if (sizes.Skip(1).Aggregate(channels, (product, axis) => product > Most || axis > Most ? long.MaxValue : product * axis) <= Most) return;
        var shape = $"[{string.Join(", ", sizes.Select(axis => LayerBuilder.Text(axis)))}]";
        var padding = $"with its channels padded to a multiple of {LayerBuilder.Text(Panels.Alignment)}";
        builder.Fail("NG0006", $"{what} of shape {shape} has more values, {padding}", LayerBuilder.Text(Most));
    }
}
