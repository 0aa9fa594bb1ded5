using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Autodiff;

/// <summary>A network with its backward part: reverse-mode differentiation (Griewank and Walther 2008), each op by its own rule.</summary>
/// <param name="Graph">The forward part and, after the loss, the backward part.</param>
/// <param name="ParameterGradients">The gradient of each learned parameter, in the parameters' order.</param>
/// <param name="InputGradients">
/// Where they were asked for the gradient of the input or, where inputs have lengths of their own, of each; null for one that reaches no number.
/// </param>
sealed record DifferentiatedGraph(NetworkGraph Graph, ImmutableArray<(Value Parameter, Value Gradient)> ParameterGradients, ImmutableArray<Value?> InputGradients)
{
    /// <summary>The gradient of a whole sample, where it was asked for.</summary>
    public Value? InputGradient => Graph.HasInputsApart ? null : InputGradients.FirstOrDefault();

    /// <summary>The gradients of inputs that there are.</summary>
    public IEnumerable<Value> ComputedInputGradients => InputGradients.OfType<Value>();

    public override string ToString() =>
        Graph
        + string.Concat(ParameterGradients.Select(p => $"∂{p.Parameter.Name} = %{p.Gradient.Id}\n"))
        + string.Concat(Graph.Inputs.Zip(InputGradients, (input, dx) => dx is null ? "" : $"∂{(InputGradient is null ? input.Name : "x")} = %{dx.Id}\n"));
}

/// <summary>What ops' gradient rules build with.</summary>
sealed class GradientBuilder
{
    readonly List<Value> values;
    readonly Dictionary<Value, Value> gradients = [];
    readonly HashSet<Value> needed = [];
    int element;

    GradientBuilder(NetworkGraph graph, bool inputGradient)
    {
        values = [.. graph.Values];
        HashSet<Value> ofInput = inputGradient ? [.. graph.Inputs.Where(v => v.Type.Element == ElementType.Float32)] : [];
        foreach (var value in graph.Values)
        {
            if (value.Op is Parameter { IsLearned: true } || ofInput.Contains(value)
                || (value.Op.IsDifferentiable && value.Inputs.Any(needed.Contains)))
            {
                needed.Add(value);
            }
        }
    }

    /// <summary>Whether the gradient of a value is wanted, because it is a parameter or depends on one.</summary>
    public bool Needs(Value value) => needed.Contains(value);

    /// <summary>Adds an op to the backward part that is no gradient itself.</summary>
    public Value Apply(string name, Op op, params Value[] inputs)
    {
        var operands = inputs.ToImmutableArray();
        var value = Value.Of(values.Count, name, op, operands, element);
        values.Add(value);
        return value;
    }

    /// <summary>Adds what an op gives to the gradient of a value, if that is wanted.</summary>
    public void Add(Value value, Op op, params Value[] inputs)
    {
        if (Needs(value)) Add(value, Apply("∂" + value.Name, op, inputs));
    }

    /// <summary>Adds to the gradient of a value; the gradients that reach a value from several users are summed.</summary>
    public void Add(Value value, Value gradient)
    {
        if (!Needs(value)) return;
        if (!gradients.TryGetValue(value, out var other)) gradients[value] = gradient;
        else gradients[value] = Apply("∂" + value.Name, value.Op is Parameter parameter ? new SumOfGradients(parameter.Shape, parameter.Floats) : new Combine(Operator.Add), other, gradient);
    }

    /// <summary>Adds an op that adds to what has reached a value so far, in its memory; where nothing has, it is the first.</summary>
    public void AddInto(Value value, Op op, params Value[] inputs)
    {
        if (Needs(value)) gradients[value] = Apply("∂" + value.Name, op, gradients.TryGetValue(value, out var other) ? [.. inputs, other] : inputs);
    }

    public static DifferentiatedGraph Differentiate(NetworkGraph graph, bool inputGradient)
    {
        var builder = new GradientBuilder(graph, inputGradient);
        var loss = graph.Loss ?? throw new ArgumentException("A graph without a loss has no gradient.", nameof(graph));
        builder.element = loss.Element;
        builder.Add(loss.Inputs[0], new LossGradient((LossOp)loss.Op), [loss, .. loss.Inputs]);
        foreach (var penalty in loss.Inputs.Skip(2)) builder.Add(penalty, new PenaltyGradient(), penalty);
        foreach (var value in graph.Values.Reverse())
        {
            if (value == loss || value.Op is Source and not InputPart || !builder.gradients.TryGetValue(value, out var gradient)) continue;
            builder.element = value.Element;
            value.Op.Differentiate(builder, value, gradient);
        }
        Value?[] ofInputs = inputGradient ? [.. graph.Inputs.Select(v => builder.gradients.TryGetValue(v, out var dx) ? dx : null)] : [];
        return new DifferentiatedGraph(
            graph with { Values = [.. builder.values] },
            [.. graph.Parameters.Where(p => p.Op.IsLearned).Select(p => (p.Value, builder.gradients[p.Value]))],
            ofInputs.Any(dx => dx is not null) ? [.. ofInputs] : []);
    }
}
