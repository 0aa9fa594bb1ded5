using System.Runtime.CompilerServices;

namespace NetGen;

/// <summary>Texts that networks continue.</summary>
/// <example><code>
/// foreach (var token in network.Generate(prompt, new SamplingOptions { Temperature = 0.8f, TopK = 40, Seed = 7 })) Console.Write(characters[token]);
/// </code></example>
public static partial class Generation
{
    /// <summary>Ids of a prompt after which a cancellation is looked for.</summary>
    const int Uncancelled = 16;

    /// <summary>Begins a text, empty at first. Its memory is allocated now, and nothing per id.</summary>
    /// <typeparam name="TSelf">The network's class.</typeparam>
    /// <param name="network">The network that continues it.</param>
    public static Decoder StartDecoding<TSelf>(this ILanguageModel<TSelf> network) where TSelf : class, ILanguageModel<TSelf>
    {
        ArgumentNullException.ThrowIfNull(network);
        return new(network.Parameters, TSelf.Decoding);
    }

    /// <summary>Continues a text. Each id is computed when it is asked for, and each enumeration gives the same ids.</summary>
    /// <typeparam name="TSelf">The network's class.</typeparam>
    /// <param name="network">The network that continues it.</param>
    /// <param name="prompt">The ids that the text begins with, at least one and at most as many as there are positions.</param>
    /// <param name="options">How ids are drawn, and when the text ends; null for the defaults.</param>
    /// <returns>The ids that follow the prompt.</returns>
    /// <exception cref="ArgumentException">
    /// The prompt is empty or too long, one of its ids isn't one of the vocabulary, or an option isn't in its range.
    /// </exception>
    public static IEnumerable<int> Generate<TSelf>(this ILanguageModel<TSelf> network, ReadOnlySpan<int> prompt, SamplingOptions? options = null)
        where TSelf : class, ILanguageModel<TSelf>
    {
        ArgumentNullException.ThrowIfNull(network);
        return Tokens(network.StartDecoding, Checked(TSelf.Decoding, prompt, options), options ?? new());
    }

    /// <summary>Continues a text on other threads, one id after the other as they are asked for.</summary>
    /// <typeparam name="TSelf">The network's class.</typeparam>
    /// <param name="network">The network that continues it.</param>
    /// <param name="prompt">The ids that the text begins with, at least one and at most as many as there are positions.</param>
    /// <param name="options">How ids are drawn, and when the text ends; null for the defaults.</param>
    /// <param name="cancellationToken">Ends it after the current id, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The ids that follow the prompt.</returns>
    /// <exception cref="ArgumentException">
    /// The prompt is empty or too long, one of its ids isn't one of the vocabulary, or an option isn't in its range.
    /// </exception>
    public static IAsyncEnumerable<int> GenerateAsync<TSelf>(
        this ILanguageModel<TSelf> network, ReadOnlySpan<int> prompt, SamplingOptions? options = null, CancellationToken cancellationToken = default)
        where TSelf : class, ILanguageModel<TSelf>
    {
        ArgumentNullException.ThrowIfNull(network);
        return TokensAsync(network.StartDecoding, Checked(TSelf.Decoding, prompt, options), options ?? new(), cancellationToken);
    }

    /// <summary>Continues a decoder's text, whose part each id is when it is given; a last one for which there is no room isn't.</summary>
    /// <param name="decoder">The text, of at least one id.</param>
    /// <param name="options">How ids are drawn, and when the text ends; null for the defaults.</param>
    /// <returns>The ids that follow.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option isn't in its range.</exception>
    /// <exception cref="InvalidOperationException">The text is empty.</exception>
    /// <exception cref="ObjectDisposedException">The decoder was disposed.</exception>
    public static IEnumerable<int> Generate(this Decoder decoder, SamplingOptions? options = null)
    {
        var valid = Checked(decoder, options);
        return Tokens();

        IEnumerable<int> Tokens()
        {
            var text = new Continuation(decoder, valid);
            while (text.Next()) yield return text.Token;
        }
    }

    /// <summary>The same at once.</summary>
    /// <param name="decoder">The text, of at least one id.</param>
    /// <param name="tokens">Receives the ids that follow, at most as many as it has places.</param>
    /// <param name="options">How ids are drawn, and when the text ends; null for the defaults.</param>
    /// <returns>How many ids there are.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option isn't in its range.</exception>
    /// <exception cref="InvalidOperationException">The text is empty.</exception>
    /// <exception cref="ObjectDisposedException">The decoder was disposed.</exception>
    public static int Generate(this Decoder decoder, Span<int> tokens, SamplingOptions? options = null)
    {
        var text = new Continuation(decoder, Checked(decoder, options));
        var count = 0;
        while (count < tokens.Length && text.Next()) tokens[count++] = text.Token;
        return count;
    }

    /// <summary>Continues a decoder's text on other threads, one id after the other as they are asked for.</summary>
    /// <param name="decoder">The text, of at least one id.</param>
    /// <param name="options">How ids are drawn, and when the text ends; null for the defaults.</param>
    /// <param name="cancellationToken">Ends it after the current id, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The ids that follow.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option isn't in its range.</exception>
    /// <exception cref="InvalidOperationException">The text is empty.</exception>
    /// <exception cref="ObjectDisposedException">The decoder was disposed.</exception>
    public static IAsyncEnumerable<int> GenerateAsync(this Decoder decoder, SamplingOptions? options = null, CancellationToken cancellationToken = default) =>
        StreamAsync(decoder, Checked(decoder, options), cancellationToken);

    static IEnumerable<int> Tokens(Func<Decoder> start, int[] prompt, SamplingOptions options)
    {
        using var decoder = start();
        decoder.Prompt(prompt);
        var text = new Continuation(decoder, options);
        while (text.Next()) yield return text.Token;
    }

    static async IAsyncEnumerable<int> TokensAsync(
        Func<Decoder> start, int[] prompt, SamplingOptions options, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var decoder = await Task.Run(start, cancellation).ConfigureAwait(false);
        await Task.Run(() => Begin(decoder, prompt, cancellation), cancellation).ConfigureAwait(false);
        await foreach (var token in StreamAsync(decoder, options, cancellation).ConfigureAwait(false)) yield return token;
    }

    static async IAsyncEnumerable<int> StreamAsync(Decoder decoder, SamplingOptions options, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var text = new Continuation(decoder, options);
        Func<bool> next = text.Next;
        while (await Task.Run(next, cancellation).ConfigureAwait(false)) yield return text.Token;
    }

    static void Begin(Decoder decoder, int[] prompt, CancellationToken cancellation)
    {
        for (int i = 0; i < prompt.Length; i += Uncancelled)
        {
            cancellation.ThrowIfCancellationRequested();
            decoder.Prompt(prompt.AsSpan(i, Math.Min(Uncancelled, prompt.Length - i)));
        }
    }

    static int[] Checked(DecodingInfo info, ReadOnlySpan<int> prompt, SamplingOptions? options)
    {
        Decoder.CheckPrompt(prompt, info, 0, nameof(prompt));
        options?.Validate(info);
        return prompt.ToArray();
    }

    static SamplingOptions Checked(Decoder decoder, SamplingOptions? options)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        options ??= new();
        options.Validate(decoder.Info);
        // Where there is nothing to go on from, that is said now rather than with the first id.
        _ = decoder.Logits;
        return options;
    }
}
