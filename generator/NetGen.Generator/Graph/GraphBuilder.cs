using System.Collections.Immutable;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Graph;

/// <summary>
/// Builds the graph of a declared network: each layer's recipe adds its ops to what the layer before gave. Shapes follow as ops are added, since a
/// parameter's shape follows from its layer's input.
/// </summary>
sealed class GraphBuilder
{
    /// <summary>The most floats of one tensor, and of all parameters: arenas are addressed by 32-bit numbers.</summary>
    public const int MaxFloats = 1 << 29;

    readonly List<Value> values = [];
    int streams;

    GraphBuilder(bool training) => Training = training;

    /// <summary>Whether dropout has an effect and the loss is part of the graph.</summary>
    public bool Training { get; }

    /// <summary>Builds the graph for inference.</summary>
    /// <exception cref="NetworkException">The declaration has an error.</exception>
    public static NetworkGraph Inference(NetworkModel model) => new GraphBuilder(training: false).Build(model);

    /// <summary>Builds the forward part of the graph for training, up to the loss.</summary>
    /// <exception cref="NetworkException">The declaration has an error.</exception>
    public static NetworkGraph ForTraining(NetworkModel model) => new GraphBuilder(training: true).Build(model);

    public int NextStream() => streams++;

    public Value Add(string name, int element, Op op, params Value[] inputs)
    {
        var operands = inputs.ToImmutableArray();
        var value = new Value(values.Count, name, op, operands, op.Infer(operands), element);
        values.Add(value);
        return value;
    }

    NetworkGraph Build(NetworkModel model)
    {
        var elements = model.Elements.Select(ElementReader.Read).ToList();
        var input = AddInput(model, (InputAttribute)elements[0]);
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        var labels = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var layers = ImmutableArray.CreateBuilder<LayerSummary>();
        var x = input;
        Value? loss = null;
        for (var i = 1; i < elements.Count; i++)
        {
            if (elements[i] is LossAttribute attribute)
            {
                x = Materialized(x);
                if (Training) loss = LossLayer.Build(this, new LayerBuilder(this, i, "loss", "loss", model.Elements[i].Display()), attribute, x);
                else LossLayer.Check(new LayerBuilder(this, i, "loss", "loss", model.Elements[i].Display()), attribute, x);
                continue;
            }
            var layer = (LayerAttribute)elements[i];
            var display = model.Elements[i].Display();
            var position = LayerBuilder.Text(i - 1);
            var name = layer.Name ?? position;
            if (layer.Name is { } given) CheckName(given, i, display);
            if (names.TryGetValue(name, out var first)) throw new NetworkException("NG0010", i, [display, name, model.Elements[first].Display()]);
            names.Add(name, i);
            var before = values.Count;
            x = LayerCatalog.Of(layer).Build(new LayerBuilder(this, i, name, Label(layer.Name ?? model.Elements[i].Kind.ToLowerInvariant() + position, labels), display), layer, x);
            if (x.Shape.Rank > 0 && Shape.LongSize(x.Shape.Axes) > MaxFloats) throw new NetworkException("NG0006", i, [display, $"its output of shape {x.Shape} has {LayerBuilder.Text(Shape.LongSize(x.Shape.Axes))} values", LayerBuilder.Text(MaxFloats)]);
            var added = values.Skip(before).ToList();
            layers.Add(new LayerSummary(name, model.Elements[i].Written(), x, added.Sum(v => v.Op is Parameter p ? (long)p.Shape.Size : 0), added.Sum(v => v.Op.Flops(v))));
        }
        x = Materialized(x);
        CheckTotal(model);
        if (Training) loss ??= LossLayer.FromOutputGradient(this, x);
        return new NetworkGraph([.. values], input, x, loss, layers.ToImmutable());
    }

    Value AddInput(NetworkModel model, InputAttribute attribute)
    {
        var builder = new LayerBuilder(this, 0, "x", "x", model.Elements[0].Display());
        if (attribute.Shape is not { Length: > 0 and <= InputAttribute.MaxRank })
        {
            builder.Fail("NG0024", LayerBuilder.Text(attribute.Shape?.Length ?? 0));
        }
        foreach (var axis in attribute.Shape!) builder.PositiveSize(axis, "a size of its shape");
        builder.CheckSize(Shape.LongSize(attribute.Shape), "one sample");
        return Add("x", 0, new Input(new Shape(attribute.Shape)));
    }

    /// <summary>A network whose last layers compute nothing (dropout in inference, a reshape) gives a copy of its input.</summary>
    Value Materialized(Value x) => x.Storage.Op is Source ? Add(x.Name, x.Element, new Copy(), x) : x;

    /// <summary>A layer's name as part of identifiers: not a number, and no other layer's whatever the case.</summary>
    static string Label(string name, HashSet<string> taken)
    {
        var label = char.IsDigit(name[0]) ? "layer" + name : name;
        while (!taken.Add(label)) label += "_";
        return label;
    }

    static void CheckName(string name, int element, string display)
    {
        var fault = name.Length == 0 ? "it is empty"
            : name.Contains('.') ? "it contains a dot"
            : !name.All(c => char.IsLetterOrDigit(c) || c == '_') ? "it contains something else"
            : null;
        if (fault is not null) throw new NetworkException("NG0017", element, [display, ElementDisplay.Escape(name), fault]);
    }

    void CheckTotal(NetworkModel model)
    {
        var total = values.Sum(v => v.Op is Parameter p ? p.InPanels ? (long)Panels.Padded(p.Shape.Axes[0]) * p.Shape.Axes[1] : p.Shape.Size : 0);
        if (total > MaxFloats)
        {
            var last = values.Last(v => v.Op is Parameter);
            throw new NetworkException("NG0006", last.Element, [model.Elements[last.Element].Display(), $"the network has {LayerBuilder.Text(total)} parameters", LayerBuilder.Text(MaxFloats)]);
        }
    }
}
