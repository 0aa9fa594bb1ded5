using System.Collections.Immutable;

namespace NetGen.Onnx.Models;

/// <summary>ResNet-18 (He, Zhang, Ren and Sun 2015, table 1) with torchvision's names. 11,689,512 parameters.</summary>
/// <param name="SmallImages">
/// For images of 32×32 and 10 classes, as such networks are trained on CIFAR-10: a stem of 3×3 with stride 1 and no pooling after it. 11,173,962 parameters.
/// </param>
public sealed record ResNet18Model(bool SmallImages = false) : Model
{
    /// <inheritdoc/>
    public override string Name => SmallImages ? "ResNet-18, 32×32" : "ResNet-18, 224×224";

    /// <inheritdoc/>
    public override ImmutableArray<int> InputShape => SmallImages ? [3, 32, 32] : [3, 224, 224];

    /// <summary>The number of logits.</summary>
    public int Classes => SmallImages ? 10 : 1000;

    /// <inheritdoc/>
    public override OnnxValue Append(OnnxGraph graph, OnnxValue x)
    {
        ArgumentNullException.ThrowIfNull(graph);
        x = graph.ReLU(Normalized(graph, x, "conv1", "bn1", 64, SmallImages ? new(3, Padding: 1) : new(7, Stride: 2, Padding: 3)));
        if (!SmallImages) x = graph.MaxPool(x, new(3, Stride: 2, Padding: 1));
        for (int stage = 1; stage <= 4; stage++)
            for (int block = 0; block < 2; block++)
                x = BasicBlock(graph, x, $"layer{stage}.{block}", channels: 32 << stage, stride: stage > 1 && block == 0 ? 2 : 1);
        return graph.Linear(graph.Flatten(graph.GlobalAveragePool(x)), "fc", Classes);
    }

    static OnnxValue BasicBlock(OnnxGraph graph, OnnxValue x, string name, int channels, int stride)
    {
        OnnxValue y = graph.ReLU(Normalized(graph, x, $"{name}.conv1", $"{name}.bn1", channels, new(3, stride, Padding: 1)));
        y = Normalized(graph, y, $"{name}.conv2", $"{name}.bn2", channels, new(3, Padding: 1));
        OnnxValue shortcut = x.Channels == channels ? x : Normalized(graph, x, $"{name}.downsample.0", $"{name}.downsample.1", channels, new(1, stride));
        return graph.ReLU(graph.Add(y, shortcut));
    }

    static OnnxValue Normalized(OnnxGraph graph, OnnxValue x, string convolution, string normalization, int channels, Window window) =>
        graph.BatchNorm(graph.Conv(x, convolution, channels, window, bias: false), normalization);
}
