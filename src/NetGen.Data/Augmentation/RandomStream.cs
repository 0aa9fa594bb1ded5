using NetGen.Runtime;

namespace NetGen.Data;

/// <summary>
/// Where the random numbers of a sample begin: they are a function of seed, epoch and sample, so that it doesn't matter who draws first, or whether a run was
/// interrupted.
/// </summary>
static class RandomStream
{
    /// <summary>The number of Mixup among the uses of a sample's stream. Transforms count from 0.</summary>
    public const int Mixup = 0xFFFF;

    /// <summary>The generator's state. Each use of a stream has 2⁴⁰ words of its own; before them are those for initial parameters and shuffles.</summary>
    public static PhiloxState At(ulong seed, int epoch, int sample, int use) =>
        new(seed, ((ulong)(uint)epoch << 32) | (uint)sample, ((ulong)use + 1) << 40);
}
