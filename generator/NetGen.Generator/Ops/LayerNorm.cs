using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;

namespace NetGen.Generator.Ops;

/// <summary>
/// (x − mean) / √(variance + ε) over rows, or x / √(mean square + ε), then times a weight and plus a bias where there are any.
/// </summary>
/// <param name="Length">The elements of a row.</param>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Centered">Whether the mean is subtracted; else it counts as 0.</param>
sealed record LayerNorm(int Length, float Epsilon, bool Centered = true) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[0].Type;

    public override long Flops(Value result) => 7L * result.Size;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var x = result.Inputs[0];
        var statistics = gradients.Apply($"{result.Name}.statistics", new RowStatistics(Length, Epsilon, Centered), x);
        if (result.Inputs.Length > 1) gradients.Add(result.Inputs[1], new LayerNormWeightGradient(result.Inputs[1].Shape), gradient, x, statistics);
        if (result.Inputs.Length > 2) gradients.Add(result.Inputs[2], new LayerNormWeightGradient(result.Inputs[2].Shape), gradient);
        gradients.Add(x, new LayerNormGradient(Length, Centered), [gradient, x, statistics, .. result.Inputs.Skip(1).Take(1)]);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"{(Centered ? "layer_norm" : "rms_norm")}({inputs[0]}){(inputs.Length > 1 ? $" ⊙ {inputs[1]}" : "")}{(inputs.Length > 2 ? $" + {inputs[2]}" : "")}";

    public override string Label => Centered ? "LayerNorm" : "RMSNorm";

    public override bool WorksByPosition(Value result) => result.Shape.Rank > 1 && Length == result.Shape.Last;

    public override Kernel Lower(Group group, KernelContext context) => Lower(group, context, isShared: false);

    public override Kernel LowerSingle(Group group, KernelContext context) => Lower(group, context, isShared: true);

    Kernel Lower(Group group, KernelContext context, bool isShared)
    {
        var inputs = group.Values[0].Inputs;
        return RowKernel.Lower(group, context, Label, Length, ["x", "weight", "bias"], row =>
        {
            var (mean, scale) = RowStatistics.Emit(row, inputs[0], Epsilon, Centered);
            row.Write(() =>
            {
                var y = (Centered ? row.Read(inputs[0]) - mean : row.Read(inputs[0])) * scale;
                if (inputs.Length > 1) y *= row.Read(inputs[1]);
                if (inputs.Length > 2) y += row.Read(inputs[2]);
                return y;
            });
        }, isShared: isShared);
    }
}

/// <summary>The mean of each row, or 0, and 1 / √(variance + ε), which the backward pass needs.</summary>
sealed record RowStatistics(int Length, float Epsilon, bool Centered) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Size / Length, 2));

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{(Centered ? "mean, 1/σ" : "0, 1/rms")} of {inputs[0]}";

    public override string Label => Centered ? "RowStatistics" : "RowScales";

    public override Kernel Lower(Group group, KernelContext context) => RowKernel.Lower(group, context, Label, Length, ["x"], row =>
    {
        var (mean, scale) = Emit(row, group.Values[0].Inputs[0], Epsilon, Centered);
        row.WriteNumber(mean, 0, 2);
        row.WriteNumber(scale, 1, 2);
    });

    public static (Expr Mean, Expr Scale) Emit(RowBuilder row, Value x, float epsilon, bool centered)
    {
        if (!centered)
        {
            var ofAll = row.Sum("squares", () => row.Read(x) * row.Read(x));
            return (Expr.Zero, row.Let("scale", Expr.One / Expr.Sqrt(ofAll * (1f / row.Length) + epsilon)));
        }
        var sum = row.Sum("sum", () => row.Read(x));
        var mean = row.Let("mean", sum * (1f / row.Length));
        var squares = row.Sum("squares", () => (row.Read(x) - mean) * (row.Read(x) - mean));
        return (mean, row.Let("scale", Expr.One / Expr.Sqrt(squares * (1f / row.Length) + epsilon)));
    }
}

/// <summary>
/// What reaches the input of a <see cref="LayerNorm"/>: (g − mean(g) − x̂ mean(g x̂)) / σ, with g = ∂y ⊙ weight; without mean(g) where it isn't centered.
/// </summary>
sealed record LayerNormGradient(int Length, bool Centered) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[1].Type;

    public override long Flops(Value result) => 10L * result.Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"{(Centered ? "layer_norm" : "rms_norm")}′({inputs[1]}) {(inputs.Length > 3 ? $"({inputs[0]} ⊙ {inputs[3]})" : inputs[0])}";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var inputs = group.Values[0].Inputs;
        return RowKernel.Lower(group, context, Label, Length, ["dy", "x", "statistics", "weight"], row =>
        {
            var mean = Centered ? row.Let("mean", row.Read(inputs[2], 0, 2)) : Expr.Zero;
            var scale = row.Let("scale", row.Read(inputs[2], 1, 2));
            Expr Weighted() => inputs.Length > 3 ? row.Read(inputs[0]) * row.Read(inputs[3]) : row.Read(inputs[0]);
            Expr Normalized() => (Centered ? row.Read(inputs[1]) - mean : row.Read(inputs[1])) * scale;
            var meanGradient = Centered ? row.Let("meanGradient", row.Sum("sum", Weighted) * (1f / Length)) : Expr.Zero;
            var product = row.Sum("product", () => Weighted() * Normalized());
            var meanProduct = row.Let("meanProduct", product * (1f / Length));
            row.Write(() => ((Centered ? Weighted() - meanGradient : Weighted()) - Normalized() * meanProduct) * scale);
        });
    }

    public override string Label => Centered ? "LayerNormGradient" : "RMSNormGradient";
}

/// <summary>Σ ∂y ⊙ x̂ over samples and rows: the gradient of a <see cref="LayerNorm"/>'s weight; without x the bias's, Σ ∂y.</summary>
sealed record LayerNormWeightGradient(Shape Shape) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(Shape, Batched: false);

    public override Partition Partition => Partition.Parts;

    public override long Flops(Value result) => 2L * result.Inputs[0].Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => inputs.Length > 1 ? $"Σ {inputs[0]} ⊙ normalized({inputs[1]})" : $"Σ {inputs[0]}";

    public override Kernel Lower(Group group, KernelContext context) => SumSamplesKernel.LowerRows(group, context, group.Values[0].Inputs, Shape.Size);
}

sealed class LayerNormLayer : Layer<LayerNormAttribute>
{
    protected override Value Build(LayerBuilder builder, LayerNormAttribute attribute, Value x)
    {
        var shape = NormalizedShape(builder, attribute.NormalizedShape, x);
        var epsilon = builder.Within(attribute.Epsilon, 0, float.MaxValue, "Epsilon");
        var op = new LayerNorm(shape.Size, epsilon);
        if (!attribute.Affine) return builder.Add(op, x);
        var weight = builder.Parameter("weight", shape, ParameterRole.Normalization, new InitialValues(Init.Constant, 1));
        if (!attribute.Bias) return builder.Add(op, x, weight);
        return builder.Add(op, x, weight, builder.Parameter("bias", shape, ParameterRole.Bias, new InitialValues(Init.Zeros)));
    }

    /// <summary>The sizes of the last axes that a layer names, or the last one's.</summary>
    public static Shape NormalizedShape(LayerBuilder builder, int[] sizes, Value x)
    {
        foreach (var axis in sizes) builder.PositiveSize(axis, "a size of its normalized shape");
        var shape = sizes.Length == 0 ? new Shape(x.Shape.Last) : new Shape(sizes);
        if (shape.Rank > x.Shape.Rank || !x.Shape.Axes.Skip(x.Shape.Rank - shape.Rank).SequenceEqual(shape.Axes))
        {
            builder.Fail("NG0020", x.Shape.ToString(), "the normalized shape must be the sizes of the input's last axes; leave it out for the last one");
        }
        return shape;
    }
}

sealed class RMSNormLayer : Layer<RMSNormAttribute>
{
    protected override Value Build(LayerBuilder builder, RMSNormAttribute attribute, Value x)
    {
        var shape = LayerNormLayer.NormalizedShape(builder, attribute.NormalizedShape, x);
        var op = new LayerNorm(shape.Size, builder.Within(attribute.Epsilon, 0, float.MaxValue, "Epsilon"), Centered: false);
        if (!attribute.Affine) return builder.Add(op, x);
        return builder.Add(op, x, builder.Parameter("weight", shape, ParameterRole.Normalization, new InitialValues(Init.Constant, 1)));
    }
}
