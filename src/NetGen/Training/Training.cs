namespace NetGen;

/// <summary>Training and evaluation of whole datasets.</summary>
public static class Training
{
    /// <summary>Trains a network.</summary>
    /// <param name="network">The network whose parameters are changed.</param>
    /// <param name="train">What it learns from.</param>
    /// <param name="validation">What it is measured on after each epoch; null for none.</param>
    /// <param name="options">How it is trained; null for the defaults.</param>
    /// <returns>Loss and metrics of each epoch.</returns>
    /// <exception cref="ArgumentException">A dataset is empty or doesn't fit the network.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside of its range, or a label isn't one of a class.</exception>
    /// <exception cref="InvalidDataException">The checkpoint to resume is damaged, or is one of another run.</exception>
    public static FitResult Fit<TNetwork, TTarget>(
        TNetwork network, IDataset<TTarget> train, IDataset<TTarget>? validation = null, FitOptions? options = null)
        where TNetwork : class, ITrainable<TNetwork, TTarget>
        where TTarget : unmanaged => throw new NotSupportedException();

    /// <summary>Measures a network on a dataset.</summary>
    /// <param name="network">The network.</param>
    /// <param name="dataset">What it is measured on.</param>
    /// <param name="topK">Also count how often the label is among this many highest outputs; 0 for not.</param>
    /// <param name="batchSize">Samples of one prediction.</param>
    /// <returns>Loss and metrics.</returns>
    /// <exception cref="ArgumentException">The dataset is empty or doesn't fit the network.</exception>
    public static Evaluation Evaluate<TNetwork, TTarget>(TNetwork network, IDataset<TTarget> dataset, int topK = 0, int batchSize = 256)
        where TNetwork : class, ITrainable<TNetwork, TTarget>
        where TTarget : unmanaged => throw new NotSupportedException();
}
