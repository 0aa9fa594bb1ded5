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
    const string Network = """
        using NetGen;

        [Network, Input(1, 28, 28)]
        [Flatten, Linear(256), ReLU, Linear(128), ReLU, Dropout(0.25f), Linear(100), GELU, LayerNorm, Linear(10)]
        [Loss(Loss.CrossEntropy)]
        public partial class Net;
        """;

    /// <summary>The measured times as a table.</summary>
    /// <param name="runs">How many times each is measured; the table shows best and median.</param>
    public static string Markdown(int runs)
    {
        CSharpParseOptions options = new(LanguageVersion.Latest);
        SyntaxTree other = CSharpSyntaxTree.ParseText("class Other { int value; }", options);
        Compilation compilation = CSharpCompilation.Create(
            "Consumer", [CSharpSyntaxTree.ParseText(Network, options), other], References(),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        // Binding the compilation's symbols is the compiler's own work, done before any generator is timed.
        compilation.GetDiagnostics();

        GeneratorDriver fresh = CSharpGeneratorDriver.Create([new NetGenGenerator().AsSourceGenerator()], parseOptions: options);
        GeneratorDriver warm = fresh.RunGenerators(compilation);
        GeneratedSourceResult[] files = [.. warm.GetRunResult().Results.SelectMany(result => result.GeneratedSources)];
        if (files.Length == 0) throw new InvalidOperationException($"Nothing was generated: {string.Join("; ", warm.GetRunResult().Diagnostics)}");

        StringBuilder table = new();
        foreach (string fact in Machine.Facts()) table.Append("- ").Append(fact).Append('\n');
        table.Append(Invariant($"- a network of 5 linear layers; {files.Length} files, {files.Sum(file => file.SourceText.Lines.Count):N0} lines, "))
            .Append(Invariant($"{files.Sum(file => file.SourceText.Length) / 1024.0:0} KiB\n\n| generator | best | median |\n|---|---:|---:|\n"));
        Append("the whole network", _ => fresh, _ => compilation);
        Append("nothing changed", _ => warm, _ => compilation);
        Append("another file changed", _ => warm, i => compilation.ReplaceSyntaxTree(other, CSharpSyntaxTree.ParseText($"class Other {{ int value{i}; }}", options)));
        Append("a comment in the network's file", _ => warm, i => compilation.ReplaceSyntaxTree(
            compilation.SyntaxTrees.First(), CSharpSyntaxTree.ParseText($"// {i}\n{Network}", options)));
        return table.ToString();

        void Append(string name, Func<int, GeneratorDriver> driver, Func<int, Compilation> edit)
        {
            double[] times = new double[runs];
            for (int i = -Math.Min(runs, 10); i < runs; i++)
            {
                Compilation edited = edit(i);
                GeneratorDriver before = driver(i);
                long start = Stopwatch.GetTimestamp();
                before.RunGenerators(edited);
                if (i >= 0) times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
            table.Append(Invariant($"| {name} | {times.Min():0.00} ms | {NetGen.Benchmarks.Race.Median(times):0.00} ms |\n"));
        }
    }

    static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is "NetGen.dll" || Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
