using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Recurrent;

/// <summary>
/// What the kernels of a recurrence have in common, whether workers share its samples or the states of one: operands, name, and where a position begins.
/// </summary>
sealed class RecurrenceShape
{
    readonly Recurrence op;

    /// <param name="group">The recurrence, with what it keeps for its gradient.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="op">The recurrence.</param>
    /// <param name="isShared">Whether workers share the states of one sample.</param>
    /// <param name="products">The products of its inputs, where its kernel computes these; else null.</param>
    public RecurrenceShape(Group group, KernelContext context, Recurrence op, bool isShared, InputProducts? products = null)
    {
        this.op = op;
        var result = group.Values.First(v => v.Op == op);
        var bias = result.Inputs.Length > 2 ? result.Inputs[2] : null;
        var (gates, memory) = (group.Values.FirstOrDefault(v => v.Op is RecurrenceGates), group.Values.FirstOrDefault(v => v.Op is RecurrenceMemory));
        (KeepsGates, KeepsMemory) = (gates is not null, memory is not null);
        Start = bias is null ? ProductStart.Zero : ProductStart.Bias;
        Samples = new SampleRows(context, result);
        Arguments =
        [
            .. products?.Arguments ?? [], new(Binding.Pointer, "x", result.Inputs[0]), new(Binding.Pointer, "w", result.Inputs[1]), .. Optional("bias", bias), new(Binding.Pointer, "y", result),
            .. Optional("gates", gates), .. Optional("memory", memory),
            .. isShared ? [new(Binding.Worker, "worker"), new(Binding.Workers, "workers")] : Samples.Arguments,
        ];
        Name = context.NameOf($"{op.Label}_{Samples.Label}x{LayerBuilder.Text(op.Hidden)}{(bias is null ? "_NoBias" : "")}{(products is null ? "" : "_Inputs")}{(isShared ? "_Single" : "")}", group, Arguments);
        Summary = $"{Formulas.Of(group)}: {result.Inputs[0].Type} → {result.Type}.";

        static KernelArgument[] Optional(string name, Value? value) => value is null ? [] : [new(Binding.Pointer, name, value)];
    }

    public SampleRows Samples { get; }

    public ImmutableArray<KernelArgument> Arguments { get; }

    public string Name { get; }

    public string Summary { get; }

    public bool KeepsGates { get; }

    public bool KeepsMemory { get; }

    /// <summary>What the sums of a position start with.</summary>
    public ProductStart Start { get; }

    /// <summary>How many sums a position has.</summary>
    public int Sums => op.Gates * op.Hidden;

    /// <summary>What a sample needs while the kernel runs: its sums, its states, and an LSTM's memory.</summary>
    /// <param name="sums">The floats of its sums.</param>
    /// <param name="states">Those of its states.</param>
    public (string Name, int Floats)[] Scratch(int sums, int states) => [("z", sums), ("h", states), .. op.HasMemory ? [("c", states)] : Array.Empty<(string, int)>()];

    /// <summary>Writes which position a step is about, and how many states before it there are to multiply.</summary>
    public void BeginPosition(Code step)
    {
        step.Add(new Integer(op.Reverse ? $"nint t = {Samples.LastPosition} - step" : "nint t = step"));
        // The states before the first position are zeros, whose products there is no need to compute.
        step.Add(new Integer($"nint inner = step == 0 ? 0 : {LayerBuilder.Text(op.Hidden)}"));
    }
}
