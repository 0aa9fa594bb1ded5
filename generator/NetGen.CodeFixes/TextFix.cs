using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace NetGen.CodeFixes;

/// <summary>A fix that changes the text at a diagnostic's place and leaves all other text, comments and line breaks too, as it is.</summary>
/// <param name="ids">What it fixes.</param>
public abstract class TextFix(params string[] ids) : CodeFixProvider
{
    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; } = [.. ids];

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var document = context.Document;
        var root = await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || model is null) return;
        var text = await document.GetTextAsync(context.CancellationToken).ConfigureAwait(false);
        var node = root.FindNode(context.Span, getInnermostNodeForTie: true);
        foreach (var (title, changes) in Fixes(node, text, model, context.CancellationToken))
        {
            var changed = document.WithText(text.WithChanges(changes));
            context.RegisterCodeFix(CodeAction.Create(title, _ => Task.FromResult(changed), title), context.Diagnostics);
        }
    }

    /// <summary>What an editor offers for a diagnostic: how it is called there, and what it changes, in the text's order.</summary>
    private protected abstract IEnumerable<(string Title, TextChange[] Changes)> Fixes(
        SyntaxNode node, SourceText text, SemanticModel model, CancellationToken cancellation);
}
