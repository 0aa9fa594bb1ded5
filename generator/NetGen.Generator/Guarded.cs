using Microsoft.CodeAnalysis;
using NetGen.Generator.Parsing;
using NetGen.Generator.Weights;

namespace NetGen.Generator;

/// <summary>The entries to parser and compiler for the generator and the analyzer: what goes wrong behind them is NG9999, not an exception.</summary>
static class Guarded
{
    public static Declaration? Parse(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        try
        {
            return DeclarationParser.Parse(type, compilation, cancellation);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            var location = type.Locations.FirstOrDefault(location => location.IsInSource) ?? Location.None;
            return new(location, null, [], [new(InternalError(type.Name, exception), location)], []);
        }
    }

    /// <summary>What is wrong with a block, whoever uses it; null where the type isn't one.</summary>
    public static IReadOnlyList<LocatedError>? ParseBlock(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        try
        {
            return BlockParser.Check(type, compilation, cancellation);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return [new(InternalError(type.Name, exception), type.Locations.FirstOrDefault(location => location.IsInSource) ?? Location.None)];
        }
    }

    public static NetworkOutcome Compile(NetworkModel model, VectorWidths widths, CancellationToken cancellation)
    {
        try
        {
            var network = Compiler.Compile(model, widths, cancellation);
            return new(model, network.Errors, network.Errors.Count == 0 ? network.Files : [], network.ParameterFloats, network.DerivedFloats);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new(model, [InternalError(model.Type.Name, exception)], []);
        }
    }

    public static NetworkOutcome CompileForGpu(NetworkModel model, bool fuses, CancellationToken cancellation)
    {
        try
        {
            var network = Compiler.CompileForGpu(model, fuses, cancellation);
            return new(model, network.Errors, network.Files);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new(model, [InternalError(model.Type.Name, exception)], []);
        }
    }

    public static EquatableArray<NetworkError> Check(NetworkModel model)
    {
        try
        {
            return Compiler.Check(model);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return [InternalError(model.Type.Name, exception)];
        }
    }

    /// <summary>What is wrong with the file of weights that a sound network names.</summary>
    public static NetworkError? CheckWeights(NetworkModel model, EquatableArray<WeightsFile> files)
    {
        try
        {
            return EmbeddedWeights.Check(model, files);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return InternalError(model.Type.Name, exception);
        }
    }

    static NetworkError InternalError(string network, Exception exception) => new("NG9999", -1, [network, $"{exception.GetType().Name}: {exception.Message}"]);
}

/// <summary>A network and what came of it.</summary>
/// <param name="Model">What was declared.</param>
/// <param name="Errors">What is wrong with it.</param>
/// <param name="Files">What implements it.</param>
/// <param name="ParameterFloats">The floats of its parameters.</param>
/// <param name="DerivedFloats">Those of what inference derives from them.</param>
sealed record NetworkOutcome(
    NetworkModel Model, EquatableArray<NetworkError> Errors, EquatableArray<GeneratedFile> Files, long ParameterFloats = 0, long DerivedFloats = 0);
