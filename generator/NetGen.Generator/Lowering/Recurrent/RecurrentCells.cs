using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Recurrent;

/// <summary>States from their sums and the states before.</summary>
/// <param name="blocks">The kernel.</param>
/// <param name="op">The recurrence.</param>
/// <param name="states">How many states are computed at a time: all, or a part.</param>
/// <param name="keepsGates">Whether the gates are written.</param>
/// <param name="keepsMemory">Whether the memory is written.</param>
sealed class RecurrentCells(RecurrentBlocks blocks, Recurrence op, int states, bool keepsGates = false, bool keepsMemory = false)
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
        var part = states == hidden ? "" : $"{LayerBuilder.Text(states)}Of";
        return blocks.Function($"{kind}Cell_{part}{LayerBuilder.Text(hidden)}", ("cell", op.Cell, hidden, states, keepsGates, keepsMemory), name =>
        {
            var code = new Code();
            RecurrentBlocks.EachVector(code, states, blocks.Lanes, Cell);
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
        Expr Sum(int gate) => Input(gate) + Product(gate);
        Expr[] kept = [];
        Expr state;
        switch (op.Cell)
        {
            case RecurrentCell.LSTM:
                kept =
                [
                    body.Let("input", Expr.Sigmoid(Sum(0))), body.Let("forget", Expr.Sigmoid(Sum(1))), body.Let("candidate", Expr.Tanh(Sum(2))), body.Let("output", Expr.Sigmoid(Sum(3))),
                ];
                var cell = body.Let("cell", Expr.Fma(kept[1], new Load(new Address("c", offset, j)), kept[0] * kept[2]));
                body.Add(new Store(new Address("c", offset, j), cell));
                if (keepsMemory) body.Add(new Store(new Address("memory", offset, j), cell, count));
                state = kept[3] * Expr.Tanh(cell);
                break;
            case RecurrentCell.GRU:
                var (reset, update) = (body.Let("reset", Expr.Sigmoid(Sum(0))), body.Let("update", Expr.Sigmoid(Sum(1))));
                var product = body.Let("product", Product(2));
                var proposed = body.Let("proposed", Expr.Tanh(Expr.Fma(reset, product, Input(2))));
                kept = [reset, update, proposed, product];
                state = Expr.Fma(update, new Load(new Address("h", offset, j)) - proposed, proposed);
                break;
            default:
                state = op.Cell == RecurrentCell.ReLU ? Expr.Max(Expr.Zero, Sum(0)) : Expr.Tanh(Sum(0));
                break;
        }
        var result = body.Let("result", state);
        body.Add(new Store(new Address("h", offset, j), result));
        body.Add(new Store(new Address("y", offset, j), result, count));
        for (var gate = 0; keepsGates && gate < kept.Length; gate++) body.Add(new Store(new Address("gates", (long)gate * hidden + offset, j), kept[gate], count));
    }
}
