using System.Globalization;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>A tile of a matrix product: what a group of threads computes, each thread a block of it in registers.</summary>
/// <param name="Rows">The rows of the result.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Depth">The products that are summed between two barriers.</param>
/// <param name="BlockRows">The rows of a thread.</param>
/// <param name="BlockColumns">The columns of a thread.</param>
sealed record GpuTile(int Rows, int Columns, int Depth, int BlockRows, int BlockColumns)
{
    public int ThreadsX => Columns / BlockColumns;

    public int ThreadsY => Rows / BlockRows;

    public int Threads => ThreadsX * ThreadsY;

    /// <summary>The threads that devices take in a group, the bytes that they share, and the results that a thread has registers for.</summary>
    const int MostThreads = 1024, MostBytes = 48 * 1024, MostResults = 128;

    /// <summary>The floats between two rows of a side's part in shared memory are up to so many more than its lines.</summary>
    const int Padding = 4;

    /// <summary>The tile of five numbers that have no fault.</summary>
    public static GpuTile Of(IReadOnlyList<int> numbers) => new(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);

    /// <summary>Why no kernel can have a tile; null where one can.</summary>
    /// <param name="numbers">Rows, columns, depth, and the rows and columns of a thread.</param>
    public static string? Fault(IReadOnlyList<int> numbers)
    {
        if (numbers.Count != 5) return Text($"it has {numbers.Count} numbers rather than five: rows, columns, depth, and the rows and columns of a thread");
        foreach (var number in numbers)
        {
            if (number is < 1 or > MostThreads || (number & (number - 1)) != 0) return Text($"{number} isn't a power of two from 1 to {MostThreads}");
        }
        var tile = Of(numbers);
        var results = tile.BlockRows * tile.BlockColumns;
        if (results > MostResults) return Text($"a thread has {results} results, and registers for {MostResults}");
        // Each thread brings numbers of one line, or of one depth.
        var shorter = Math.Min(tile.Rows, tile.Columns);
        if (results > shorter) return Text($"a thread has {results} results, more than the tile's shorter side, {shorter}");
        if (tile.Threads > MostThreads) return Text($"its groups have {tile.Threads} threads, and devices take {MostThreads}");
        if (tile.Depth > tile.Threads) return Text($"its depth, {tile.Depth}, is more than the {tile.Threads} threads of a group");
        if (tile.Threads > shorter * tile.Depth) return Text($"its groups have {tile.Threads} threads, more than the {shorter * tile.Depth} numbers that they bring of a side at a time");
        var bytes = sizeof(float) * tile.Depth * (tile.Rows + tile.Columns + 2 * Padding);
        return bytes > MostBytes ? Text($"it needs {bytes} bytes of shared memory, and groups have {MostBytes}") : null;
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
