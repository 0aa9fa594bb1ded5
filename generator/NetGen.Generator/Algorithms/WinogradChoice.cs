using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Algorithms;

/// <summary>A way of Winograd's algorithm to a convolution of 3 × 3.</summary>
/// <param name="Transform">The tiles.</param>
/// <param name="TransformsWeights">Whether weights are brought to the points where they are multiplied with, rather than before.</param>
sealed record WinogradChoice(WinogradTransform Transform, bool TransformsWeights)
{
    const int Lanes = 16;

    /// <summary>The places of a kernel.</summary>
    const int Places = 9;

    /// <summary>The bytes of weights that are read in a cycle when they come from far.</summary>
    const int BytesPerCycle = 2;

    /// <summary>The tiles that a product takes as long for as for fewer, since it waits for its weights.</summary>
    const int FewTiles = 8;

    /// <summary>
    /// The way that takes least, by what each takes in cycles of a processor with one multiply-add of 16 lanes each; null where the direct one does.
    /// </summary>
    /// <param name="inputs">The channels read.</param>
    /// <param name="outputs">The channels given.</param>
    /// <param name="height">The rows of the result.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="weightsMatter">Whether weights may be read for one sample.</param>
    public static WinogradChoice? Of(int inputs, int outputs, int height, int width, bool weightsMatter)
    {
        WinogradChoice? best = null;
        var kernels = (long)inputs * outputs;
        var least = Math.Max(height * width * Places * kernels / Lanes, WeightCycles(Places));
        foreach (var transform in new[] { new WinogradTransform(2), new WinogradTransform(4) })
        {
            var grid = new WinogradGrid(transform.Results, height, width, UnrollPolicy.WinogradTiles(transform.Positions * kernels), severalSamples: false);
            var products = Math.Max(FewTiles, grid.TilesPerSample) * transform.Positions * kernels / Lanes;
            var tiles = grid.TilesPerSample * (inputs + outputs) / Lanes * TileCycles(transform);
            Try(new(transform, TransformsWeights: false), Math.Max(products, WeightCycles(transform.Positions)) + tiles);
            if (weightsMatter && grid.Groups == 1 && UnrollPolicy.IsFarAway(transform.Positions * kernels))
                Try(new(transform, TransformsWeights: true), Math.Max(products + kernels / Lanes * KernelCycles(transform), WeightCycles(Places)) + tiles);
        }
        return best;

        void Try(WinogradChoice choice, long cycles)
        {
            if (cycles < least) (best, least) = (choice, cycles);
        }

        long WeightCycles(int places) => weightsMatter && UnrollPolicy.IsFarAway(places * kernels) ? places * kernels * sizeof(float) / BytesPerCycle : 0;
    }

    /// <summary>What the values of a vector of a tile's channels at all points take, and likewise the results from products; an estimate, that of the operations and what they wait for.</summary>
    static int TileCycles(WinogradTransform transform) => transform.Results == 4 ? 180 : 64;

    /// <summary>What the values of a vector of kernels at all points take, most of it for writing them to the second-level cache.</summary>
    static int KernelCycles(WinogradTransform transform) => transform.Results == 4 ? 270 : 120;
}
