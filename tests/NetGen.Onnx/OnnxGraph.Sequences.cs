namespace NetGen.Onnx;

/// <content>Layers on sequences, [positions, features] for each sample.</content>
public sealed partial class OnnxGraph
{
    /// <summary>An input of ids, 32-bit integers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="positions">How many a sample has.</param>
    public OnnxValue Ids(string name, int positions)
    {
        OnnxValue input = Input(name, positions);
        ids.Add(name);
        return input;
    }

    /// <summary>The vectors of ids: <c>Gather</c>.</summary>
    /// <param name="x">[positions], of <see cref="Ids"/>.</param>
    /// <param name="layer">The layer's name; it has <c>weight</c> [vocabulary, features].</param>
    /// <param name="vocabulary">How many ids there are.</param>
    /// <param name="features">The size of a vector.</param>
    public OnnxValue Embedding(OnnxValue x, string layer, int vocabulary, int features)
    {
        ArgumentNullException.ThrowIfNull(x);
        string weight = Tensor($"{layer}.weight", trained: true, vocabulary, features);
        return Node("Gather", [weight, x.Name], [x.Size, features], new OnnxAttribute("axis", 0L));
    }

    /// <summary>A learned vector added to each position: <c>Add</c>.</summary>
    /// <param name="x">[positions, features].</param>
    /// <param name="layer">The layer's name; it has <c>weight</c> [positions, features].</param>
    public OnnxValue Positions(OnnxValue x, string layer)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Node("Add", [x.Name, Tensor($"{layer}.weight", trained: true, x.Shape.AsSpan())], x.Shape.AsSpan());
    }

    /// <summary><c>y = x Wᵀ + b</c> of each position: <c>MatMul</c> with the transposed weight, and <c>Add</c>.</summary>
    /// <param name="x">[positions, features].</param>
    /// <param name="weight">The weight's name, of shape [outFeatures, features].</param>
    /// <param name="bias">The bias's name, of shape [outFeatures]; null for none.</param>
    /// <param name="outFeatures">The features of the output.</param>
    public OnnxValue LinearRows(OnnxValue x, string weight, string? bias, int outFeatures)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentException.ThrowIfNullOrEmpty(weight);
        if (x.Shape.Length != 2) throw new ArgumentException($"{weight}: it takes rows of features, and {x} has none.", nameof(x));
        int features = x.Shape[1];
        float[] values = tensors.Values(weight, [outFeatures, features]), transposed = new float[values.Length];
        for (int i = 0; i < values.Length; i++) transposed[i % features * outFeatures + i / features] = values[i];
        ParameterCount += (long)outFeatures * features;
        OnnxValue y = Node("MatMul", [x.Name, Initializer(weight, transposed, features, outFeatures)], [x.Shape[0], outFeatures]);
        Count(x, 2L * y.Size * features);
        return bias is null ? y : Node("Add", [y.Name, Tensor(bias, trained: true, outFeatures)], y.Shape.AsSpan());
    }

    /// <summary>Attention of positions to each other, or of each to itself and those before it: <c>Attention</c>.</summary>
    /// <param name="x">[positions, 3 · features]: queries, keys and values of all heads side by side.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="causal">Whether a position sees only itself and those before it.</param>
    /// <returns>[positions, features].</returns>
    public OnnxValue Attention(OnnxValue x, int heads, bool causal)
    {
        ArgumentNullException.ThrowIfNull(x);
        int positions = x.Shape[0], features = x.Shape[1] / 3;
        OnnxValue y = Node("Attention", [Third(0), Third(1), Third(2)], [positions, features],
            new("is_causal", causal ? 1L : 0L), new("q_num_heads", heads), new("kv_num_heads", heads));
        Count(x, (causal ? 2L * (positions + 1) : 4L * positions) * positions * features);
        return y;

        string Third(int i) => Node("Slice",
            [x.Name, Initializer(Constant($"from{i}"), [i * (long)features]), Initializer(Constant($"to{i}"), [(i + 1) * (long)features]), Initializer(Constant($"axis{i}"), [2L])],
            [positions, features]).Name;
    }
}
