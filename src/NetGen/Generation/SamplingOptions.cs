namespace NetGen;

/// <summary>How ids are drawn from logits, and when a generated text ends.</summary>
/// <remarks>
/// The order is that of Hugging Face's <c>generate</c>: logits are divided by the temperature, then the <see cref="TopK"/> highest are kept, then the fewest of
/// these whose probabilities make up <see cref="TopP"/>, and the id is drawn from what is left.
/// </remarks>
public sealed record SamplingOptions
{
    /// <summary>What logits are divided by: less than 1 for likelier ids, more for more surprising ones; 0 for the likeliest id always. Default: 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>How many ids are chosen from, those with the highest logits, and all that are equal to the last of them; 0 for all. Default: 0.</summary>
    public int TopK { get; init; }

    /// <summary>
    /// The probability that the ids which are chosen from make up, the likeliest ones and as few as possible (Holtzman et al. 2020); 1 for all. Default: 1.
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>The key of the random numbers: equal seeds give equal texts. Default: 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>The most ids to generate. Default: as many as there is room for.</summary>
    public int MaxTokens { get; init; } = int.MaxValue;

    /// <summary>Ids after which a text ends; it includes them. Default: none.</summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];

    /// <summary>Called with each generated id; where it says true, the text ends after that. Default: none.</summary>
    public Func<int, bool>? StopWhen { get; init; }

    /// <summary>
    /// How many ids a text goes on from when there is no room for another one: with its last ones as the beginning, whose keys and values are computed anew,
    /// and on to where there is no room again. 0: it ends there. Default: 0.
    /// </summary>
    public int Overlap { get; init; }

    /// <summary>Whether an id ends the text.</summary>
    internal bool Ends(int token)
    {
        for (int i = 0; i < StopTokens.Count; i++)
            if (StopTokens[i] == token) return true;
        return StopWhen?.Invoke(token) ?? false;
    }

    internal void ValidateSampling()
    {
        Check.NotNegative(Temperature, nameof(Temperature));
        ArgumentOutOfRangeException.ThrowIfNegative(TopK, nameof(TopK));
        if (!(TopP > 0 && TopP <= 1)) throw new ArgumentOutOfRangeException(nameof(TopP), TopP, "TopP must be more than 0 and at most 1.");
    }

    /// <param name="info">The network that generates.</param>
    internal void Validate(DecodingInfo info)
    {
        ValidateSampling();
        ArgumentOutOfRangeException.ThrowIfNegative(MaxTokens, nameof(MaxTokens));
        ArgumentNullException.ThrowIfNull(StopTokens);
        foreach (var token in StopTokens)
        {
            if ((uint)token >= (uint)info.Vocabulary)
            {
                throw Outside(nameof(StopTokens), token, $"{token} isn't one of the vocabulary's {info.Vocabulary:N0} ids, which are 0 to {info.Vocabulary - 1}.");
            }
        }
        if (Overlap < 0 || Overlap >= info.Positions)
        {
            throw Outside(nameof(Overlap), Overlap, $"Overlap must be at least 0 and less than the {info.Positions:N0} positions of a text.");
        }
    }

    static ArgumentOutOfRangeException Outside(string name, int value, FormattableString message) => new(name, value, FormattableString.Invariant(message));
}
