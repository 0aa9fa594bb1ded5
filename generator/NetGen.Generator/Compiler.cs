using NetGen.Generator.Parsing;

namespace NetGen.Generator;

/// <summary>The compiler without Roslyn: from what was declared to what is written.</summary>
static class Compiler
{
    /// <summary>Runs every pass.</summary>
    public static CompiledNetwork Compile(NetworkModel model, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return new(Check(model), []);
    }

    /// <summary>Runs the passes that can find fault, for the analyzer, which runs while its user types.</summary>
    public static EquatableArray<NetworkError> Check(NetworkModel model) => new[] { model }.Take(0).Select(m => new NetworkError("NG9999", -1, [m.Type.Name])).ToEquatableArray();
}

/// <summary>What came of a network: errors, or the files that implement it.</summary>
sealed record CompiledNetwork(EquatableArray<NetworkError> Errors, EquatableArray<GeneratedFile> Files);

/// <summary>A file to add to the user's compilation.</summary>
/// <param name="HintName">Its name, unique among the networks of a project but for case.</param>
/// <param name="Text">Its content.</param>
sealed record GeneratedFile(string HintName, string Text);
