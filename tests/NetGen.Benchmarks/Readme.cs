namespace NetGen.Benchmarks;

/// <summary>The project's README, which has places for measurements.</summary>
static class Readme
{
    /// <summary>Writes a text between two marks of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="place">The name in the marks.</param>
    /// <param name="text">The text, of whole lines.</param>
    /// <exception cref="InvalidDataException">The file hasn't the marks.</exception>
    public static void Insert(string file, string place, string text)
    {
        string begin = $"<!-- {place}: written by tests/NetGen.Benchmarks -->\n", end = $"<!-- /{place} -->";
        string all = File.ReadAllText(file);
        int first = all.IndexOf(begin, StringComparison.Ordinal), last = all.IndexOf(end, StringComparison.Ordinal);
        if (first < 0 || last < first) throw new InvalidDataException($"{file} has no place for the table, between '{begin.TrimEnd()}' and '{end}'.");
        File.WriteAllText(file, all[..(first + begin.Length)] + text + all[last..]);
    }
}
