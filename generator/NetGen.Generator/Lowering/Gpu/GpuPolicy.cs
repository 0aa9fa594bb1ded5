namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// The launch shapes and tile sizes of kernels for GPUs, for devices that take at least 256 threads in a group and give it 16 KiB of shared memory.
/// </summary>
static class GpuPolicy
{
    /// <summary>The threads of a group: two warps of NVIDIA's, one wave front of AMD's. Smaller groups wait less at barriers.</summary>
    public const int GroupThreads = 64;

    /// <summary>The elements of a row up to which one thread handles it alone; longer ones have a group each.</summary>
    public const int ThreadRow = 32;

    /// <summary>
    /// What a part of a long chain of elementwise functions costs at the most, by <see cref="UnrollPolicy.Cost"/>: a function with an exponential, and what is
    /// cheap beside it.
    /// </summary>
    public const int ChainPart = 12;

    /// <summary>What a chain costs that isn't long.</summary>
    const int ShortChain = 24;

    /// <summary>The threads that share a column of a sum over samples, and the columns of a group.</summary>
    public const int ColumnThreads = 4, Columns = GroupThreads / ColumnThreads;

    /// <summary>
    /// The threads of a group that takes samples through the positions of a recurrence with large states, and the samples that it takes at once at the most.
    /// </summary>
    public const int RecurrentThreads = 256, RecurrentSamples = 4;

    /// <summary>The floats of shared memory for which such a group takes fewer samples.</summary>
    public const int RecurrentFloats = 4096;

    /// <summary>The experts whose weights a kernel is given: OpenCL promises room for arguments of 1,024 bytes, of which a weight takes 24.</summary>
    public const int ExpertWeights = 32;

    /// <summary>The groups that a product had better have, for which a sum over all samples and pixels is cut into parts.</summary>
    const int WantedGroups = 64;

    /// <summary>The most parts of such a sum.</summary>
    const int MostParts = 32;

    /// <summary>
    /// 64 × 64 results of a product for 64 threads, which reads each operand from memory a 64th as often as a naive one, and from shared memory less than a
    /// sixth. A network may declare another one.
    /// </summary>
    public static readonly GpuTile Large = new(64, 64, 16, 16, 4);

    /// <summary>For narrow products.</summary>
    public static readonly GpuTile Small = new(32, 32, 16, 4, 4);

    /// <summary>
    /// For those of few channels with the pixels of all samples, of which there are many: each weight is read half as often as with small tiles.
    /// </summary>
    public static readonly GpuTile Wide = new(32, 64, 16, 4, 8);

    /// <summary>Whether the threads of a group wait for each other between the parts of a chain of elementwise functions.</summary>
    /// <param name="cost">What an element costs, by <see cref="UnrollPolicy.Cost"/>.</param>
    /// <param name="size">The elements of a sample, which are to be whole groups: all threads come by.</param>
    public static bool IsInParts(int cost, int size) => cost > ShortChain && size % GroupThreads == 0;

    /// <summary>The parts that a sum over samples and pixels is cut into, which a second kernel adds up in order.</summary>
    public static int Parts(long tiles) => (int)Math.Max(1, Math.Min(MostParts, WantedGroups / Math.Max(1, tiles)));
}
