using System.Collections.Immutable;
using System.Text;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Graph;

/// <summary>A network as ops on shaped values, in an order in which each follows what it needs.</summary>
/// <param name="Values">All values.</param>
/// <param name="Input">The samples.</param>
/// <param name="Output">What the last layer gives.</param>
/// <param name="Loss">The loss of each sample; null in a graph for inference.</param>
/// <param name="Layers">The declared layers, for summaries.</param>
sealed record NetworkGraph(ImmutableArray<Value> Values, Value Input, Value Output, Value? Loss, ImmutableArray<LayerSummary> Layers)
{
    /// <summary>
    /// The shapes of the outputs of a network that has several, which <see cref="Output"/> holds one after the other; else empty, or that of the one.
    /// </summary>
    public ImmutableArray<Shape> OutputShapes { get; init; } = [];

    /// <summary>
    /// The graph with the shapes that were declared: this one, but where samples have as many positions as they like, so that it has rows for these.
    /// </summary>
    public NetworkGraph Declared
    {
        get => declared ?? this;
        init => declared = value;
    }

    readonly NetworkGraph? declared;

    /// <summary>The inputs of a network that has several, which are parts of <see cref="Input"/>.</summary>
    public IEnumerable<(Value Value, InputPart Op)> InputParts => Values.Where(v => v.Op is InputPart).Select(v => (v, (InputPart)v.Op));

    /// <summary>Whether a batch has an input of all samples before the next one: there are several, and some have lengths of their own.</summary>
    public bool HasInputsApart => InputParts.Any() && Sequences.Any(sequence => sequence.IsByPosition);

    /// <summary>What is taken from outside as a row of each sample or position: the samples, or each of their inputs.</summary>
    public IEnumerable<Value> Inputs => HasInputsApart ? InputParts.Select(part => part.Value) : [Input];

    /// <summary>The positions of the inputs whose samples have lengths of their own, in the order of these.</summary>
    public IEnumerable<Sequence> Sequences => InputParts.Select(part => part.Value).Append(Input).Select(v => v.Type.Sequence).OfType<Sequence>();

    /// <summary>The parameters in the order of their declaration.</summary>
    public IEnumerable<(Value Value, Parameter Op)> Parameters => Values.Where(v => v.Op is Parameter).Select(v => (v, (Parameter)v.Op));

    /// <summary>Those of them that the tensors in files begin with, as <see cref="Parameter.FileName"/> and <see cref="Parameter.FileShape"/> say.</summary>
    public IEnumerable<Parameter> Tensors => Parameters.Select(p => p.Op).Where(parameter => parameter.IsFirst);

    /// <summary>The graph after a pass that has put values in the place of others.</summary>
    /// <param name="values">All values there are now.</param>
    /// <param name="replaced">What stands for each value that there was, but for those which nothing does.</param>
    public NetworkGraph Replaced(IEnumerable<Value> values, IReadOnlyDictionary<Value, Value> replaced) => this with
    {
        Values = [.. values],
        Input = replaced[Input],
        Output = replaced[Output],
        Loss = Loss is null ? null : replaced[Loss],
        Layers = [.. Layers.Select(layer => replaced.TryGetValue(layer.Output, out var output) ? layer with { Output = output } : layer)],
    };

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var value in Values) text.Append(Print(value)).Append('\n');
        return text.ToString();
    }

    internal static string Print(Value value) =>
        $"{value} : {value.Type} = {value.Op}({string.Join(", ", value.Inputs.Select(v => $"%{v.Id}"))})";
}

/// <summary>A declared layer as summaries list it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">The attribute with its arguments, <c>Linear(128)</c>.</param>
/// <param name="Output">Its output.</param>
/// <param name="Parameters">How many numbers it learns.</param>
/// <param name="Flops">Floating-point operations of a forward pass on a sample.</param>
/// <param name="Element">The site that it stands at, as its values say.</param>
/// <param name="Display">What messages at run time call it: as it was declared, or in a block by its full name, <c>0.bn1: BatchNorm</c>.</param>
/// <param name="Site">Where it stands.</param>
sealed record LayerSummary(string Name, string Kind, Value Output, long Parameters, long Flops, int Element, string Display, Site Site);
