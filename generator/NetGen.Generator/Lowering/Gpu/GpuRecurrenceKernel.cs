using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;
using static NetGen.Generator.Lowering.Gpu.GpuRecurrence;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>A recurrence: at each position the products of the states with the weight, and from these sums the next states.</summary>
static class GpuRecurrenceKernel
{
    public static GpuKernel Lower(Group group, Recurrence op)
    {
        var result = group.Values[0];
        var bias = result.Inputs.Length > 2 ? result.Inputs[2] : null;
        var (gates, memory) = (group.Values.FirstOrDefault(v => v.Op is RecurrenceGates), group.Values.FirstOrDefault(v => v.Op is RecurrenceMemory));
        var recurrence = new GpuRecurrence(op, result, op.HasMemory ? 2 : 1);
        var code = new Code();
        recurrence.Memory(code, "h", 1);
        if (op.HasMemory) recurrence.Memory(code, "c", 1);
        recurrence.Begin(code);
        // Before the first position states are zeros. Those of a unit are its thread's until the barrier.
        recurrence.EachUnit(code, unit => recurrence.EachSample(s =>
        {
            unit.Add(new StoreScalar(recurrence.Shared("h", s), Expr.Zero));
            if (op.HasMemory) unit.Add(new StoreScalar(recurrence.Shared("c", s), Expr.Zero));
        }));
        code.Add(new GroupBarrier());
        recurrence.EachPosition(code, backwards: false, step =>
        {
            recurrence.EachUnit(step, unit =>
            {
                unit.Add(new Remark("The sums s = U h + d of each gate and sample."));
                static string Sum(int s, int gate) => $"s{Text(gate)}_{Text(s)}";
                recurrence.EachSample(s => unit.Row(row =>
                {
                    for (var gate = 0; gate < op.Gates; gate++)
                        row.Let(Sum(s, gate), bias is null ? Expr.Zero : new Load(new Address("bias", (long)gate * op.Hidden, "unit")));
                }));
                recurrence.Products(unit, "h", 1, Sum, [.. Enumerable.Range(0, op.Gates).Select(gate =>
                    new Address("w", 0, $"({(gate == 0 ? "" : $"{Text((long)gate * op.Hidden)} + ")}unit) * {Text(op.Hidden)} + k"))]);
                recurrence.EachSampleThere(unit, (there, s) => there.Block(null, cell => Cell(cell, recurrence, op, s, gate => new Local(Sum(s, gate)), gates is not null, memory is not null)));
            });
            // The states of before have been read by all, and make room for what each thread has written.
            step.Add(new GroupBarrier());
            recurrence.EachUnit(step, unit => recurrence.EachSampleThere(unit, (there, s) => there.Add(new StoreScalar(recurrence.Shared("h", s), new Load(recurrence.At("y", s))))));
            step.Add(new GroupBarrier());
        });
        return new GpuKernel($"{op.Label}_{recurrence.Label}x{Text(op.Hidden)}{(bias is null ? "_NoBias" : "")}", $"{Formulas.Of(group)}: {result.Inputs[0].Type} → {result.Type}.", group,
            [
                new(Binding.Pointer, "x", result.Inputs[0]), new(Binding.Pointer, "w", result.Inputs[1]), .. Optional("bias", bias), new(Binding.Pointer, "y", result),
                .. Optional("gates", gates), .. Optional("memory", memory), .. recurrence.Arguments,
            ],
            recurrence.Grid, (recurrence.Threads, 1), code.Body)
        { Counts = null };

        static KernelArgument[] Optional(string name, Value? value) => value is null ? [] : [new(Binding.Pointer, name, value)];
    }

    /// <summary>A unit's next state, as <see cref="Recurrence"/> has it.</summary>
    static void Cell(Code code, GpuRecurrence recurrence, Recurrence op, int s, Func<int, Expr> product, bool keepsGates, bool keepsMemory)
    {
        Expr Input(int gate) => new Load(recurrence.At("x", s, op.Gates, gate));
        Expr Sum(int gate) => Input(gate) + product(gate);
        Expr[] kept = [];
        Expr state;
        switch (op.Cell)
        {
            case RecurrentCell.LSTM:
                kept = [code.Let("input", Expr.Sigmoid(Sum(0))), code.Let("forget", Expr.Sigmoid(Sum(1))), code.Let("candidate", Expr.Tanh(Sum(2))), code.Let("output", Expr.Sigmoid(Sum(3)))];
                var cell = code.Let("cell", kept[1] * new Load(recurrence.Shared("c", s)) + kept[0] * kept[2]);
                code.Add(new StoreScalar(recurrence.Shared("c", s), cell));
                if (keepsMemory) code.Add(new StoreScalar(recurrence.At("memory", s), cell));
                state = kept[3] * Expr.Tanh(cell);
                break;
            case RecurrentCell.GRU:
                var (reset, update) = (code.Let("reset", Expr.Sigmoid(Sum(0))), code.Let("update", Expr.Sigmoid(Sum(1))));
                var proposed = code.Let("proposed", Expr.Tanh(Input(2) + reset * product(2)));
                kept = [reset, update, proposed, product(2)];
                state = update * (new Load(recurrence.Shared("h", s)) - proposed) + proposed;
                break;
            default:
                state = op.Cell == RecurrentCell.ReLU ? Expr.Max(Expr.Zero, Sum(0)) : Expr.Tanh(Sum(0));
                break;
        }
        code.Add(new StoreScalar(recurrence.At("y", s), state));
        for (var gate = 0; keepsGates && gate < kept.Length; gate++) code.Add(new StoreScalar(recurrence.At("gates", s, op.KeptGates, gate), kept[gate]));
    }
}
