using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Layouts;

/// <summary>
/// Decides how values lie in memory: images with their channels innermost and a border for those that read around them, everything else in row-major order.
/// Or, in training, with samples innermost, where that pays (<see cref="LanesChoice"/>). Where an op wants a value otherwise than it is given, a
/// <see cref="Repack"/> comes between. A graph without images stays as it is.
/// </summary>
sealed class LayoutPass
{
    readonly NetworkGraph graph;
    readonly Dictionary<Value, Form> forms = [];
    readonly Dictionary<Value, Border> borders = [];
    readonly HashSet<Value> padded = [];
    readonly List<Value> values = [];
    readonly Dictionary<Value, Value> dense = [];
    readonly Dictionary<Value, Value> images = [];
    readonly bool inLanes;

    LayoutPass(NetworkGraph graph, bool training)
    {
        this.graph = graph;
        foreach (var value in graph.Values)
        {
            forms[value] = FormOf(value);
            Demand(value);
        }
        inLanes = training && LanesChoice.Of(graph, v => forms[v] == Form.Image, v => Enumerable.Range(0, v.Inputs.Length)
            .Any(i => v.Inputs[i].Type.Batched && WantedForm(v, i) is (Form.Image or Form.PackedImage)));
    }

    /// <summary>Lays out a graph for inference.</summary>
    public static NetworkGraph Apply(NetworkGraph graph) => IsLaidOut(graph) ? graph : new LayoutPass(graph, training: false).Rebuild([]);

    /// <summary>Lays out a graph with its backward part.</summary>
    public static DifferentiatedGraph Apply(DifferentiatedGraph network)
    {
        if (IsLaidOut(network.Graph)) return network;
        var pass = new LayoutPass(network.Graph, training: true);
        var graph = pass.Rebuild([.. network.ComputedInputGradients]);
        return new DifferentiatedGraph(
            graph,
            [.. network.ParameterGradients.Select(p => (pass.dense[p.Parameter], pass.dense[p.Gradient]))],
            [.. network.InputGradients.Select(dx => dx is null ? null : pass.dense[dx])]);
    }

    static bool IsLaidOut(NetworkGraph graph) => !graph.Values.Any(IsOnImages);

    static bool IsOnImages(Value value) =>
        value.Op.ResultForm == Form.Image || Enumerable.Range(0, value.Inputs.Length).Any(i => value.Op.InputForm(i) is Form.Image or Form.PackedImage);

    Form FormOf(Value value) => value.Op.ResultForm switch
    {
        Form.Same => value.Inputs.Any(v => v.Type.Batched && forms[v] == Form.Image) ? Form.Image : Form.Dense,
        var form => form,
    };

    /// <summary>Notes what an op needs of its inputs.</summary>
    void Demand(Value value)
    {
        for (var i = 0; i < value.Inputs.Length; i++)
        {
            var input = value.Inputs[i];
            var wanted = WantedForm(value, i);
            if (!input.Type.Batched || wanted is not (Form.Image or Form.PackedImage)) continue;
            var border = value.Op.InputBorder(value, i);
            borders[input] = borders.TryGetValue(input, out var other) ? other.Union(border) : border;
            if (wanted == Form.Image) padded.Add(input);
        }
    }

    Form WantedForm(Value value, int input) => value.Op.InputForm(input) switch
    {
        // A sum over samples has no form itself, but reads images where it is given some.
        Form.Same => value.Inputs.Any(v => v.Type.Batched && forms[v] == Form.Image) ? Form.Image : Form.Dense,
        var form => form,
    };

    NetworkGraph Rebuild(ImmutableArray<Value> results)
    {
        foreach (var value in graph.Values)
        {
            var inputs = value.Inputs.Select((input, i) => !input.Type.Batched ? dense[input] : WantedForm(value, i) switch
            {
                Form.Dense => AsDense(input),
                Form.Any => dense.TryGetValue(input, out var known) ? known : images[input],
                _ => AsImage(input),
            }).ToImmutableArray();
            var isImage = forms[value] == Form.Image && value.Type.Batched;
            var type = value.Type with { Layout = isImage ? LayoutOf(value) : null };
            (isImage ? images : dense)[value] = Add(value, value.Name, value.Op, inputs, type);
        }
        var output = AsDense(graph.Output, copy: true);
        foreach (var result in results) AsDense(result, copy: true);
        return graph with { Values = [.. values], Input = dense[graph.Input], Output = output, Loss = graph.Loss is { } loss ? dense[loss] : null };
    }

    Layout LayoutOf(Value value)
    {
        if (inLanes) return Layout.OfLanes(value.Shape);
        var border = borders.TryGetValue(value, out var needed) ? needed : Border.None;
        // Channels of a repacked value need not be padded where nobody reads them as vectors.
        var packed = forms[value] == Form.Dense && !padded.Contains(value) && Layout.Sizes(value.Shape).Channels < Panels.Alignment;
        return Layout.Of(value.Shape, border, packed);
    }

    Value AsImage(Value value)
    {
        if (images.TryGetValue(value, out var image)) return image;
        var source = dense[value];
        var layout = LayoutOf(value);
        Op op = layout.IsVector && source.Storage.Op is not Source ? new Reshape(value.Shape) : new Repack(layout);
        return images[value] = Add(value, op is Reshape ? value.Name : value.Name + ".image", op, [source], value.Type with { Layout = layout });
    }

    /// <param name="value">The value.</param>
    /// <param name="copy">Whether it must not share the memory of an image, because callers read it.</param>
    Value AsDense(Value value, bool copy = false)
    {
        if (dense.TryGetValue(value, out var known))
        {
            // A reshaped image of one pixel is that image's memory.
            if (!copy || known.Storage.Layout is null) return known;
            return dense[value] = Add(value, value.Name, new Copy(), [known], known.Type);
        }
        var source = images[value];
        Op op = source.Layout!.IsVector && !copy ? new Reshape(value.Shape) : new Repack(null);
        return dense[value] = Add(value, op is Reshape ? value.Name : value.Name + ".dense", op, [source], value.Type);
    }

    Value Add(Value original, string name, Op op, ImmutableArray<Value> inputs, Graph.ValueType type)
    {
        var value = new Value(values.Count, name, op, inputs, type, original.Element);
        values.Add(value);
        return value;
    }
}
