using NetGen.Generator.Graph;
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

    public IEnumerable<KernelArgument> Arguments => result.Inputs.Select((input, i) => new KernelArgument(Binding.Pointer, Names[i], input));

    public string Queries(GpuAttentionTile tile, string head) => tile.First(result.Inputs[0].Size, 0, head);

    public string Keys(GpuAttentionTile tile, string head) => tile.First(result.Inputs[shape.IsCross ? 1 : 0].Size, shape.FirstKey, head);

    public string Values(GpuAttentionTile tile, string head) => tile.First(result.Inputs[shape.IsCross ? 2 : 0].Size, shape.FirstValue, head);

    public string Results(GpuAttentionTile tile, string head) => tile.First(result.Size, 0, head);
}
