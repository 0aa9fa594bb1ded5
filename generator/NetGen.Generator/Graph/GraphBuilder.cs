using System.Collections.Immutable;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Graph;

/// <summary>
/// Builds the graph of a declared network: each layer's recipe adds its ops to what the layer before gave. Shapes follow as ops are added, since a
/// parameter's shape follows from its layer's input. The layers of blocks are built where the blocks are used.
/// </summary>
sealed partial class GraphBuilder
{
    /// <summary>The most floats of one tensor, and of all parameters: arenas are addressed by 32-bit numbers.</summary>
    public const int MaxFloats = 1 << 29;

    /// <summary>The most layers and uses of blocks, for blocks that use blocks many times grow fast.</summary>
    public const int MaxLayers = 10_000;

    /// <summary>The most values of one tensor: of a network that is only described, those of a size.</summary>
    public long MaxValues => model.DescribeOnly ? int.MaxValue : MaxFloats;

    readonly NetworkModel model;
    readonly List<Value> values = [];
    readonly List<Site> sites = [];
    readonly HashSet<string> labels = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, (Site Site, Value Value, object? Owner)> parameters = new(StringComparer.Ordinal);
    readonly Dictionary<string, (Site Site, object? Owner)> tensors = new(StringComparer.Ordinal);
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
        if (op is Parameter parameter && parameters.TryGetValue(parameter.FullName, out var earlier))
        {
            // Names without a part of their own, Name = "", can meet those of layers elsewhere.
            if (earlier.Owner is null || earlier.Owner != Owner) throw Fail(sites[element], "NG0010", parameter.FileName, earlier.Site.Display);
            return Shared(earlier.Value, parameter, sites[element]);
        }
        if (op is not Attention && element >= 0) CheckPositions(sites[element], inputs);
        var operands = inputs.ToImmutableArray();
        var value = Value.Of(values.Count, name, op, operands, element);
        values.Add(value);
        if (op is not Parameter added) return value;
        // A tensor of files is a parameter, or parts of one.
        if (added.IsFirst && tensors.TryGetValue(added.FileName, out var other))
        {
            throw other.Owner is not null && other.Owner == Owner
                ? Fail(sites[element], "NG0054", "is called with a memory, and without one: use two layers")
                : Fail(sites[element], "NG0010", added.FileName, other.Site.Display);
        }
        if (added.IsFirst) tensors.Add(added.FileName, (sites[element], Owner));
        parameters.Add(added.FullName, (sites[element], value, Owner));
        return value;
    }

    /// <summary>Whether there is a parameter of this name in files.</summary>
    public bool HasTensor(string name) => tensors.ContainsKey(name);

    /// <summary>The field whose layer is called, which may be called again with the same parameters; null where a layer stands for itself.</summary>
    public object? Owner { get; set; }

    /// <summary>The parameter of a layer that is called once more.</summary>
    static Value Shared(Value value, Parameter again, Site site)
    {
        var first = (Parameter)value.Op;
        if (first.Role == ParameterRole.RunningStatistic)
            throw Fail(site, "NG0054", $"keeps statistics of what it gets in '{first.FullName}', which a second call would mix with other ones: call it once");
        if (first != again)
        {
            throw Fail(site, "NG0054", $"was called before with an input for which '{first.FullName}' has shape {first.Shape}, and needs {again.Shape} here: "
                + "call it with inputs of equal sizes, or use two layers");
        }
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
        if (model.Blocks[block.Index].Forward is { } forward)
        {
            if ((forward.Inputs.Count, forward.Results.Count) is not (1, 1))
            {
                throw Fail(use, "NG0054", $"uses '{block.Name}', whose Forward has {LayerBuilder.Text(forward.Inputs.Count)} input{(forward.Inputs.Count == 1 ? "" : "s")} and "
                    + $"{LayerBuilder.Text(forward.Results.Count)} output{(forward.Results.Count == 1 ? "" : "s")}, where one of each is needed: call it in a Forward, by a field of its type");
            }
            return Call(use, block, name, label, arguments, [new(x)], [true])[0].Value!;
        }
        Count(use);
        var sizes = new BlockArguments(x.Shape.Axes[0], arguments);
        var scope = new Scope(block.Name, name, label, use, block.Index);
        var elements = model.Blocks[block.Index].Elements;
        for (int i = 0, position = 0; i < elements.Count; i++)
        {
            // A network that is used by another one has an input, and perhaps a loss.
            if (!elements[i].IsLayer())
            {
                if (elements[i].IsInput()) CheckInput(use, block, elements[i], x);
                continue;
            }
            if (sizes.Missing(elements[i]) is { } missing)
            {
                throw Fail(use, "NG0035", $"gives '{block.Name}' {LayerBuilder.Text(arguments.Count)} argument{(arguments.Count == 1 ? "" : "s")}, "
                    + $"but its layer '{elements[i].Display()}' refers to {missing}: set Arguments = […]");
            }
            x = AddLayer(new Site(scope, i, sizes.Apply(elements[i])), position++, x);
        }
        return x;
    }

    /// <summary>Refuses an input that isn't the one of the network that gets it.</summary>
    static void CheckInput(Site use, BlockReference network, ElementModel input, Value x)
    {
        var declared = InputModel.Read(input);
        if (new Shape(declared.Shape) is var shape && shape != x.Shape && !(declared.Max is { } max && x.Shape.Rank == shape.Rank && x.Shape.Axes[0] <= max && x.Shape.Axes.Skip(1).SequenceEqual(shape.Axes.Skip(1))))
            throw Fail(use, "NG0020", x.Shape.ToString(), $"the network '{network.Name}' has an input of shape {shape}");
    }

    NetworkGraph Build()
    {
        var scope = new Scope(model.Type.Name);
        if (model.Forward is { } forward) return BuildForward(scope, forward);
        var input = AddInput(new Site(scope, 0, model.Elements[0]), model.Elements.Count > 1 && InputIds.AreTaken(model, model.Elements[1]));
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
            loss = AddLoss(site, x);
        }
        x = Materialized(x);
        CheckTotal();
        if (Training) loss ??= LossLayer.FromOutputGradient(this, x);
        return new NetworkGraph([.. values], input, x, loss, layers.ToImmutable());
    }

    Value AddLayer(Site site, int position, Value x, bool isField = false, Value? memory = null)
    {
        Count(site);
        var attribute = (LayerAttribute)ElementReader.Read(site.Element);
        var isUse = attribute is BlockUseAttribute;
        if (x.Type.Element == ElementType.Int32 && attribute is not (EmbeddingAttribute or UseAttribute)) throw Fail(site, "NG0054", InputIds.Fault);
        var scope = site.Scope;
        // A field's name is one, also with the number that it has in an array.
        if (attribute.Name is { } given && !isField) CheckName(given, site, mayBeEmpty: isUse);
        var own = attribute.Name ?? LayerBuilder.Text(position);
        var name = own.Length == 0 ? scope.Name.TrimEnd('.') : scope.Name + own;
        var label = Label(scope.Label, attribute.Name is { Length: > 0 } word ? word : site.Element.Kind.ToLowerInvariant() + LayerBuilder.Text(position));
        var builder = Builder(site, name, label);
        var before = values.Count;
        var layer = LayerCatalog.Of(attribute);
        var result = memory is null ? layer.Build(builder, attribute, x) : layer.Build(builder, attribute, x, memory);
        CheckSize(site, result);
        AddSummary(site, name, site.Element.Written(), result, before, builder.Element, isUse);
        if (attribute.Name is { Length: > 0 } tap) scope.Taps[tap] = result;
        return result;
    }

    /// <summary>Adds the loss in training; checks that it suits the output, and gives null, otherwise.</summary>
    Value? AddLoss(Site site, Value output)
    {
        var builder = Builder(site, "loss", "loss");
        var attribute = (LossAttribute)ElementReader.Read(site.Element);
        if (Training) return LossLayer.Build(this, builder, attribute, output);
        LossLayer.Check(builder, attribute, output);
        return null;
    }

    void CheckSize(Site site, Value result)
    {
        var size = Shape.LongSize(result.Shape.Axes);
        if (size <= MaxValues) return;
        throw Fail(site, "NG0006", $"its output of shape {result.Shape} has {LayerBuilder.Text(size)} values", LayerBuilder.Text(MaxValues));
    }

    /// <summary>Adds a row to the summary, of what was added since there were so many values.</summary>
    void AddSummary(Site site, string name, string kind, Value? result, int before, int element, bool isUse)
    {
        var added = values.GetRange(before, values.Count - before).FindAll(v => v.Element == element);
        // What only puts blocks together has their rows.
        if (isUse && added.Count == 0) return;
        layers.Add(new LayerSummary(name, kind, result!,
            added.Sum(v => v.Op is Parameter { IsLearned: true } p ? (long)p.Shape.Size : 0), added.Sum(v => v.Op.Flops(v)), element,
            site.Scope.Use is null ? site.Element.Display() : $"{name}: {kind}", site));
    }

    Value AddInput(Site site, bool takesIds, string name = "x", bool add = true)
    {
        var input = InputModel.Read(site.Element);
        var builder = Builder(site, "x", "x");
        input.Check(builder, takesIds);
        var op = new Input(new Shape(input.Shape), takesIds ? ElementType.Int32 : ElementType.Float32, input.Max is { } max ? new Sequence(max) : null);
        return add ? Add(name, builder.Element, op) : new Value(-1, name, op, [], op.Type, builder.Element);
    }

    /// <summary>Whether a layer of the same network or block uses the weight of the embedding of this name.</summary>
    public bool IsTied(Scope scope, string? name)
    {
        if (name is null) return false;
        var (elements, forward) = scope.Block < 0 ? (model.Elements, model.Forward) : (model.Blocks[scope.Block].Elements, model.Blocks[scope.Block].Forward);
        return elements.Concat(forward?.Layers.Select(layer => layer.Element) ?? []).Any(e => e.Kind == ElementKinds.TiedLinear && e.Tap() == name);
    }

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
        : name.Contains(' ') ? "it contains a space"
        : !name.All(c => char.IsLetterOrDigit(c) || c == '_') ? "it contains other characters"
        : null;

    static void CheckName(string name, Site site, bool mayBeEmpty)
    {
        if (!(mayBeEmpty && name.Length == 0) && FaultOfName(name) is { } fault) throw Fail(site, "NG0017", ElementDisplay.Escape(name), fault);
    }

    /// <summary>Refuses what would take too long to build: blocks that use blocks many times.</summary>
    public void Count(Site site)
    {
        if (++count <= MaxLayers) return;
        while (site.Scope.Use is { } use) site = use;
        throw Fail(site, "NG0006", $"with it the network has more than {LayerBuilder.Text(MaxLayers)} layers", LayerBuilder.Text(MaxLayers));
    }

    /// <summary>The limit of what a network needs in all, for messages.</summary>
    static string Limit => $"{LayerBuilder.Text(MaxFloats)}, unless the network is only described, [Network(DescribeOnly = true)]";

    void CheckTotal()
    {
        if (model.DescribeOnly) return;
        long activations = 0;
        // Where there are images, values may be stored as such, with their channels padded.
        var images = values.Exists(v => v.Op.ResultForm == Form.Image);
        foreach (var value in values.Where(v => v.Element >= 0 && v.Type.Batched && v.Op is not (Source or Reshape)))
        {
            activations += images && value.Shape.Rank is 2 or 3 ? (long)Panels.Padded(value.Shape.Axes[0]) * Shape.LongSize(value.Shape.Axes.Skip(1)) : value.Size;
            if (activations <= MaxFloats) continue;
            throw Fail(sites[value.Element], "NG0006",
                $"with it a sample has {LayerBuilder.Text(activations)} values in all layers together", Limit);
        }
        var total = values.Sum(v => v.Op is Parameter p ? p.Storage.Floats(p.Shape) : 0);
        if (total <= MaxFloats) return;
        var last = values.Last(v => v.Op is Parameter);
        throw Fail(sites[last.Element], "NG0006", $"the network has {LayerBuilder.Text(total)} parameters", Limit);
    }

    static NetworkException Fail(Site site, string id, params string[] arguments) => new(site.Error(id, [site.Display, .. arguments]));
}
