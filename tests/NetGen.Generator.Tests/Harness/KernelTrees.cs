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
    public static Compilation WithoutBodies(Compilation compilation, Func<int, bool> ofWidth) => Without(compilation, ofWidth, _ => new BodyRemover());

    /// <summary>The compilation with kernels that throw where only training calls them: those that no other generated file names, and that no kernel of theirs calls.</summary>
    public static Compilation WithoutTraining(Compilation compilation)
    {
        var calls = compilation.SyntaxTrees.Where(IsForPrediction).ToLookup(ProgramOf, tree => Names(tree.GetRoot()));
        return Without(compilation, _ => true, tree =>
        {
            var methods = tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().ToLookup(method => method.Identifier.Text);
            var called = new HashSet<string>(StringComparer.Ordinal);
            var open = new Stack<string>(calls[ProgramOf(tree)].SelectMany(names => names));
            while (open.TryPop(out var name))
            {
                if (!methods.Contains(name) || !called.Add(name)) continue;
                foreach (var other in methods[name].SelectMany(Names)) open.Push(other);
            }
            return new BodyRemover(called);
        });
    }

    static Compilation Without(Compilation compilation, Func<int, bool> ofWidth, Func<SyntaxTree, BodyRemover> removerOf)
    {
        SyntaxTree[] trees = [.. compilation.SyntaxTrees.Where(tree => WidthOf(tree) is { } width && ofWidth(width))];
        return compilation.RemoveSyntaxTrees(trees).AddSyntaxTrees(trees.Select(tree => tree.WithRootAndOptions(removerOf(tree).Visit(tree.GetRoot()), tree.Options)));
    }

    /// <summary>Whether a file's code may run without a trainer. The one for all widths names every kernel.</summary>
    static bool IsForPrediction(SyntaxTree tree) => tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) && WidthOf(tree) is null
        && !tree.FilePath.EndsWith(".Kernels.g.cs", StringComparison.Ordinal) && !tree.FilePath.EndsWith(".Backward.g.cs", StringComparison.Ordinal);

    /// <summary>The class that a file is a part of.</summary>
    static string ProgramOf(SyntaxTree tree) => tree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>().First().Identifier.Text;

    static IEnumerable<string> Names(SyntaxNode node) => node.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.Text).Distinct();

    sealed class BodyRemover(ISet<string>? kept = null) : CSharpSyntaxRewriter
    {
        static readonly BlockSyntax Nothing = SyntaxFactory.Block(SyntaxFactory.ParseStatement("throw new System.PlatformNotSupportedException();"));

        public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node) =>
            kept?.Contains(node.Identifier.Text) == true ? node : node.WithBody(Nothing).WithExpressionBody(null).WithSemicolonToken(default);
    }
}
