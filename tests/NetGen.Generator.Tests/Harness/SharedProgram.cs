namespace NetGen.Generator.Tests.Harness;

/// <summary>A consumer's program that the tests of a class share, since compiling it takes longer than they do.</summary>
/// <param name="source">The program's text behind <see cref="Consumer.Usings"/>.</param>
public abstract class SharedProgram(string source) : IDisposable
{
    public LoadedProgram Program { get; } = Consumer.Of(source).Build(emit: true).AssertClean().Load();

    public void Dispose()
    {
        Program.Dispose();
        GC.SuppressFinalize(this);
    }
}
