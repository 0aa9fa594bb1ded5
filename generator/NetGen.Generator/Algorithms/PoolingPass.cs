using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Algorithms;

/// <summary>
/// Takes a pooling's maxima before the batch normalisation and the activation in front of it, of which then only what was picked is computed and kept: both are
/// monotonic, but that a normalisation with a negative scale turns the order round.
/// </summary>
sealed class PoolingPass
{
    readonly List<Value> values = [];
    readonly Dictionary<Value, Value> replaced = [];

    PoolingPass(NetworkGraph graph, Dictionary<Value, Pattern> patterns)
    {
        var inner = new HashSet<Value>(patterns.Values.SelectMany(p => p.Between));
        foreach (var value in graph.Values.Where(v => !inner.Contains(v)))
            replaced[value] = patterns.TryGetValue(value, out var pattern) ? Turned(value, pattern) : Add(value, value.Name, value.Op, [.. value.Inputs.Select(v => replaced[v])]);
    }

    /// <summary>Rewrites the graph for training, whose normalisations are of batches.</summary>
    public static NetworkGraph Apply(NetworkGraph graph)
    {
        var users = graph.Values.SelectMany(v => v.Inputs).GroupBy(v => v).ToDictionary(g => g.Key, g => g.Count());
        var patterns = graph.Values.Select(v => (Value: v, Pattern: PatternOf(v, v => v != graph.Output && users[v] == 1)))
            .Where(p => p.Pattern is not null).ToDictionary(p => p.Value, p => p.Pattern!);
        if (patterns.Count == 0) return graph;
        var pass = new PoolingPass(graph, patterns);
        return graph.Replaced(pass.values, pass.replaced);
    }

    /// <summary>What is between a pooling and the image that is normalised for it; null where that is something else.</summary>
    static Pattern? PatternOf(Value pooling, Func<Value, bool> isOnlyForNext)
    {
        if (pooling.Op is not MaxPool) return null;
        var between = new List<Value>();
        for (var value = pooling.Inputs[0]; isOnlyForNext(value); value = value.Inputs[0])
        {
            between.Add(value);
            if (value.Op is Normalize { Image: true }) return new Pattern(value, between);
            if (value.Op is not Activation { IsMonotonic: true }) return null;
        }
        return null;
    }

    Value Turned(Value pooling, Pattern pattern)
    {
        var (op, normalization) = ((MaxPool)pooling.Op, pattern.Normalization);
        var (x, scale, shift) = (replaced[normalization.Inputs[0]], replaced[normalization.Inputs[1]], replaced[normalization.Inputs[2]]);
        var result = Add(pooling, pooling.Name + ".picked", new ScaledMaxPool(op.Rows, op.Columns), [x, scale]);
        result = Add(normalization, normalization.Name, normalization.Op, [result, scale, shift]);
        foreach (var activation in pattern.Between.AsEnumerable().Reverse().Skip(1)) result = Add(activation, activation.Name, activation.Op, [result]);
        return result;
    }

    Value Add(Value original, string name, Op op, Value[] inputs)
    {
        var value = Value.Of(values.Count, name, op, [.. inputs], original.Element);
        values.Add(value);
        return value;
    }

    /// <summary>A pooling's.</summary>
    /// <param name="Normalization">The normalisation.</param>
    /// <param name="Between">It and the activations after it, the last first.</param>
    sealed record Pattern(Value Normalization, List<Value> Between);
}
