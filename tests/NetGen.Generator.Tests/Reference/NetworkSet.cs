using System.Runtime.Intrinsics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetGen.Generator.Parsing;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Reference;

/// <summary>Many networks of one compilation, which is much faster than one compilation each.</summary>
sealed class NetworkSet : IDisposable
{
    readonly LoadedProgram program;
    readonly Dictionary<string, NetworkModel> models;

    /// <summary>Compiles networks, named by their keys, from their attributes such as <c>[Input(3), Linear(4)]</c>, beside the blocks that they use.</summary>
    public NetworkSet(IReadOnlyDictionary<string, string> declarations, string blocks = "")
    {
        var consumer = Consumer.Of(blocks + string.Concat(declarations.Select(d => $"[Network] {d.Value} public partial class {d.Key};\n")));
        var driver = consumer.CreateDriver().RunGeneratorsAndUpdateCompilation(consumer.CreateCompilation(), out var output, out var diagnostics);
        Assert.Empty(diagnostics);
        Assert.All(declarations, d => Assert.Contains(output.SyntaxTrees, tree => Path.GetFileName(tree.FilePath) == $"{d.Key}.g.cs"));
        var generated = driver.GetRunResult().GeneratedTrees;
        models = declarations.Keys.ToDictionary(name => name, name => DeclarationParser.Parse(output.GetTypeByMetadataName(name)!, output, default)!.Model!);
        foreach (var tree in generated.Where(tree => WidthOf(tree) is { } width && width != ProcessorWidth))
        {
            output = output.ReplaceSyntaxTree(tree, tree.WithRootAndOptions(new WithoutBodies().Visit(tree.GetRoot()), tree.Options));
        }
        program = new Build(consumer, (CSharpCompilation)output, generated, []).Load();
    }

    /// <summary>The bits of this process's vectors.</summary>
    public static int ProcessorWidth => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>A network and its reference.</summary>
    public (Subject Subject, ReferenceNetwork Reference) this[string name] => (Subject.Create(program.Type(name)), new(models[name]));

    public void Dispose() => program.Dispose();

    /// <summary>The width of vectors that a file of kernels is for; null for other files.</summary>
    static int? WidthOf(SyntaxTree tree) => Path.GetFileName(tree.FilePath).Split('.')
        is [.., "Kernels", ['V', .. var width], "g", "cs"] ? int.Parse(width, null) : null;

    /// <summary>Kernels for vectors that this process hasn't are never called, and compiling them takes most of the time.</summary>
    sealed class WithoutBodies : CSharpSyntaxRewriter
    {
        static readonly BlockSyntax Nothing = SyntaxFactory.Block(SyntaxFactory.ParseStatement("throw new System.PlatformNotSupportedException();"));

        public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node) =>
            node.WithBody(Nothing).WithExpressionBody(null).WithSemicolonToken(default);
    }
}
