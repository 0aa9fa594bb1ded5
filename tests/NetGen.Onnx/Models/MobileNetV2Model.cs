using System.Collections.Immutable;

namespace NetGen.Onnx.Models;

/// <summary>MobileNetV2 (Sandler, Howard, Zhu, Zhmoginov and Chen 2018, table 2) with torchvision's names. 3,504,872 parameters.</summary>
public sealed record MobileNetV2Model : Model
{
    /// <summary>Expansion, output channels, repetitions and stride of the inverted residual blocks, a stage each: table 2 of the paper.</summary>
    public static ImmutableArray<(int Expansion, int Channels, int Blocks, int Stride)> Stages { get; } =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    /// <inheritdoc/>
    public override string Name => "MobileNetV2, 224×224";

    /// <inheritdoc/>
    public override ImmutableArray<int> InputShape => [3, 224, 224];

    /// <inheritdoc/>
    public override OnnxValue Append(OnnxGraph graph, OnnxValue x)
    {
        ArgumentNullException.ThrowIfNull(graph);
        x = Activated(graph, x, "features.0", 32, new(3, Stride: 2, Padding: 1));
        int feature = 1;
        foreach ((int expansion, int channels, int blocks, int stride) in Stages)
            for (int block = 0; block < blocks; block++)
                x = InvertedResidual(graph, x, $"features.{feature++}.conv", expansion, channels, block == 0 ? stride : 1);
        x = Activated(graph, x, $"features.{feature}", 1280, new(1));
        return graph.Linear(graph.Flatten(graph.GlobalAveragePool(x)), "classifier.1", 1000);
    }

    static OnnxValue InvertedResidual(OnnxGraph graph, OnnxValue x, string name, int expansion, int channels, int stride)
    {
        int module = 0;
        OnnxValue y = expansion > 1 ? Activated(graph, x, $"{name}.{module++}", expansion * x.Channels, new(1)) : x;
        y = Activated(graph, y, $"{name}.{module++}", y.Channels, new(3, stride, Padding: 1), groups: y.Channels);
        y = graph.BatchNorm(graph.Conv(y, $"{name}.{module}", channels, new(1), bias: false), $"{name}.{module + 1}");
        return stride == 1 && x.Channels == channels ? graph.Add(x, y) : y;
    }

    static OnnxValue Activated(OnnxGraph graph, OnnxValue x, string name, int channels, Window window, int groups = 1) =>
        graph.ReLU6(graph.BatchNorm(graph.Conv(x, $"{name}.0", channels, window, groups, bias: false), $"{name}.1"));
}
