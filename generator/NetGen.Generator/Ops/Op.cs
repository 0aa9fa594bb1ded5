using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Decoding;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Lowering.Images;
using NetGen.Generator.Sequences;

namespace NetGen.Generator.Ops;

/// <summary>An operation on values: its shape rule, its gradient rule and its lowering.</summary>
abstract record Op
{
    /// <summary>The type of the result. Layers check what users can get wrong before they add an op; what fails here is a bug.</summary>
    public abstract Graph.ValueType Infer(ImmutableArray<Value> inputs);

    /// <summary>The positions that the result has one row for each of, where a sample's number of them is free: those of the inputs.</summary>
    public virtual Sequence? SequenceOf(ImmutableArray<Value> inputs) => inputs.Select(v => v.Type.Sequence).FirstOrDefault(s => s is not null);

    /// <summary>Adds what reaches each input from the gradient of the result.</summary>
    public virtual void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        throw new InvalidOperationException($"{this} has no gradient.");

    /// <summary>Whether the result depends on the inputs' values, and not on their shapes alone.</summary>
    public virtual bool IsDifferentiable => true;

    /// <summary>Whether many elements of the result may be zero, so that a product of one sample had better look for them.</summary>
    public virtual bool IsOftenZero(Value result) => false;

    /// <summary>Whether training draws random numbers for it.</summary>
    public virtual bool IsRandom => false;

    /// <summary>How the work is split over threads: over samples, or over parts of the result where all samples are summed.</summary>
    public virtual Partition Partition => Partition.Samples;

    /// <summary>How the work of a group that begins with this op is split in training.</summary>
    public virtual Partition PartitionOf(Value result) => Partition;

    /// <summary>Whether elementwise ops on the result can be computed where it is stored, before it is.</summary>
    public virtual bool TakesEpilogue => false;

    /// <summary>Whether those may read other values of the samples.</summary>
    public virtual bool EpilogueReadsSamples => true;

    /// <summary>The same in kernels for GPUs, whose threads know of each element where it is.</summary>
    public virtual bool TakesEpilogueOnGpu => TakesEpilogue;

    /// <summary>Whether the result is computed by the kernel that begins with one of the inputs, along with that.</summary>
    public virtual bool IsCompanion => false;

    /// <summary>How the op wants an input to lie in memory.</summary>
    public virtual Form InputForm(int input) => Form.Dense;

    /// <summary>The border that the op needs around an input.</summary>
    public virtual Border InputBorder(Value result, int input) => Border.None;

    /// <summary>How the op's result lies in memory.</summary>
    public virtual Form ResultForm => Form.Dense;

    /// <summary>Whether an op on images can have samples lie together, see <see cref="Layout.OfLanes"/>.</summary>
    public virtual bool WorksInLanes(Value result) => false;

    /// <summary>The floats of a result that there is once, rather than for each sample.</summary>
    public virtual int StoredFloats(Value result) => result.Type.ArenaFloats;

    /// <summary>Whether every float of a result that there is once is written before it is read, so that its memory may have had any other use.</summary>
    public virtual bool WritesAll => false;

    /// <summary>Whether a group that begins with this op reads an element of its inputs for the last time before it writes that of its result.</summary>
    public virtual bool WorksInPlace => false;

    /// <summary>The samples that a kernel had better be given at a time, because it reads much for each call.</summary>
    public virtual int SamplesTogether(Value result) => 1;

    /// <summary>Floating-point operations for one sample.</summary>
    public virtual long Flops(Value result) => 0;

    /// <summary>What is computed, for the comments of the generated code, in terms of the inputs' texts.</summary>
    public abstract string Formula(Value result, ImmutableArray<string> inputs);

    /// <summary>What kernels and listings call the op.</summary>
    public virtual string Label => GetType().Name;

    public sealed override string ToString() => Label;

    /// <summary>Writes the kernel of a group whose first value this op computes.</summary>
    public virtual Kernel Lower(Group group, KernelContext context) => throw new InvalidOperationException($"{this} is not lowered.");

    /// <summary>
    /// The same for a GPU, on dense values, to <see cref="KernelContext.Gpu"/>. What is lowered through a kernel that serves many ops has it from that; an op
    /// of its own kind, or on images, needs a kernel of its own.
    /// </summary>
    public virtual void LowerGpu(Group group, KernelContext context)
    {
        var value = group.Values[0];
        if (ResultForm == Form.Image || Enumerable.Range(0, value.Inputs.Length).Any(i => InputForm(i) is Form.Image or Form.PackedImage)) throw new NoGpuKernelException(value);
        Lower(group, context);
    }

    /// <summary>The same for a single sample, whose work threads may share.</summary>
    public virtual Kernel LowerSingle(Group group, KernelContext context) => Lower(group, context);

    /// <summary>Whether some rows of a result that is an image can be computed by themselves, from some rows of the first input, at no more cost.</summary>
    public virtual bool WorksByRows(Value result) => false;

    /// <summary>The same for some rows of a single sample, of an op that <see cref="WorksByRows"/>.</summary>
    public virtual RowsLowering LowerRows(Group group, KernelContext context) => throw new InvalidOperationException($"{this} doesn't work by rows.");

    /// <summary>Whether each position's part of a result [positions, features] depends on that position's parts of the inputs alone, in the same way.</summary>
    public virtual bool WorksByPosition(Value result) => false;

    /// <summary>
    /// Adds what computes one position's part of a result [positions, features], for a decoder, which takes the positions of a text one after the other, or in
    /// blocks that have a row for each; null where that part depends on what later positions have, or on more of earlier ones than the op keeps.
    /// </summary>
    /// <param name="pass">Takes what is added.</param>
    /// <param name="result">The result for all positions.</param>
    /// <param name="inputs">Parameters, and the position's parts [1, features] of the op's other inputs.</param>
    public virtual Value? ForOnePosition(DecodingPass pass, Value result, Value[] inputs) => WorksByPosition(result) ? pass.Add(result, this, inputs) : null;

    /// <summary>
    /// Adds what computes a result, or a number of results, where samples have as many positions as they like; null where the op needs their number.
    /// </summary>
    /// <param name="pass">Takes what is added.</param>
    /// <param name="result">The result for the most positions.</param>
    /// <param name="inputs">Parameters, values of samples, and for the op's other inputs a row [1, features] of each position.</param>
    public virtual Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => WorksByPosition(result) ? pass.Add(result, this, inputs) : null;
}

/// <summary>What is split over threads.</summary>
enum Partition { None, Samples, Parts }
