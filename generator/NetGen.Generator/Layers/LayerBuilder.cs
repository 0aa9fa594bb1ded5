using System.Globalization;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Layers;

/// <summary>What a layer's recipe builds with: it adds ops, parameters and blocks under the layer's name, and refuses what doesn't fit.</summary>
/// <param name="graph">The graph that grows.</param>
/// <param name="site">Where the layer stands.</param>
/// <param name="element">The site's number in the graph.</param>
/// <param name="name">The layer's name in files.</param>
/// <param name="label">The layer's name in comments and identifiers.</param>
sealed class LayerBuilder(GraphBuilder graph, Site site, int element, string name, string label)
{
    /// <summary>Whether the graph is one for training, in which dropout has an effect.</summary>
    public bool Training => graph.Training;

    /// <summary>The number by which the values that the layer adds are its own.</summary>
    public int Element => element;

    public Value Add(Op op, params Value[] inputs) => graph.Add(label, element, op, inputs);

    /// <summary>Adds an op whose result isn't the layer's, but a part of it with a name of its own.</summary>
    public Value AddPart(string part, Op op, params Value[] inputs) => graph.Add($"{label}.{part}", element, op, inputs);

    public Value Parameter(string suffix, Shape shape, ParameterRole role, InitialValues start, ParameterStorage? storage = null) =>
        graph.Add($"{label}.{suffix}", element, new Parameter($"{name}.{suffix}", shape, role, start, storage ?? ParameterStorage.Dense));

    /// <summary>Whether the layer has a parameter of this name from an earlier call.</summary>
    public bool Has(string suffix) => graph.HasTensor($"{name}.{suffix}");

    /// <summary>Adds the parts of a parameter whose rows are those of queries, keys and values, in this order, and of which each is used by itself.</summary>
    /// <param name="suffix">The parameter's name, after the layer's.</param>
    /// <param name="shape">The shape of all.</param>
    /// <param name="keyRows">How many rows there are for keys, and as many for values.</param>
    /// <param name="role">What it is for the layer.</param>
    /// <param name="start">How it starts.</param>
    public Value[] ParameterParts(string suffix, Shape shape, int keyRows, ParameterRole role, InitialValues start)
    {
        var queries = shape.Axes[0] - 2 * keyRows;
        var storage = shape.Rank == 1 ? ParameterStorage.Dense : ParameterStorage.Panels;
        return [Part("q", 0, queries), Part("k", queries, keyRows), Part("v", queries + keyRows, keyRows)];

        Value Part(string part, int first, int rows) => graph.Add($"{label}.{suffix}.{part}", element, new Parameter($"{name}.{suffix}.{part}",
            new Shape(shape.Axes.Skip(1).Prepend(rows).ToEquatableArray()), role, start, storage, new($"{name}.{suffix}", shape, first, keyRows)));
    }

    /// <summary>Adds a parameter that is the whole layer: one that a Forward computes with.</summary>
    public Value OwnParameter(Shape shape, ParameterRole role, InitialValues start) =>
        graph.Add(label, element, new Parameter(name, shape, role, start, ParameterStorage.Dense));

    /// <summary>What an earlier layer of the same network or block gave.</summary>
    public Value Tap(string tap) => site.Scope.Taps[tap];

    /// <summary>Whether there is such a layer: a Forward may not have called it yet.</summary>
    public bool HasTap(string tap) => site.Scope.Taps.ContainsKey(tap);

    /// <summary>Whether another layer uses the weight of the embedding of this name.</summary>
    public bool IsTied(string? embedding) => graph.IsTied(site.Scope, embedding);

    /// <summary>Refuses a constant initialisation that isn't told its constant.</summary>
    /// <param name="kind">The initialisation.</param>
    /// <param name="init">The property that says so.</param>
    /// <param name="value">The property for the constant.</param>
    public void CheckConstant(Init kind, string init, string value)
    {
        if (kind == Init.Constant && !site.Element.Named.Any(argument => argument.Name == value))
            Fail("NG0022", $"sets {init} to Constant, but no {value}: set this too, or use Init.Zeros");
    }

    /// <summary>The blocks that the layer's attribute is given, in order.</summary>
    public IReadOnlyList<BlockReference> Blocks { get; } = [.. site.Element.Positional.SelectMany(argument => argument.Blocks)];

    /// <summary>The block that a property of the layer's attribute is set to.</summary>
    public BlockReference? BlockOf(string property) =>
        site.Element.Named.FirstOrDefault(argument => argument.Name == property)?.Value.Blocks is { Count: > 0 } blocks ? blocks[0] : null;

    /// <summary>Adds the layers of a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="arguments">What its open sizes stand for.</param>
    /// <param name="x">Its input.</param>
    /// <param name="part">Which part of this layer it is; null where it is all of it.</param>
    public Value Inline(BlockReference block, int[] arguments, Value x, string? part = null)
    {
        // Without a name of its own the layer's parts stand for themselves.
        var (prefix, labels) = (name.Length == 0 ? "" : name + ".", HasEmptyName ? site.Scope.Label : label + ".");
        return part is null ? graph.Inline(site, block, prefix, labels, arguments.ToEquatableArray(), x)
            : graph.Inline(site, block, $"{prefix}{part}.", $"{labels}{part}.", arguments.ToEquatableArray(), x);
    }

    /// <summary>What one of several blocks is called: by its place from 0, or by a word and its number from 1.</summary>
    public string PartName(string? word, int place)
    {
        if (word is null) return Text(place);
        if (GraphBuilder.FaultOfName(word) is not null) Fail("NG0018", "PartName", $"\"{ElementDisplay.Escape(word)}\"", "letters, digits and underscores");
        return word + Text(place + 1);
    }

    bool HasEmptyName => site.Element.Named.Any(argument => argument is { Name: nameof(LayerAttribute.Name), Value.Scalar: "" });

    /// <summary>Adds one number a sample to the loss, in training.</summary>
    public void AddPenalty(Value penalty) => graph.Penalties.Add(penalty);

    /// <summary>A number for the layer's random stream, different from other layers'.</summary>
    public int NextStream() => graph.NextStream();

    /// <summary>Counts one more layer, of those that the attribute stands for.</summary>
    public void CountLayer() => graph.Count(site);

    /// <summary>Refuses the layer.</summary>
    /// <param name="id">The diagnostic.</param>
    /// <param name="arguments">What its message names after the layer.</param>
    public void Fail(string id, params string[] arguments) => throw new NetworkException(site.Error(id, [site.Display, .. arguments]));

    public int PositiveSize(int size, string argument)
    {
        if (size <= 0) Fail("NG0005", argument, Text(size));
        return size;
    }

    public int NotNegative(int number, string argument)
    {
        if (number < 0) Fail("NG0018", argument, Text(number), "at least 0");
        return number;
    }

    /// <summary>Refuses a tensor that doesn't fit an arena.</summary>
    public void CheckSize(long size, string what)
    {
        if (size > graph.MaxValues) Fail("NG0006", $"{what} has {Text(size)} values", Text(graph.MaxValues));
    }

    public float Finite(double value, string argument)
    {
        var number = (float)value;
        if (float.IsNaN(number) || float.IsInfinity(number)) Fail("NG0018", argument, Text(number), "a finite number");
        return number;
    }

    public float Positive(double value, string argument)
    {
        var number = (float)value;
        if (!(number > 0) || float.IsInfinity(number)) Fail("NG0018", argument, Text(number), "a positive number");
        return number;
    }

    public float Within(double value, float low, float high, string argument)
    {
        var number = (float)value;
        if (!(number >= low && number <= high))
        {
            Fail("NG0018", argument, Text(number), high == float.MaxValue ? $"a finite number of at least {Text(low)}" : $"a number from {Text(low)} to {Text(high)}");
        }
        return number;
    }

    public T Defined<T>(T value, string argument) where T : struct, Enum
    {
        if (!Enum.IsDefined(typeof(T), value)) Fail("NG0018", argument, value.ToString(), $"one of {string.Join(", ", Enum.GetNames(typeof(T)))}");
        return value;
    }

    public static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A number of an attribute, which counts as the nearest float.</summary>
    public static string Text(double value) => Text((float)value);

    public static string Text(float value) => value.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>A declaration can't be built.</summary>
sealed class NetworkException(NetworkError error) : Exception
{
    public NetworkError Error { get; } = error;
}
