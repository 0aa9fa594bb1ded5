namespace NetGen.Benchmarks;

/// <summary>One way of doing a row's work, ready to be called.</summary>
/// <param name="Name">Who does it.</param>
/// <param name="Run">Does the work the given number of times.</param>
/// <param name="Result">What the work computed last, to be compared with the others'.</param>
/// <param name="ArenaBytes">The memory that it works in besides parameters, inputs and outputs, where that is known.</param>
public sealed record Contender(string Name, Action<int> Run, Func<float[]> Result, long? ArenaBytes = null) : IDisposable
{
    /// <summary>What is disposed with the contender.</summary>
    public IReadOnlyList<IDisposable> Owned { get; init; } = [];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable owned in Owned) owned.Dispose();
    }
}
