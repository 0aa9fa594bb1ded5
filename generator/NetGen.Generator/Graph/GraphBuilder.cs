using System.Collections.Immutable;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Graph;

/// <summary>
/// Builds the graph of a declared network: each layer's recipe adds its ops to what the layer before gave. Shapes follow as ops are added, since a
/// parameter's shape follows from its layer's input. The layers of blocks are built where the blocks are used.
/// </summary>
sealed class GraphBuilder
{
    /// <summary>The most floats of one tensor, and of all parameters: arenas are addressed by 32-bit numbers.</summary>
    public const int MaxFloats = 1 << 29;

    /// <summary>The most layers and uses of blocks, for blocks that use blocks many times grow fast.</summary>
    public const int MaxLayers = 10_000;

    readonly NetworkModel model;
    readonly List<Value> values = [];
    readonly List<Site> sites = [];
    readonly HashSet<string> labels = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, Site> parameters = new(StringComparer.Ordinal);
    readonly ImmutableArray<LayerSummary>.Builder layers = ImmutableArray.CreateBuilder<LayerSummary>();
    int streams;
    int count;

    GraphBuilder(NetworkModel model, bool training) => (this.model, Training) = (model, training);

    /// <summary>Whether dropout has an effect and the loss is part of the graph.</summary>
    public bool Training { get; }

    /// <summary>Builds the graph for inference.</summary>
    /// <exception cref="NetworkException">The declaration has an error.</exception>
    public static NetworkGraph Inference(NetworkModel model) => new GraphBuilder(model, training: false).Build();

    /// <summary>Builds the forward part of the graph for training, up to the loss.</summary>
    /// <exception cref="NetworkException">The declaration has an error.</exception>
    public static NetworkGraph ForTraining(NetworkModel model) => new GraphBuilder(model, training: true).Build();

    /// <summary>What layers add to the loss, one number a sample each.</summary>
    public List<Value> Penalties { get; } = [];

    public int NextStream() => streams++;

    /// <param name="name">What comments call the value.</param>
    /// <param name="element">The site that it belongs to; -1 for none.</param>
    /// <param name="op">What computes it.</param>
    /// <param name="inputs">What it is computed from.</param>
    public Value Add(string name, int element, Op op, params Value[] inputs)
    {
        if (op is Parameter parameter)
        {
            // Names without a part of their own, Name = "", can meet those of layers elsewhere.
            if (parameters.TryGetValue(parameter.FullName, out var earlier)) throw Fail(sites[element], "NG0010", parameter.FullName, earlier.Display);
            parameters.Add(parameter.FullName, sites[element]);
        }
        var operands = inputs.ToImmutableArray();
        var value = new Value(values.Count, name, op, operands, op.Infer(operands), element);
        values.Add(value);
        return value;
    }

    /// <summary>Adds the layers of a block.</summary>
    /// <param name="use">The element that uses it.</param>
    /// <param name="block">The block.</param>
    /// <param name="name">What the names of its parameters start with.</param>
    /// <param name="label">What its layers' names in comments start with.</param>
    /// <param name="arguments">What its open sizes stand for.</param>
    /// <param name="x">Its input.</param>
    public Value Inline(Site use, BlockReference block, string name, string label, EquatableArray<int> arguments, Value x)
    {
        Count(use);
        var sizes = new BlockArguments(x.Shape.Axes[0], arguments);
        var scope = new Scope(block.Name, name, label, use, block.Index);
        var elements = model.Blocks[block.Index].Elements;
        for (var i = 0; i < elements.Count; i++)
        {
            if (sizes.Missing(elements[i]) is { } missing)
            {
                throw Fail(use, "NG0035", $"gives '{block.Name}' {LayerBuilder.Text(arguments.Count)} argument{(arguments.Count == 1 ? "" : "s")}, "
                    + $"but its layer '{elements[i].Display()}' refers to {missing}: set Arguments = […]");
            }
            x = AddLayer(new Site(scope, i, sizes.Apply(elements[i])), position: i, x);
        }
        return x;
    }

    NetworkGraph Build()
    {
        var scope = new Scope(model.Type.Name);
        var input = AddInput(new Site(scope, 0, model.Elements[0]));
        var x = input;
        Value? loss = null;
        for (var i = 1; i < model.Elements.Count; i++)
        {
            var site = new Site(scope, i, model.Elements[i]);
            if (site.Element.IsLayer())
            {
                x = AddLayer(site, position: i - 1, x);
                continue;
            }
            x = Materialized(x);
            var builder = Builder(site, "loss", "loss");
            var attribute = (LossAttribute)ElementReader.Read(site.Element);
            if (Training) loss = LossLayer.Build(this, builder, attribute, x);
            else LossLayer.Check(builder, attribute, x);
        }
        x = Materialized(x);
        CheckTotal();
        if (Training) loss ??= LossLayer.FromOutputGradient(this, x);
        return new NetworkGraph([.. values], input, x, loss, layers.ToImmutable());
    }

    Value AddLayer(Site site, int position, Value x)
    {
        Count(site);
        var attribute = (LayerAttribute)ElementReader.Read(site.Element);
        var isUse = attribute is BlockUseAttribute;
        var scope = site.Scope;
        if (attribute.Name is { } given) CheckName(given, site, mayBeEmpty: isUse);
        var own = attribute.Name ?? LayerBuilder.Text(position);
        var name = own.Length == 0 ? scope.Name.TrimEnd('.') : scope.Name + own;
        var label = Label(scope.Label, attribute.Name is { Length: > 0 } word ? word : site.Element.Kind.ToLowerInvariant() + LayerBuilder.Text(position));
        var builder = Builder(site, name, label);
        var before = values.Count;
        var result = LayerCatalog.Of(attribute).Build(builder, attribute, x);
        var size = Shape.LongSize(result.Shape.Axes);
        if (size > MaxFloats)
        {
            throw Fail(site, "NG0006", $"its output of shape {result.Shape} has {LayerBuilder.Text(size)} values", LayerBuilder.Text(MaxFloats));
        }
        var added = values.GetRange(before, values.Count - before).FindAll(v => v.Element == builder.Element);
        // What only puts blocks together has their rows.
        if (!isUse || added.Count > 0)
        {
            layers.Add(new LayerSummary(name, site.Element.Written(), result,
                added.Sum(v => v.Op is Parameter { IsLearned: true } p ? (long)p.Shape.Size : 0), added.Sum(v => v.Op.Flops(v)), builder.Element,
                scope.Use is null ? site.Element.Display() : $"{name}: {site.Element.Written()}"));
        }
        if (attribute.Name is { Length: > 0 } tap) scope.Taps[tap] = result;
        return result;
    }

    Value AddInput(Site site)
    {
        var attribute = (InputAttribute)ElementReader.Read(site.Element);
        var builder = Builder(site, "x", "x");
        if (attribute.Shape is not { Length: > 0 and <= InputAttribute.MaxRank })
        {
            builder.Fail("NG0024", LayerBuilder.Text(attribute.Shape?.Length ?? 0));
        }
        foreach (var axis in attribute.Shape!) builder.PositiveSize(axis, "a size of its shape");
        builder.CheckSize(Shape.LongSize(attribute.Shape), "one sample");
        var takesIds = model.Elements.Count > 1 && TakesIds(model.Elements[1]);
        if (takesIds && attribute.Gradient) builder.Fail("NG0018", "Gradient", "true", "left out: ids have no gradient");
        return Add("x", builder.Element, new Input(new Shape(attribute.Shape), takesIds ? ElementType.Int32 : ElementType.Float32));
    }

    /// <summary>Whether a first layer makes ids of the network's input: an embedding, or a block that begins with one.</summary>
    bool TakesIds(ElementModel element) => element.Kind == ElementKinds.Embedding
        || (element.Kind == "Use" && element.Positional[0].Blocks is [{ Index: >= 0 } block, ..] && model.Blocks[block.Index].Elements is [var first, ..] && TakesIds(first));

    /// <summary>Whether a layer of the same network or block uses the weight of the embedding of this name.</summary>
    public bool IsTied(Scope scope, string? name) => name is not null
        && (scope.Block < 0 ? model.Elements : model.Blocks[scope.Block].Elements).Any(e => e.Kind == ElementKinds.TiedLinear && e.Tap() == name);

    LayerBuilder Builder(Site site, string name, string label)
    {
        sites.Add(site);
        return new LayerBuilder(this, site, sites.Count - 1, name, label);
    }

    /// <summary>A network whose last layers compute nothing (dropout in inference, a reshape) gives a copy of its input.</summary>
    Value Materialized(Value x) => x.Storage.Op is Source ? Add(x.Name, x.Element, new Copy(), x) : x;

    /// <summary>A layer's name as part of identifiers: not a number, and no other layer's whatever the case.</summary>
    string Label(string prefix, string name)
    {
        var label = prefix + (char.IsDigit(name[0]) ? "layer" + name : name);
        while (!labels.Add(label)) label += "_";
        return label;
    }

    /// <summary>Why a word can't be part of a parameter's name; null where it can.</summary>
    public static string? FaultOfName(string name) =>
        name.Length == 0 ? "it is empty"
        : name.Contains('.') ? "it contains a dot"
        : !name.All(c => char.IsLetterOrDigit(c) || c == '_') ? "it contains other characters"
        : null;

    static void CheckName(string name, Site site, bool mayBeEmpty)
    {
        if (!(mayBeEmpty && name.Length == 0) && FaultOfName(name) is { } fault) throw Fail(site, "NG0017", ElementDisplay.Escape(name), fault);
    }

    /// <summary>Refuses what would take too long to build: blocks that use blocks many times.</summary>
    void Count(Site site)
    {
        if (++count <= MaxLayers) return;
        while (site.Scope.Use is { } use) site = use;
        throw Fail(site, "NG0006", $"with it the network has more than {LayerBuilder.Text(MaxLayers)} layers", LayerBuilder.Text(MaxLayers));
    }

    void CheckTotal()
    {
        // Training keeps every value and about two gradients for each, and all of them have to fit.
        long activations = 0;
        // Where there are images, values may be stored as such, with their channels padded.
        var images = values.Exists(v => v.Op.ResultForm == Form.Image);
        foreach (var value in values.Where(v => v.Element >= 0 && v.Type.Batched && v.Op is not (Source or Reshape)))
        {
            activations += images && value.Shape.Rank is 2 or 3 ? (long)Panels.Padded(value.Shape.Axes[0]) * Shape.LongSize(value.Shape.Axes.Skip(1)) : value.Size;
            if (activations <= MaxFloats / 4) continue;
            throw Fail(sites[value.Element], "NG0006",
                $"with it a sample has {LayerBuilder.Text(activations)} values in all layers together", LayerBuilder.Text(MaxFloats / 4));
        }
        var total = values.Sum(v => v.Op is Parameter p ? p.Storage.Floats(p.Shape) : 0);
        if (total <= MaxFloats) return;
        var last = values.Last(v => v.Op is Parameter);
        throw Fail(sites[last.Element], "NG0006", $"the network has {LayerBuilder.Text(total)} parameters", LayerBuilder.Text(MaxFloats));
    }

    static NetworkException Fail(Site site, string id, params string[] arguments) => new(site.Error(id, [site.Display, .. arguments]));
}
