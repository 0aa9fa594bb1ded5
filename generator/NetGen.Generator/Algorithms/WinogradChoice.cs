using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Algorithms;

/// <summary>A way of Winograd's algorithm to a convolution of 3 × 3.</summary>
/// <param name="Transform">The tiles.</param>
/// <param name="TransformsWeights">Whether weights, new for each batch, are brought to the points where they are multiplied with, rather than before.</param>
sealed record WinogradChoice(WinogradTransform Transform, bool TransformsWeights)
{
    const int Lanes = 16;

    /// <summary>The places of a kernel.</summary>
    const int Places = 9;

    /// <summary>
    /// The bytes of weights that come from far in a cycle, where they are brought near in their order before they are multiplied with: 34 GB/s were measured
    /// where there are 7.3 · 10⁹ multiply-adds of 16 lanes a second.
    /// </summary>
    const int BytesPerCycle = 4;

    /// <summary>The bytes that go to and fro in a cycle where they are written, too.</summary>
    const int TransferredBytesPerCycle = 2;

    /// <summary>The tiles that a product takes as long for as for fewer, since it waits for its weights.</summary>
    const int FewTiles = 8;

    /// <summary>The samples of a usual batch in training.</summary>
    const int BatchSamples = 32;

    /// <summary>How often weights at the points come or go: read into the cache before they are written, written, and read.</summary>
    const int Transfers = 3;

    /// <summary>
    /// The way that takes least for a sample, by what each takes in cycles of a processor with one multiply-add of 16 lanes each; null where the direct one
    /// does.
    /// </summary>
    /// <param name="inputs">The channels read.</param>
    /// <param name="outputs">The channels given.</param>
    /// <param name="height">The rows of the result.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="training">Whether there are batches of samples and new weights for each, rather than one sample and weights that stay.</param>
    /// <param name="stride">How far the kernel moves: 1 or 2.</param>
    public static WinogradChoice? Of(int inputs, int outputs, int height, int width, bool training, int stride = 1)
    {
        WinogradChoice? best = null;
        var kernels = (long)inputs * outputs;
        var least = height * width * Places * kernels / Lanes;
        if (!training) least = Math.Max(least, ReadCycles(Places));
        foreach (var transform in stride == 1 ? [new(2), new(4)] : new WinogradTransform[] { new(4, Stride: stride) })
        {
            var values = transform.Values * kernels;
            var grid = new WinogradGrid(transform.Results, height, width, UnrollPolicy.WinogradTiles(values, stride > 1), severalSamples: training);
            var products = (training ? grid.TilesPerSample : Math.Max(FewTiles, grid.TilesPerSample)) * values / Lanes;
            var tiles = grid.TilesPerSample * (inputs + outputs) / Lanes * TileCycles(transform);
            var toPoints = kernels / Lanes * KernelCycles(transform);
            if (stride > 1)
            {
                if (grid.Groups == 1) Try(new(transform, TransformsWeights: true), tiles + products * transform.Products / transform.Values + toPoints / grid.Samples);
                continue;
            }
            Try(new(transform, TransformsWeights: false),
                tiles + (training ? products + TransferCycles(transform.Positions) / BatchSamples : Math.Max(products, ReadCycles(transform.Positions))));
            if (training && UnrollPolicy.IsFarAway(values) && grid.Groups == 1) Try(new(transform, TransformsWeights: true), tiles + products + toPoints / grid.Samples);
        }
        return best;

        void Try(WinogradChoice choice, long cycles)
        {
            if (cycles < least) (best, least) = (choice, cycles);
        }

        long ReadCycles(int places) => FarBytes(places) / BytesPerCycle;

        long TransferCycles(int places) => Transfers * FarBytes(places) / TransferredBytesPerCycle;

        long FarBytes(int places) => UnrollPolicy.IsFarAway(places * kernels) ? places * kernels * sizeof(float) : 0;
    }

    /// <summary>
    /// What the values of a vector of a tile's channels at all points take, and likewise the results from products; an estimate, that of the operations and
    /// what they wait for.
    /// </summary>
    static int TileCycles(WinogradTransform transform) => transform.Stride > 1 ? 250 : transform.Results == 4 ? 180 : 64;

    /// <summary>What the values of a vector of kernels at all points take, most of it for writing them to the second-level cache.</summary>
    static int KernelCycles(WinogradTransform transform) => transform.Stride > 1 ? 600 : transform.Results == 4 ? 270 : 120;
}
