using NetGen.Data;

namespace NetGen.Samples;

/// <summary>How a network is trained where the command line doesn't say otherwise.</summary>
/// <param name="Epochs">How often every image is seen.</param>
/// <param name="BatchSize">Images of one step.</param>
/// <param name="LearningRate">The largest learning rate of the one-cycle schedule.</param>
/// <param name="WeightDecay">AdamW's weight decay.</param>
sealed record Recipe(int Epochs, int BatchSize, double LearningRate, double WeightDecay)
{
    public static Recipe For(Settings settings)
    {
        var recipe = settings switch
        {
            { Network: Settings.Mlp } => new Recipe(10, 64, 2e-3, 0.01),
            { Network: Settings.DeepCnn } => new Recipe(40, 128, 3e-3, 0.05),
            { Augment: true } => new Recipe(40, 64, 3e-3, 0.05),
            _ => new Recipe(12, 64, 3e-3, 0.05),
        };
        return new(settings.Epochs ?? recipe.Epochs, settings.BatchSize ?? recipe.BatchSize,
            settings.LearningRate ?? recipe.LearningRate, settings.WeightDecay ?? recipe.WeightDecay);
    }

    /// <summary>Images that are another picture of the same thing each time: shifted by up to two pixels, mirrored, and with a part missing.</summary>
    public static IDataset<int> Augment(IDataset<int> train, Normalization normalization, ulong seed)
    {
        var black = -normalization.Shift[0] * normalization.Scale[0];
        return train.Augment(
            seed,
            new RandomCrop(FashionMnist.Side, FashionMnist.Side, padding: 2, fill: black),
            new RandomHorizontalFlip(),
            new RandomErasing(probability: 0.5, maxArea: 0.15, fill: null));
    }
}
