using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Sequences;

/// <summary>
/// Makes the graph of a network whose samples have as many positions as they like. The positions of all samples lie one after the other, without padding: what a
/// layer computes for each position by itself it computes for rows [1, features], however many there are in the batch, and what looks at several positions, such as
/// attention, is told where each sample's begin.
/// </summary>
sealed class SequencePass
{
    readonly List<Value> values = [];
    readonly Dictionary<Value, Value> results = [];

    /// <summary>Values that have a parameter as the row of each position, which become rows where something needs them.</summary>
    readonly HashSet<Value> copies = [];

    readonly NetworkGraph graph;

    SequencePass(NetworkGraph graph, Sequence sequence) => (this.graph, Sequence) = (graph, sequence with { IsByPosition = true });

    /// <summary>The positions that values have rows for.</summary>
    public Sequence Sequence { get; }

    /// <summary>The graph with rows for positions; the same one where all samples have the same shape.</summary>
    /// <exception cref="NetworkException">A layer needs to know how many positions a sample has.</exception>
    public static NetworkGraph Apply(NetworkGraph graph) => graph.Input.Type.Sequence is { } sequence ? new SequencePass(graph, sequence).Rebuild() : graph;

    NetworkGraph Rebuild()
    {
        foreach (var value in graph.Values)
        {
            if (value.Op is Strided { IsRowForAll: true } && value.Inputs is [{ Type.Batched: false } parameter] && parameter.Size == value.Shape.Last && IsOfPositions(value)) copies.Add(value);
            else results.Add(value, Rebuilt(value));
        }
        return graph with
        {
            Values = [.. values],
            Input = results[graph.Input],
            Output = Result(graph.Output, graph.Output),
            Loss = graph.Loss is null ? null : results[graph.Loss],
            Declared = graph,
        };
    }

    Value Rebuilt(Value value)
    {
        switch (value.Op)
        {
            case Input input: return Add(value, new Input(RowOf(value.Shape), input.Element, Sequence));
            case Target { Of: { Sequence: not null } of }: return Add(value, new Target(of with { Shape = RowOf(of.Shape), Sequence = Sequence }));
        }
        Value[] inputs = [.. value.Inputs.Select(v => Result(v, value))];
        if (value.Op is LossOp loss) inputs = [.. inputs.Take(2), .. inputs.Skip(2).Select(penalty => Penalty(penalty, loss, inputs[0], value))];
        // What has no positions is computed as ever, and a loss of each position's output and target as one of a sample's.
        if (value.Op is LossOp || inputs.All(v => v.Type.Sequence is null)) return Add(value, value.Op, inputs);
        var isPlain = inputs.All(v => !v.Type.Batched || v.Type.Sequence is not null || v.Op is IPositionTable) && (value.Type.Sequence is null || IsOfPositions(value));
        return (isPlain ? value.Op.ForPositions(this, value, inputs) : null) ?? throw Fault(value);
    }

    /// <summary>
    /// What a layer adds to the loss, which of positions is a part of its mean over them: added to the loss of each position it gets into the mean there, and is brought
    /// together for that of a sample, or shared among the positions where their losses aren't divided by their number.
    /// </summary>
    Value Penalty(Value penalty, LossOp loss, Value output, Value element)
    {
        if (!penalty.Type.IsByPosition || (output.Type.IsByPosition && loss.Mean != LossMean.Sum)) return penalty;
        var mean = Add(element, new MeanPositions(), penalty);
        return output.Type.IsByPosition ? Add(element, new MeanPositionsGradient(penalty.Type), mean) : mean;
    }

    /// <summary>What a value became for one that is computed from it.</summary>
    Value Result(Value value, Value user)
    {
        if (results.TryGetValue(value, out var result)) return result;
        var parameter = results[value.Inputs[0]];
        var beside = user.Inputs.Where(results.ContainsKey).Select(v => results[v]).FirstOrDefault(v => v.Type.Sequence is not null && v.Shape == RowOf(value.Shape));
        return beside is null ? Add(value, value.Op, parameter) : Add(value, new RowOfWeight(), beside, parameter);
    }

    /// <summary>Whether a value has a row of numbers, or a number, for each position, or as many as it says.</summary>
    public bool IsOfPositions(Value value) => value.Shape.Rank <= 2 && value.Shape.Axes[0] == Sequence.Max * (value.Type.Sequence?.Rows ?? 1);

    /// <summary>The shape of one position's part.</summary>
    public static Shape RowOf(Shape shape) => new(shape.Axes.Skip(1).Prepend(1).ToEquatableArray());

    /// <summary>Adds what computes a value's rows, or a value of samples.</summary>
    /// <param name="value">The value as it was declared, whose name it has.</param>
    /// <param name="op">What computes it.</param>
    /// <param name="inputs">What it is computed from.</param>
    public Value Add(Value value, Op op, params Value[] inputs)
    {
        var result = Value.Of(values.Count, value.Name, op, [.. inputs], value.Element);
        values.Add(result);
        return result;
    }

    NetworkException Fault(Value value)
    {
        var layer = graph.Layers.FirstOrDefault(l => l.Element == value.Element) ?? graph.Layers[graph.Layers.Length - 1];
        var shape = value.Inputs.First(v => v.Type.Sequence is not null).Shape;
        return new NetworkException(layer.Site.Error("NG0020",
        [
            layer.Site.Display, shape.ToString(),
            "samples have as many positions as they like here, and it can't do without their number; declare [Input(…)] in place of [Sequence(…)], or bring the positions together before it",
        ]));
    }
}
