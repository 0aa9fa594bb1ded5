namespace NetGen.Samples.Zoo;

/// <summary>A network of the zoo, and what is known of it without making one.</summary>
/// <param name="Info">Shapes, layers and parameters.</param>
/// <param name="ArenaBytes">The working memory that predicting one sample takes.</param>
public sealed record ZooNetwork(NetworkInfo Info, long ArenaBytes)
{
    /// <summary>Floating-point operations of a forward pass for each token, where samples are texts; else 0.</summary>
    public long FlopsPerToken => Info.Vocabulary == 0 ? 0 : Info.Flops / Tokens;

    /// <summary>The tokens of a sample, beside which ids of a smaller vocabulary may tell of segments.</summary>
    int Tokens => Info.Ids.IsEmpty ? Info.InputSize : Info.Ids.Where(ids => ids.Vocabulary == Info.Vocabulary).Sum(ids => ids.Count);

    /// <summary>The working memory of a training step on one sample, where that is known: of a network that is only described.</summary>
    public long TrainingArenaBytes { get; init; }

    /// <summary>The class's name, <c>ResNet18</c>.</summary>
    public string Name => Info.Name[(Info.Name.LastIndexOf('.') + 1)..];
}

/// <summary>The networks of the zoo.</summary>
public static class Networks
{
    /// <summary>All of them, in the order in which they were published.</summary>
    public static IReadOnlyList<ZooNetwork> All { get; } =
    [
        new(LeNet5.Info, LeNet5.ArenaBytes),
        new(ConvAutoencoder.Info, ConvAutoencoder.ArenaBytes),
        new(AlexNet.Info, AlexNet.ArenaBytes),
        new(VariationalAutoencoder.Info, VariationalAutoencoder.ArenaBytes),
        new(Vgg16.Info, Vgg16.ArenaBytes),
        new(GoogLeNet.Info, GoogLeNet.ArenaBytes),
        new(UNet.Info, UNet.ArenaBytes),
        new(ResNet18.Info, ResNet18.ArenaBytes),
        new(ResNet50.Info, ResNet50.ArenaBytes),
        new(DenseNet121.Info, DenseNet121.ArenaBytes),
        new(Transformer.Info, Transformer.ArenaBytes) { TrainingArenaBytes = Transformer.TrainingArenaBytes },
        new(MobileNetV2.Info, MobileNetV2.ArenaBytes),
        new(Bert.Info, Bert.ArenaBytes),
        new(Gpt2.Info, Gpt2.ArenaBytes),
        new(Gpt3.Info, Gpt3.ArenaBytes) { TrainingArenaBytes = Gpt3.TrainingArenaBytes },
        new(VisionTransformer.Info, VisionTransformer.ArenaBytes),
        new(Llama3.Info, Llama3.ArenaBytes) { TrainingArenaBytes = Llama3.TrainingArenaBytes },
        new(Mixtral.Info, Mixtral.ArenaBytes) { TrainingArenaBytes = Mixtral.TrainingArenaBytes },
    ];
}
