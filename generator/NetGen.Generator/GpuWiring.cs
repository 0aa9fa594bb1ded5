using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Emit.CSharp;
using NetGen.Generator.Emit.Ilgpu;
using NetGen.Generator.Parsing;

namespace NetGen.Generator;

/// <summary>The wiring of kernels for GPUs: nothing of it runs in a project without a reference to NetGen.Gpu.</summary>
static class GpuWiring
{
    /// <summary>A class that NetGen.Gpu has.</summary>
    const string Program = "NetGen.Gpu.GpuProgram";

    public static void Register(
        IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<Declaration?> declarations,
        IncrementalValuesProvider<NetworkOutcome> compiled, IncrementalValueProvider<EquatableArray<string>> collisions)
    {
        var isReferenced = context.CompilationProvider.Select(static (compilation, _) => compilation.GetTypeByMetadataName(Program) is not null);
        var unfused = context.AnalyzerConfigOptionsProvider.Select(static (options, _) =>
            options.GlobalOptions.TryGetValue("build_property.NetGenGpuUnfused", out var value) && string.Equals(value, "true", StringComparison.OrdinalIgnoreCase));
        var networks = compiled.Where(static network => network.Errors.Count == 0 && !network.Model.DescribeOnly)
            .Combine(isReferenced).Where(static pair => pair.Right)
            .Combine(unfused)
            .Select(static (pair, cancellation) => Guarded.CompileForGpu(pair.Left.Left.Model, fuses: !pair.Right, cancellation))
            .WithTrackingName(TrackingNames.Gpu);
        var files = networks.Combine(collisions).Select(static (pair, _) => HintNames.Resolve(pair.Left, pair.Right));
        context.RegisterSourceOutput(files, static (output, files) =>
        {
            foreach (var file in files) output.AddSource(file.HintName, file.Text);
        });
        context.RegisterSourceOutput(networks.Where(static network => network.Files.Count > 0).Collect().Select(static (all, _) => all.Length > 0), static (output, any) =>
        {
            if (any) output.AddSource(GpuFile.Visibility.HintName, GpuFile.Visibility.Text);
        });
        var rejected = networks.Where(static network => network.Errors.Count > 0).Collect();
        var diagnostics = declarations.Combine(rejected).SelectMany(static (pair, _) => Diagnostics(pair.Left!, pair.Right));
        context.RegisterSourceOutput(diagnostics, static (output, diagnostic) => output.ReportDiagnostic(diagnostic));
    }

    static IEnumerable<Diagnostic> Diagnostics(Declaration declaration, ImmutableArray<NetworkOutcome> rejected) =>
        declaration.Model is not { } model ? []
        : rejected.Where(network => network.Model == model).Take(1).SelectMany(network => network.Errors).Select(error => Reporting.Of(error, declaration.LocationOf(error)));
}
