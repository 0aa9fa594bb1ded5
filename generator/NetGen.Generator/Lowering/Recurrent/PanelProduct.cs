using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Recurrent;

/// <summary>
/// The product of a row of each of some samples with a weight in panels. Every sum is over the numbers in their order, so that it is the same however many samples
/// there are: a single one has the sums of several panels side by side, to hide the latency of a multiply-add.
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
        var together = rows == 1 ? Math.Max(1, lanes / 4) : 1;
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

    /// <summary>Some vectors of each of some panels, of some rows.</summary>
    string Tile(Func<string, object, Func<string, KernelFunction>, string> functions, int rows, int lanes, int panels, int vectors, int width)
    {
        var columns = panels * vectors * lanes;
        // The number of outputs decides which tiles there are, and not what is in them.
        var signature = (this with { Outputs = 0 }, rows, panels, vectors, width);
        return functions($"Recurrent_{LayerBuilder.Text(rows)}x{LayerBuilder.Text(columns)}{(width == Panels.Width ? "" : "Narrow")}", signature, name =>
        {
            long Output(int v) => (long)(v / vectors) * Panels.Width + v % vectors * lanes;
            long Weight(int v) => (long)(v / vectors) * Panels.Width * Inner + v % vectors * lanes;
            var code = new Code();
            var tile = new RegisterTile(rows, panels * vectors);
            tile.Begin(code, v => Start == ProductStart.Bias ? new Load(new Address("bias", Output(v))) : Expr.Zero);
            code.Walk("x", "inner", 1, [("w", width)], step =>
            {
                if (rows > 1)
                {
                    tile.Step(step, "w", v => new Load(new Address("w", Weight(v))), "x", r => new Address("x", (long)r * InputPitch));
                    return;
                }
                // Weights are operands of the multiply-adds: as locals they would take registers that a narrower processor hasn't.
                var one = step.Let("x0", new Splat(new Address("x")));
                for (var v = 0; v < panels * vectors; v++)
                {
                    step.Add(new Set(RegisterTile.Sum(0, v).Name, Expr.Fma(one, new Load(new Address("w", Weight(v))), RegisterTile.Sum(0, v))));
                }
            });
            tile.Each(code, (row, r, v) =>
            {
                var place = new Address("z", (long)r * OutputPitch + Output(v));
                row.Add(new Store(place, Start == ProductStart.Memory ? RegisterTile.Sum(r, v) + new Load(place) : RegisterTile.Sum(r, v)));
            });
            return new(name, $"{LayerBuilder.Text(rows)} sample{(rows == 1 ? "" : "s")} × {LayerBuilder.Text(columns)} outputs.",
                [
                    new(ParameterType.Floats, "x"), new(ParameterType.Floats, "w"), new(ParameterType.Floats, "z"),
                    .. Start == ProductStart.Bias ? [new KernelParameter(ParameterType.Floats, "bias")] : Array.Empty<KernelParameter>(), new(ParameterType.Size, "inner"),
                ], code.Body);
        });
    }
}

/// <summary>What a product is added to.</summary>
enum ProductStart { Zero, Bias, Memory }
