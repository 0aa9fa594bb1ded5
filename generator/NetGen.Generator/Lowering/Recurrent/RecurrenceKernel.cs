using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Recurrent;

/// <summary>A recurrence: at each position the product of the states with the weight, for some samples at a time, and from its sums the next states.</summary>
static class RecurrenceKernel
{
    public static Kernel Lower(Group group, KernelContext context, Recurrence op)
    {
        var result = group.Values[0];
        var bias = result.Inputs.Length > 2 ? result.Inputs[2] : null;
        var (gates, memory) = (group.Values.FirstOrDefault(v => v.Op is RecurrenceGates), group.Values.FirstOrDefault(v => v.Op is RecurrenceMemory));
        ImmutableArray<KernelArgument> arguments =
        [
            new(Binding.Pointer, "x", result.Inputs[0]), new(Binding.Pointer, "w", result.Inputs[1]), .. Optional("bias", bias), new(Binding.Pointer, "y", result),
            .. Optional("gates", gates), .. Optional("memory", memory), new(Binding.Rows, "n"),
        ];
        var positions = result.Shape.Axes[0];
        var name = context.NameOf($"{op.Label}_{LayerBuilder.Text(positions)}x{LayerBuilder.Text(op.Hidden)}{(bias is null ? "_NoBias" : "")}", group, arguments);
        var summary = $"{Formulas.Of(group)}: {result.Inputs[0].Type} → {result.Type}.";
        var sums = op.Gates * op.Hidden;
        var (pitch, sumPitch) = (Panels.Padded(op.Hidden), Panels.Padded(sums) + Panels.Alignment);
        return new Kernel(name, summary, arguments, KernelContext.AllLanes.Select(lanes =>
        {
            var blocks = new RecurrentBlocks(context, arguments, name, lanes);
            (string, int)[] scratch = [("z", sumPitch), ("h", pitch), .. op.HasMemory ? [("c", pitch)] : Array.Empty<(string, int)>()];
            return blocks.Lower(summary, scratch, (code, height) =>
            {
                // The states before the first position are zeros, whose products there is no need to compute.
                foreach (var (state, floats) in scratch.Skip(1)) code.Add(new InvokeRuntime("Images.Clear", [new Address(state), LayerBuilder.Text(height * floats)]));
                code.For("step", "0", LayerBuilder.Text(positions), 1, step =>
                {
                    step.Add(new Integer(op.Reverse ? $"nint t = {LayerBuilder.Text(positions - 1)} - step" : "nint t = step"));
                    step.Add(new Integer($"nint inner = step == 0 ? 0 : {LayerBuilder.Text(op.Hidden)}"));
                    new PanelProduct(op.Hidden, sums, pitch, sumPitch, bias is null ? ProductStart.Zero : ProductStart.Bias)
                        .Emit(step, blocks.Function, height, lanes, new Address("h"), "inner");
                    RecurrentBlocks.EachSample(step, height, (sample, r) =>
                    {
                        Address Scratch(string pointer, int floats) => r is null ? new(pointer) : new(pointer, 0, r, floats);
                        sample.Add(new Invoke(Cell(blocks, op, gates is not null, memory is not null),
                        [
                            blocks.At("x", r, "t"), Scratch("z", sumPitch), Scratch("h", pitch), .. op.HasMemory ? [Scratch("c", pitch)] : Array.Empty<object>(), blocks.At("y", r, "t"),
                            .. gates is null ? Array.Empty<object>() : [blocks.At("gates", r, "t")], .. memory is null ? Array.Empty<object>() : [blocks.At("memory", r, "t")],
                        ]));
                    });
                });
                blocks.ClearPadding(code, height, "y");
            });
        }));

        static KernelArgument[] Optional(string name, Value? value) => value is null ? [] : [new(Binding.Pointer, name, value)];
    }

    /// <summary>A state from its sums and the state before, which it takes the place of.</summary>
    static string Cell(RecurrentBlocks blocks, Recurrence op, bool keepsGates, bool keepsMemory)
    {
        var hidden = op.Hidden;
        return blocks.Function($"{(op.Cell is RecurrentCell.LSTM or RecurrentCell.GRU ? op.Cell.ToString() : "RNN" + op.Cell)}Cell_{LayerBuilder.Text(hidden)}",
            (op.Cell, hidden, keepsGates, keepsMemory), name =>
            {
                var code = new Code();
                RecurrentBlocks.EachVector(code, hidden, blocks.Lanes, (body, j, offset, count) =>
                {
                    Expr State(string pointer) => new Load(new Address(pointer, offset, j));
                    Expr Of(string pointer, int gate) => new Load(new Address(pointer, (long)gate * hidden + offset, j), pointer == "x" ? count : null);
                    Expr Sum(int gate) => Of("x", gate) + Of("z", gate);
                    var kept = new List<Expr>();
                    Expr state;
                    switch (op.Cell)
                    {
                        case RecurrentCell.LSTM:
                            var input = body.Let("input", Expr.Sigmoid(Sum(0)));
                            var forget = body.Let("forget", Expr.Sigmoid(Sum(1)));
                            var candidate = body.Let("candidate", Expr.Tanh(Sum(2)));
                            var output = body.Let("output", Expr.Sigmoid(Sum(3)));
                            var cell = body.Let("cell", Expr.Fma(forget, State("c"), input * candidate));
                            body.Add(new Store(new Address("c", offset, j), cell));
                            if (keepsMemory) body.Add(new Store(new Address("memory", offset, j), cell, count));
                            kept.AddRange([input, forget, candidate, output]);
                            state = output * Expr.Tanh(cell);
                            break;
                        case RecurrentCell.GRU:
                            var reset = body.Let("reset", Expr.Sigmoid(Sum(0)));
                            var update = body.Let("update", Expr.Sigmoid(Sum(1)));
                            var product = body.Let("product", Of("z", 2));
                            var proposed = body.Let("proposed", Expr.Tanh(Expr.Fma(reset, product, Of("x", 2))));
                            kept.AddRange([reset, update, proposed, product]);
                            state = Expr.Fma(update, State("h") - proposed, proposed);
                            break;
                        default:
                            state = op.Cell == RecurrentCell.ReLU ? Expr.Max(Expr.Zero, Sum(0)) : Expr.Tanh(Sum(0));
                            break;
                    }
                    var next = body.Let("next", state);
                    body.Add(new Store(new Address("h", offset, j), next));
                    body.Add(new Store(new Address("y", offset, j), next, count));
                    for (var gate = 0; keepsGates && gate < kept.Count; gate++) body.Add(new Store(new Address("gates", (long)gate * hidden + offset, j), kept[gate], count));
                });
                return new(name, "The state of a position of one sample.",
                    [.. new[] { "x", "z", "h", op.HasMemory ? "c" : "", "y", keepsGates ? "gates" : "", keepsMemory ? "memory" : "" }.Where(p => p.Length > 0).Select(p => new KernelParameter(ParameterType.Floats, p))],
                    code.Body);
            });
    }
}
