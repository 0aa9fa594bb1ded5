namespace NetGen.Generator.Tests.Reference;

/// <summary>The networks that a class has its tests on.</summary>
public interface INetworkCases
{
    /// <summary>Declarations, by the networks' names.</summary>
    static abstract IReadOnlyDictionary<string, string> Cases { get; }

    /// <summary>What stands beside them.</summary>
    static virtual string Blocks => "";
}

/// <summary>Networks that are compiled once for all tests of a class.</summary>
public sealed class NetworkFixture<TCases> : IDisposable where TCases : INetworkCases
{
    internal NetworkSet Set { get; } = new(TCases.Cases, TCases.Blocks);

    public void Dispose() => Set.Dispose();
}
