namespace NetGen;

/// <summary>
/// A decoder: a network from ids [positions] to logits [positions, vocabulary] of the id that follows each, in which a position depends on itself and earlier
/// ones alone. The generator gives it to networks whose first layer is an embedding, whose attention is causal, and whose other layers work on each position by
/// itself.
/// </summary>
/// <typeparam name="TSelf">The network's class.</typeparam>
/// <remarks><see cref="Generation"/> has what continues a text with it.</remarks>
public interface ILanguageModel<TSelf> : INetwork<TSelf> where TSelf : class, ILanguageModel<TSelf>
{
    /// <summary>How a text is continued one id at a time.</summary>
    static abstract DecodingInfo Decoding { get; }
}
