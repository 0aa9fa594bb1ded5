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
                ? "it needs a sequence, [channels, length]; put [Reshape] before it where the values are one"
                : "it needs an image, [channels, height, width]; put [Reshape] before it where the values are one");
        }
        CheckSize(builder, x.Shape.Axes, "its input");
        return Layout.Sizes(x.Shape);
    }

    /// <summary>Refuses an image that doesn't fit an arena, in which channels are padded.</summary>
    public static void CheckSize(LayerBuilder builder, IEnumerable<int> axes, string what)
    {
        var sizes = axes.ToArray();
        var channels = (sizes[0] + (long)Panels.Alignment - 1) / Panels.Alignment * Panels.Alignment;
        var size = sizes.Skip(1).Aggregate(channels, (product, axis) => product > GraphBuilder.MaxFloats ? product : product * axis);
        builder.CheckSize(size, $"{what} of shape {new Shape(sizes)}, with its channels padded to a multiple of {LayerBuilder.Text(Panels.Alignment)},");
    }
}
