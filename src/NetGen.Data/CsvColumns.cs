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

    /// <summary>A column's name, which like a cell has no spaces around it.</summary>
    public static string Name(CsvDataReader csv, int column) => csv.GetName(column).Trim();

    public static string Describe(CsvDataReader csv, CsvOptions options, int column) =>
        options.Header ? $"'{Name(csv, column)}'" : column.ToString(CultureInfo.InvariantCulture);
}
