using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>Loops over the tiles of an image, and the tiles' values at the points.</summary>
static class WinogradTiles
{
    /// <summary>The floats from a point's values to the next point's: some more than needed, so that those of a tile aren't all in the same set of a cache.</summary>
    public static int Stride(int floats) => checked(floats + Panels.Alignment);

    /// <summary>Writes what is done with each tile of some rows, whose number is an integer of the function.</summary>
    /// <param name="code">Where to. The image is at <c>x</c>.</param>
    /// <param name="transform">The tiles' size.</param>
    /// <param name="grid">The tiles.</param>
    /// <param name="layout">The image.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="origin">Where the first tile is.</param>
    /// <param name="body">Writes what is done, given the name of the tile's pointer.</param>
    public static void Each(Code code, WinogradTransform transform, WinogradGrid grid, Layout layout, string rows, int origin, Action<Code, string> body) =>
        code.For("row", "0", rows, 1, row =>
        {
            row.Add(new LetPointer("x_row", new Address("x", origin, "row", (long)transform.Results * layout.RowPitch)));
            row.For("tile", "0", LayerBuilder.Text(grid.Columns), 1, tile =>
            {
                tile.Add(new LetPointer("d", new Address("x_row", 0, "tile", (long)transform.Results * layout.ChannelPitch)));
                body(tile, "d");
            });
        });

    /// <summary>Writes the values of a tile of inputs at the points to <c>v</c>, which moves on to the next tile's.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="transform">The tiles' size.</param>
    /// <param name="layout">The image.</param>
    /// <param name="d">The tile's first pixel.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="step">The floats from a tile's values to the next one's.</param>
    /// <param name="stride">The floats from a point's values to the next point's.</param>
    /// <param name="lanes">The lanes of a vector.</param>
    public static void Input(Code code, WinogradTransform transform, Layout layout, string d, int channels, int step, int stride, int lanes)
    {
        code.For("c", "0", LayerBuilder.Text(channels), lanes, body =>
            Transform(body, transform.Size, transform.Size, layout, d, (row, values, prefix) => transform.Input(row, values, prefix), stride));
        code.Add(new Advance("v", step));
    }

    /// <summary>The same for a tile of results' gradients.</summary>
    public static void Gradient(Code code, WinogradTransform transform, Layout layout, string d, int channels, int step, int stride, int lanes)
    {
        code.For("c", "0", LayerBuilder.Text(channels), lanes, body =>
            Transform(body, transform.Results, transform.Size, layout, d, (row, values, prefix) => transform.Gradient(row, values, prefix), stride));
        code.Add(new Advance("v", step));
    }

    static void Transform(Code body, int pixels, int points, Layout layout, string d, Func<Code, Expr[], string, Expr[]> along, int stride)
    {
        var between = new Expr[pixels][];
        for (var column = 0; column < pixels; column++)
        {
            body.Row(row =>
            {
                var values = Enumerable.Range(0, pixels)
                    .Select(r => row.Let($"d{r}{column}", new Load(new Address(d, (long)r * layout.RowPitch + (long)column * layout.ChannelPitch, "c")))).ToArray();
                between[column] = along(row, values, $"t{column}");
            });
        }
        for (var r = 0; r < points; r++)
        {
            body.Row(row =>
            {
                var values = along(row, [.. between.Select(column => column[r])], $"v{r}");
                for (var c = 0; c < points; c++) row.Add(new Store(new Address("v", (long)(r * points + c) * stride, "c"), values[c]));
            });
        }
    }
}
