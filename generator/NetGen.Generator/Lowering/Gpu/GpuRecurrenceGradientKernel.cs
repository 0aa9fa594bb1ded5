using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;
using static NetGen.Generator.Lowering.Gpu.GpuRecurrence;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// Backpropagation through time: at each position, from the last to the first, what reaches the sums, and its product with the weight for the states of the
/// position before.
/// </summary>
static class GpuRecurrenceGradientKernel
{
    public static GpuKernel Lower(Group group, Recurrence op)
    {
        var result = group.Values[0];
        var inputs = group.Values.FirstOrDefault(v => v.Op is RecurrenceInputGradient);
        var (isGru, isLstm) = (op.Cell == RecurrentCell.GRU, op.Cell == RecurrentCell.LSTM);
        var recurrence = new GpuRecurrence(op, result, op.Gates + (isLstm ? 2 : 1));
        var code = new Code();
        // What the position after gives to the states, and to the memory, is a thread's own; what reaches the sums is for all threads.
        recurrence.Memory(code, "sums", op.Gates);
        recurrence.Memory(code, "z", 1);
        if (isLstm) recurrence.Memory(code, "dc", 1);
        recurrence.Begin(code);
        recurrence.EachUnit(code, unit => recurrence.EachSample(s =>
        {
            unit.Add(new StoreScalar(recurrence.Shared("z", s), Expr.Zero));
            if (isLstm) unit.Add(new StoreScalar(recurrence.Shared("dc", s), Expr.Zero));
        }));
        recurrence.EachPosition(code, backwards: true, step =>
        {
            recurrence.EachUnit(step, unit => recurrence.EachSampleThere(unit, (there, s) => there.Block(null, cell => Cell(cell, recurrence, op, s))));
            step.Add(new GroupBarrier());
            // The states before the first position are nobody's.
            step.If(recurrence.HasNext(), before => recurrence.EachUnit(before, unit =>
            {
                unit.Add(new Remark("What reaches the states before: Uᵀ ∂s."));
                static string Sum(int s, int _) => $"z{Text(s)}";
                recurrence.EachSample(s => unit.Let(Sum(s, 0), isGru ? new Load(recurrence.Shared("z", s)) : Expr.Zero));
                recurrence.Products(unit, "sums", op.Gates, Sum, [new Address("w", 0, $"k * {Text(op.Hidden)} + unit")]);
                recurrence.EachSample(s => unit.Add(new StoreScalar(recurrence.Shared("z", s), new Local(Sum(s, 0)))));
            }));
            step.Add(new GroupBarrier());
        });
        // An LSTM's gradient needs the memory in place of the states. The transposed weight is read where the weight is.
        var weight = result.Inputs[2].Op is Transpose ? result.Inputs[2].Inputs[0] : result.Inputs[2];
        return new GpuKernel($"{op.Label}Gradient_{recurrence.Label}x{Text(op.Hidden)}", $"{Formulas.Of(group)}: {result.Inputs[0].Type} → {result.Type}.", group,
            [
                new(Binding.Pointer, "dy", result.Inputs[0]), .. isLstm ? Array.Empty<KernelArgument>() : [new(Binding.Pointer, "y", result.Inputs[1])],
                new(Binding.Pointer, "w", weight), .. isLstm || isGru ? [new KernelArgument(Binding.Pointer, "gates", result.Inputs[3])] : Array.Empty<KernelArgument>(),
                .. isLstm ? [new KernelArgument(Binding.Pointer, "memory", result.Inputs[4])] : Array.Empty<KernelArgument>(), new(Binding.Pointer, "ds", result),
                .. inputs is null ? Array.Empty<KernelArgument>() : [new(Binding.Pointer, "dx", inputs)], .. recurrence.Arguments,
            ],
            recurrence.Grid, (recurrence.Threads, 1), code.Body)
        { Counts = null };
    }

    /// <summary>What reaches the sums of a unit, and what the position before gets beside their product, as <see cref="RecurrenceGradient"/> has it.</summary>
    static void Cell(Code code, GpuRecurrence recurrence, Recurrence op, int s)
    {
        Expr Gate(string name, int gate) => code.Let(name, new Load(recurrence.At("gates", s, op.KeptGates, gate)));
        // The position before the first has zeros.
        Expr Before(string value) => new Conditional(recurrence.HasNext(s), new Load(recurrence.At(value, s, distance: op.Reverse ? 1 : -1)));
        void Write(int gate, string name, Expr value)
        {
            code.Let(name, value);
            code.Add(new StoreScalar(recurrence.At("ds", s, op.Gates, gate), new Local(name)));
            code.Add(new StoreScalar(recurrence.Shared("sums", s, op.Gates, gate), new Local(name)));
        }
        code.Add(new Remark("What reaches the state, from its own results and from the position after."));
        var dh = code.Let("dh", new Load(recurrence.At("dy", s)) + new Load(recurrence.Shared("z", s)));
        switch (op.Cell)
        {
            case RecurrentCell.LSTM:
                var (input, forget, candidate, output) = (Gate("input", 0), Gate("forget", 1), Gate("candidate", 2), Gate("output", 3));
                var bounded = code.Let("bounded", Expr.Tanh(new Load(recurrence.At("memory", s))));
                var cell = code.Let("cell", dh * output * (Expr.One - bounded * bounded) + new Load(recurrence.Shared("dc", s)));
                Write(0, "ofInput", cell * candidate * input * (Expr.One - input));
                Write(1, "ofForget", cell * Before("memory") * forget * (Expr.One - forget));
                Write(2, "ofCandidate", cell * input * (Expr.One - candidate * candidate));
                Write(3, "ofOutput", dh * bounded * output * (Expr.One - output));
                code.Add(new StoreScalar(recurrence.Shared("dc", s), cell * forget));
                break;
            case RecurrentCell.GRU:
                var (reset, update, proposed) = (Gate("reset", 0), Gate("update", 1), Gate("proposed", 2));
                var ofProposed = code.Let("ofProposed", dh * (Expr.One - update) * (Expr.One - proposed * proposed));
                Write(0, "ofReset", ofProposed * new Load(recurrence.At("gates", s, op.KeptGates, 3)) * reset * (Expr.One - reset));
                Write(1, "ofUpdate", dh * (Before("y") - proposed) * update * (Expr.One - update));
                Write(2, "ofProduct", ofProposed * reset);
                code.Add(new StoreScalar(recurrence.At("dx", s, op.Gates, 0), new Local("ofReset")));
                code.Add(new StoreScalar(recurrence.At("dx", s, op.Gates, 1), new Local("ofUpdate")));
                code.Add(new StoreScalar(recurrence.At("dx", s, op.Gates, 2), ofProposed));
                code.Add(new StoreScalar(recurrence.Shared("z", s), dh * update));
                break;
            default:
                var y = code.Let("state", new Load(recurrence.At("y", s)));
                Write(0, "ofSum", op.Cell == RecurrentCell.ReLU ? Expr.WhereGreater(y, Expr.Zero, dh, Expr.Zero) : dh * (Expr.One - y * y));
                break;
        }
    }
}
