using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NetGen.Generator.Parsing;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Reference;

/// <summary>Many networks of one compilation, which is much faster than one compilation each.</summary>
sealed class NetworkSet : IDisposable
{
    readonly LoadedProgram program;
    readonly Dictionary<string, NetworkModel> models;

    /// <summary>
    /// Compiles networks, named by their keys, from their attributes such as <c>[Input(3), Linear(4)]</c>, beside the blocks that they use. What follows in
    /// braces is the class's body, with its fields and its Forward.
    /// </summary>
    /// <param name="declarations">The networks.</param>
    /// <param name="blocks">What stands beside them.</param>
    /// <param name="predictsOnly">Whether none is trained, so that kernels which only a trainer calls needn't be compiled.</param>
    public NetworkSet(IReadOnlyDictionary<string, string> declarations, string blocks = "", bool predictsOnly = false)
    {
        var consumer = Project(declarations, blocks);
        var driver = consumer.CreateDriver().RunGeneratorsAndUpdateCompilation(consumer.CreateCompilation(), out var output, out var diagnostics);
        Assert.Empty(diagnostics);
        Assert.All(declarations, d => Assert.Contains(output.SyntaxTrees, tree => Path.GetFileName(tree.FilePath) == $"{d.Key}.g.cs"));
        var generated = driver.GetRunResult().GeneratedTrees;
        models = ModelsOf(declarations, output);
        program = new Build(consumer, (CSharpCompilation)(predictsOnly ? KernelTrees.WithoutTraining(output) : output), generated, []).Load();
    }

    /// <summary>In a build the generator itself tells what is wrong with a case. Kernels for vectors that this process hasn't would never be called.</summary>
    internal static Consumer Project(IReadOnlyDictionary<string, string> declarations, string blocks) => Consumer.Of(blocks + string.Concat(declarations.Select(d => Declare(d.Key, d.Value)))) with
    {
        IsBuild = true,
        Documentation = DocumentationMode.None,
        Vectors = KernelTrees.ProcessorWidth.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>What was declared of networks.</summary>
    internal static Dictionary<string, NetworkModel> ModelsOf(IReadOnlyDictionary<string, string> declarations, Compilation compilation) =>
        declarations.Keys.ToDictionary(name => name, name => DeclarationParser.Parse(compilation.GetTypeByMetadataName(name)!, compilation, default)!.Model!);

    /// <summary>A network's declaration, from its attributes and its body if it has one. [Network] is added where it isn't the first of them.</summary>
    public static string Declare(string name, string declaration)
    {
        var body = declaration.IndexOf('{', StringComparison.Ordinal);
        var (attributes, members) = body < 0 ? (declaration, ";") : (declaration[..body], declaration[body..]);
        return $"{(attributes.StartsWith("[Network", StringComparison.Ordinal) ? "" : "[Network] ")}{attributes} public partial class {name} {members}\n";
    }

    /// <summary>The networks' names.</summary>
    public IEnumerable<string> Names => models.Keys;

    /// <summary>A network and its reference.</summary>
    public (Subject Subject, ReferenceNetwork Reference) this[string name] => (Subject.Create(program.Type(name)), new(models[name]));

    /// <summary>What was declared of a network.</summary>
    public NetworkModel ModelOf(string name) => models[name];

    /// <summary>A network's class.</summary>
    public Type TypeOf(string name) => program.Type(name);

    public void Dispose() => program.Dispose();
}
