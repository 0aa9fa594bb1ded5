namespace NetGen;

/// <summary>
/// An encoder and a decoder: a network from a source, and the ids of a text about it, to logits [positions, vocabulary] of the id that follows each, in which a
/// position depends on the source, itself and earlier positions alone. The generator gives it to networks whose Forward has such inputs: a translator's source
/// is another text, that of captions an image.
/// </summary>
/// <typeparam name="TSelf">The network's class.</typeparam>
/// <typeparam name="TSource">
/// What a source is made of: <see cref="int"/> for ids, <see cref="float"/> for numbers. Of several inputs it has one after the other; where some are ids and
/// others numbers, it is floats, and an id is given by its bits, <see cref="BitConverter.Int32BitsToSingle"/>.
/// </typeparam>
/// <remarks><see cref="Generation"/> has what continues a text with it.</remarks>
public interface IEncoderDecoder<TSelf, TSource> : INetwork<TSelf>
    where TSelf : class, IEncoderDecoder<TSelf, TSource>
    where TSource : unmanaged
{
    /// <summary>How a source is encoded once, and a text about it continued one id at a time.</summary>
    static abstract DecodingInfo Decoding { get; }
}
