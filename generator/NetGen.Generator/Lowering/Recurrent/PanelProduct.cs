using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Recurrent;

/// <summary>
/// The product of a row of each of some samples with a weight in panels. Every sum is over the numbers in their order, so that it is the same however many
/// samples there are: a single one has the sums of several panels side by side, to hide the latency of a multiply-add.
/// </summary>
/// <param name="Inner">What is summed over.</param>
/// <param name="Outputs">The numbers of a result.</param>
/// <param name="InputPitch">The floats from one sample's row to the next one's.</param>
/// <param name="OutputPitch">The floats from one sample's result to the next one's, of which those up to a whole vector are written.</param>
/// <param name="Start">What is added to.</param>
sealed record PanelProduct(int Inner, int Outputs, int InputPitch, int OutputPitch, ProductStart Start)
{
    /// <summary>Writes the product.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="functions">Gives a function by its name, what its body depends on, and its body.</param>
    /// <param name="rows">How many samples.</param>
    /// <param name="lanes">The lanes of a vector.</param>
    /// <param name="x">The rows.</param>
    /// <param name="inner">How many of their numbers count, all or none.</param>
    public void Emit(Code code, Func<string, object, Func<string, KernelFunction>, string> functions, int rows, int lanes, Address x, string inner)
    {
        var panels = Panels.Count(Outputs);
        var last = Panels.WidthOf(Outputs, panels - 1);
        var full = last == Panels.Width ? panels : panels - 1;
        var together = rows == 1 ? Together(lanes) : 1;
        var grouped = full / together * together;
        if (grouped > together) code.For("panel", "0", LayerBuilder.Text(grouped), together, loop => Columns(loop, "panel", 0, together, Panels.Width));
        else if (grouped > 0) Columns(code, null, 0, together, Panels.Width);
        if (full > grouped) Columns(code, null, grouped, full - grouped, Panels.Width);
        if (full < panels) Columns(code, null, full, 1, last);

        void Columns(Code target, string? index, int first, int count, int width)
        {
            var all = width / lanes;
            var most = rows == 1 ? all : Math.Min(all, UnrollPolicy.TileVectors);
            for (var offset = 0; offset < all; offset += most)
            {
                var column = (long)first * Panels.Width + offset * lanes;
                target.Add(new Invoke(Tile(functions, rows, lanes, count, most, width),
                [
                    x, new Address("w", (long)first * Panels.Width * Inner + offset * lanes, index, (long)Panels.Width * Inner), new Address("z", column, index, Panels.Width),
                    .. Start == ProductStart.Bias ? [new Address("bias", column, index, Panels.Width)] : Array.Empty<object>(), inner,
                ]));
            }
        }
    }

    /// <summary>Writes the product of one row for a panel of each of some equal parts of the outputs, which are whole panels.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="parts">How many parts.</param>
    /// <param name="functions">Gives a function by its name, what its body depends on, and its body.</param>
    /// <param name="lanes">The lanes of a vector.</param>
    /// <param name="x">The row.</param>
    /// <param name="inner">How many of its numbers count, all or none.</param>
    /// <param name="panel">The panel's index in each part.</param>
    public void EmitPanelOfEach(Code code, int parts, Func<string, object, Func<string, KernelFunction>, string> functions, int lanes, Address x, string inner, string panel)
    {
        var (together, columns) = (Together(lanes), Outputs / parts);
        for (var first = 0; first < parts; first += together)
        {
            code.Add(new Invoke(Tile(functions, 1, lanes, Math.Min(together, parts - first), Panels.Width / lanes, Panels.Width, columns),
                [.. PanelOfEach(x, panel, (long)first * columns), inner]));
        }
    }

    /// <summary>The panels whose sums are in registers together, of one row.</summary>
    public static int Together(int lanes) => Math.Max(1, lanes / 4);

    /// <summary>A row, and a panel of the weight, the result and the bias.</summary>
    /// <param name="x">The row.</param>
    /// <param name="panel">The panel's index, from a column on.</param>
    /// <param name="column">The column.</param>
    public object[] PanelOfEach(Address x, string panel, long column = 0) =>
    [
        x, new Address("w", column * Inner, panel, (long)Panels.Width * Inner), new Address("z", column, panel, Panels.Width),
        .. Start == ProductStart.Bias ? [new Address("bias", column, panel, Panels.Width)] : Array.Empty<object>(),
    ];

    /// <summary>The function of some vectors of each of some panels, of some rows.</summary>
    /// <param name="apart">The outputs from one of the panels to the next.</param>
    string Tile(Func<string, object, Func<string, KernelFunction>, string> functions, int rows, int lanes, int panels, int vectors, int width, int apart = Panels.Width)
    {
        var tile = new PanelTile(this, rows, lanes, panels, vectors, width, apart);
        return functions(tile.Name, tile.Signature, name =>
        {
            var code = new Code();
            tile.Begin(code);
            code.Walk("x", "inner", 1, [("w", width)], tile.Step);
            tile.Finish(code);
            return new(name, tile.Summary, [.. tile.Parameters, new(ParameterType.Size, "inner")], code.Body);
        });
    }
}

/// <summary>What a product is added to.</summary>
enum ProductStart { Zero, Bias, Memory }
