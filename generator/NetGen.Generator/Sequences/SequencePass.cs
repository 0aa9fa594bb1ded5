using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Sequences;

/// <summary>
/// Makes the graph of a network whose samples have as many positions as they like, of one input or of several that have lengths of their own. The positions of
/// all samples lie one after the other, without padding: what a layer computes for each position by itself it computes for rows [1, features], however many
/// there are in the batch, and what looks at several positions, such as attention, is told where each sample's begin.
/// </summary>
sealed class SequencePass
{
    readonly List<Value> values = [];
    readonly Dictionary<Value, Value> results = [];

    /// <summary>Values that have a parameter, or what a sample has, as the row of each position, which become rows where something needs them.</summary>
    readonly HashSet<Value> copies = [];

    readonly NetworkGraph graph;

    /// <summary>The most positions of each input.</summary>
    readonly List<int> most;

    SequencePass(NetworkGraph graph, List<int> most) => (this.graph, this.most) = (graph, most);

    /// <summary>The graph with rows for positions; the same one where all samples have the same shape.</summary>
    /// <exception cref="NetworkException">A layer needs to know how many positions a sample has.</exception>
    public static NetworkGraph Apply(NetworkGraph graph) =>
        graph.Sequences.Select(sequence => sequence.Max).ToList() is { Count: > 0 } most ? new SequencePass(graph, most).Rebuild() : graph;

    NetworkGraph Rebuild()
    {
        foreach (var value in graph.Values)
        {
            if (IsCopy(value)) copies.Add(value);
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
            case Input { Sequence: { } of } input: return Add(value, new Input(RowOf(value.Shape), input.Element, ByPosition(of)));
            case InputPart part: return Add(value, InBatch(part), results[graph.Input]);
            case Target { Of: { Sequence: { } of } type }: return Add(value, new Target(type with { Shape = RowOf(type.Shape), Sequence = ByPosition(of) }));
        }
        Value[] inputs = [.. value.Inputs.Select(v => Result(v, value))];
        if (value.Op is LossOp loss) inputs = [.. inputs.Take(2), .. inputs.Skip(2).Select(penalty => Penalty(penalty, loss, inputs[0], value))];
        // What has no positions is computed as ever, and a loss of each position's output and target as one of a sample's.
        if (value.Op is LossOp || inputs.All(v => v.Type.Sequence is null)) return Add(value, value.Op, inputs);
        // Attention looks at positions of another input, or at what is of a sample, and from it.
        var isPlain = (value.Type.Sequence is null || IsOfPositions(value)) && (value.Op is Attention || inputs.All(v =>
            (!v.Type.Batched || v.Type.Sequence is not null || v.Op is IPositionTable) && Sequence.AreSame(v.Type.Sequence, value.Type.Sequence)));
        return (isPlain ? value.Op.ForPositions(this, value, inputs) : null) ?? throw Fault(value);
    }

    static Sequence ByPosition(Sequence sequence) => sequence with { IsByPosition = true };

    /// <summary>One of several inputs, each of which a batch has of all its samples before it has the next one.</summary>
    static InputPart InBatch(InputPart part) => part.Sequence is { } sequence && RowOf(part.Shape) is var row
        ? new(row, part.First, row.Size, part.Element, ByPosition(sequence))
        : new(part.Shape, part.First, part.Shape.Size, part.Element);

    /// <summary>
    /// What a layer adds to the loss, which of positions is a part of its mean over them: added to the loss of each position it gets into the mean there, and
    /// is brought together for that of a sample, or shared among the positions where their losses aren't divided by their number. Where it is of a sample, or
    /// of another input's positions, each position of the output gets it as it is for the sample.
    /// </summary>
    Value Penalty(Value penalty, LossOp loss, Value output, Value element)
    {
        var isShared = loss.Mean == LossMean.Sum;
        if (penalty.Type.IsByPosition && output.Type.IsByPosition && !isShared && Sequence.AreSame(penalty.Type.Sequence, output.Type.Sequence)) return penalty;
        var ofSample = penalty.Type.IsByPosition ? Add(element, new MeanPositions(), penalty) : penalty;
        return output.Type.IsByPosition ? Add(element, new MeanPositionsGradient(penalty.Type with { Sequence = output.Type.Sequence }, IsWhole: !isShared), ofSample) : ofSample;
    }

    /// <summary>Whether a value has the same row for all positions: a parameter, or one that a sample has.</summary>
    bool IsCopy(Value value) => value.Op is Strided copy && value.Inputs is [{ Type.Sequence: null } row] && IsOfPositions(value)
        && (row.Type.Batched ? copy.Shape.Rank == 2 && copy.Strides[0] == 0 : copy.IsRowForAll && row.Size == value.Shape.Last);

    /// <summary>What a value became for one that is computed from it.</summary>
    Value Result(Value value, Value user)
    {
        if (results.TryGetValue(value, out var result)) return result;
        var row = Result(value.Inputs[0], value);
        var beside = user.Inputs.Where(results.ContainsKey).Select(v => results[v])
            .FirstOrDefault(v => v.Type.Sequence is { } sequence && v.Shape == RowOf(value.Shape) && sequence.Max == value.Shape.Axes[0]);
        if (beside is null) return Add(value, value.Op, row);
        if (!row.Type.Batched) return Add(value, new RowOfWeight(), beside, row);
        if (row.Size != value.Shape.Last) row = Add(value, (Strided)value.Op with { Shape = RowOf(value.Shape) }, row);
        return Add(value, new MeanPositionsGradient(new(RowOf(value.Shape), Sequence: beside.Type.Sequence), IsWhole: true), row);
    }

    /// <summary>Whether a value has a row of numbers, or a number, for each position, or as many as it says.</summary>
    public bool IsOfPositions(Value value) =>
        value.Type.Sequence is { } own ? own.IsAlong(value.Shape) : value.Shape.Rank <= 2 && most.Contains(value.Shape.Axes[0]);

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

    /// <summary>Whether a value has the positions last, as a convolution takes them where all samples have as many, and is for one.</summary>
    bool IsForConvolution(Value value)
    {
        if (value is not { Op: Strided, Inputs: [{ Shape: { Rank: 2 } of }], Shape: { Rank: 2 } turned } || !IsOfPositions(value.Inputs[0]) || turned != new Shape(of.Last, of.Axes[0])) return false;
        HashSet<Value> reached = [value];
        foreach (var user in graph.Values.Where(v => v.Inputs.Any(reached.Contains)))
        {
            if (graph.Layers.Any(layer => layer.Element == user.Element && layer.Kind.StartsWith("Conv1d(", StringComparison.Ordinal))) return true;
            if (user.Op is Elementwise) reached.Add(user);
        }
        return false;
    }

    NetworkException Fault(Value value)
    {
        var layer = graph.Layers.FirstOrDefault(l => l.Element == value.Element) ?? graph.Layers[graph.Layers.Length - 1];
        var shape = value.Inputs.First(v => v.Type.Sequence is not null).Shape;
        var ofSample = value.Inputs.FirstOrDefault(v => v.Type is { Batched: true, Sequence: null } && v.Op is not IPositionTable);
        return new NetworkException(layer.Site.Error("NG0020",
        [
            layer.Site.Display, shape.ToString(), IsForConvolution(value)
                ? "samples have as many positions as they like here, and Conv1d takes [positions, features] as they are: call it without a Transpose before it and after it"
                : ofSample is null
                ? "samples have as many positions as they like here, and it can't do without their number; "
                    + "declare [Input(…)], or [Shape(…)] in a Forward, in place of [Sequence(…)], or bring the positions together before it, as MeanPositions and MaxPositions do"
                : $"samples have as many positions as they like here, and the values of shape {ofSample.Shape} beside them are always as many; "
                    + "bring the positions together before it, or let attention look at them",
        ]));
    }
}
