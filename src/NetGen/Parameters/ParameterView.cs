namespace NetGen;

/// <summary>One parameter of a network, seen in PyTorch's shape and order however it is stored.</summary>
public readonly struct ParameterView
{
    readonly ParameterSet _set;

    internal ParameterView(ParameterSet set, ParameterInfo info) => (_set, Info) = (set, info);

    /// <summary>Name, shape and role.</summary>
    public ParameterInfo Info { get; }

    /// <summary>One element, to read or to write.</summary>
    /// <param name="index">One index for each axis.</param>
    /// <exception cref="InvalidOperationException">The parameters can only be read, as <see cref="ToArray"/> does.</exception>
    /// <exception cref="ArgumentException">There are more or fewer indices than axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside of its axis.</exception>
    public ref float this[params ReadOnlySpan<int> index] => ref Stored[IndexOf(index)];

    /// <summary>The values in PyTorch's order.</summary>
    public float[] ToArray()
    {
        var values = new float[Info.Count];
        CopyTo(values);
        return values;
    }

    /// <summary>Copies the values in PyTorch's order.</summary>
    /// <param name="values">Receives them; exactly as long as the tensor.</param>
    /// <exception cref="ArgumentException"><paramref name="values"/> has another length.</exception>
    public void CopyTo(Span<float> values)
    {
        Check(values.Length, nameof(values));
        Info.Layout.CopyToDense(Info.Shape.AsSpan(), _set.Values.Slice((int)Info.Offset, Info.StoredFloats), values);
    }

    /// <summary>Replaces the values.</summary>
    /// <param name="values">The values in PyTorch's order; exactly as many as the tensor has.</param>
    /// <exception cref="ArgumentException"><paramref name="values"/> has another length.</exception>
    public void CopyFrom(ReadOnlySpan<float> values)
    {
        Check(values.Length, nameof(values));
        Info.Layout.CopyFromDense(Info.Shape.AsSpan(), values, Stored);
    }

    /// <inheritdoc/>
    public override string ToString() => Info is null ? "no parameter" : $"{Info.Name} [{string.Join(", ", Info.Shape)}]";

    internal Span<float> Stored => _set.Arena.Slice((int)Info.Offset, Info.StoredFloats);

    int IndexOf(ReadOnlySpan<int> index)
    {
        var shape = Info.Shape;
        if (index.Length != shape.Length)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{Info.Name} has {shape.Length} axes and needs as many indices; it got {index.Length}."), nameof(index));
        }
        var dense = 0;
        for (int axis = 0; axis < index.Length; axis++)
        {
            if ((uint)index[axis] >= (uint)shape[axis])
            {
                throw new ArgumentOutOfRangeException(nameof(index), index[axis],
                    FormattableString.Invariant($"Axis {axis} of {Info.Name} needs an index of at least 0 and less than {shape[axis]}."));
            }
            dense = dense * shape[axis] + index[axis];
        }
        return Info.Layout.IndexOf(shape.AsSpan(), dense);
    }

    void Check(int length, string name)
    {
        if (length != Info.Count)
            throw new ArgumentException(FormattableString.Invariant($"{Info.Name} has {Info.Count} values; the span has {length}."), name);
    }
}
