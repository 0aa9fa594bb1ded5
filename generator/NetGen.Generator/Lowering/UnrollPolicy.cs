using NetGen.Generator.Graph;

namespace NetGen.Generator.Lowering;

/// <summary>
/// The budgets of emitted code. The JIT gives up optimising a method past 60,000 bytes of IL, 20,000 instructions, 2,000 basic blocks or
/// 8,000 references to locals, and stops inlining past 512 locals; measured, methods of 2,048 multiply-adds run several times slower.
/// </summary>
static class UnrollPolicy
{
    /// <summary>The most bytes of IL in a method: half of what the JIT gives up at, since compile time grows faster than the method.</summary>
    public const int MethodBytes = 30_000;

    /// <summary>The most multiply-adds in a method: 1,536 were fine when it was measured, 2,048 six to nine times slower.</summary>
    public const int MethodMultiplyAdds = 1_200;

    /// <summary>The most local variables in a method, past which nothing more is inlined into it.</summary>
    public const int MethodLocals = 512;

    /// <summary>The most references to locals in a method, past which it isn't optimised.</summary>
    public const int MethodLocalReferences = 8_000;

    /// <summary>The most calls of kernels in a method, each of which takes some 140 bytes and has a few buffers of its own.</summary>
    public const int MethodCalls = 120;

    /// <summary>The most vector operations in a method that is unrolled completely, in vectors of the narrowest width.</summary>
    public const int WholeNetwork = 1_024;

    /// <summary>The most operations, by <see cref="Cost"/>, of a group's elementwise part, which a tile repeats for each of up to 28 vectors.</summary>
    public const int Epilogue = 96;

    /// <summary>
    /// The most operations, by <see cref="Cost"/>, of the elementwise part of a tile that is written for each of its vectors; past them the JIT stops inlining
    /// them.
    /// </summary>
    public const int TileEpilogue = 160;

    /// <summary>
    /// The rows of a block in which the gradient of a weight is summed: their inputs stay in the second-level cache, and a panel's packed gradients in the
    /// first.
    /// </summary>
    public static int OuterProductRows(int inputs) => Math.Max(64, Math.Min(128, ImageBytes / sizeof(float) / inputs / 16 * 16));

    /// <summary>The most bytes of activations that a block of samples takes, for which its samples may become fewer.</summary>
    const long BlockBytes = 1L << 30;

    /// <summary>The most multiply-adds of vectors in a sum that is unrolled completely.</summary>
    public const int Sum = 64;

    /// <summary>The most vectors of a row that are handled one after the other without a loop.</summary>
    public const int Row = 8;

    /// <summary>The most places of a pooling's window that are handled one after the other without a loop.</summary>
    public const int Region = 16;

    /// <summary>The most operations of a pooling's windows, those at the edges included, each of which has code of its own.</summary>
    public const int RegionOperations = 1_280;

    /// <summary>The most of them that have code of their own: three rows of three, and a few more where the last ones differ.</summary>
    public const int Regions = 12;

    /// <summary>The vectors of channels that a pooling handles together: their sums are independent, and few enough for a window that is unrolled.</summary>
    /// <param name="operations">The operations on a vector of a window.</param>
    public static int RegionVectors(int operations) => Math.Max(1, Math.Min(4, 72 / Math.Max(1, operations)));

    /// <summary>
    /// The samples that inference takes through all layers at a time: 64, fewer where a sample's activations are huge, or where images or sequences had better
    /// stay in the cache.
    /// </summary>
    /// <param name="floatsPerSample">The activations of a sample.</param>
    /// <param name="largeSamples">Whether samples are images or sequences.</param>
    /// <param name="least">The least samples that a kernel had better be given.</param>
    public static int BlockSamples(long floatsPerSample, bool largeSamples, int least)
    {
        if (!largeSamples) return (int)Math.Max(1, Math.Min(64, BlockBytes / sizeof(float) / Math.Max(1, floatsPerSample)));
        var samples = StageSamples(floatsPerSample);
        // Matrix products at the end want whole tiles of samples, where that doesn't take the images far out of the cache.
        return Math.Max(least, samples is > LeastTile and < BlockTile ? BlockTile : samples);
    }

    /// <summary>The samples of a high tile of a matrix product.</summary>
    const int BlockTile = 12;

    /// <summary>The samples that a recurrence takes through its positions together, so that it reads its weight once for all of them.</summary>
    public const int RecurrentSamples = BlockTile;

    /// <summary>The bytes of images that a processor keeps in its second-level cache beside weights.</summary>
    const int ImageBytes = 512 * 1024;

    /// <summary>The samples that go through several kernels on images at a time.</summary>
    public static int StageSamples(long floatsPerSample) => (int)Math.Max(1, Math.Min(64, ImageBytes / sizeof(float) / Math.Max(1, floatsPerSample)));

    /// <summary>What arithmetic costs, in operations on a vector; what occurs twice is computed once.</summary>
    public static int Cost(Expr expression)
    {
        var seen = new HashSet<Expr>();
        return Of(expression);

        int Of(Expr e) => !seen.Add(e) ? 0 : e.Children.Sum(Of) + e switch
        {
            Call { Function: not (Function.Negate or Function.Abs or Function.Sqrt) } => 8,
            Number or Argument => 0,
            _ => 1,
        };
    }

    /// <summary>
    /// The heights of a matrix product's tiles, each with the condition on the samples left under which it is next. Two vectors wide, the
    /// highest uses the registers there are; two heights that differ by two fill most batches without a rest (64 = 3 · 12 + 2 · 14).
    /// </summary>
    public static (int Height, string? Condition)[] TileHeights(int lanes) => lanes switch
    {
        16 => [(12, "left >= 12 && left % 14 != 0"), (14, "left >= 14"), (LeastTile, $"left >= {LeastTile}"), (1, null)],
        8 => [(6, "left >= 6"), (LeastTile, $"left >= {LeastTile}"), (1, null)],
        _ => [(8, "left >= 8"), (LeastTile, $"left >= {LeastTile}"), (1, null)],
    };

    /// <summary>The height of the lowest tile but for single samples.</summary>
    public const int LeastTile = 4;

    /// <summary>The most multiply-adds of vectors in the run of a convolution's sum that is unrolled.</summary>
    public const int ConvolutionRun = 256;

    /// <summary>The most columns of a convolution's weight whose gradient's tiles each know their places, rather than walk over runs of channels.</summary>
    public const int ListedColumns = 64;

    /// <summary>Whether a product of many rows or pixels has the weights after its own brought near: those of few inputs are near anyway.</summary>
    public static bool BringsNextPanel(int inputs) => inputs >= 64;

    /// <summary>The least pixels over which a tile of a weight's gradient is summed in registers, before it goes to memory.</summary>
    const int LeastGradientPixels = 256;

    /// <summary>The most, before the next tile has its turn.</summary>
    const int MostGradientPixels = 512;

    /// <summary>The bytes of images that all tiles read before the next ones: they stay in the second-level cache.</summary>
    const int GradientImageBytes = 1024 * 1024;

    /// <summary>The samples over which a tile of a weight's gradient is summed at a time.</summary>
    /// <param name="pixels">The pixels of a sample.</param>
    /// <param name="floatsPerSample">The numbers of both of its images.</param>
    public static int GradientSamples(int pixels, long floatsPerSample)
    {
        var (least, most) = ((LeastGradientPixels + pixels - 1) / pixels, (MostGradientPixels + pixels - 1) / pixels);
        return (int)Math.Min(most, Math.Max(least, GradientImageBytes / sizeof(float) / floatsPerSample));
    }

    /// <summary>
    /// Whether workers share an image by its rows, so that each reads mostly what it has written itself: what is in another one's cache takes three times as
    /// long. They share its channels where there are so few blocks of rows that parts would differ, or more weights, which all would read, than there is of the
    /// images.
    /// </summary>
    /// <param name="blocks">The blocks that rows are cut into.</param>
    /// <param name="weights">The floats of the weights.</param>
    /// <param name="images">The floats of what is read and what is written.</param>
    public static bool SharesRows(int blocks, long weights, long images) => blocks >= SharedBlocks && weights <= images;

    /// <summary>The least blocks of rows of an image that workers share.</summary>
    const int SharedBlocks = 8;

    /// <summary>
    /// Whether an image had better be read while it is written, some rows at a time: it wouldn't stay in the second-level cache of a core, beside what is
    /// made of it.
    /// </summary>
    public static bool IsTakenInBands(long imageFloats) => imageFloats * sizeof(float) >= LargeImageBytes;

    const int LargeImageBytes = 512 * 1024;

    /// <summary>Whether the weights of a convolution are few enough to be read again for each band of rows.</summary>
    public static bool IsReadForEachBand(long weightFloats) => weightFloats * sizeof(float) <= BandWeightBytes;

    const int BandWeightBytes = 64 * 1024;

    /// <summary>The rows of the last of some images that make a band, whose rows of all of them stay in the cache.</summary>
    /// <param name="floatsPerRow">The floats of all images for each row of the last one.</param>
    public static int BandRows(long floatsPerRow) => (int)Math.Max(1, BandBytes / sizeof(float) / floatsPerRow);

    const int BandBytes = 256 * 1024;

    /// <summary>The bands that a window of rows has room for, beside what the next band needs: those needed again are moved as often less.</summary>
    public const int BandsInWindow = 1;

    /// <summary>The most bytes of a convolution's weights with which a sample is taken through all of them before the next.</summary>
    public const int ResidentWeightBytes = 512 * 1024;

    /// <summary>The pixels of a convolution's tile: with two vectors of channels each, or one, they use the registers there are.</summary>
    public static int TilePixels(int lanes, int vectors) => (lanes, vectors) switch { (16, 1) => 24, (16, _) => 14, (8, 1) => 10, (8, _) => 6, (_, 1) => 10, _ => 6 };

    /// <summary>The outputs of a tile with a number of vectors of pixels for each, which are in registers too, as is a weight.</summary>
    public static int PooledOutputs(int lanes, int vectors) => (Registers(lanes) - vectors - 1) / vectors;

    /// <summary>The pixels of a depthwise convolution's tile, which has a row of the kernel in registers too.</summary>
    public static int DepthwisePixels(int lanes) => lanes == 16 ? 14 : 8;

    /// <summary>The vector registers.</summary>
    static int Registers(int lanes) => lanes == 16 ? 32 : 16;

    /// <summary>
    /// The outputs by pixels of a convolution's tile where samples lie together: each place takes a vector for each pixel and a number for each output, so that
    /// tiles had better be square, and leave no rest.
    /// </summary>
    public static (int Outputs, int Pixels) LanesTile(int outputs, int width, int lanes)
    {
        var best = (Outputs: 1, Pixels: 1);
        var least = double.MaxValue;
        for (var o = 1; o <= outputs; o++)
        {
            for (var p = 1; p <= width && (o * p) + p + 1 <= Registers(lanes); p++)
            {
                var chunks = (width + p - 1) / p;
                var cycles = outputs / o * Cycles(o) + (outputs % o > 0 ? Cycles(outputs % o) : 0);
                if (cycles >= least) continue;
                (best, least) = ((o, p), cycles);

                // Two multiply-adds or two loads a cycle, four cycles until a sum can be added to again, and fewer loads are better.
                double Cycles(int rows) => Enumerable.Range(0, chunks).Sum(c =>
                {
                    var pixels = width / chunks + (c < width % chunks ? 1 : 0);
                    return Math.Max(4, Math.Max(rows * pixels / 2.0, (rows + pixels) / 2.0)) + 1 + ((rows + pixels) / 8.0);
                });
            }
        }
        return best;
    }

    /// <summary>The outputs of the tile of a weight's gradient where samples lie together, with sums for a row of the kernel each.</summary>
    public static int LanesGradientOutputs(int outputs, int columns, int lanes)
    {
        var most = Math.Max(1, Math.Min(outputs, (Registers(lanes) - 1 - columns) / columns));
        // A divisor, where that is not much less.
        return Enumerable.Range(1, most).LastOrDefault(o => outputs % o == 0 && 2 * o > most) is > 0 and var divisor ? divisor : most;
    }

    /// <summary>The rows of images in which that tile goes over them, so that they stay in the first-level cache.</summary>
    public static int LanesGradientRows(int floatsOfRow, int height) => Math.Max(2, Math.Min(height, FirstLevelFloats / floatsOfRow));

    /// <summary>The floats of a block that is to stay in the first-level cache.</summary>
    const int FirstLevelFloats = 6 * 1024;

    /// <summary>The keys of a tile that queries are summed to: a divisor of a panel's.</summary>
    public static int KeyTile(int lanes) => lanes == 16 ? 8 : 4;

    /// <summary>
    /// The keys whose scores the gradient of attention has of a block of queries at a time, whole panels: with what belongs to them they stay in the
    /// second-level cache.
    /// </summary>
    public const int KeyBlock = 256;

    /// <summary>The most tiles of queries of such a block: what keys and values get of them is summed in registers, and then once in memory.</summary>
    public const int BlockTiles = 8;

    /// <summary>The vectors of a tile's row.</summary>
    public const int TileVectors = 2;

    /// <summary>
    /// The tiles that Winograd's convolution takes to a matrix product: a few where weights stay in the cache, enough to pay for reading them, or for bringing
    /// them to the points, where they don't.
    /// </summary>
    public static int WinogradTiles(long weightFloats, bool transformsWeights) => transformsWeights || IsFarAway(weightFloats) ? 32 : 14;

    /// <summary>The tiles of a row whose products at a row of Winograd's points are in registers, beside a weight and a value.</summary>
    public static int WinogradRowTiles(int points, int lanes) => (Registers(lanes) - 2) / points;

    /// <summary>
    /// The inputs whose weights are brought to Winograd's points at a time, a divisor of all: with the tiles' values they stay in the second-level cache.
    /// </summary>
    /// <param name="points">The values of a kernel at the points.</param>
    /// <param name="inputs">All inputs.</param>
    /// <param name="multiple">A divisor of them, of which it is to be a multiple.</param>
    public static int WinogradPartInputs(int points, int inputs, int multiple = 1) => multiple
        * Enumerable.Range(1, inputs / multiple).Last(n => inputs % (n * multiple) == 0 && (n == 1 || n * multiple * points <= WinogradPartKernels));

    const int WinogradPartKernels = 2600;

    /// <summary>
    /// The panels whose products with a part's inputs follow each other, a divisor of all: where the tiles' values of all inputs don't stay in the second-level
    /// cache, those of a part do.
    /// </summary>
    /// <param name="valueFloats">The values of all tiles and inputs.</param>
    /// <param name="panels">All panels.</param>
    public static int WinogradPanels(long valueFloats, int panels) =>
        valueFloats * sizeof(float) <= WinogradValueBytes ? 1 : Enumerable.Range(1, Math.Min(WinogradPanelsAtOnce, panels)).Last(n => panels % n == 0);

    const int WinogradValueBytes = 1536 * 1024;

    const int WinogradPanelsAtOnce = 4;

    /// <summary>Whether weights are too many to stay in the second-level cache.</summary>
    public static bool IsFarAway(long weightFloats) => weightFloats * sizeof(float) > 2 * ResidentWeightBytes;

    /// <summary>The tiles over which the gradient of its weight is summed at a time: more where the sums themselves are far away.</summary>
    public static int WinogradGradientTiles(long sumFloats) => IsFarAway(sumFloats) ? 64 : 32;

    /// <summary>The heights of its products where the number of tiles isn't known before, as <see cref="TileHeights"/> has them.</summary>
    public static (int Height, string? Condition)[] WinogradHeights(int lanes) => lanes switch
    {
        16 => [(14, "left % 14 == 0"), (12, "left >= 12 && left != 16"), (8, "left >= 8"), (LeastTile, null)],
        _ => [(6, "left % 6 == 0"), (LeastTile, null)],
    };

    /// <summary>The independent sums of one row's product, which hide the latency of a multiply-add.</summary>
    public const int Chains = 8;

    /// <summary>The panels of weights that a product with one sample streams at the same time, with eight vectors of sums at most.</summary>
    public static int StreamedPanels(int lanes) => lanes == 4 ? 1 : 2;

    /// <summary>
    /// Whether one sample's product looks for inputs that are zero: it reads so many weights for each that the search takes little of its time.
    /// </summary>
    public static bool FindsNonzeros(int inputs, int outputs) => outputs >= 64 && inputs * (long)outputs >= 16 * 1024;

    /// <summary>
    /// The nonzero inputs up to which a product reads only the weights of these: more are faster in a row, and much fewer where weights come from main memory.
    /// </summary>
    public static int MostNonzeros(int inputs, int outputs) => inputs * (long)outputs <= CachedWeightFloats ? inputs * 3 / 4 : inputs / 4;

    const int CachedWeightFloats = 4 * 1024 * 1024;

    /// <summary>The room for the places of nonzero inputs, which are written as whole vectors.</summary>
    public static int PlacesFloats(int inputs) => inputs + 16;

    /// <summary>The panels of weights from which on threads share them, rather than the rows of a sample.</summary>
    public const int SharedPanels = 4;

    /// <summary>The rows of a sample, each with sums of its own, from which on threads share them.</summary>
    public const int SharedRows = 16;

    /// <summary>
    /// Whether threads share the states of a recurrence: whole panels of them, of which each position's product takes longer than waiting for each other.
    /// </summary>
    public static bool SharesStates(int hidden, int gates) => hidden % Ops.Panels.Width == 0 && hidden > Ops.Panels.Width && gates * hidden * (long)hidden >= 32 * 1024;

    /// <summary>
    /// Whether a recurrence's kernel computes the products of its inputs, too, a few positions ahead: those weights come nearer once for each tile of positions
    /// then, rather than once for all, which pays where the second-level cache has them beside those of the states. With fewer inputs than states the stream of
    /// weights would be interrupted, and the weights of more are as much to read as it saves.
    /// </summary>
    public static bool ComputesInputsAhead(int positions, int inputs, int hidden, int gates) =>
        positions > 2 * LeastTile && inputs == hidden && gates * (long)hidden * (hidden + inputs) * sizeof(float) <= RecurrentWeightBytes;

    /// <summary>The most bytes of both weights of a recurrence that are read together: 800 KiB gain a tenth, 860 nothing, with a cache of 1 MiB.</summary>
    const int RecurrentWeightBytes = 800 * 1024;

    /// <summary>The floats of a first layer's weight from which on threads share its outputs in training, rather than the samples.</summary>
    public const int SharedWeightFloats = 16 * 1024;

    /// <summary>
    /// The positions of a prompt that a worker takes through a decoder's layers at a time: so many that reading weights takes little of it, in whole tiles.
    /// </summary>
    public const int DecodingBlock = 64;

    /// <summary>The bytes of weights from which on a prediction of one sample is worth a second thread, where one is awake.</summary>
    public const int ThreadedSampleBytes = 256 * 1024;

    /// <summary>The rows of a weight gradient's tile: at most 14, in as few and as equal chunks as possible.</summary>
    public static (int Rows, int Full, int Left) Chunks(int inputs, int lanes)
    {
        var most = lanes switch { 16 => 14, 8 => 6, _ => 8 };
        var count = (inputs + most - 1) / most;
        var rows = (inputs + count - 1) / count;
        // As many chunks of equal height as there are, then one for what is left.
        var full = inputs / rows;
        return (rows, full, inputs - full * rows);
    }
}
