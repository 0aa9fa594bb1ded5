using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace NetGen.Generator.Parsing;

/// <summary>Collects the steps of a Forward and the places that they stand at.</summary>
sealed class ForwardRecorder(int inputs)
{
    /// <summary>The most steps, for loops that run very often.</summary>
    const int MaxSteps = 20_000;

    readonly List<ForwardStep> steps = [];
    readonly Dictionary<SyntaxNode, int> places = [];
    readonly Dictionary<int, SymbolicTensor> parameters = [];
    readonly ImmutableArray<Location>.Builder locations = ImmutableArray.CreateBuilder<Location>();
    int values = inputs;

    public IReadOnlyList<ForwardStep> Steps => steps;

    public ImmutableArray<Location> Locations => locations.ToImmutable();

    /// <summary>The number of a place, one for each piece of source, however often it is run.</summary>
    public int Place(SyntaxNode syntax, Location? location = null)
    {
        if (places.TryGetValue(syntax, out var known)) return known;
        places.Add(syntax, locations.Count);
        locations.Add(location ?? syntax.GetLocation());
        return locations.Count - 1;
    }

    /// <summary>Adds a call of a function.</summary>
    public SymbolicTensor Function(SyntaxNode at, string name, IEnumerable<int> operands, params ArgumentValue[] arguments) =>
        (SymbolicTensor)Add(new(-1, new(name, arguments.ToEquatableArray(), []), operands.ToEquatableArray(), 1, Place(at)), at);

    /// <summary>Adds a call of a layer or a block.</summary>
    public Symbolic Layer(SyntaxNode at, int layer, IEnumerable<int> operands, int results = 1) =>
        Add(new(layer, null, operands.ToEquatableArray(), results, Place(at)), at);

    /// <summary>The value of a parameter or a buffer.</summary>
    public SymbolicTensor Parameter(SyntaxNode at, int layer)
    {
        if (!parameters.TryGetValue(layer, out var value)) parameters.Add(layer, value = (SymbolicTensor)Layer(at, layer, []));
        return value;
    }

    Symbolic Add(ForwardStep step, SyntaxNode at)
    {
        if (steps.Count == MaxSteps) throw new ForwardException(at, $"it is called in a loop whose steps are more than {MaxSteps}; let the loop end sooner");
        steps.Add(step);
        var first = values;
        values += step.Results;
        return step.Results == 1 ? new SymbolicTensor(first)
            : new SymbolicList([.. Enumerable.Range(first, step.Results).Select(value => (Symbolic)new SymbolicTensor(value))]);
    }
}
