namespace NetGen;

/// <summary>A text that grows: draws an id, adds it, and knows when that ends.</summary>
/// <param name="decoder">The text, which isn't empty.</param>
/// <param name="options">How ids are drawn, and when it ends. They are valid.</param>
sealed class Continuation(Decoder decoder, SamplingOptions options)
{
    readonly Sampler _sampler = new(options, decoder.Vocabulary);
    int _left = options.MaxTokens;

    /// <summary>The last id.</summary>
    public int Token { get; private set; }

    /// <summary>Generates one more id; false where the text has ended.</summary>
    public bool Next()
    {
        if (_left == 0) return false;
        Token = _sampler.Sample(decoder.Logits);
        _left = options.Ends(Token) ? 0 : _left - 1;
        if (decoder.Position < decoder.Capacity) decoder.Append(Token);
        else if (options.Overlap == 0) _left = 0;
        else if (_left > 0)
        {
            // The new id is one of those that it goes on from.
            decoder.Slide(options.Overlap - 1);
            decoder.Append(Token);
        }
        return true;
    }
}
