using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Recurrent;

/// <summary>
/// Backpropagation through time: at each position, from the last to the first, what reaches the sums, and its product with the transposed weight for the state
/// before.
/// </summary>
static class RecurrenceGradientKernel
{
    public static Kernel Lower(Group group, KernelContext context, Recurrence op)
    {
        var result = group.Values[0];
        var inputs = group.Values.FirstOrDefault(v => v.Op is RecurrenceInputGradient);
        var (isGru, isLstm) = (op.Cell == RecurrentCell.GRU, op.Cell == RecurrentCell.LSTM);
        // An LSTM's gradient needs the memory in place of the states.
        var samples = new SampleRows(context, result);
        ImmutableArray<KernelArgument> arguments =
        [
            new(Binding.Pointer, "dy", result.Inputs[0]), .. isLstm ? Array.Empty<KernelArgument>() : [new(Binding.Pointer, "y", result.Inputs[1])],
            new(Binding.Pointer, "w", result.Inputs[2]), .. isLstm || isGru ? [new KernelArgument(Binding.Pointer, "gates", result.Inputs[3])] : Array.Empty<KernelArgument>(),
            .. isLstm ? [new KernelArgument(Binding.Pointer, "memory", result.Inputs[4])] : Array.Empty<KernelArgument>(), new(Binding.Pointer, "ds", result),
            .. inputs is null ? Array.Empty<KernelArgument>() : [new(Binding.Pointer, "dx", inputs)], .. samples.Arguments,
        ];
        var name = context.NameOf($"{op.Label}Gradient_{samples.Label}x{LayerBuilder.Text(op.Hidden)}", group, arguments);
        var summary = $"{Formulas.Of(group)}: {result.Inputs[0].Type} → {result.Type}.";
        var pitch = Panels.Padded(op.Hidden);
        return new Kernel(name, summary, arguments, context.Lanes.Select(lanes =>
        {
            var blocks = new RecurrentBlocks(context, arguments, samples, name, lanes);
            (string, int)[] scratch = [("z", pitch), ("zeros", pitch), .. isLstm ? [("dc", pitch)] : Array.Empty<(string, int)>()];
            var before = isLstm ? "memory" : isGru ? "y" : null;
            return blocks.Lower(summary, scratch, (code, height) =>
            {
                RecurrentBlocks.ClearStates(code, scratch, height);
                code.For("step", "0", samples.Length, 1, step =>
                {
                    step.Add(new Integer(op.Reverse ? "nint t = step" : $"nint t = {samples.LastPosition} - step"));
                    if (samples is { IsFree: false, Max: 1 })
                    {
                        Cells(step, isFirst: true);
                        return;
                    }
                    // The position before the first has zeros.
                    step.If($"step < {samples.LastPosition}", then =>
                    {
                        Cells(then, isFirst: false);
                        new PanelProduct(op.Gates * op.Hidden, op.Hidden, context.Pitch(result), pitch, isGru ? ProductStart.Memory : ProductStart.Zero)
                            .Emit(then, blocks.Function, height, lanes, blocks.At("ds", null, "t"), LayerBuilder.Text(op.Gates * op.Hidden));
                    }, otherwise => Cells(otherwise, isFirst: true));
                });
                blocks.ClearPadding(code, height, "ds");
                if (inputs is not null) blocks.ClearPadding(code, height, "dx");

                void Cells(Code target, bool isFirst) => RecurrentBlocks.EachSample(target, height, (sample, r) =>
                {
                    Address Scratch(string pointer) => r is null ? new(pointer) : new(pointer, 0, r, pitch);
                    sample.Add(new Invoke(Cell(blocks, op),
                    [
                        blocks.At("dy", r, "t"), Scratch("z"), .. isLstm ? [Scratch("dc")] : Array.Empty<object>(),
                        .. before is null ? [blocks.At("y", r, "t")] : Array.Empty<object>(), .. isLstm || isGru ? [blocks.At("gates", r, "t")] : Array.Empty<object>(),
                        .. isLstm ? [blocks.At("memory", r, "t")] : Array.Empty<object>(),
                        .. before is null ? Array.Empty<object>() : [isFirst ? Scratch("zeros") : blocks.At(before, r, "t", op.Reverse ? 1 : -1)],
                        blocks.At("ds", r, "t"), .. isGru ? [blocks.At("dx", r, "t")] : Array.Empty<object>(),
                    ]));
                });
            });
        }));
    }

    /// <summary>What reaches the sums of a position, and what the position before gets beside their product.</summary>
    static string Cell(RecurrentBlocks blocks, Recurrence op)
    {
        var hidden = op.Hidden;
        return blocks.Function($"{(op.Cell is RecurrentCell.LSTM or RecurrentCell.GRU ? op.Cell.ToString() : "RNN" + op.Cell)}CellGradient_{LayerBuilder.Text(hidden)}",
            (op.Cell, hidden), name =>
            {
                var code = new Code();
                RecurrentBlocks.EachVector(code, hidden, blocks.Lanes, (body, j, offset, count) =>
                {
                    Expr Of(string pointer, int gate = 0) => new Load(new Address(pointer, (long)gate * hidden + offset, j), count);
                    void Write(string pointer, int gate, Expr value) => body.Add(new Store(new Address(pointer, (long)gate * hidden + offset, j), value, count));
                    void Keep(string pointer, Expr value) => body.Add(new Store(new Address(pointer, offset, j), value));
                    var dh = body.Let("dh", Of("dy") + new Load(new Address("z", offset, j)));
                    switch (op.Cell)
                    {
                        case RecurrentCell.LSTM:
                            var (input, forget, candidate, output) =
                                (body.Let("input", Of("gates")), body.Let("forget", Of("gates", 1)), body.Let("candidate", Of("gates", 2)), body.Let("output", Of("gates", 3)));
                            var bounded = body.Let("bounded", Expr.Tanh(Of("memory")));
                            var cell = body.Let("cell", Expr.Fma(dh * output, Expr.One - bounded * bounded, new Load(new Address("dc", offset, j))));
                            Write("ds", 0, cell * candidate * input * (Expr.One - input));
                            Write("ds", 1, cell * Of("before") * forget * (Expr.One - forget));
                            Write("ds", 2, cell * input * (Expr.One - candidate * candidate));
                            Write("ds", 3, dh * bounded * output * (Expr.One - output));
                            Keep("dc", cell * forget);
                            break;
                        case RecurrentCell.GRU:
                            var (reset, update, proposed) = (body.Let("reset", Of("gates")), body.Let("update", Of("gates", 1)), body.Let("proposed", Of("gates", 2)));
                            var ofProposed = body.Let("ofProposed", dh * (Expr.One - update) * (Expr.One - proposed * proposed));
                            var ofReset = body.Let("ofReset", ofProposed * Of("gates", 3) * reset * (Expr.One - reset));
                            var ofUpdate = body.Let("ofUpdate", dh * (Of("before") - proposed) * update * (Expr.One - update));
                            Write("ds", 0, ofReset);
                            Write("ds", 1, ofUpdate);
                            Write("ds", 2, ofProposed * reset);
                            Write("dx", 0, ofReset);
                            Write("dx", 1, ofUpdate);
                            Write("dx", 2, ofProposed);
                            Keep("z", dh * update);
                            break;
                        default:
                            var y = body.Let("state", Of("y"));
                            Write("ds", 0, op.Cell == RecurrentCell.ReLU ? Expr.WhereGreater(y, Expr.Zero, dh, Expr.Zero) : dh * (Expr.One - y * y));
                            break;
                    }
                });
                string[] parameters = op.Cell switch
                {
                    RecurrentCell.LSTM => ["dy", "z", "dc", "gates", "memory", "before", "ds"],
                    RecurrentCell.GRU => ["dy", "z", "gates", "before", "ds", "dx"],
                    _ => ["dy", "z", "y", "ds"],
                };
                return new(name, "What reaches the sums of a position of one sample.", [.. parameters.Select(p => new KernelParameter(ParameterType.Floats, p))], code.Body);
            });
    }
}
