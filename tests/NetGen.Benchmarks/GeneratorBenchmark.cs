extern alias generator;

using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NetGenGenerator = generator::NetGen.Generator.NetGenGenerator;

namespace NetGen.Benchmarks;

/// <summary>What the generator adds to a build, and to a keystroke in an editor.</summary>
static class GeneratorBenchmark
{
    const int MostWarmUps = 10;

    static readonly CSharpParseOptions options = new(LanguageVersion.Latest);
    static readonly MetadataReference[] references = [.. References()];

    /// <summary>The measured times as a table.</summary>
    /// <param name="networks">The networks that the generator is given, each in a compilation of its own.</param>
    /// <param name="runs">How many times each is measured; the table shows best and median.</param>
    /// <exception cref="InvalidOperationException">Nothing is generated for a network.</exception>
    public static string Markdown(IReadOnlyList<DeclaredNetwork> networks, int runs)
    {
        StringBuilder table = new();
        foreach (string fact in Machine.Facts()) table.Append("- ").Append(fact).Append('\n');
        table.Append(Invariant($"- times of the generator's driver after warm-up: the best of {runs} runs, the median in brackets\n"));
        table.Append("\n| network | generated | the whole network | limit | nothing changed | another file changed | a comment in the network's file |\n");
        table.Append("|---|---:|---:|---:|---:|---:|---:|\n");
        foreach (DeclaredNetwork network in networks) table.Append(Line(network, runs));
        return table.ToString();
    }

    static string Line(DeclaredNetwork network, int runs)
    {
        SyntaxTree declaration = Parse(network.Source), other = Parse("class Other { int value; }");
        SyntaxTree[] sources = [declaration, other, .. network.UsedBlocks().Select(Parse)];
        Compilation compilation = CSharpCompilation.Create(
            "Consumer", sources, references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        // Binding the compilation's symbols is the compiler's own work, done before any generator is timed.
        compilation.GetDiagnostics();

        GeneratorDriver fresh = CSharpGeneratorDriver.Create([new NetGenGenerator().AsSourceGenerator()], parseOptions: options);
        GeneratorDriver warm = fresh.RunGenerators(compilation);
        GeneratedSourceResult[] files = [.. warm.GetRunResult().Results.SelectMany(result => result.GeneratedSources)];
        if (files.Length == 0)
            throw new InvalidOperationException($"Nothing was generated for {network.Name}: {string.Join("; ", warm.GetRunResult().Diagnostics)}");

        int lines = files.Sum(file => file.SourceText.Lines.Count);
        string size = Invariant($"{files.Length} files, {lines:N0} lines, {files.Sum(file => file.SourceText.Length) / 1024.0:0} KiB");
        string whole = Time(fresh, _ => compilation);
        string unchanged = Time(warm, _ => compilation);
        string elsewhere = Time(warm, i => compilation.ReplaceSyntaxTree(other, Parse($"class Other {{ int value{i}; }}")));
        string comment = Time(warm, i => compilation.ReplaceSyntaxTree(declaration, Parse($"// {i}\n{network.Source}")));
        string limit = network.LimitMilliseconds is { } milliseconds ? Invariant($"{milliseconds:0} ms") : "";
        return $"| {network.Name} | {size} | {whole} | {limit} | {unchanged} | {elsewhere} | {comment} |\n";

        string Time(GeneratorDriver driver, Func<int, Compilation> edit)
        {
            double[] times = new double[runs];
            for (int i = -Math.Min(runs, MostWarmUps); i < runs; i++)
            {
                Compilation edited = edit(i);
                long start = Stopwatch.GetTimestamp();
                driver.RunGenerators(edited);
                if (i >= 0) times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
            return Invariant($"{times.Min():0.00} ms ({NetGen.Benchmarks.Race.Median(times):0.00} ms)");
        }
    }

    static SyntaxTree Parse(string source) => CSharpSyntaxTree.ParseText(source, options);

    static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is "NetGen.dll" || Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
