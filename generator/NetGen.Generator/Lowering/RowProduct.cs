using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>
/// One sample's product with the weights of some passes of one width, and its epilogue: several sums side by side for each output, which hide the latency of a
/// multiply-add.
/// </summary>
sealed class RowProduct
{
    readonly LinearShape shape;
    readonly int stride, chains;
    readonly List<(LinearPass Pass, int Lane, int? Count)> vectors;

    /// <param name="shape">The layer.</param>
    /// <param name="passes">The passes, whose panels are counted from where the pointers are.</param>
    /// <param name="lanes">The lanes of a vector.</param>
    public RowProduct(LinearShape shape, IReadOnlyList<LinearPass> passes, int lanes)
    {
        this.shape = shape;
        stride = passes[0].Stride;
        vectors = [.. passes.SelectMany(pass => Enumerable.Range(0, pass.Vectors).Select(v => (Pass: pass, Lane: v * lanes, Count: pass.CountOf(v, lanes)))).Where(v => v.Count != 0)];
        chains = Math.Max(1, Math.Min(UnrollPolicy.Chains / vectors.Count, shape.Inputs / 2));
    }

    /// <summary>Writes the product with all inputs.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="unrolled">Whether the sum is written without a loop.</param>
    public void Emit(Code code, bool unrolled)
    {
        Begin(code);
        var looped = unrolled ? 0 : shape.Inputs / chains * chains;
        if (looped > 0)
        {
            code.Walk("x", LayerBuilder.Text(looped), chains, [("w", (long)chains * stride)], body =>
            {
                for (var c = 0; c < chains; c++) Step(body, $"x{c}", new Address("x", c), v => new Address("w", Weights(v) + c * stride), c);
            });
        }
        for (var k = looped; k < shape.Inputs; k++)
        {
            var offset = k - looped;
            Step(code, $"{(looped > 0 ? "left" : "x")}{offset}", new Address("x", offset), v => new Address("w", Weights(v) + (long)offset * stride), offset % chains);
        }
        Finish(code);
    }

    /// <summary>Writes the product with those inputs whose places are listed.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="places">The pointer to the places.</param>
    /// <param name="count">How many there are.</param>
    public void EmitListed(Code code, string places, string count)
    {
        Begin(code);
        var together = count;
        if (chains > 1)
        {
            together = "together";
            code.Add(new Integer($"int {together} = {count} / {chains} * {chains}"));
        }
        code.For("i", "0", together, chains, body =>
        {
            for (var c = 0; c < chains; c++) ListedStep(body, "i", c, c);
        });
        if (chains > 1) code.For("i", together, count, 1, body => ListedStep(body, "i", 0, 0));
        Finish(code);

        void ListedStep(Code body, string index, int offset, int chain)
        {
            var place = $"k{offset}";
            body.Add(new Integer($"nint {place} = {places}[{index}{(offset == 0 ? "" : $" + {offset}")}]"));
            var weights = $"w{offset}";
            body.Add(new LetPointer(weights, new Address("w", 0, place, stride)));
            Step(body, $"x{offset}", new Address("x", 0, place), v => new Address(weights, Weights(v)), chain);
        }
    }

    void Begin(Code code)
    {
        for (var c = 0; c < chains; c++)
        {
            code.Row(row =>
            {
                for (var v = 0; v < vectors.Count; v++) row.Let(Sum(c, v), c == 0 && shape.HasBias ? new Load(new Address("bias", Column(v))) : Expr.Zero);
            });
        }
    }

    void Step(Code code, string name, Address x, Func<int, Address> weights, int chain) => code.Row(row =>
    {
        var one = row.Let(name, new Splat(x));
        for (var v = 0; v < vectors.Count; v++) row.Add(new Set(Sum(chain, v), Expr.Fma(one, new Load(weights(v)), new Local(Sum(chain, v)))));
    });

    void Finish(Code code)
    {
        for (var v = 0; v < vectors.Count; v++)
        {
            for (var width = chains; width > 1; width = (width + 1) / 2)
            {
                for (var c = 0; c < width / 2; c++) code.Add(new Set(Sum(c, v), new Local(Sum(c, v)) + new Local(Sum(c + (width + 1) / 2, v))));
            }
            shape.Finish(code, new Local(Sum(0, v)), 0, Column(v), vectors[v].Count, LayerBuilder.Text(v));
        }
    }

    static string Sum(int chain, int vector) => $"c{chain}_{vector}";

    long Column(int v) => (long)vectors[v].Pass.Panel * Panels.Width + vectors[v].Pass.Offset + vectors[v].Lane;

    long Weights(int v) => (long)vectors[v].Pass.Panel * Panels.Width * shape.Inputs + vectors[v].Pass.Offset + vectors[v].Lane;
}
