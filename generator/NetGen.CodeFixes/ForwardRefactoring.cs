using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace NetGen.CodeFixes;

/// <summary>Offers to turn a stack of attributes into fields and a Forward, on a class with [Network] or [Block].</summary>
[ExportCodeRefactoringProvider(LanguageNames.CSharp, Name = nameof(ForwardRefactoring)), Shared]
public sealed class ForwardRefactoring : CodeRefactoringProvider
{
    /// <summary>What an editor calls it.</summary>
    public const string Title = "Write the layers as fields and a Forward";

    /// <inheritdoc/>
    public override async Task ComputeRefactoringsAsync(CodeRefactoringContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var declaration = root?.FindNode(context.Span).FirstAncestorOrSelf<ClassDeclarationSyntax>();
        // On the attributes or the class's name, not anywhere in its body.
        if (declaration is null || context.Span.Start > declaration.Identifier.Span.End) return;
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (model is null || StackRewriter.Rewrite(declaration, model, context.CancellationToken) is not { } rewritten) return;
        context.RegisterRefactoring(CodeAction.Create(Title, _ => Task.FromResult(Apply(context.Document, root!, declaration, model, rewritten)), Title));
    }

    static Document Apply(Document document, SyntaxNode root, ClassDeclarationSyntax declaration, SemanticModel model, RewrittenClass rewritten)
    {
        var changed = root.ReplaceNode(declaration, rewritten.Declaration.WithAdditionalAnnotations(Formatter.Annotation));
        if (rewritten.NeedsFunctions && !HasFunctions(model.Compilation, root) && changed is CompilationUnitSyntax unit)
        {
            var import = SyntaxFactory.UsingDirective(SyntaxFactory.ParseName("NetGen.Functions"))
                .WithStaticKeyword(SyntaxFactory.Token(SyntaxKind.StaticKeyword)).NormalizeWhitespace().WithTrailingTrivia(SyntaxFactory.EndOfLine("\n"));
            changed = unit.AddUsings(import);
        }
        return document.WithSyntaxRoot(changed);
    }

    /// <summary>Whether the functions can be called by their names: by a using of the file, or a global one.</summary>
    static bool HasFunctions(Compilation compilation, SyntaxNode root) => compilation.SyntaxTrees
        .SelectMany(tree => tree.GetRoot() is CompilationUnitSyntax unit ? unit.Usings.Where(u => unit == root || u.GlobalKeyword.IsKind(SyntaxKind.GlobalKeyword)) : [])
        .Any(u => u.StaticKeyword.IsKind(SyntaxKind.StaticKeyword) && u.Name?.ToString().EndsWith("NetGen.Functions", StringComparison.Ordinal) == true);
}
