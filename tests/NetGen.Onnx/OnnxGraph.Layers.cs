namespace NetGen.Onnx;

/// <content>The layers with weights.</content>
public sealed partial class OnnxGraph
{
    /// <summary>A convolution over one or two spatial axes: <c>Conv</c>.</summary>
    /// <param name="x">[channels, height, width] or [channels, length].</param>
    /// <param name="layer">The layer's name; it has <c>weight</c> [outChannels, channels / groups, kernel, kernel] and <c>bias</c> [outChannels].</param>
    /// <param name="outChannels">The number of output channels.</param>
    /// <param name="window">Kernel, stride, padding and dilation.</param>
    /// <param name="groups">How many independent convolutions the channels are divided among; <paramref name="x"/>'s channels for a depthwise one.</param>
    /// <param name="bias">Whether a bias is added.</param>
    public OnnxValue Conv(OnnxValue x, string layer, int outChannels, Window window, int groups = 1, bool bias = true)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(window);
        Divide(layer, x.Channels, outChannels, groups);
        int[] weight = [outChannels, x.Channels / groups, .. x.Spatial.Select(_ => window.Kernel)];
        OnnxValue y = Node("Conv", Operands(x, layer, weight, bias ? outChannels : null), [outChannels, .. window.Output(x)],
            [.. window.Attributes(x), new("group", groups)]);
        Count(x, 2L * y.Size * Product(weight.AsSpan(1)));
        return y;
    }

    /// <summary>A transposed convolution: <c>ConvTranspose</c>.</summary>
    /// <param name="x">[channels, height, width] or [channels, length].</param>
    /// <param name="layer">The layer's name; it has <c>weight</c> [channels, outChannels / groups, kernel, kernel] and <c>bias</c> [outChannels].</param>
    /// <param name="outChannels">The number of output channels.</param>
    /// <param name="window">Kernel, stride, padding and dilation.</param>
    /// <param name="outputPadding">What is added at the end of each spatial axis.</param>
    /// <param name="groups">How many independent convolutions the channels are divided among.</param>
    /// <param name="bias">Whether a bias is added.</param>
    public OnnxValue ConvTranspose(OnnxValue x, string layer, int outChannels, Window window, int outputPadding = 0, int groups = 1, bool bias = true)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(window);
        Divide(layer, x.Channels, outChannels, groups);
        int[] weight = [x.Channels, outChannels / groups, .. x.Spatial.Select(_ => window.Kernel)];
        int[] shape = [outChannels, .. window.TransposedOutput(x, outputPadding)];
        OnnxValue y = Node("ConvTranspose", Operands(x, layer, weight, bias ? outChannels : null), shape,
            [.. window.Attributes(x), new("group", groups), new("output_padding", x.Spatial.Select(_ => outputPadding))]);
        Count(x, 2L * x.Size * Product(weight.AsSpan(1)));
        return y;
    }

    /// <summary><c>y = x Wᵀ + b</c> as one <c>Gemm</c>.</summary>
    /// <param name="x">[features].</param>
    /// <param name="layer">The layer's name; it has <c>weight</c> [outFeatures, features] and <c>bias</c> [outFeatures].</param>
    /// <param name="outFeatures">The size of the output.</param>
    /// <param name="bias">Whether a bias is added.</param>
    public OnnxValue Linear(OnnxValue x, string layer, int outFeatures, bool bias = true)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Length != 1)
            throw new ArgumentException($"{layer}: Linear takes a vector for each sample, and {x} isn't one. Flatten it first.", nameof(x));
        string[] operands = Operands(x, layer, [outFeatures, x.Size], bias ? outFeatures : null);
        OnnxValue y = Node("Gemm", operands, [outFeatures], new OnnxAttribute("transB", 1));
        Count(x, 2L * x.Size * outFeatures);
        return y;
    }

    string[] Operands(OnnxValue x, string layer, int[] weight, int? biases)
    {
        string tensor = Tensor($"{layer}.weight", trained: true, weight);
        return biases is { } length ? [x.Name, tensor, Tensor($"{layer}.bias", trained: true, length)] : [x.Name, tensor];
    }

    static void Divide(string layer, int channels, int outChannels, int groups)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        if (channels % groups == 0 && outChannels % groups == 0) return;
        throw new ArgumentException(
            $"{layer}: {groups} groups divide {channels} input channels and {outChannels} output channels unevenly.", nameof(groups));
    }
}
