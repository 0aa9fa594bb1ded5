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
        var formula = window is null ? "A∂yAᵀ" : "BᵀxB";
        ImmutableArray<WinogradPhase> phases = window is null ? [new(0, 0)] : transform.Phases;
        var tiles = phases.Select(TileOf).ToArray();
        var channels = blocks?.Channels ?? layout.Channels;
        var tilePitch = pitch ?? channels * phases.Length;
        return add(functions.Get(lanes, $"{label}_{ImageLoop.Sizes(layout)}", (transform, columns, layout, window, stride, tilePitch, blocks), name =>
        {
            var code = new Code();
            var results = window is null ? transform.Results : transform.Results * transform.Stride;
            var origin = window is null ? layout.Origin : layout.At(-window.Rows.Before, -window.Columns.Before);
            code.For("row", "0", "rows", 1, row =>
            {
                row.Add(new LetPointer("x_row", new Address("x", origin, "row", (long)results * layout.RowPitch)));
                row.For("tile", "0", LayerBuilder.Text(columns), 1, body =>
                {
                    var step = (long)results * layout.ChannelPitch;
                    if (channels == layout.Channels) Bring(body, new Address("x_row", 0, "tile", step), new Address("v"));
                    else
                    {
                        body.For("block", "0", LayerBuilder.Text(layout.Channels / channels), 1, block => Bring(block,
                            new Address("x_row", 0, $"tile * {LayerBuilder.Text(step)} + block * {LayerBuilder.Text(channels)}"), new Address("v", 0, "block", blocks!.Pitch)));
                    }
                    body.Add(new Advance("v", tilePitch));
                });
            });
            var pixels = window is null ? transform.Results : transform.Pixels;
            return new(name, $"Tiles of {Text(pixels, pixels)} pixels to their values at the points: {formula}.", [new(ParameterType.Floats, "x"), new(ParameterType.Floats, "v"), new(ParameterType.Int, "rows")], code.Body);

            void Bring(Code body, Address x, Address v)
            {
                for (var p = 0; p < phases.Length; p++)
                {
                    var (phase, apart) = (phases[p], window is null ? 1 : transform.Stride);
                    body.Add(new Invoke(tiles[p],
                    [
                        x.Plus((long)phase.Row * layout.RowPitch + phase.Column * layout.ChannelPitch), v.Plus((long)p * channels), LayerBuilder.Text(channels),
                        LayerBuilder.Text(layout.RowPitch * apart), LayerBuilder.Text(layout.ChannelPitch * apart), LayerBuilder.Text(stride),
                    ]));
                }
            }
        }));

        string TileOf(WinogradPhase phase)
        {
            var (rows, columns) = (transform.Size - phase.Row, transform.Size - phase.Column);
            var places = phases.Length == 1 ? "" : $"_{LayerBuilder.Text(rows)}x{LayerBuilder.Text(columns)}";
            return add(functions.Get(lanes, label + places, (transform, window is null, phase), name => new(name,
                window is null ? $"A tile of {Text(transform.Results, transform.Results)} pixels to their values at the points: {formula}."
                : $"A tile of {Text(rows, columns)} pixels{(phases.Length == 1 ? "" : " of a phase")} to their values at the points: {formula}.",
                TileParameters, Tile(transform, window is null, rows, columns, narrow ?? lanes), narrow)));
        }

        static string Text(int rows, int columns) => $"{LayerBuilder.Text(rows)} × {LayerBuilder.Text(columns)}";
    }

    /// <summary>A tile's sizes are its arguments: images of many sizes have the same arithmetic, which is most of such a kernel's text.</summary>
    static ImmutableArray<KernelParameter> TileParameters =>
    [
        new(ParameterType.Floats, "x"), new(ParameterType.Floats, "v"), new(ParameterType.Size, "channels"),
        new(ParameterType.Size, "row"), new(ParameterType.Size, "pixel"), new(ParameterType.Size, "point"),
    ];

    /// <summary>Brings pixels to as many rows and columns of points.</summary>
    static ImmutableArray<Statement> Tile(WinogradTransform transform, bool isGradient, int rowPoints, int columnPoints, int lanes)
    {
        var (pixelRows, pixelColumns) = isGradient ? (transform.Results, transform.Results) : (rowPoints, columnPoints);
        var along = isGradient ? (Func<Code, Expr[], string, Expr[]>)transform.Gradient : transform.Input;
        var code = new Code();
        code.For("c", "0", "channels", lanes, body =>
        {
            var between = new Expr[pixelColumns][];
            for (var column = 0; column < pixelColumns; column++)
            {
                var pointer = Moved(body, "x", column, "pixel");
                body.Row(row =>
                {
                    var values = Enumerable.Range(0, pixelRows).Select(r => row.Let($"d{r}{column}", new Load(Times(pointer, r, "row")))).ToArray();
                    between[column] = along(row, values, $"t{column}");
                });
            }
            for (var r = 0; r < rowPoints; r++)
            {
                var pointer = Moved(body, "v", r, $"point * {LayerBuilder.Text(transform.Size)}");
                body.Row(row =>
                {
                    var values = along(row, [.. between.Select(column => column[r])], $"v{r}");
                    for (var c = 0; c < columnPoints; c++) row.Add(new Store(Times(pointer, c, "point"), values[c]));
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
