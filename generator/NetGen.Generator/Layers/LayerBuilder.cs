using System.Globalization;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Layers;

/// <summary>What a layer's recipe builds with: it adds ops and parameters under the layer's name, and refuses what doesn't fit.</summary>
/// <param name="graph">The graph that grows.</param>
/// <param name="element">The layer's place among the declared elements.</param>
/// <param name="name">The layer's name in files.</param>
/// <param name="label">The layer's name in comments and identifiers.</param>
/// <param name="display">The attribute as it was written, for messages.</param>
sealed class LayerBuilder(GraphBuilder graph, int element, string name, string label, string display)
{
    /// <summary>Whether the graph is one for training, in which dropout has an effect.</summary>
    public bool Training => graph.Training;

    public Value Add(Op op, params Value[] inputs) => graph.Add(label, element, op, inputs);

    /// <summary>Adds an op whose result isn't the layer's, but a part of it with a name of its own.</summary>
    public Value AddPart(string part, Op op, params Value[] inputs) => graph.Add($"{label}.{part}", element, op, inputs);

    public Value Parameter(string suffix, Shape shape, ParameterRole role, InitialValues start, ParameterStorage? storage = null) =>
        graph.Add($"{label}.{suffix}", element, new Parameter($"{name}.{suffix}", shape, role, start, storage ?? ParameterStorage.Dense));

    /// <summary>A number for the layer's random stream, different from other layers'.</summary>
    public int NextStream() => graph.NextStream();

    /// <summary>Refuses the layer.</summary>
    /// <param name="id">The diagnostic.</param>
    /// <param name="arguments">What its message names after the layer.</param>
    public void Fail(string id, params string[] arguments) => throw new NetworkException(id, element, [display, .. arguments]);

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
        if (size > GraphBuilder.MaxFloats) Fail("NG0006", $"{what} has {Text(size)} values", Text(GraphBuilder.MaxFloats));
    }

    public float Finite(float value, string argument)
    {
        if (float.IsNaN(value) || float.IsInfinity(value)) Fail("NG0018", argument, Text(value), "a finite number");
        return value;
    }

    public float Positive(float value, string argument)
    {
        if (!(value > 0) || float.IsInfinity(value)) Fail("NG0018", argument, Text(value), "a positive number");
        return value;
    }

    public float Within(float value, float low, float high, string argument)
    {
        if (!(value >= low && value <= high)) Fail("NG0018", argument, Text(value), $"a number from {Text(low)} to {Text(high)}");
        return value;
    }

    public T Defined<T>(T value, string argument) where T : struct, Enum
    {
        if (!Enum.IsDefined(typeof(T), value)) Fail("NG0018", argument, value.ToString(), $"one of {string.Join(", ", Enum.GetNames(typeof(T)))}");
        return value;
    }

    public static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Text(float value) => value.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>A declaration can't be built.</summary>
sealed class NetworkException(string id, int element, string[] arguments) : Exception
{
    public Parsing.NetworkError Error { get; } = new(id, element, arguments.ToEquatableArray());
}
