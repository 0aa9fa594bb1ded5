namespace NetGen.Data;

/// <summary>Memory for a read that the next read takes over. Reads at the same time get memory of their own.</summary>
/// <typeparam name="T">What the memory is made up of.</typeparam>
struct Scratch<T> where T : class
{
    T? _idle;

    /// <summary>Takes what the last read left, or null.</summary>
    public T? Take() => Interlocked.Exchange(ref _idle, null);

    /// <summary>Leaves memory for the next read.</summary>
    public void Leave(T memory) => Volatile.Write(ref _idle, memory);

    /// <summary>At least so many values, of an array that grows as needed.</summary>
    public static Span<TValue> Room<TValue>(ref TValue[] array, int length)
    {
        if (array.Length < length)
            array = new TValue[length];
        return array.AsSpan(0, length);
    }
}
