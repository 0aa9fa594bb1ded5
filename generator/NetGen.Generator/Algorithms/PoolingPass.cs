using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Algorithms;

/// <summary>
/// Takes a pooling's maxima before the activations in front of it, of which then only what was picked is computed: they are monotonic. In training that pays
/// where a batch normalisation comes before them, which is monotonic too, but that a negative scale turns the order round, and needn't keep the rest. In
/// inference it pays where a convolution can give the maxima, see <see cref="PooledConvolution"/>.
/// </summary>
sealed class PoolingPass
{
    readonly List<Value> values = [];
    readonly Dictionary<Value, Value> replaced = [];

    PoolingPass(NetworkGraph graph, Dictionary<Value, Pattern> patterns)
    {
        var inner = new HashSet<Value>(patterns.Values.SelectMany(p => p.Activations.Add(p.First)));
        foreach (var value in graph.Values.Where(v => !inner.Contains(v)))
            replaced[value] = patterns.TryGetValue(value, out var pattern) ? Turned(value, pattern) : Add(value, value.Name, value.Op, Inputs(value));
    }

    /// <summary>Rewrites the graph for training, whose normalisations are of batches.</summary>
    public static NetworkGraph ForTraining(NetworkGraph graph) => Apply(graph, (value, _, _) => value.Op is Normalize { Image: true });

    /// <summary>Rewrites the graph for inference.</summary>
    public static NetworkGraph ForInference(NetworkGraph graph) =>
        Apply(graph, (value, pooling, isOnlyForNext) => PooledConvolution.Of(value, pooling) is not null ? isOnlyForNext(value.Inputs[0]) : SmallWinogradChoice.Of(value, pooling) is not null);

    static NetworkGraph Apply(NetworkGraph graph, Func<Value, Value, Func<Value, bool>, bool> isFirst)
    {
        var users = graph.Values.SelectMany(v => v.Inputs).GroupBy(v => v).ToDictionary(g => g.Key, g => g.Count());
        var patterns = graph.Values.Select(v => (Value: v, Pattern: PatternOf(v, v => v != graph.Output && users[v] == 1, isFirst)))
            .Where(p => p.Pattern is not null).ToDictionary(p => p.Value, p => p.Pattern!);
        if (patterns.Count == 0) return graph;
        var pass = new PoolingPass(graph, patterns);
        return graph.Replaced(pass.values, pass.replaced);
    }

    /// <summary>What is between a pooling and the first of those that it changes places with; null where there is no such.</summary>
    static Pattern? PatternOf(Value pooling, Func<Value, bool> isOnlyForNext, Func<Value, Value, Func<Value, bool>, bool> isFirst)
    {
        if (pooling.Op is not MaxPool) return null;
        var activations = ImmutableArray<Value>.Empty;
        for (var value = pooling.Inputs[0]; isOnlyForNext(value); value = value.Inputs[0])
        {
            if (isFirst(value, pooling, isOnlyForNext)) return new Pattern(value, activations);
            if (value.Op is not Activation { IsMonotonic: true }) return null;
            activations = activations.Insert(0, value);
        }
        return null;
    }

    Value Turned(Value pooling, Pattern pattern)
    {
        var result = PooledConvolution.Of(pattern.First, pooling) is { } convolution ? Add(pattern.First, pattern.First.Name, convolution, Inputs(pattern.First))
            : SmallWinogradChoice.Of(pattern.First, pooling) is { } winograd ? winograd.Add(pattern.First, Inputs(pattern.First), Add)
            : Normalized(pooling, pattern.First);
        foreach (var activation in pattern.Activations) result = Add(activation, activation.Name, activation.Op, [result]);
        return result;
    }

    Value Normalized(Value pooling, Value normalization)
    {
        var (op, x, scale, shift) = ((MaxPool)pooling.Op, replaced[normalization.Inputs[0]], replaced[normalization.Inputs[1]], replaced[normalization.Inputs[2]]);
        var picked = Add(pooling, pooling.Name + ".picked", new ScaledMaxPool(op.Rows, op.Columns), [x, scale]);
        return Add(normalization, normalization.Name, normalization.Op, [picked, scale, shift]);
    }

    Value[] Inputs(Value value) => [.. value.Inputs.Select(v => replaced[v])];

    Value Add(Value original, string name, Op op, Value[] inputs)
    {
        var value = Value.Of(values.Count, name, op, [.. inputs], original.Element);
        values.Add(value);
        return value;
    }

    /// <summary>A pooling's.</summary>
    /// <param name="First">What it changes places with: a normalisation, or a convolution that becomes one with it.</param>
    /// <param name="Activations">What is between them, in order.</param>
    sealed record Pattern(Value First, ImmutableArray<Value> Activations);
}
