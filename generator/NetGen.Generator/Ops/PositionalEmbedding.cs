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

/// <summary>A sample plus a weight of its shape, the same for all samples.</summary>
sealed record AddWeight : Elementwise
{
    public override Expr Body => new Argument(0) + new Argument(1);

    public override Form InputForm(int input) => Form.Dense;

    public override Form ResultForm => Form.Dense;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        gradients.Add(result.Inputs[0], gradient);
        // A sample is one row, of the weight's size.
        gradients.Add(result.Inputs[1], new SumRows(result.Inputs[1].Shape), gradient);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} + {inputs[1]}";

    public override Value? ForOnePosition(DecodingPass pass, Value result, Value[] inputs) =>
        result.Shape.Rank == 2 ? pass.Add(result, new AddRows(FromPosition: true), inputs) : null;

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => result.Shape.Rank == 2 ? pass.Add(result, new AddRows(), inputs) : null;
}

/// <summary>A weight of one row for each row of positions, which are the first input.</summary>
sealed record RowOfWeight : Elementwise
{
    public override Expr Body => new Argument(1);

    public override Form InputForm(int input) => Form.Dense;

    public override Form ResultForm => Form.Dense;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[1], new SumRows(result.Inputs[1].Shape), gradient);

    public override string Formula(Value result, ImmutableArray<string> inputs) => inputs[1];
}

/// <summary>The positions of each sample plus their rows of a weight [most positions, features].</summary>
/// <param name="FromPosition">Whether the first row that is added is that of a position that is known when it runs, rather than the weight's first.</param>
sealed record AddRows(bool FromPosition = false) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[0].Type;

    public override long Flops(Value result) => result.Size;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        gradients.Add(result.Inputs[0], gradient);
        gradients.Add(result.Inputs[1], new SumByPosition(result.Inputs[1].Shape), gradient);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} + {inputs[1]}[{(FromPosition ? "position" : "positions")}]";

    public override Kernel Lower(Group group, KernelContext context) => AddRowsKernel.Lower(group, context, this);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuPositionsKernel.AddRows(group, context));
}

/// <summary>The sum over samples of what each has at a position, for each of the most positions.</summary>
/// <param name="Shape">[most positions, features].</param>
sealed record SumByPosition(Shape Shape) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(Shape, Batched: false);

    public override Partition Partition => Partition.Parts;

    public override long Flops(Value result) => result.Inputs[0].Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"Σ {inputs[0]} of samples that have the position";

    public override Kernel Lower(Group group, KernelContext context) => AddRowsKernel.LowerSum(group, context);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuPositionsKernel.SumByPosition(group));
}

sealed class PositionalEmbeddingLayer : Layer<PositionalEmbeddingAttribute>
{
    protected override Value Build(LayerBuilder builder, PositionalEmbeddingAttribute attribute, Value x)
    {
        if (x.Shape.Rank != 2) builder.Fail("NG0020", x.Shape.ToString(), "it needs [positions, features], as Embedding gives");
        var start = new InitialValues(Init.HeNormal, Gain: builder.Positive(attribute.Deviation, "Deviation"));
        return builder.Add(new AddWeight(), x, builder.Parameter("weight", x.Shape, ParameterRole.Weight, start));
    }
}
