using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Sequences;

namespace NetGen.Generator.Ops;

/// <summary>
/// At each position what its sample has at those that a kernel covers around it, [positions, features · kernel], with zeros beyond the sample's ends: the
/// product of this with the weight of a convolution is the convolution. The numbers are in the order of the weight's: on processors the features of a place of
/// the kernel side by side, on GPUs and in PyTorch the places of a feature.
/// </summary>
/// <param name="Axis">How the kernel lies around a position; it gives as many positions as there are.</param>
sealed record PositionWindow(WindowAxis Axis) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Shape.Axes[0], checked(inputs[0].Shape.Last * Axis.Kernel)));

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new PositionWindowGradient(Axis), gradient);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"windows of {Axis} of {inputs[0]}";

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);

    public override Kernel Lower(Group group, KernelContext context) => PositionWindowKernel.Lower(group, context, Axis);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuPositionsKernel.Window(group, context, Axis));
}

/// <summary>What reaches each position from the windows that it is in.</summary>
/// <param name="Axis">How the kernel lies around a position.</param>
sealed record PositionWindowGradient(WindowAxis Axis) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Shape.Axes[0], inputs[0].Shape.Last / Axis.Kernel));

    public override long Flops(Value result) => result.Inputs[0].Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"Σ {inputs[0]} over the windows of {Axis} that a position is in";

    public override Kernel Lower(Group group, KernelContext context) => PositionWindowKernel.LowerGradient(group, context, Axis);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuPositionsKernel.WindowGradient(group, context, Axis));
}
