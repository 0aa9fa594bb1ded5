using System.Collections.Immutable;
using System.Globalization;
using Sylvan.Data.Csv;

namespace NetGen.Data;

/// <summary>Numbers and labels read from a CSV file. Numbers are written as in C#, whatever the machine's culture: <c>1.5</c>, <c>-2e-3</c>.</summary>
public sealed class CsvTable
{
    /// <summary>The largest label that is believed where labels are numbers: each number up to it becomes a class.</summary>
    const int LargestLabel = 65_535;

    CsvTable(string path, int rows, ImmutableArray<string> inputNames, float[] inputs, ImmutableArray<string> targetNames, float[] targets, int[] labels,
        ImmutableArray<string> classes)
    {
        (Path, Rows) = (path, rows);
        (InputNames, Inputs, TargetNames, Targets, Labels, Classes) = (inputNames, inputs, targetNames, targets, labels, classes);
    }

    /// <summary>Where the table was read from.</summary>
    public string Path { get; }

    /// <summary>The number of rows, the header not counted.</summary>
    public int Rows { get; }

    /// <summary>The inputs' names, or their columns' positions where the file has no header.</summary>
    public ImmutableArray<string> InputNames { get; }

    /// <summary>The inputs, [rows, inputs].</summary>
    public float[] Inputs { get; }

    /// <summary>The targets' names.</summary>
    public ImmutableArray<string> TargetNames { get; }

    /// <summary>The targets, [rows, targets].</summary>
    public float[] Targets { get; }

    /// <summary>The label of each row, a position in <see cref="Classes"/>; empty where no label column was chosen.</summary>
    public int[] Labels { get; }

    /// <summary>The classes' names; empty where no label column was chosen.</summary>
    public ImmutableArray<string> Classes { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ArgumentException">A column was chosen that the file doesn't have, or twice.</exception>
    /// <exception cref="InvalidDataException">
    /// The file has no rows, or numbers in place of the header's names, or a cell is missing or isn't what its column needs. The message names the file, the column
    /// and the row (the first after the header is row 1).
    /// </exception>
    public static CsvTable Read(string path, CsvOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file '{path}'.", path);
        try
        {
            return Parse(path, options ?? new());
        }
        catch (CsvMissingHeadersException e)
        {
            throw new InvalidDataException($"'{path}' is empty; a header and rows are needed.", e);
        }
        catch (CsvFormatException e)
        {
            throw new InvalidDataException($"'{path}', row {e.RowNumber}: {e.Message}", e);
        }
        catch (Exception e) when (e is CsvConfigurationException or CsvRecordTooLargeException or AmbiguousColumnException)
        {
            throw new InvalidDataException($"'{path}' can't be read as CSV: {e.Message}", e);
        }
    }

    /// <summary>The inputs with their labels, for a network that classifies.</summary>
    /// <param name="normalization">What is done to the inputs; by default nothing.</param>
    /// <exception cref="InvalidOperationException">No label column was chosen.</exception>
    /// <exception cref="ArgumentException">The normalisation is for another number of inputs.</exception>
    public Dataset<int> ToLabelledDataset(Normalization? normalization = null) => Classes.IsEmpty
        ? throw new InvalidOperationException($"'{Path}' was read without a label column: set {nameof(CsvOptions)}.{nameof(CsvOptions.Label)}.")
        : new(Normalized(normalization), Labels, InputNames.Length);

    /// <summary>The inputs with their targets, for a network that predicts numbers.</summary>
    /// <param name="normalization">What is done to the inputs; by default nothing.</param>
    /// <exception cref="InvalidOperationException">No target column was chosen.</exception>
    /// <exception cref="ArgumentException">The normalisation is for another number of inputs.</exception>
    public Dataset<float> ToDataset(Normalization? normalization = null) => TargetNames.IsEmpty
        ? throw new InvalidOperationException($"'{Path}' was read without a target column: set {nameof(CsvOptions)}.{nameof(CsvOptions.Targets)}.")
        : new(Normalized(normalization), Targets, InputNames.Length, TargetNames.Length);

    float[] Normalized(Normalization? normalization)
    {
        var inputs = (float[])Inputs.Clone();
        normalization?.CheckFits(InputNames.Length, nameof(normalization));
        normalization?.Apply(inputs);
        return inputs;
    }

    static CsvTable Parse(string path, CsvOptions options)
    {
        using var csv = CsvDataReader.Create(path, new CsvDataReaderOptions
        {
            HasHeaders = options.Header,
            Delimiter = options.Delimiter,
            Culture = CultureInfo.InvariantCulture,
            HeaderComparer = StringComparer.Ordinal,
            Comment = '\0',     // there are no comments: a row that begins with # must not vanish
            MaxBufferSize = 16 << 20,
        });
        if (csv.FieldCount == 0)
            throw new InvalidDataException($"'{path}' is empty.");

        var columns = CsvColumns.Choose(csv, path, options);
        columns.CheckHeader(csv, path, options);
        var inputs = new List<float>();
        var targets = new List<float>();
        var labels = new List<string>();
        var texts = new HashSet<string>(StringComparer.Ordinal);
        var rows = 0;
        while (csv.Read())
        {
            rows++;
            if (csv.RowFieldCount == 1 && csv.FieldCount > 1 && csv.GetFieldSpan(0).IsWhiteSpace())
            {
                rows--;     // an empty line, as at the end of many files
                continue;
            }
            if (csv.RowFieldCount != csv.FieldCount)
                throw new InvalidDataException($"'{path}', row {rows}: {csv.RowFieldCount} cells where the first line has {csv.FieldCount}.");

            foreach (var column in columns.Inputs)
                inputs.Add(Number(csv, column, options.Missing));
            foreach (var column in columns.Targets)
                targets.Add(Number(csv, column, missing: null));
            if (columns.Label is { } label)
            {
                var text = csv.GetFieldSpan(label).Trim();
                if (text.IsEmpty)
                    throw Cell(label, "the label is missing");
                labels.Add(Once(text));
            }
        }
        if (rows == 0)
            throw new InvalidDataException($"'{path}' has no rows{(options.Header ? " after its header" : "")}.");

        var classes = columns.Label is null ? [] : ClassesOf();
        var numbers = classes.Select((name, index) => (name, index)).ToDictionary(c => c.name, c => c.index, StringComparer.Ordinal);
        var indices = new int[labels.Count];
        for (var i = 0; i < indices.Length; i++)
        {
            // Whole numbers may be written with signs and leading zeros.
            if (!numbers.TryGetValue(labels[i], out indices[i]) && (options.Classes is not null || !TryLabel(labels[i], out indices[i])))
            {
                throw new InvalidDataException(
                    $"'{path}', row {i + 1}, column {CsvColumns.Describe(csv, options, columns.Label!.Value)}: " +
                    $"'{labels[i]}' is none of the classes {string.Join(", ", classes)}.");
            }
        }
        return new(path, rows, [.. columns.Inputs.Select(Name)], [.. inputs], [.. columns.Targets.Select(Name)], [.. targets], indices, classes);

        string Once(ReadOnlySpan<char> text)
        {
            var lookup = texts.GetAlternateLookup<ReadOnlySpan<char>>();
            lookup.Add(text);
            return lookup.TryGetValue(text, out var kept) ? kept : text.ToString();
        }

        string Name(int column) => options.Header ? CsvColumns.Name(csv, column) : column.ToString(CultureInfo.InvariantCulture);

        InvalidDataException Cell(int column, string what) =>
            new($"'{path}', row {rows}, column {CsvColumns.Describe(csv, options, column)}: {what}.");

        float Number(CsvDataReader reader, int column, float? missing)
        {
            var text = reader.GetFieldSpan(column).Trim();
            if (text.IsEmpty)
                return missing ?? throw Cell(column, "the cell is empty; a number is needed");
            if (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !float.IsFinite(value))
            {
                throw Cell(column, $"'{text}' isn't a finite number" +
                    (text.Contains(',') && !text.Contains('.') ? ", which is written with a point, as 1.5" : ""));
            }
            return value;
        }

        ImmutableArray<string> ClassesOf()
        {
            if (options.Classes is { } given)
            {
                if (given.Distinct(StringComparer.Ordinal).Count() != given.Count)
                    throw new ArgumentException($"The classes {string.Join(", ", given)} hold a name twice.", nameof(options));
                return [.. given];
            }
            if (!texts.All(t => TryLabel(t, out _)))
                return [.. texts.Order(StringComparer.Ordinal)];

            var largest = texts.Max(t => TryLabel(t, out var label) ? label : 0);
            return [.. Enumerable.Range(0, largest + 1).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        }
    }

    static bool TryLabel(string text, out int label) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out label) && label is >= 0 and <= LargestLabel;
}
