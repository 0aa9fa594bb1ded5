using System.Text;
using Microsoft.ML.Tokenizers;

namespace NetGen.Samples;

/// <summary>A text as word pieces: its most frequent words, and for all others their letters.</summary>
sealed class WordPieces
{
    /// <summary>What a word is called in a sentence that is to be guessed.</summary>
    public const string Mask = "[MASK]";

    static readonly string[] s_special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", Mask];

    readonly List<string> vocabulary;
    readonly BertTokenizer tokenizer;

    /// <param name="text">What the vocabulary is made of.</param>
    public WordPieces(string text)
    {
        vocabulary = [.. s_special];
        for (var letter = ' ' + 1; letter < 127; letter++)
        {
            // Lower case, in a word and at its beginning.
            if (char.IsAsciiLetterUpper((char)letter)) continue;
            vocabulary.Add(((char)letter).ToString());
            if (char.IsAsciiLetterOrDigit((char)letter)) vocabulary.Add("##" + (char)letter);
        }
        var known = vocabulary.ToHashSet(StringComparer.Ordinal);
        var counts = Words(text).Where(word => !known.Contains(word)).CountBy(word => word, StringComparer.Ordinal);
        var frequent = counts.OrderByDescending(word => word.Value).ThenBy(word => word.Key, StringComparer.Ordinal).Select(word => word.Key);
        vocabulary.AddRange(frequent.Take(MaskedBert.Vocabulary - vocabulary.Count));
        using var lines = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', vocabulary)));
        tokenizer = BertTokenizer.Create(lines);
    }

    /// <summary>The id of the mask.</summary>
    public int MaskId => vocabulary.IndexOf(Mask);

    /// <summary>The ids that a mask can stand for: words and letters.</summary>
    public Range Words() => s_special.Length..vocabulary.Count;

    /// <summary>A token's text.</summary>
    public string this[int id] => vocabulary[id];

    /// <summary>
    /// The tokens of a sentence, which may have masks, between those of its beginning and its end; cut off after as many as a sentence may have.
    /// </summary>
    public int[] Encode(string sentence)
    {
        var ids = new List<int> { vocabulary.IndexOf("[CLS]") };
        var parts = sentence.Split(Mask);
        for (var i = 0; i < parts.Length; i++)
        {
            if (i > 0) ids.Add(MaskId);
            ids.AddRange(tokenizer.EncodeToIds(parts[i], addSpecialTokens: false));
        }
        if (ids.Count > MaskedBert.Positions - 1) ids.RemoveRange(MaskedBert.Positions - 1, ids.Count - (MaskedBert.Positions - 1));
        ids.Add(vocabulary.IndexOf("[SEP]"));
        return [.. ids];
    }

    static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        foreach (var letter in text)
        {
            if (char.IsLetterOrDigit(letter)) word.Append(char.ToLowerInvariant(letter));
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }
        if (word.Length > 0) yield return word.ToString();
    }
}
