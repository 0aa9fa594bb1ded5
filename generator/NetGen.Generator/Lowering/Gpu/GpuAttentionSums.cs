using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// Sums of an attention for each row of a tile and each number of a head, in a thread's registers: a block for each tile of the head's numbers.
/// </summary>
/// <param name="tile">The kernel.</param>
/// <param name="size">The numbers of a head.</param>
/// <param name="chunks">The blocks, and what they are multiplied with.</param>
sealed class GpuAttentionSums(GpuAttentionTile tile, int size, (GpuTileSum Sum, GpuStagedSide Side)[] chunks)
{
    public void Clear(Code code)
    {
        foreach (var (sum, _) in chunks) sum.Clear(code);
    }

    /// <summary>Multiplies the sums of each row by a number.</summary>
    public void Scale(Code code, Func<int, Expr> factor)
    {
        foreach (var (sum, _) in chunks) sum.EachRow(code, (row, r, c) => row.Add(new Set(sum[r, c].Name, sum[r, c] * factor(r))));
    }

    /// <summary>Adds the products with the columns of the tile that is at hand.</summary>
    public void Add(Code code)
    {
        foreach (var (sum, side) in chunks)
        {
            side.Lines(code);
            sum.Add(code, "firstColumn", "end", tile.IsWhole);
        }
    }

    /// <summary>Stores the sums of the rows and numbers that there are.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="value">What gets them.</param>
    /// <param name="first">The head's first number in it.</param>
    /// <param name="pitch">The floats from one row to the next.</param>
    /// <param name="factor">What the sums of a row are multiplied by; null for nothing.</param>
    public void Store(Code code, string value, string first, int pitch, Func<int, Expr>? factor = null)
    {
        for (var chunk = 0; chunk < chunks.Length; chunk++)
        {
            var sum = chunks[chunk].Sum;
            for (var c = 0; c < GpuAttentionTile.Tile.BlockColumns; c++)
            {
                code.Block(null, block =>
                {
                    block.Add(new Integer($"int number = {IndexText.Plus($"{tile.FirstNumber(chunk)} + threadX * {LayerBuilder.Text(GpuAttentionTile.Tile.BlockColumns)}", c)}"));
                    for (var r = 0; r < GpuAttentionTile.Tile.BlockRows; r++)
                    {
                        var place = new Address(value, 0, $"{first} + {GpuAttentionTile.Row(r)} * {LayerBuilder.Text(pitch)} + number");
                        block.If($"{GpuAttentionTile.Row(r)} < {tile.Rows.Text} && number < {LayerBuilder.Text(size)}",
                            inside => inside.Add(new StoreScalar(place, factor is null ? sum[r, c] : sum[r, c] * factor(r))));
                    }
                });
            }
        }
    }
}
