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
}
