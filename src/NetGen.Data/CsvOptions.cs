using System.Globalization;

namespace NetGen.Data;

/// <summary>A column of a CSV file: by name, where the file has a header, or by position, counted from 0. Converts from both.</summary>
public readonly record struct CsvColumn
{
    /// <summary>The column of this name.</summary>
    public CsvColumn(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
    }

    /// <summary>The column at this position, counted from 0.</summary>
    public CsvColumn(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        Index = index;
    }

    /// <summary>The name, or <see langword="null"/> where the column is chosen by position.</summary>
    public string? Name { get; }

    /// <summary>The position, where <see cref="Name"/> is <see langword="null"/>.</summary>
    public int Index { get; }

    /// <summary>The column of this name.</summary>
    public static implicit operator CsvColumn(string name) => new(name);

    /// <summary>The column at this position, counted from 0.</summary>
    public static implicit operator CsvColumn(int index) => new(index);

    /// <inheritdoc/>
    public override string ToString() => Name is null ? Index.ToString(CultureInfo.InvariantCulture) : $"'{Name}'";
}

/// <summary>How a CSV file is read.</summary>
public sealed record CsvOptions
{
    /// <summary>Whether the first line holds the columns' names. Default: yes; one of numbers only is an error unless a column is chosen by name.</summary>
    public bool Header { get; init; } = true;

    /// <summary>What separates the cells; by default it is found out from the first line (comma, semicolon, tab or bar).</summary>
    public char? Delimiter { get; init; }

    /// <summary>The columns that are inputs, in the order in which the network gets them. Default: all that are neither targets nor the label.</summary>
    public IReadOnlyList<CsvColumn>? Inputs { get; init; }

    /// <summary>The columns of numbers that the network learns to predict. Default: none.</summary>
    public IReadOnlyList<CsvColumn> Targets { get; init; } = [];

    /// <summary>The column of the class that the network learns to predict. Default: none.</summary>
    public CsvColumn? Label { get; init; }

    /// <summary>
    /// The classes' names: a label is one of them, and its number is the position here. Without them, a column of whole numbers from 0 is taken as it is,
    /// and otherwise the classes are the texts that occur, in ordinal order.
    /// </summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>What an empty cell of an input stands for. Default: none, an empty cell is an error.</summary>
    public float? Missing { get; init; }
}
