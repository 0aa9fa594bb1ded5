using System.Text;

namespace NetGen.Samples;

/// <summary>The ids of characters: 0 for the end of a line, and 1 to 95 for what can be printed of ASCII.</summary>
static class Characters
{
    /// <summary>How many there are.</summary>
    public const int Count = 96;

    /// <summary>The id of a character.</summary>
    /// <param name="character">The character.</param>
    /// <returns>Its id; −1 for one that isn't among them.</returns>
    public static int IdOf(char character) => character == '\n' ? 0 : character is >= ' ' and <= '~' ? character - ' ' + 1 : -1;

    /// <summary>The character with an id.</summary>
    public static char Of(int id) => id == 0 ? '\n' : (char)(' ' + id - 1);

    /// <summary>The ids of a text.</summary>
    /// <param name="text">The text. Carriage returns are left out, and tabs are spaces.</param>
    /// <param name="what">What messages call it.</param>
    /// <exception cref="InvalidDataException">It has another character.</exception>
    public static int[] Read(string text, string what)
    {
        var ids = new List<int>(text.Length);
        var line = 1;
        foreach (var character in text)
        {
            if (character == '\r')
                continue;
            var id = IdOf(character == '\t' ? ' ' : character);
            if (id < 0)
                throw new InvalidDataException(FormattableString.Invariant($"{what} has the character '{character}' (U+{(int)character:X4}) in line {line}; this sample knows ASCII only."));
            if (id == 0)
                line++;
            ids.Add(id);
        }
        return [.. ids];
    }

    /// <summary>The text of some ids.</summary>
    public static string Text(IEnumerable<int> ids)
    {
        var text = new StringBuilder();
        foreach (var id in ids)
            text.Append(Of(id));
        return text.ToString();
    }
}
