using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NetGen.Generator.Parsing;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Gpu.Tests;

/// <summary>Many networks of one project that references NetGen.Gpu.</summary>
sealed class GpuNetworks
{
    readonly System.Reflection.Assembly assembly;
    readonly string space;

    /// <summary>Compiles networks, named by their keys, from their attributes, beside the blocks that they use.</summary>
    public GpuNetworks(IReadOnlyDictionary<string, string> declarations, string blocks = "")
        : this(Consumer(blocks + string.Concat(declarations.Select(d => NetworkSet.Declare(d.Key, d.Value)))), "", declarations.Keys) { }

    GpuNetworks(Consumer consumer, string space, IEnumerable<string> names)
    {
        this.space = space;
        var driver = consumer.CreateDriver().RunGeneratorsAndUpdateCompilation(consumer.CreateCompilation(), out var output, out var diagnostics);
        Assert.True(diagnostics.IsEmpty, Build.Describe(diagnostics));
        Models = names.ToDictionary(name => name, name => DeclarationParser.Parse(output.GetTypeByMetadataName(space + name)!, output, default)!.Model!);
        Files = driver.GetRunResult().GeneratedTrees.ToDictionary(tree => Path.GetFileName(tree.FilePath), tree => tree.ToString());
        output = KernelTrees.WithoutBodies(output, width => !consumer.CompilesKernels || width != KernelTrees.ProcessorWidth);
        using var image = new MemoryStream();
        var emitted = output.Emit(image);
        Assert.True(emitted.Success, Build.Describe(emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(20)));
        // What there is to say of a declaration itself is for others, and a name in lower case, which C# would rather keep for itself, is its own.
        var generated = driver.GetRunResult().GeneratedTrees.Select(tree => tree.FilePath).ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(emitted.Diagnostics, d => d.Severity == DiagnosticSeverity.Warning && d.Id != "CS8981" && generated.Contains(d.Location.SourceTree!.FilePath));
        // ILGPU's own assembly of compiled kernels refers to this one, and isn't unloaded.
        assembly = new AssemblyLoadContext(output.AssemblyName).LoadFromStream(new MemoryStream(image.ToArray()));
    }

    public Dictionary<string, NetworkModel> Models { get; }

    /// <summary>The texts of the generated files.</summary>
    public Dictionary<string, string> Files { get; }

    public Type this[string network] => assembly.GetType(space + network, throwOnError: true)!;

    /// <summary>A network on the processor and on the device, with the same random parameters; every other scale of a normalisation is negative.</summary>
    public (Subject Processor, GpuSubject Gpu) Pair(string network, int seed = 7)
    {
        var subject = Subject.Create(this[network]);
        subject.Randomize(seed);
        foreach (var view in subject.Parameters.Views.Where(v => v.Info.Role == ParameterRole.Normalization))
            view.CopyFrom([.. view.ToArray().Select((scale, i) => i % 2 == 0 ? scale : -scale)]);
        return (subject, GpuSubject.Create(this[network], subject.Parameters));
    }

    /// <summary>The networks of some source files, whose kernels for the processor, which take most of the time, are left out.</summary>
    /// <param name="files">The files.</param>
    /// <param name="space">The networks' namespace.</param>
    /// <param name="names">The networks.</param>
    /// <param name="more">What is declared beside them.</param>
    public static GpuNetworks OfFiles(IReadOnlyList<string> files, string space, IEnumerable<string> names, string more = "") => new(
        files.Aggregate(Consumer(more) with { CompilesKernels = false, Vectors = "128" }, (consumer, file) => consumer.With(Path.GetFileName(file), "using NetGen;\n" + File.ReadAllText(file))), space + ".", names);

    /// <summary>A program that declares its networks itself.</summary>
    public static System.Reflection.Assembly OfProgram(string source) => new GpuNetworks(Consumer(source), "", []).assembly;

    /// <summary>A project that references NetGen.Gpu, of the kind that has most to say of generated code.</summary>
    public static Consumer Consumer(string source) =>
        NetGen.Generator.Tests.Harness.Consumer.Of(source).With("Assembly.cs", "[assembly: System.CLSCompliant(true)]") with { MoreReferences = References };

    /// <summary>What such a project references beside NetGen.</summary>
    public static System.Collections.Immutable.ImmutableArray<MetadataReference> References { get; } =
    [
        MetadataReference.CreateFromFile(typeof(GpuNetwork<,>).Assembly.Location), MetadataReference.CreateFromFile(typeof(ILGPU.Context).Assembly.Location),
    ];
}
