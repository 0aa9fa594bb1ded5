using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetGen.Generator.Parsing;

/// <summary>What a project must allow for the generated code to compile.</summary>
static class ProjectRules
{
    /// <summary>Generated code uses collection expressions and aliases of any type.</summary>
    const LanguageVersion OldestLanguage = LanguageVersion.CSharp12;

    static readonly Version OwnVersion = typeof(ProjectRules).Assembly.GetName().Version;

    public static IEnumerable<NetworkError> Check(
        INamedTypeSymbol type, INamedTypeSymbol networkAttribute, TypeDeclarationSyntax declaration, Compilation compilation)
    {
        if (declaration.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: < OldestLanguage } options)
            yield return new("NG0013", -1, [type.Name, options.LanguageVersion.ToDisplayString()]);
        if (compilation.Options is CSharpCompilationOptions { AllowUnsafe: false })
            yield return new("NG0014", -1, [type.Name]);

        var runtime = networkAttribute.ContainingAssembly.Identity;
        if (runtime.Name != WellKnownTypes.Namespace || runtime.Version != OwnVersion)
            yield return new("NG0023", -1, [type.Name, $"{runtime.Name} {runtime.Version.ToString(3)}", OwnVersion.ToString(3)]);
    }
}
