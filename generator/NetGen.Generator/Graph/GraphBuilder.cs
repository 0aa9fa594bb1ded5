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
        var labels = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var layers = ImmutableArray.CreateBuilder<LayerSummary>();
        var x = input;
        Value? loss = null;
        for (var i = 1; i < elements.Count; i++)
        {
            if (elements[i] is LayerAttribute layer)
            {
                x = AddLayer(i, model.Elements[i], layer, x, labels, layers);
                continue;
            }
            x = Materialized(x);
            var builder = new LayerBuilder(this, i, "loss", "loss", model.Elements[i].Display());
            if (Training) loss = LossLayer.Build(this, builder, (LossAttribute)elements[i], x);
            else LossLayer.Check(builder, (LossAttribute)elements[i], x);
        }
        x = Materialized(x);
        CheckTotal(model);
        if (Training) loss ??= LossLayer.FromOutputGradient(this, x);
        return new NetworkGraph([.. values], input, x, loss, layers.ToImmutable());
    }

    Value AddLayer(int element, ElementModel model, LayerAttribute layer, Value x, HashSet<string> labels, ImmutableArray<LayerSummary>.Builder layers)
    {
        var display = model.Display();
        var position = LayerBuilder.Text(element - 1);
        if (layer.Name is { } given) CheckName(given, element, display);
        var label = Label(layer.Name ?? model.Kind.ToLowerInvariant() + position, labels);
        var before = values.Count;
        var result = LayerCatalog.Of(layer).Build(new LayerBuilder(this, element, layer.Name ?? position, label, display), layer, x);
        var size = Shape.LongSize(result.Shape.Axes);
        if (size > MaxFloats)
        {
            throw new NetworkException(
                "NG0006", element, [display, $"its output of shape {result.Shape} has {LayerBuilder.Text(size)} values", LayerBuilder.Text(MaxFloats)]);
        }
        var added = values.Skip(before).ToList();
        layers.Add(new LayerSummary(layer.Name ?? position, model.Written(), result,
            added.Sum(v => v.Op is Parameter { IsLearned: true } p ? (long)p.Shape.Size : 0), added.Sum(v => v.Op.Flops(v))));
        return result;
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
            : !name.All(c => char.IsLetterOrDigit(c) || c == '_') ? "it contains other characters"
            : null;
        if (fault is not null) throw new NetworkException("NG0017", element, [display, ElementDisplay.Escape(name), fault]);
    }

    void CheckTotal(NetworkModel model)
    {
        // Training keeps every value and about two gradients for each, and all of them have to fit.
        long activations = 0;
        foreach (var value in values.Where(v => v.Element >= 0 && v.Type.Batched && v.Op is not (Source or Reshape)))
        {
            activations += value.Size;
            if (activations <= MaxFloats / 4) continue;
            var clause = $"with it a sample has {LayerBuilder.Text(activations)} values in all layers together";
            throw new NetworkException("NG0006", value.Element, [model.Elements[value.Element].Display(), clause, LayerBuilder.Text(MaxFloats / 4)]);
        }
        var total = values.Sum(v => v.Op is Parameter p ? p.Storage.Floats(p.Shape) : 0);
        if (total > MaxFloats)
        {
            var last = values.Last(v => v.Op is Parameter);
            var display = model.Elements[last.Element].Display();
            throw new NetworkException("NG0006", last.Element, [display, $"the network has {LayerBuilder.Text(total)} parameters", LayerBuilder.Text(MaxFloats)]);
        }
    }
}
