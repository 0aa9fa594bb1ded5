using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Lowering.Recurrent;
using NetGen.Generator.Sequences;

namespace NetGen.Generator.Ops;

/// <summary>What a recurrence computes a state with.</summary>
enum RecurrentCell { LSTM, GRU, Tanh, ReLU }

/// <summary>
/// The states [positions, hidden] of a recurrence, from the products of the inputs [positions, gates · hidden], a weight [gates · hidden, hidden] in panels
/// and, where there is a third input, a bias [gates · hidden]. With a as a position's inputs and s = U h + d of the state h of the position before: LSTM,
/// Hochreiter and Schmidhuber 1997: i, f, o = σ(a + s), g = tanh(a + s), c = f ⊙ c + i ⊙ g, h = o ⊙ tanh(c). GRU, Cho et al. 2014: r, z = σ(a + s), n = tanh(a
/// + r ⊙ s), h = (1 − z) ⊙ n + z ⊙ h. Without gates, Elman 1990: h = tanh(a + s), or max(0, a + s).
/// </summary>
/// <param name="Cell">What computes a state.</param>
/// <param name="Hidden">The values of a state.</param>
/// <param name="Reverse">Whether it begins at the last position.</param>
sealed record Recurrence(RecurrentCell Cell, int Hidden, bool Reverse) : Op
{
    /// <summary>The sums of a position, in states' sizes.</summary>
    public int Gates => Cell switch { RecurrentCell.LSTM => 4, RecurrentCell.GRU => 3, _ => 1 };

    /// <summary>What training keeps of a position beside its state, in states' sizes: the gates and, of a GRU, the new state's part of the product.</summary>
    public int KeptGates => Cell is RecurrentCell.LSTM or RecurrentCell.GRU ? 4 : 0;

    /// <summary>Whether there is a memory beside the state.</summary>
    public bool HasMemory => Cell == RecurrentCell.LSTM;

    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Shape.Axes[0], Hidden));

    public override int SamplesTogether(Value result) => UnrollPolicy.RecurrentSamples;

    public override long Flops(Value result) => (2L * Gates * Hidden + 3 * Gates + 4) * result.Size;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var (inputs, weight) = (result.Inputs[0], result.Inputs[1]);
        List<Value> operands = [gradient, result, gradients.Apply(weight.Name + "ᵀ", new Transpose(), weight)];
        if (KeptGates > 0) operands.Add(gradients.Apply($"{result.Name}.gates", new RecurrenceGates(this), result));
        if (HasMemory) operands.Add(gradients.Apply($"{result.Name}.memory", new RecurrenceMemory(Hidden), result));
        var ofSums = gradients.Apply($"∂{result.Name}.sums", new RecurrenceGradient(this), [.. operands]);
        gradients.Add(inputs, Cell == RecurrentCell.GRU ? gradients.Apply("∂" + inputs.Name, new RecurrenceInputGradient(), ofSums) : ofSums);
        gradients.Add(weight, new OuterProducts(), ofSums, gradients.Apply($"{result.Name}.before", new PositionBefore(Reverse), result));
        if (result.Inputs.Length > 2) gradients.Add(result.Inputs[2], new SumRows(result.Inputs[2].Shape), ofSums);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{Name}{(Reverse ? "_reverse" : "")}({string.Join(", ", inputs)})";

    public override string Label => $"{(Cell is RecurrentCell.LSTM or RecurrentCell.GRU ? Cell.ToString() : "RNN" + Cell)}{(Reverse ? "Reverse" : "")}";

    string Name => Cell switch { RecurrentCell.LSTM => "lstm", RecurrentCell.GRU => "gru", RecurrentCell.Tanh => "rnn_tanh", _ => "rnn_relu" };

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);

    public override Kernel Lower(Group group, KernelContext context) => RecurrenceKernel.Lower(group, context, this);

    public override Kernel LowerSingle(Group group, KernelContext context) => UnrollPolicy.SharesStates(Hidden, Gates) && !group.Values[0].Type.IsByPosition
        ? SharedRecurrenceKernel.Lower(group, context, this) : Lower(group, context);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuRecurrenceKernel.Lower(group, this));
}

/// <summary>
/// The gates of each position of a recurrence, in its order, and of a GRU also U h + d of its last gate. The kernel of the recurrence writes them.
/// </summary>
sealed record RecurrenceGates(Recurrence Of) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Shape.Axes[0], Of.KeptGates * Of.Hidden));

    public override bool IsCompanion => true;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"gates of {inputs[0]}";
}

/// <summary>The memory of each position of an LSTM, c. The kernel of the recurrence writes it.</summary>
sealed record RecurrenceMemory(int Hidden) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[0].Type;

    public override bool IsCompanion => true;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"memory of {inputs[0]}";
}

/// <summary>
/// What reaches the product U h + d at each position, from ∂y, the states y, Uᵀ, the gates and the memory: backpropagation through time, Werbos 1990. From the
/// last position to the first, ∂h = ∂y + Uᵀ ∂s of the position after, and of an LSTM ∂c = ∂h ⊙ o ⊙ (1 − tanh² c) + f ⊙ ∂c of the position after, and ∂s = (∂c g
/// i (1 − i), ∂c c f (1 − f) with the memory before, ∂c i (1 − g²), ∂h tanh(c) o (1 − o)); of a GRU ∂n = ∂h (1 − z) (1 − n²) and ∂s = (∂n s r (1 − r), ∂h (h −
/// n) z (1 − z) with the state before, ∂n r), and ∂h of the position before gets ∂h z too; without gates ∂s = ∂h (1 − h²), or ∂h where h is positive.
/// </summary>
sealed record RecurrenceGradient(Recurrence Of) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[1].Shape.Axes[0], Of.Gates * Of.Hidden));

    public override long Flops(Value result) => (2L * Of.Hidden + 6) * result.Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{Of.Label}′({inputs[1]}) {inputs[0]}";

    public override string Label => $"{Of.Label}Gradient";

    public override Kernel Lower(Group group, KernelContext context) => RecurrenceGradientKernel.Lower(group, context, Of);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuRecurrenceGradientKernel.Lower(group, Of));
}

/// <summary>
/// What reaches the products of the inputs of a GRU: as what reaches U h + d, but for n, which that is multiplied by r for. The kernel of the gradient writes
/// it.
/// </summary>
sealed record RecurrenceInputGradient : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[0].Type;

    public override bool IsCompanion => true;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} before ⊙ r";
}

/// <summary>At each position of a sequence what the position before has, and zeros at the first.</summary>
/// <param name="Reverse">Whether the last position counts as the first.</param>
sealed record PositionBefore(bool Reverse) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[0].Type;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} of the position {(Reverse ? "after" : "before")}";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var x = group.Values[0].Inputs[0];
        if (x.Type.IsByPosition) return PositionBeforeKernel.Lower(group, context, Reverse);
        var (row, rest) = (x.Shape.Last, x.Size - x.Shape.Last);
        var name = $"{Label}_{LayerBuilder.Text(x.Shape.Axes[0])}x{LayerBuilder.Text(row)}{(Reverse ? "_Reverse" : "")}";
        return RunsKernel.Lower(group, context, name, Reverse
            ? [new Run(x, row, 0, rest), new Run(null, 0, rest, row)]
            : [new Run(null, 0, 0, row), new Run(x, 0, row, rest)]);
    }

    public override void LowerGpu(Group group, KernelContext context)
    {
        if (group.Values[0].Type.IsByPosition) context.Gpu!.Add(GpuPositionsKernel.Before(group, context, Reverse));
        else base.LowerGpu(group, context);
    }
}
