using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Ops;

/// <summary>Each sample times a weight for each element of its first axis, which another value gives.</summary>
sealed record ChannelScale : Elementwise
{
    public override Expr Body => new Argument(0) * new Argument(1);

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var (x, weight) = (result.Inputs[0], result.Inputs[1]);
        gradients.Add(x, this, gradient, weight);
        gradients.Add(weight, new SumPositions(weight.Shape), gradient, x);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} ⊙ {inputs[1]}";
}

/// <summary>Σ ∂y ⊙ x over the positions of each channel of a sample: what reaches the weights of a <see cref="ChannelScale"/>.</summary>
/// <param name="Shape">The weights' shape.</param>
sealed record SumPositions(Shape Shape) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(Shape);

    public override Form InputForm(int input) => Form.Same;

    public override Form ResultForm => Form.Same;

    public override long Flops(Value result) => 2L * result.Inputs[0].Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"Σ {inputs[0]} ⊙ {inputs[1]}";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var (dy, x) = (group.Values[0].Inputs[0], group.Values[0].Inputs[1]);
        if (dy.Layout is not null) return PositionSumKernel.Lower(group, context);
        return RowKernel.Lower(group, context, "SumPositions", dy.Size / Shape.Size, ["dy", "x"], row =>
            row.WriteNumber(row.Sum("sum", () => row.Read(dy) * row.Read(x)), 0, 1));
    }
}
