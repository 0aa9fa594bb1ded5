using NetGen.Runtime;

namespace NetGen.Samples;

/// <summary>
/// Sentences of which some tokens are hidden, others in every epoch, with the hidden ones as labels: 15% of them, of which eight in ten are masks, one is
/// another token, and one is left as it is. Devlin et al. 2018, section 3.1.
/// </summary>
/// <param name="sentences">The tokens of each sentence.</param>
/// <param name="words">What knows the mask, and the tokens that another one is drawn from.</param>
/// <param name="seed">What is hidden follows from it, the epoch and the sentence.</param>
sealed class Masked(IReadOnlyList<int[]> sentences, WordPieces words, ulong seed) : IDataset<int>
{
    /// <summary>The label of a token that isn't asked for.</summary>
    public const int NotAsked = -100;

    const float Hidden = 0.15f, AsMask = 0.8f, AsAnother = 0.9f;

    public int Count => sentences.Count;

    public int InputSize => MaskedBert.Positions;

    public int TargetSize => MaskedBert.Positions;

    public int LengthOf(int index) => sentences[index].Length;

    public void Read(ReadOnlySpan<int> indices, Span<float> x, Span<int> target) => Read(0, indices, x, target);

    public void Read(int epoch, ReadOnlySpan<int> indices, Span<float> x, Span<int> target)
    {
        target.Fill(NotAsked);
        for (var i = 0; i < indices.Length; i++)
        {
            var (index, sentence) = (indices[i], sentences[indices[i]]);
            // One is asked for in any case; neither the beginning nor the end is.
            var certain = 1 + (int)(Draw(0) * (sentence.Length - 2));
            for (var t = 0; t < sentence.Length; t++)
            {
                var (token, place) = (sentence[t], i * InputSize + t);
                if (t > 0 && t < sentence.Length - 1 && (t == certain || Draw(3 * t) < Hidden))
                {
                    target[place] = token;
                    var how = Draw(3 * t + 1);
                    if (how < AsMask) token = words.MaskId;
                    else if (how < AsAnother)
                    {
                        var (first, count) = words.Words().GetOffsetAndLength(MaskedBert.Vocabulary);
                        token = first + Math.Min((int)(Draw(3 * t + 2) * count), count - 1);
                    }
                }
                x[place] = BitConverter.Int32BitsToSingle(token);
            }

            float Draw(int number) => Philox.Uniform(seed, (ulong)epoch, stream: 0, (uint)(index * 3 * InputSize + number));
        }
    }
}
