namespace NetGen.Onnx;

/// <content>Changes of shape.</content>
public sealed partial class OnnxGraph
{
    /// <summary>Values joined along the channels: <c>Concat</c>.</summary>
    /// <param name="values">Two or more, which agree in all other axes.</param>
    public OnnxValue Concat(params OnnxValue[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length < 2) throw new ArgumentException($"Concat joins at least two values; it got {values.Length}.", nameof(values));
        if (Array.Find(values, value => !value.Spatial.SequenceEqual(values[0].Spatial)) is { } other)
            throw new ArgumentException($"Concat of {values[0]} and {other}: they differ in more than their channels.", nameof(values));
        int[] shape = [values.Sum(value => value.Channels), .. values[0].Spatial];
        return Node("Concat", [.. values.Select(value => value.Name)], shape, new OnnxAttribute("axis", 1L));
    }

    /// <summary>A sample's values as a vector: <c>Flatten</c>.</summary>
    /// <param name="x">Any shape.</param>
    public OnnxValue Flatten(OnnxValue x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Node("Flatten", [x.Name], [x.Size], new OnnxAttribute("axis", 1L));
    }

    /// <summary>The same values in another shape: <c>Reshape</c>.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="shape">A sample's new shape.</param>
    public OnnxValue Reshape(OnnxValue x, params int[] shape)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Aggregate(1L, (size, length) => size * length) != x.Size)
            throw new ArgumentException($"{x} has {x.Size} values a sample; [{string.Join(", ", shape)}] has another number.", nameof(shape));
        // A zero keeps the batch.
        return Node("Reshape", [x.Name, Initializer(Constant("shape"), [0, .. shape.Select(length => (long)length)])], shape);
    }

    /// <summary>Each spatial axis made longer by a whole factor, each value repeated: <c>Resize</c> as PyTorch's nearest upsampling.</summary>
    /// <param name="x">[channels, height, width].</param>
    /// <param name="factor">The factor.</param>
    public OnnxValue UpsampleNearest(OnnxValue x, int factor) =>
        Resize(x, factor, new("mode", "nearest"), new("coordinate_transformation_mode", "asymmetric"), new("nearest_mode", "floor"));

    /// <summary>Each spatial axis made longer by a whole factor, values interpolated: <c>Resize</c> as PyTorch's bilinear upsampling.</summary>
    /// <param name="x">[channels, height, width].</param>
    /// <param name="factor">The factor.</param>
    /// <param name="alignCorners">Whether the corners' values stay at the corners.</param>
    public OnnxValue UpsampleBilinear(OnnxValue x, int factor, bool alignCorners = false) =>
        Resize(x, factor, new("mode", "linear"), new("coordinate_transformation_mode", alignCorners ? "align_corners" : "half_pixel"));

    /// <summary>Zeros around the spatial axes: <c>Pad</c>.</summary>
    /// <param name="x">[channels, height, width].</param>
    /// <param name="left">Columns before the first.</param>
    /// <param name="right">Columns after the last.</param>
    /// <param name="top">Rows before the first.</param>
    /// <param name="bottom">Rows after the last.</param>
    public OnnxValue ZeroPad(OnnxValue x, int left, int right, int top, int bottom)
    {
        ArgumentNullException.ThrowIfNull(x);
        string pads = Initializer(Constant("pads"), [0, 0, top, left, 0, 0, bottom, right]);
        return Node("Pad", [x.Name, pads], [x.Channels, x.Shape[1] + top + bottom, x.Shape[2] + left + right]);
    }

    /// <summary>Channels spread over an image <paramref name="factor"/> times as high and wide: <c>DepthToSpace</c> in PyTorch's order.</summary>
    /// <param name="x">[channels × factor², height, width].</param>
    /// <param name="factor">The factor.</param>
    /// <returns>[channels, height × factor, width × factor].</returns>
    public OnnxValue PixelShuffle(OnnxValue x, int factor)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        if (x.Channels % (factor * factor) != 0)
            throw new ArgumentException($"PixelShuffle by {factor} needs a multiple of {factor * factor} channels; {x} has {x.Channels}.", nameof(x));
        return Node("DepthToSpace", [x.Name], [x.Channels / (factor * factor), x.Shape[1] * factor, x.Shape[2] * factor],
            new("blocksize", factor), new("mode", "CRD"));
    }

    OnnxValue Resize(OnnxValue x, int factor, params ReadOnlySpan<OnnxAttribute> attributes)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        float[] scales = [1, 1, .. x.Spatial.Select(_ => (float)factor)];
        string name = Initializer(Constant("scales"), scales, scales.Length);
        // The second input, a region of interest, is left out.
        return Node("Resize", [x.Name, "", name], [x.Channels, .. x.Spatial.Select(length => factor * length)], attributes);
    }
}
