using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Recurrent;

/// <summary>States from their sums and the states before.</summary>
/// <param name="blocks">The kernel.</param>
/// <param name="op">The recurrence.</param>
/// <param name="keepsGates">Whether the gates are written.</param>
/// <param name="keepsMemory">Whether the memory is written.</param>
sealed class RecurrentCells(RecurrentBlocks blocks, Recurrence op, bool keepsGates, bool keepsMemory)
{
    readonly int hidden = op.Hidden;

    /// <summary>A call for a sample's states, which take the place of those before.</summary>
    /// <param name="place">Moves a pointer to the sample, and one to an operand to the position, too.</param>
    public Invoke Call(Func<string, bool, Address> place) => new(Function(),
    [
        place("x", true), place("z", false), place("h", false), .. op.HasMemory ? [place("c", false)] : Array.Empty<object>(), place("y", true),
        .. keepsGates ? [place("gates", true)] : Array.Empty<object>(), .. keepsMemory ? [place("memory", true)] : Array.Empty<object>(),
    ]);

    string Function()
    {
        var kind = op.Cell is RecurrentCell.LSTM or RecurrentCell.GRU ? op.Cell.ToString() : "RNN" + op.Cell;
        return blocks.Function($"{kind}Cell_{LayerBuilder.Text(hidden)}", ("cell", op.Cell, hidden, keepsGates, keepsMemory), name =>
        {
            var code = new Code();
            RecurrentBlocks.EachVector(code, hidden, blocks.Lanes, Cell);
            string[] parameters =
            [
                "x", "z", "h", .. op.HasMemory ? ["c"] : Array.Empty<string>(), "y",
                .. keepsGates ? ["gates"] : Array.Empty<string>(), .. keepsMemory ? ["memory"] : Array.Empty<string>(),
            ];
            return new(name, "The states of a position of one sample.", [.. parameters.Select(p => new KernelParameter(ParameterType.Floats, p))], code.Body);
        });
    }

    void Cell(Code body, string? j, int offset, int? count)
    {
        Expr Input(int gate) => new Load(new Address("x", (long)gate * hidden + offset, j), count);
        Expr Product(int gate) => new Load(new Address("z", (long)gate * hidden + offset, j));
        Expr Sum(int gate, string name) => body.Let(name, Input(gate) + Product(gate));
        Expr[] kept = [];
        Expr state;
        switch (op.Cell)
        {
            case RecurrentCell.LSTM:
                var (i, f, g, o) = (Sigmoid(body, "i", Sum(0, "ofI")), Sigmoid(body, "f", Sum(1, "ofF")), Tanh(body, "g", Sum(2, "ofG")), Sigmoid(body, "o", Sum(3, "ofO")));
                // A division takes as long as a dozen products: there is one for all four gates, and each has the others' divisors as factors.
                var (first, second) = (body.Let("first", i.Divisor * f.Divisor), body.Let("second", g.Divisor * o.Divisor));
                var inverse = body.Let("inverse", Expr.One / (first * second));
                var (ofFirst, ofSecond) = (body.Let("ofFirst", inverse * second), body.Let("ofSecond", inverse * first));
                kept =
                [
                    body.Let("input", i.Dividend * f.Divisor * ofFirst), body.Let("forget", f.Dividend * i.Divisor * ofFirst),
                    body.Let("candidate", g.Dividend * o.Divisor * ofSecond), body.Let("output", o.Dividend * g.Divisor * ofSecond),
                ];
                var cell = body.Let("cell", Expr.Fma(kept[1], new Load(new Address("c", offset, j)), kept[0] * kept[2]));
                body.Add(new Store(new Address("c", offset, j), cell));
                if (keepsMemory) body.Add(new Store(new Address("memory", offset, j), cell, count));
                state = kept[3] * Expr.Tanh(cell);
                break;
            case RecurrentCell.GRU:
                var (r, u) = (Sigmoid(body, "r", Sum(0, "ofR")), Sigmoid(body, "u", Sum(1, "ofU")));
                var both = body.Let("both", Expr.One / (r.Divisor * u.Divisor));
                var (reset, update) = (body.Let("reset", r.Dividend * u.Divisor * both), body.Let("update", u.Dividend * r.Divisor * both));
                var product = body.Let("product", Product(2));
                var proposed = body.Let("proposed", Expr.Tanh(Expr.Fma(reset, product, Input(2))));
                kept = [reset, update, proposed, product];
                state = Expr.Fma(update, new Load(new Address("h", offset, j)) - proposed, proposed);
                break;
            default:
                var sum = Sum(0, "sum");
                state = op.Cell == RecurrentCell.ReLU ? Expr.Max(Expr.Zero, sum) : Expr.Tanh(sum);
                break;
        }
        var result = body.Let("result", state);
        body.Add(new Store(new Address("h", offset, j), result));
        body.Add(new Store(new Address("y", offset, j), result, count));
        for (var gate = 0; keepsGates && gate < kept.Length; gate++) body.Add(new Store(new Address("gates", (long)gate * hidden + offset, j), kept[gate], count));
    }

    /// <summary>σ(x) as a quotient, of 1 or e^-|x| and 1 + e^-|x|.</summary>
    static (Expr Dividend, Expr Divisor) Sigmoid(Code body, string name, Expr x)
    {
        var e = body.Let(name + "Exp", Expr.Exp(-Expr.Abs(x)));
        return (body.Let(name + "Dividend", Expr.WhereGreater(Expr.Zero, x, e, Expr.One)), body.Let(name + "Divisor", e + Expr.One));
    }

    /// <summary>tanh(x) as a quotient, of ±(1 − e^-2|x|) and 1 + e^-2|x|.</summary>
    static (Expr Dividend, Expr Divisor) Tanh(Code body, string name, Expr x)
    {
        var e = body.Let(name + "Exp", Expr.Expm1(Expr.Abs(x) * -2f));
        return (body.Let(name + "Dividend", Expr.WhereGreater(Expr.Zero, x, e, -e)), body.Let(name + "Divisor", e + 2f));
    }
}
