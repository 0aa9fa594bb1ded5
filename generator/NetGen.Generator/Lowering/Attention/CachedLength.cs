using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Attention;

/// <summary>
/// How many positions a decoder's source has, where it has as many as it likes: a number in a cache, the fourth input of a <see cref="CachedAttention"/>.
/// </summary>
static class CachedLength
{
    /// <summary>The number's name in kernels.</summary>
    const string Length = "length";

    /// <summary>What a kernel is given of it.</summary>
    public static IEnumerable<KernelArgument> Argument(Value result) => IsThere(result) ? [new(Binding.Pointer, Length, result.Inputs[3])] : [];

    /// <summary>How many keys a query of the attention sees; null where all sources have as many.</summary>
    public static AttentionLengths? Of(Value result) => IsThere(result) ? new(LayerBuilder.Text(((CachedAttention)result.Op).Queries!.Value), "visible") : null;

    /// <summary>Writes what reads it.</summary>
    public static void Read(Code code) => code.Add(new Integer($"nint visible = ((int*){Length})[0]"));

    /// <summary>Writes what keeps a number.</summary>
    public static void Write(Code code, string number) => code.Add(new Integer($"((int*){Length})[0] = {number}"));

    static bool IsThere(Value result) => result.Inputs.Length > 3;
}
