using System.Globalization;
using Sylvan.Data.Csv;

namespace NetGen.Data;

/// <summary>The positions of the columns that the options choose.</summary>
sealed record CsvColumns(int[] Inputs, int[] Targets, int? Label)
{
    public static CsvColumns Choose(CsvDataReader csv, string path, CsvOptions options)
    {
        var targets = options.Targets.Select(Position).ToArray();
        int? label = options.Label is { } column ? Position(column) : null;
        var inputs = options.Inputs?.Select(Position).ToArray()
            ?? [.. Enumerable.Range(0, csv.FieldCount).Where(c => c != label && !targets.Contains(c))];
        if (inputs.Length == 0)
            throw new ArgumentException($"No column of '{path}' is left as an input.", nameof(options));

        var twice = inputs.Concat(targets).Concat(label is { } l ? [l] : []).GroupBy(c => c).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
            throw new ArgumentException($"Column {Describe(csv, options, twice.Key)} of '{path}' is chosen twice.", nameof(options));
        return new(inputs, targets, label);

        int Position(CsvColumn column)
        {
            if (column.Name is null)
            {
                return column.Index < csv.FieldCount
                    ? column.Index
                    : throw new ArgumentException(
                        $"'{path}' has {csv.FieldCount} columns, counted from 0; there is no column {column.Index}.", nameof(options));
            }
            if (!options.Header)
                throw new ArgumentException($"Column {column} of '{path}' is chosen by name, but the file is read without a header.", nameof(options));

            var names = Enumerable.Range(0, csv.FieldCount).Select(c => Name(csv, c)).ToArray();
            var found = Array.IndexOf(names, column.Name);
            if (found < 0)
                throw new ArgumentException($"'{path}' has no column {column}; it has {string.Join(", ", names.Select(n => $"'{n}'"))}.", nameof(options));
            if (Array.LastIndexOf(names, column.Name) != found)
                throw new ArgumentException($"'{path}' has several columns {column}: choose by position.", nameof(options));
            return found;
        }
    }

    /// <summary>
    /// Refuses numbers where names are expected, since a row would be lost without a word. A column that is chosen by name has one, and places, as 0, 1, 2, are
    /// the names that are written for columns without any.
    /// </summary>
    /// <exception cref="InvalidDataException">The first line is likely a row.</exception>
    public void CheckHeader(CsvDataReader csv, string path, CsvOptions options)
    {
        if (!options.Header || (options.Inputs ?? []).Concat(options.Targets).Append(options.Label ?? 0).Any(column => column.Name is not null)) return;
        var columns = Inputs.Concat(Targets).ToArray();
        if (!columns.All(column => IsNumber(Name(csv, column))) || columns.All(column => IsPlace(Name(csv, column), column))) return;
        throw new InvalidDataException($"'{path}' begins with numbers where the columns' names are expected: {string.Join(", ", columns.Take(4).Select(c => $"'{Name(csv, c)}'"))}" +
            $"{(columns.Length > 4 ? ", …" : "")}. Set {nameof(CsvOptions)}.{nameof(CsvOptions.Header)} to false where its first line is a row; if these are names, choose a column by one.");
    }

    static bool IsNumber(string name) => float.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value);

    /// <summary>Whether a name is the column's place, counted from 0 or from 1.</summary>
    static bool IsPlace(string name, int column) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place - column is 0 or 1;

    /// <summary>A column's name, which like a cell has no spaces around it.</summary>
    public static string Name(CsvDataReader csv, int column) => csv.GetName(column).Trim();

    public static string Describe(CsvDataReader csv, CsvOptions options, int column) =>
        options.Header ? $"'{Name(csv, column)}'" : column.ToString(CultureInfo.InvariantCulture);
}
