using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Emit.CSharp;
using NetGen.Generator.Exports;
using NetGen.Generator.Parsing;
using NetGen.Generator.Weights;

namespace NetGen.Generator;

/// <summary>The wiring: symbols to models, models to files. Diagnostics while typing are <see cref="NetworkAnalyzer"/>'s.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class NetGenGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var declarations = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                WellKnownTypes.NetworkAttribute,
                static (node, _) => node is TypeDeclarationSyntax,
                static (target, cancellation) => Guarded.Parse((INamedTypeSymbol)target.TargetSymbol, target.SemanticModel.Compilation, cancellation))
            .Where(static declaration => declaration is not null)
            .WithTrackingName(TrackingNames.Parse);

        var models = declarations
            .Select(static (declaration, _) => declaration!.Model)
            .Where(static model => model is not null)
            .WithTrackingName(TrackingNames.Model);

        var widths = context.AnalyzerConfigOptionsProvider.Select(static (options, _) => VectorWidths.Of(options.GlobalOptions));
        context.RegisterSourceOutput(widths.Select(static (widths, _) => widths.Fault), static (output, fault) =>
        {
            if (fault is not null) output.ReportDiagnostic(Diagnostic.Create(Descriptors.UnknownWidth, Location.None, fault));
        });

        var compiled = models.Combine(widths)
            .Select(static (input, cancellation) => Guarded.Compile(input.Left!, input.Right, cancellation))
            .WithTrackingName(TrackingNames.Compile);

        var collisions = models.Select(static (model, _) => HintNames.Key(model!.Type)).Collect().Select(static (keys, _) => HintNames.Collisions(keys));
        var files = compiled.Combine(collisions)
            .Select(static (pair, _) => HintNames.Resolve(pair.Left, pair.Right))
            .WithTrackingName(TrackingNames.Files);
        context.RegisterSourceOutput(files, static (output, files) =>
        {
            foreach (var file in files) output.AddSource(file.HintName, file.Text);
        });

        var weights = context.AdditionalTextsProvider
            .Where(static file => WeightsFile.Describes(file))
            .Select(static (file, cancellation) => WeightsFile.Parse(file.GetText(cancellation)?.ToString() ?? ""))
            .Where(static file => file is not null)
            .Collect()
            .Select(static (files, _) => files.Select(file => file!).ToEquatableArray());
        var defaults = compiled.Where(static network => network.Errors.Count == 0 && network.Model is { Weights: not null, DescribeOnly: false })
            .Combine(weights)
            .Select(static (pair, _) => new NetworkOutcome(pair.Left.Model, [], [DefaultFile.Print(pair.Left, pair.Right)]))
            .Combine(collisions)
            .Select(static (pair, _) => HintNames.Resolve(pair.Left, pair.Right))
            .WithTrackingName(TrackingNames.Defaults);
        context.RegisterSourceOutput(defaults, static (output, files) =>
        {
            foreach (var file in files) output.AddSource(file.HintName, file.Text);
        });

        ExportWiring.Register(context, compiled, collisions);

        GpuWiring.Register(context, declarations, compiled, collisions);

        var rejected = compiled.Where(static network => network.Errors.Count > 0).Collect();
        var reportsErrors = context.AnalyzerConfigOptionsProvider.Select(static (options, _) => GeneratorDiagnostics.ReportsErrors(options.GlobalOptions));
        var diagnostics = declarations.Combine(rejected).Combine(reportsErrors).Combine(weights)
            .SelectMany(static (input, _) => GeneratorDiagnostics.Of(input.Left.Left.Left!, input.Left.Left.Right, input.Left.Right, input.Right))
            .WithTrackingName(TrackingNames.Diagnostics);
        context.RegisterSourceOutput(diagnostics, static (output, diagnostic) => output.ReportDiagnostic(diagnostic));

        var blockDiagnostics = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                WellKnownTypes.BlockAttribute,
                static (node, _) => node is TypeDeclarationSyntax,
                static (target, cancellation) => Guarded.ParseBlock((INamedTypeSymbol)target.TargetSymbol, target.SemanticModel.Compilation, cancellation))
            .Where(static errors => errors is { Count: > 0 })
            .Combine(reportsErrors)
            .SelectMany(static (input, _) => input.Right ? input.Left!.Select(error => Reporting.Of(error.Error, error.Location)) : []);
        context.RegisterSourceOutput(blockDiagnostics, static (output, diagnostic) => output.ReportDiagnostic(diagnostic));
    }
}
