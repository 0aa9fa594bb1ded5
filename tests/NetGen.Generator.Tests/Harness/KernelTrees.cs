using System.Runtime.Intrinsics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetGen.Generator.Tests.Harness;

/// <summary>
/// The files of kernels among those generated. Kernels are printed for each width of vectors, and compiling them takes most of a build's time.
/// </summary>
static class KernelTrees
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

    sealed class BodyRemover : CSharpSyntaxRewriter
    {
        static readonly BlockSyntax Nothing = SyntaxFactory.Block(SyntaxFactory.ParseStatement("throw new System.PlatformNotSupportedException();"));

        public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node) =>
            node.WithBody(Nothing).WithExpressionBody(null).WithSemicolonToken(default);
    }
}
