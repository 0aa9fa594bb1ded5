using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Emit.CSharp;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Exports;

/// <summary>The wiring of exports: attributes of the assembly to C functions of networks.</summary>
static class ExportWiring
{
    public static void Register(
        IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<NetworkOutcome> compiled,
            IncrementalValueProvider<EquatableArray<string>> collisions)
    {
        var exports = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                WellKnownTypes.ExportNetworkAttribute,
                static (node, _) => node is CompilationUnitSyntax,
                static (target, cancellation) =>
                    ExportParser.Read(target.Attributes, target.TargetNode, target.SemanticModel.Compilation, cancellation).ToImmutableArray())
            .SelectMany(static (exports, _) => exports);

        var all = exports.Collect();
        context.RegisterSourceOutput(all, static (output, exports) =>
        {
            foreach (var (error, location) in Errors(exports)) output.ReportDiagnostic(Reporting.Of(error, location));
        });

        var models = all.Select(static (exports, _) => Sound(exports).ToEquatableArray());
        var files = compiled.Where(static network => network.Errors.Count == 0 && !network.Model.DescribeOnly)
            .Combine(models)
            .Select(static (pair, _) => Print(pair.Left, pair.Right))
            .Where(static network => network is not null)
            .Combine(collisions)
            .Select(static (pair, _) => HintNames.Resolve(pair.Left!, pair.Right))
            .WithTrackingName(TrackingNames.Exports);
        context.RegisterSourceOutput(files, static (output, files) =>
        {
            foreach (var file in files) output.AddSource(file.HintName, file.Text);
        });
    }

    static NetworkOutcome? Print(NetworkOutcome network, EquatableArray<ExportModel> exports)
    {
        var own = exports.Where(export => export.Type == network.Model.Type).ToList();
        return own.Count == 0 ? null : new(network.Model, [], [ExportFile.Print(network.Model, own)]);
    }

    /// <summary>The exports whose name is theirs alone.</summary>
    static IEnumerable<ExportModel> Sound(ImmutableArray<Export> exports)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var export in exports)
            if (export.Model is { } model && taken.Add(model.Name)) yield return model;
    }

    static IEnumerable<(NetworkError Error, Location Location)> Errors(ImmutableArray<Export> exports)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var export in exports)
        {
            if (export.Error is { } error) yield return (error, export.Location);
            else if (!taken.Add(export.Model!.Name))
                yield return (new("NG0044", -1, [export.Display, export.Model.Name, "another export has it: set Name to another one"]), export.Location);
        }
    }
}
