using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>The sums of products that a group of threads computes for a tile, each thread a block of them in registers.</summary>
/// <param name="tile">The tile.</param>
/// <param name="name">What names of sums begin with.</param>
/// <param name="left">Where the rows are read from.</param>
/// <param name="right">Where the columns are read from.</param>
sealed class GpuTileSum(GpuTile tile, string name, GpuTileSide left, GpuTileSide right)
{
    /// <summary>The thread's sum at a row and a column of its block.</summary>
    public Local this[int row, int column] => new($"{name}{LayerBuilder.Text(row)}_{LayerBuilder.Text(column)}");

    /// <summary>Declares the sums.</summary>
    public void Clear(Code code) => EachRow(code, (row, r, c) => row.Let(this[r, c].Name, Expr.Zero));

    /// <summary>Does something for each of the block's sums, those of a row on a line.</summary>
    public void EachRow(Code code, Action<Code, int, int> body)
    {
        for (var r = 0; r < tile.BlockRows; r++)
        {
            code.Row(row =>
            {
                for (var c = 0; c < tile.BlockColumns; c++) body(row, r, c);
            });
        }
    }

    /// <summary>
    /// Adds the products of some depths: those brought into shared memory, then, behind a barrier, multiplied. The memory is free for others afterwards.
    /// </summary>
    /// <param name="code">Where to.</param>
    /// <param name="from">The first depth.</param>
    /// <param name="to">The depth after the last one.</param>
    /// <param name="whole">Whether the depths are a multiple of those between two barriers.</param>
    public void Add(Code code, string from, string to, bool whole) => code.For("k", from, to, tile.Depth, loop =>
    {
        left.Bring(loop, to, whole);
        right.Bring(loop, to, whole);
        loop.Add(new GroupBarrier());
        for (var d = 0; d < tile.Depth; d++) Step(loop, d);
        loop.Add(new GroupBarrier());
    });

    void Step(Code code, int d)
    {
        var suffix = "_" + LayerBuilder.Text(d);
        code.Row(row =>
        {
            for (var r = 0; r < tile.BlockRows; r++) row.Let($"l{r}{suffix}", new Load(left.At(d, r, tile.BlockRows)));
        });
        code.Row(row =>
        {
            for (var c = 0; c < tile.BlockColumns; c++) row.Let($"r{c}{suffix}", new Load(right.At(d, c, tile.BlockColumns)));
        });
        EachRow(code, (row, r, c) => row.Add(new Set(this[r, c].Name, this[r, c] + new Local($"l{r}{suffix}") * new Local($"r{c}{suffix}"))));
    }
}
