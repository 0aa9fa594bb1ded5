using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Decoding;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Sequences;

namespace NetGen.Generator.Ops;

/// <summary>A sequence plus sines and cosines of each position: at position p sin(p / 10000^(2i / features)) at 2i, and its cosine at 2i + 1.</summary>
/// <param name="Of">How many positions there are, of which it gets one that is known when it runs; null where it gets all of them.</param>
sealed record AddSinusoids(int? Of = null) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[0].Type;

    public override long Flops(Value result) => result.Size;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) => gradients.Add(result.Inputs[0], gradient);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} + sinusoids{(Of is null ? "" : "[position]")}";

    public override Value? ForOnePosition(DecodingPass pass, Value result, Value[] inputs) => pass.Add(result, new AddSinusoids(result.Shape.Axes[0]), inputs);

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);

    public override Kernel Lower(Group group, KernelContext context) => PositionKernels.LowerSinusoids(group, context, this);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuPositionsKernel.Sinusoids(group, context));
}

sealed class SinusoidalPositionsLayer : Layer<SinusoidalPositionsAttribute>
{
    protected override Value Build(LayerBuilder builder, SinusoidalPositionsAttribute attribute, Value x)
    {
        if (x.Shape.Rank != 2) builder.Fail("NG0020", x.Shape.ToString(), "it needs [positions, features], as Embedding gives");
        return builder.Add(new AddSinusoids(), x);
    }
}
