using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>Loops over the tiles of an image, and the tiles' values at the points.</summary>
static class WinogradTiles
{
    /// <summary>
    /// The floats from a point's values to the next point's: some more than needed, so that those of a tile aren't all in the same set of a cache.
    /// </summary>
    public static int Stride(int floats) => checked(floats + Panels.Alignment);

    /// <summary>The function that brings rows of tiles to the points, each point's values a stride after those of the one before.</summary>
    /// <param name="functions">The functions that there are.</param>
    /// <param name="transform">The tiles' size.</param>
    /// <param name="columns">The tiles of a row.</param>
    /// <param name="layout">The image.</param>
    /// <param name="window">How the kernel moves over the image; null where the image is the gradient of a result.</param>
    /// <param name="stride">The floats from a point's values to the next point's.</param>
    /// <param name="lanes">The lanes of a vector.</param>
    public static KernelFunction Values(SharedFunctions functions, WinogradTransform transform, int columns, Layout layout, Window? window, int stride, int lanes)
    {
        var (pixels, along) = window is null
            ? (transform.Results, (Func<Code, Expr[], string, Expr[]>)transform.Gradient)
            : (transform.Size, transform.Input);
        var label = $"Winograd{LayerBuilder.Text(transform.Results)}_{(window is null ? "Gradients" : "Inputs")}_{ImageLoop.Sizes(layout)}";
        return functions.Get(lanes, label, (transform, columns, layout, window, stride), name =>
        {
            var code = new Code();
            var origin = window is null ? layout.Origin : layout.At(-window.Rows.Before, -window.Columns.Before);
            code.For("row", "0", "rows", 1, row =>
            {
                row.Add(new LetPointer("x_row", new Address("x", origin, "row", (long)transform.Results * layout.RowPitch)));
                row.For("tile", "0", LayerBuilder.Text(columns), 1, tile =>
                {
                    tile.Add(new LetPointer("x_tile", new Address("x_row", 0, "tile", (long)transform.Results * layout.ChannelPitch)));
                    tile.For("c", "0", LayerBuilder.Text(layout.Channels), lanes, body => Transform(body, pixels, transform.Size, layout, along, stride));
                    tile.Add(new Advance("v", layout.Channels));
                });
            });
            var size = LayerBuilder.Text(pixels);
            var summary = $"Tiles of {size} × {size} pixels to their values at the points: {(window is null ? "A∂yAᵀ" : "BᵀxB")}.";
            return new(name, summary, [new(ParameterType.Floats, "x"), new(ParameterType.Floats, "v"), new(ParameterType.Int, "rows")], code.Body);
        });
    }

    static void Transform(Code body, int pixels, int points, Layout layout, Func<Code, Expr[], string, Expr[]> along, int stride)
    {
        var between = new Expr[pixels][];
        for (var column = 0; column < pixels; column++)
        {
            body.Row(row =>
            {
                var values = Enumerable.Range(0, pixels)
                    .Select(r => row.Let($"d{r}{column}", new Load(new Address("x_tile", (long)r * layout.RowPitch + (long)column * layout.ChannelPitch, "c")))).ToArray();
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
