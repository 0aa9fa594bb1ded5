using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering.Attention;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>Where an attention's queries, keys and values are: side by side in one value, or in one each.</summary>
/// <param name="result">The attention's result.</param>
/// <param name="shape">The places in them.</param>
sealed class GpuAttentionPlaces(Value result, AttentionShape shape)
{
    /// <summary>What kernels call the attention's inputs.</summary>
    public string[] Names => shape.IsCross ? ["xq", "xk", "xv"] : ["x"];

    public string Query => shape.IsCross ? "xq" : "x";

    public string Key => shape.IsCross ? "xk" : "x";

    public string Value => shape.IsCross ? "xv" : "x";

    /// <summary>The inputs and, where samples have as many positions as they like, where these begin.</summary>
    public IEnumerable<KernelArgument> Arguments => [.. result.Inputs.Select((input, i) => new KernelArgument(Binding.Pointer, Names[i], input)), .. Starts];

    IEnumerable<KernelArgument> Starts
    {
        get
        {
            if (shape.IsFree) yield return GpuSequence.Starts(result.Type.IsByPosition ? result : AttentionShape.KeysOf(result));
            if (HasKeyLength) yield return GpuSequence.Starts(AttentionShape.KeysOf(result), "keyStarts");
        }
    }

    bool HasKeyLength => AttentionShape.HasKeyLength(result);

    /// <summary>Declares where a sample's positions are, where it has as many as it likes.</summary>
    public void Sample(Code code)
    {
        if (shape.IsFree) GpuSequence.Sample(code, "sample");
        if (HasKeyLength) GpuSequence.Keys(code, "sample");
    }

    public string Queries(string head) => First(result.Inputs[0], 0, head);

    public string Keys(string head) => First(result.Inputs[shape.IsCross ? 1 : 0], shape.FirstKey, head);

    public string Values(string head) => First(result.Inputs[shape.IsCross ? 2 : 0], shape.FirstValue, head);

    public string Results(string head) => First(result, 0, head);

    /// <summary>Where the logarithm of a query's sum is.</summary>
    public Address Sum(string query) => new("sums", 0, result.Type.IsByPosition ? $"(start + {query}) * {LayerBuilder.Text(shape.Heads)} + head"
        : $"(sample * {LayerBuilder.Text(shape.Heads)} + head) * {LayerBuilder.Text(shape.Length)} + {query}");

    /// <summary>The first number of the head in a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="first">The first float of all heads at a position.</param>
    /// <param name="head">The head.</param>
    string First(Value value, int first, string head)
    {
        var start = !value.Type.IsByPosition ? "sample" : HasKeyLength && !Sequence.AreSame(value.Type.Sequence, result.Type.Sequence) ? "keyStart" : "start";
        return $"{start} * {LayerBuilder.Text(value.Size)} + {(first == 0 ? "" : $"{LayerBuilder.Text(first)} + ")}{head} * {LayerBuilder.Text(shape.Size)}";
    }
}
