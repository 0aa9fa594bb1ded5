using System.Collections.Immutable;
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

    /// <summary>The name of the function that brings rows of tiles to the points, each point's values a stride after those of the one before.</summary>
    /// <param name="functions">The functions that there are.</param>
    /// <param name="add">Takes what is called, and gives its name.</param>
    /// <param name="transform">The tiles' size.</param>
    /// <param name="columns">The tiles of a row.</param>
    /// <param name="layout">The image.</param>
    /// <param name="window">How the kernel moves over the image; null where the image is the gradient of a result.</param>
    /// <param name="stride">The floats from a point's values to the next point's.</param>
    /// <param name="pitch">The floats from a tile's values to the next tile's, where they don't follow each other.</param>
    /// <param name="lanes">The lanes of a vector.</param>
    /// <param name="used">As many of them as are used, where channels don't fill more.</param>
    /// <param name="blocks">Blocks of channels whose values are apart; null where all of a tile's are together.</param>
    public static string Values(SharedFunctions functions, Func<KernelFunction, string> add, WinogradTransform transform, int columns, Layout layout, Window? window,
        int stride, int lanes, int? pitch = null, int? used = null, ChannelBlocks? blocks = null)
    {
        var narrow = used < lanes ? used : null;
        var label = $"{transform.Label}_{(window is null ? "Gradients" : "Inputs")}{(narrow is { } few ? $"_{LayerBuilder.Text(few)}" : "")}";
        var summary = window is null
            ? $"{Square(transform.Results)} pixels to their values at the points: A∂yAᵀ." : $"{Square(transform.Size)} pixels to their values at the points: BᵀxB.";
        var tile = add(functions.Get(lanes, label, (transform, window is null), name => new(name, "A tile of " + summary, TileParameters, Tile(transform, window is null, narrow ?? lanes), narrow)));
        var channels = blocks?.Channels ?? layout.Channels;
        return add(functions.Get(lanes, $"{label}_{ImageLoop.Sizes(layout)}", (transform, columns, layout, window, stride, pitch, blocks), name =>
        {
            var code = new Code();
            var origin = window is null ? layout.Origin : layout.At(-window.Rows.Before, -window.Columns.Before);
            code.For("row", "0", "rows", 1, row =>
            {
                row.Add(new LetPointer("x_row", new Address("x", origin, "row", (long)transform.Results * layout.RowPitch)));
                row.For("tile", "0", LayerBuilder.Text(columns), 1, body =>
                {
                    var step = (long)transform.Results * layout.ChannelPitch;
                    if (channels == layout.Channels) Bring(body, new Address("x_row", 0, "tile", step), new Address("v"));
                    else
                    {
                        body.For("block", "0", LayerBuilder.Text(layout.Channels / channels), 1, block => Bring(block,
                            new Address("x_row", 0, $"tile * {LayerBuilder.Text(step)} + block * {LayerBuilder.Text(channels)}"), new Address("v", 0, "block", blocks!.Pitch)));
                    }
                    body.Add(new Advance("v", pitch ?? channels));
                });
            });
            return new(name, "Tiles of " + summary, [new(ParameterType.Floats, "x"), new(ParameterType.Floats, "v"), new(ParameterType.Int, "rows")], code.Body);

            void Bring(Code body, Address x, Address v) => body.Add(new Invoke(tile,
                [x, v, LayerBuilder.Text(channels), LayerBuilder.Text(layout.RowPitch), LayerBuilder.Text(layout.ChannelPitch), LayerBuilder.Text(stride)]));
        }));

        static string Square(int size) => $"{LayerBuilder.Text(size)} × {LayerBuilder.Text(size)}";
    }

    /// <summary>A tile's sizes are its arguments: images of many sizes have the same arithmetic, which is most of such a kernel's text.</summary>
    static ImmutableArray<KernelParameter> TileParameters =>
    [
        new(ParameterType.Floats, "x"), new(ParameterType.Floats, "v"), new(ParameterType.Size, "channels"),
        new(ParameterType.Size, "row"), new(ParameterType.Size, "pixel"), new(ParameterType.Size, "point"),
    ];

    static ImmutableArray<Statement> Tile(WinogradTransform transform, bool isGradient, int lanes)
    {
        var (pixels, points) = (isGradient ? transform.Results : transform.Size, transform.Size);
        var along = isGradient ? (Func<Code, Expr[], string, Expr[]>)transform.Gradient : transform.Input;
        var code = new Code();
        code.For("c", "0", "channels", lanes, body =>
        {
            var between = new Expr[pixels][];
            for (var column = 0; column < pixels; column++)
            {
                var pointer = Moved(body, "x", column, "pixel");
                body.Row(row =>
                {
                    var values = Enumerable.Range(0, pixels).Select(r => row.Let($"d{r}{column}", new Load(Times(pointer, r, "row")))).ToArray();
                    between[column] = along(row, values, $"t{column}");
                });
            }
            for (var r = 0; r < points; r++)
            {
                var pointer = Moved(body, "v", r, $"point * {LayerBuilder.Text(points)}");
                body.Row(row =>
                {
                    var values = along(row, [.. between.Select(column => column[r])], $"v{r}");
                    for (var c = 0; c < points; c++) row.Add(new Store(Times(pointer, c, "point"), values[c]));
                });
            }
        });
        return code.Body;
    }

    /// <summary>Writes a pointer that is moved on from the one before, of which the first is at the channels <c>c</c>.</summary>
    public static string Moved(Code code, string name, int index, string distance)
    {
        var pointer = $"{name}_{LayerBuilder.Text(index)}";
        code.Add(new LetPointer(pointer, index == 0 ? new Address(name, 0, "c") : new Address($"{name}_{LayerBuilder.Text(index - 1)}", 0, distance)));
        return pointer;
    }

    /// <summary>A number of distances behind a pointer.</summary>
    public static Address Times(string pointer, int times, string distance) => times == 0 ? new(pointer) : new(pointer, 0, distance, times);
}

/// <summary>Blocks of an image's channels, each of which has the values of all tiles together.</summary>
/// <param name="Channels">The channels of a block, which divide the image's.</param>
/// <param name="Pitch">The floats from a block's first value at a point to the next block's.</param>
sealed record ChannelBlocks(int Channels, int Pitch);
