namespace NetGen.Benchmarks;

/// <summary>A library that the same work can be given to.</summary>
public interface IPeer
{
    /// <summary>Its name and version.</summary>
    string Name { get; }

    /// <summary>Why it can't be raced here and what would change that; null where it can.</summary>
    string? Unavailable { get; }

    /// <summary>A forward pass over a batch, or null if the library isn't raced at that.</summary>
    Contender? Forward(RacedNetwork network, Batch batch, int threads);

    /// <summary>
    /// A training step with cross-entropy and AdamW over a batch, whose result is the loss before the step; null if the library doesn't train.
    /// </summary>
    Contender? TrainingStep(RacedNetwork network, Batch batch, AdamWSettings optimizer, int threads);

    /// <summary>
    /// A forward and a backward pass over a batch, whose result is the gradient of the input for a sum of the outputs; null if the library has no gradients.
    /// </summary>
    Contender? Gradient(RacedNetwork network, Batch batch, int threads) => null;
}

/// <summary>A library that this program was built without.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Unavailable">How it would take part.</param>
public sealed record AbsentPeer(string Name, string Unavailable) : IPeer
{
    /// <inheritdoc/>
    public Contender? Forward(RacedNetwork network, Batch batch, int threads) => null;

    /// <inheritdoc/>
    public Contender? TrainingStep(RacedNetwork network, Batch batch, AdamWSettings optimizer, int threads) => null;
}
