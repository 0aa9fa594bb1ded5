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
sealed record ValueType(Shape Shape, bool Batched = true, ElementType Element = ElementType.Float32, Layout? Layout = null)
{
    /// <summary>The floats of a sample, or of the value where there is one for all, in an arena.</summary>
    public int ArenaFloats => Layout?.Floats ?? Ops.Panels.Padded(Shape.Size);

    public override string ToString() =>
        (Element == ElementType.Float32 ? "" : "int32 ") + (!Batched ? Shape.ToString() : Shape.Rank == 0 ? "[n]" : "[n, " + Shape.ToString().Substring(1));
}
