using System.Globalization;

namespace NetGen.Generator.Graph;

/// <summary>The sizes of a value's axes, outermost first, without the batch.</summary>
sealed record Shape(EquatableArray<int> Axes)
{
    public Shape(params int[] axes) : this(axes.ToEquatableArray()) { }

    public int Rank => Axes.Count;

    /// <summary>How many elements there are. Building a graph refuses shapes for which it would overflow.</summary>
    public int Size => checked((int)LongSize(Axes));

    /// <summary>The innermost size.</summary>
    public int Last => Axes[Rank - 1];

    public static long LongSize(IEnumerable<int> axes)
    {
        long size = 1;
        foreach (var axis in axes)
        {
            size = axis != 0 && Math.Abs(size) > long.MaxValue / Math.Abs((long)axis) ? long.MaxValue : size * axis;
        }
        return size;
    }

    public override string ToString() => $"[{string.Join(", ", Axes.Select(a => a.ToString(CultureInfo.InvariantCulture)))}]";
}

/// <summary>What the elements of a value are.</summary>
enum ElementType { Float32, Int32 }

/// <summary>The type of a value in the graph.</summary>
/// <param name="Shape">Its shape, without the batch.</param>
/// <param name="Batched">Whether there is one for each sample; parameters and their gradients are not.</param>
/// <param name="Element">What its elements are.</param>
/// <param name="Layout">How a sample lies in memory; null for row-major order.</param>
/// <param name="Sequence">
/// The positions of a sample, where their number is free. As a network is declared, the shape's first size is the most of them; once
/// <see cref="Sequences.SequencePass"/> has run it is 1, and there is one for each position of each sample.
/// </param>
sealed record ValueType(Shape Shape, bool Batched = true, ElementType Element = ElementType.Float32, Layout? Layout = null, Sequence? Sequence = null)
{
    /// <summary>The floats of a sample, or of a position, or of the value where there is one for all, in an arena.</summary>
    public int ArenaFloats => Layout?.Floats ?? Ops.Panels.Padded(Shape.Size);

    /// <summary>The most floats of a sample in an arena.</summary>
    public long SampleFloats => ArenaFloats * (Sequence is { IsByPosition: true } ? (long)Sequence.Max * Sequence.Rows : 1);

    /// <summary>The floats from a sample's to the next one's in an arena, or from what one position has to what the next one does.</summary>
    public int StepFloats => ArenaFloats * (Sequence?.Rows ?? 1);

    /// <summary>Whether there is one for each position of each sample.</summary>
    public bool IsByPosition => Sequence is { IsByPosition: true };

    public override string ToString()
    {
        var text = Shape.ToString();
        if (Sequence is { IsByPosition: true }) text = $"[≤{Layers.LayerBuilder.Text(Sequence.Max * Sequence.Rows)}{text.Substring(2)}";
        return (Element == ElementType.Float32 ? "" : "int32 ") + (!Batched ? text : Shape.Rank == 0 ? "[n]" : "[n, " + text.Substring(1));
    }
}

/// <summary>The positions of samples that have as many as they like, up to a number.</summary>
/// <param name="Max">The most of a sample.</param>
/// <param name="IsByPosition">Whether a value has one row, which there is for each position, rather than one for each of the most positions.</param>
/// <param name="Rows">How many rows there are for each position.</param>
/// <param name="Index">Which of the inputs with lengths of their own the positions are those of.</param>
sealed record Sequence(int Max, bool IsByPosition = false, int Rows = 1, int Index = 0)
{
    /// <summary>Whether a shape has a row of numbers, or a number, for each position.</summary>
    public bool IsAlong(Shape shape) => shape.Rank <= 2 && shape.Axes[0] == Max * Rows;

    /// <summary>Whether two values have the positions of the same input; one that has none goes with any.</summary>
    public static bool AreSame(Sequence? one, Sequence? other) => one is null || other is null || one.Index == other.Index;
}
