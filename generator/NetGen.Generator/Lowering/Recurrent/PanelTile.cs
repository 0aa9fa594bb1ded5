using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Recurrent;

/// <summary>The sums of a <see cref="PanelProduct"/> that are in registers together: some vectors of each of some panels, of some rows.</summary>
/// <param name="product">The product.</param>
/// <param name="rows">The rows.</param>
/// <param name="lanes">The lanes of a vector.</param>
/// <param name="panels">The panels.</param>
/// <param name="vectors">The vectors of each.</param>
/// <param name="width">The width of a panel.</param>
/// <param name="apart">The outputs from one of the panels to the next.</param>
sealed class PanelTile(PanelProduct product, int rows, int lanes, int panels, int vectors, int width, int apart)
{
    readonly RegisterTile sums = new(rows, panels * vectors);

    int Columns => panels * vectors * lanes;

    /// <summary>What its function is called.</summary>
    public string Name
    {
        get
        {
            var places = width != Panels.Width ? "Narrow" : apart != Panels.Width ? $"Each{LayerBuilder.Text(apart)}" : "";
            return $"Recurrent_{LayerBuilder.Text(rows)}x{LayerBuilder.Text(Columns)}{places}";
        }
    }

    /// <summary>All that its function depends on: the number of outputs decides which tiles there are, and not what is in them.</summary>
    public object Signature => (product with { Outputs = 0 }, rows, panels, vectors, width, apart);

    public string Summary => $"{LayerBuilder.Text(rows)} sample{(rows == 1 ? "" : "s")} × {LayerBuilder.Text(Columns)} outputs.";

    public ImmutableArray<KernelParameter> Parameters =>
    [
        new(ParameterType.Floats, "x"), new(ParameterType.Floats, "w"), new(ParameterType.Floats, "z"),
        .. product.Start == ProductStart.Bias ? [new KernelParameter(ParameterType.Floats, "bias")] : Array.Empty<KernelParameter>(),
    ];

    /// <summary>Declares the sums.</summary>
    public void Begin(Code code) => sums.Begin(code, v => product.Start == ProductStart.Bias ? new Load(new Address("bias", Output(v))) : Expr.Zero);

    /// <summary>Adds the products of a number of each row.</summary>
    public void Step(Code code)
    {
        if (rows > 1)
        {
            sums.Step(code, "w", v => new Load(new Address("w", Weight(v))), "x", r => new Address("x", (long)r * product.InputPitch));
            return;
        }
        // Weights are operands of the multiply-adds: as locals they would take registers that a narrower processor hasn't.
        var one = code.Let("x0", new Splat(new Address("x")));
        for (var v = 0; v < panels * vectors; v++)
        {
            code.Add(new Set(RegisterTile.Sum(0, v).Name, Expr.Fma(one, new Load(new Address("w", Weight(v))), RegisterTile.Sum(0, v))));
        }
    }

    /// <summary>Stores the sums.</summary>
    public void Finish(Code code) => sums.Each(code, (row, r, v) =>
    {
        var place = new Address("z", (long)r * product.OutputPitch + Output(v));
        row.Add(new Store(place, product.Start == ProductStart.Memory ? RegisterTile.Sum(r, v) + new Load(place) : RegisterTile.Sum(r, v)));
    });

    long Output(int v) => (long)(v / vectors) * apart + v % vectors * lanes;

    long Weight(int v) => (long)(v / vectors) * apart * product.Inner + v % vectors * lanes;
}
