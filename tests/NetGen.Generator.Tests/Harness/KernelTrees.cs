using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetGen.Generator.Tests.Harness;

/// <summary>The files of kernels among those generated. Kernels are printed for each width of vectors, and compiling them takes most of a build's time.</summary>
static partial class KernelTrees
{
    /// <summary>The widths that kernels are generated for, in bits, and that this process's vectors have, the widest first.</summary>
    public static int[] Widths { get; } = [.. new[] { 512, 256, 128 }.Where(width => width <= ProcessorWidth)];

    /// <summary>The bits of this process's vectors.</summary>
    public static int ProcessorWidth => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>The width of vectors that a file of kernels is for; null for other files.</summary>
    public static int? WidthOf(SyntaxTree tree) => Path.GetFileName(tree.FilePath).Split('.')
        is [.., "Kernels", ['V', .. var width], "g", "cs"] ? int.Parse(width, null) : null;

    /// <summary>The compilation with kernels of some widths that can be called but throw.</summary>
    public static Compilation WithoutBodies(Compilation compilation, Func<int, bool> ofWidth)
    {
        SyntaxTree[] trees = [.. compilation.SyntaxTrees.Where(tree => WidthOf(tree) is { } width && ofWidth(width))];
        return compilation.RemoveSyntaxTrees(trees)
            .AddSyntaxTrees(trees.Select(tree => tree.WithRootAndOptions(new BodyRemover().Visit(tree.GetRoot()), tree.Options)));
    }

    /// <summary>The files of a network for one width alone, which it uses whatever the processor has.</summary>
    public static IEnumerable<SyntaxTree> ForOneWidth(IEnumerable<SyntaxTree> network, int width) => network
        .Where(tree => WidthOf(tree) is not { } other || other == width)
        .Select(tree => tree.FilePath.EndsWith(".Kernels.g.cs", StringComparison.Ordinal)
            ? CSharpSyntaxTree.ParseText(Dispatch().Replace(tree.ToString(), $"${{V{width}}}"), (CSharpParseOptions)tree.Options, tree.FilePath)
            : tree);

    /// <summary>What chooses a kernel by the processor's vectors. Where this misses one, a class is called that isn't there.</summary>
    [GeneratedRegex(@"if \(Vector512\.IsHardwareAccelerated\) (?<V512>.*)\n *else if \(Vector256\.IsHardwareAccelerated\) (?<V256>.*)\n *else (?<V128>.*)")]
    private static partial Regex Dispatch();

    sealed class BodyRemover : CSharpSyntaxRewriter
    {
        static readonly BlockSyntax Nothing = SyntaxFactory.Block(SyntaxFactory.ParseStatement("throw new System.PlatformNotSupportedException();"));

        public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node) =>
            node.WithBody(Nothing).WithExpressionBody(null).WithSemicolonToken(default);
    }
}
