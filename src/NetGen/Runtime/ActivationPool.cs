namespace NetGen.Runtime;

/// <summary>Arenas of one size that predictions borrow for their activations. Any number of threads may rent and return at the same time.</summary>
/// <remarks>
/// As many arenas are allocated as were ever rented at the same time; after that nothing is allocated. A rented arena holds whatever its last user left.
/// </remarks>
/// <param name="length">How many floats an arena has, at least 0.</param>
public sealed class ActivationPool(int length)
{
    readonly Stack<Arena> _others = new();
    readonly Lock _lock = new();
    Arena? _first;

    /// <summary>How many floats an arena of this pool has.</summary>
    public int Length { get; } =
        length >= 0 ? length : throw new ArgumentOutOfRangeException(nameof(length), length, "An arena cannot have a negative length.");

    /// <summary>Takes an arena out of the pool, or a new one if all are in use.</summary>
    /// <returns>An arena of <see cref="Length"/> floats with arbitrary content.</returns>
    public Arena Rent() => Interlocked.Exchange(ref _first, null) ?? RentOther();

    /// <summary>Gives an arena back, after which the caller must not touch it.</summary>
    /// <param name="arena">An arena that <see cref="Rent"/> returned.</param>
    public void Return(Arena arena)
    {
        var other = Interlocked.Exchange(ref _first, arena);
        if (other is not null) ReturnOther(other);
    }

    Arena RentOther()
    {
        lock (_lock)
            if (_others.TryPop(out var arena)) return arena;
        return new Arena(Length);
    }

    void ReturnOther(Arena arena)
    {
        lock (_lock) _others.Push(arena);
    }
}
