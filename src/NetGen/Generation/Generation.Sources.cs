using System.Runtime.InteropServices;

namespace NetGen;

// Texts about a source.
public static partial class Generation
{
    /// <summary>
    /// Begins a text about a source, empty at first. The source goes through the network now, once for all of the text. Memory is allocated now too, and
    /// nothing per id.
    /// </summary>
    /// <typeparam name="TSelf">The network's class.</typeparam>
    /// <typeparam name="TSource">What a source is made of.</typeparam>
    /// <param name="network">The network that continues it.</param>
    /// <param name="source">The source: as many values as the network's inputs beside the text have; of a sequence, those of its positions.</param>
    /// <exception cref="ArgumentException">The source has another number of values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id isn't one of its vocabulary.</exception>
    public static Decoder StartDecoding<TSelf, TSource>(this IEncoderDecoder<TSelf, TSource> network, ReadOnlySpan<TSource> source)
        where TSelf : class, IEncoderDecoder<TSelf, TSource>
        where TSource : unmanaged
    {
        ArgumentNullException.ThrowIfNull(network);
        return new(network.Parameters, TSelf.Decoding, Checked(TSelf.Decoding, source));
    }

    /// <summary>Continues a text about a source. Each id is computed when it is asked for, and each enumeration gives the same ids.</summary>
    /// <typeparam name="TSelf">The network's class.</typeparam>
    /// <typeparam name="TSource">What a source is made of.</typeparam>
    /// <param name="network">The network that continues it.</param>
    /// <param name="source">The source: as many values as the network's inputs beside the text have; of a sequence, those of its positions.</param>
    /// <param name="prompt">
    /// The ids that the text begins with, such as one that stands for the start; at least one and at most as many as there are positions.
    /// </param>
    /// <param name="options">How ids are drawn, and when the text ends; null for the defaults.</param>
    /// <returns>The ids that follow the prompt.</returns>
    /// <exception cref="ArgumentException">
    /// The source has another number of values, the prompt is empty or too long, an id isn't one of its vocabulary, or an option isn't in its range.
    /// </exception>
    public static IEnumerable<int> Generate<TSelf, TSource>(
        this IEncoderDecoder<TSelf, TSource> network, ReadOnlySpan<TSource> source, ReadOnlySpan<int> prompt, SamplingOptions? options = null)
        where TSelf : class, IEncoderDecoder<TSelf, TSource>
        where TSource : unmanaged
    {
        ArgumentNullException.ThrowIfNull(network);
        return Tokens(Start(network, source), Checked(TSelf.Decoding, prompt, options), options ?? new());
    }

    /// <summary>Continues a text about a source on other threads, one id after the other as they are asked for.</summary>
    /// <typeparam name="TSelf">The network's class.</typeparam>
    /// <typeparam name="TSource">What a source is made of.</typeparam>
    /// <param name="network">The network that continues it.</param>
    /// <param name="source">The source: as many values as the network's inputs beside the text have; of a sequence, those of its positions.</param>
    /// <param name="prompt">
    /// The ids that the text begins with, such as one that stands for the start; at least one and at most as many as there are positions.
    /// </param>
    /// <param name="options">How ids are drawn, and when the text ends; null for the defaults.</param>
    /// <param name="cancellationToken">Ends it after the current id, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The ids that follow the prompt.</returns>
    /// <exception cref="ArgumentException">
    /// The source has another number of values, the prompt is empty or too long, an id isn't one of its vocabulary, or an option isn't in its range.
    /// </exception>
    public static IAsyncEnumerable<int> GenerateAsync<TSelf, TSource>(
        this IEncoderDecoder<TSelf, TSource> network, ReadOnlySpan<TSource> source, ReadOnlySpan<int> prompt, SamplingOptions? options = null,
        CancellationToken cancellationToken = default)
        where TSelf : class, IEncoderDecoder<TSelf, TSource>
        where TSource : unmanaged
    {
        ArgumentNullException.ThrowIfNull(network);
        return TokensAsync(Start(network, source), Checked(TSelf.Decoding, prompt, options), options ?? new(), cancellationToken);
    }

    /// <summary>What begins a text about a source, which may change meanwhile.</summary>
    static Func<Decoder> Start<TSelf, TSource>(IEncoderDecoder<TSelf, TSource> network, ReadOnlySpan<TSource> source)
        where TSelf : class, IEncoderDecoder<TSelf, TSource>
        where TSource : unmanaged
    {
        var values = Checked(TSelf.Decoding, source).ToArray();
        return () => new(network.Parameters, TSelf.Decoding, values);
    }

    static ReadOnlySpan<float> Checked<TSource>(DecodingInfo info, ReadOnlySpan<TSource> source) where TSource : unmanaged
    {
        var values = MemoryMarshal.Cast<TSource, float>(source);
        SourcePass.Check(values, info.Source!, nameof(source));
        return values;
    }
}
