using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Algorithms;

/// <summary>What a convolution of 3 × 3 takes, directly and by Winograd's algorithm, in cycles of a processor with one multiply-add of 16 lanes each.</summary>
static class WinogradChoice
{
    const int Lanes = 16;

    /// <summary>What the values of a vector of a tile's channels at all points take, and likewise the results from products; an estimate, that of the operations and what they wait for.</summary>
    static int TransformCycles(WinogradTransform transform) => transform.Results == 4 ? 180 : 64;

    /// <summary>The bytes of weights that are read in a cycle when they come from far.</summary>
    const int BytesPerCycle = 6;

    /// <summary>The tile that takes least; null where the direct way does.</summary>
    /// <param name="inputs">The channels read.</param>
    /// <param name="outputs">The channels given.</param>
    /// <param name="height">The rows of the result.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="weightsMatter">Whether weights may be read for one sample.</param>
    public static WinogradTransform? Of(int inputs, int outputs, int height, int width, bool weightsMatter)
    {
        WinogradTransform? best = null;
        var least = Math.Max((long)height * width * 9 * inputs * outputs / Lanes, WeightCycles(9));
        foreach (var transform in new[] { new WinogradTransform(2), new WinogradTransform(4) })
        {
            long tiles = (long)((height + transform.Results - 1) / transform.Results) * ((width + transform.Results - 1) / transform.Results);
            var products = Math.Max(tiles * transform.Positions * inputs * outputs / Lanes, WeightCycles(transform.Positions));
            var cycles = products + tiles * (inputs + outputs) / Lanes * TransformCycles(transform);
            if (cycles >= least) continue;
            (best, least) = (transform, cycles);
        }
        return best;

        long WeightCycles(int places)
        {
            var floats = (long)places * inputs * outputs;
            return weightsMatter && UnrollPolicy.IsFarAway(floats) ? floats * sizeof(float) / BytesPerCycle : 0;
        }
    }
}
