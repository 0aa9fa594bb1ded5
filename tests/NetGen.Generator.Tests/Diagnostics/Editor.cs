using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Diagnostics;

/// <summary>A project of one file in an editor's workspace, where refactorings and fixes are offered.</summary>
public sealed class Editor : IDisposable
{
    readonly AdhocWorkspace workspace = new();

    public Editor(string source)
    {
        var compilation = new Consumer().With("Source.cs", source).CreateCompilation();
        var project = workspace.AddProject(ProjectInfo.Create(ProjectId.CreateNewId(), VersionStamp.Default, "P", "P", LanguageNames.CSharp,
            compilationOptions: compilation.Options, parseOptions: compilation.SyntaxTrees.First().Options, metadataReferences: compilation.References));
        Document = project.AddDocument("Source.cs", SourceText.From(source));
    }

    public Document Document { get; }

    public void Dispose() => workspace.Dispose();

    /// <summary>What a refactoring offers at a span.</summary>
    public async Task<List<CodeAction>> Offers(CodeRefactoringProvider refactoring, TextSpan span)
    {
        var actions = new List<CodeAction>();
        await refactoring.ComputeRefactoringsAsync(new CodeRefactoringContext(Document, span, actions.Add, default));
        return actions;
    }

    /// <summary>What a fix offers for a diagnostic.</summary>
    public async Task<List<CodeAction>> Offers(CodeFixProvider fix, Diagnostic diagnostic)
    {
        var actions = new List<CodeAction>();
        await fix.RegisterCodeFixesAsync(new CodeFixContext(Document, diagnostic, (action, _) => actions.Add(action), default));
        return actions;
    }

    /// <summary>What a fix offers for all that it fixes in the file, by the title of its action.</summary>
    public async Task<CodeAction?> OffersForAll(CodeFixProvider fix, string title) => await fix.GetFixAllProvider()!.GetFixAsync(new FixAllContext(
        Document, fix, FixAllScope.Document, title, fix.FixableDiagnosticIds, new Found(await Diagnostics()), default));

    /// <summary>What the analyzer finds.</summary>
    public async Task<IReadOnlyList<Diagnostic>> Diagnostics()
    {
        var compilation = await Document.Project.GetCompilationAsync();
        return [.. (await compilation!.WithAnalyzers([new NetworkAnalyzer()]).GetAnalyzerDiagnosticsAsync()).OrderBy(d => d.Location.SourceSpan.Start)];
    }

    /// <summary>The file's text after an action.</summary>
    public async Task<string> After(CodeAction action)
    {
        var operations = await action.GetOperationsAsync(default);
        return (await operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(Document.Id)!.GetTextAsync()).ToString();
    }

    sealed class Found(IReadOnlyList<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
