using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>
/// 0 with the given probability and 1 / (1 − p) otherwise. The numbers are counter-based: they depend on the seed, the step, the layer and the
/// element, and not on which thread draws them.
/// </summary>
sealed record DropoutMask(float Probability, int Stream) : Elementwise
{
    public override Expr Body => Expr.WhereGreaterOrEqual(new Uniform(Stream), Probability, 1 / (1 - Probability), Expr.Zero);

    // Numbers are counted in the order of the elements.
    public override Form InputForm(int input) => Form.Any;

    public override Form ResultForm => Form.Dense;

    // The input gives the mask its shape; its values don't matter.
    public override bool IsDifferentiable => false;

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"[u ≥ {LayerBuilder.Text(Probability)}] / {LayerBuilder.Text(1 - Probability)}";
}

sealed class DropoutLayer : Layer<DropoutAttribute>
{
    protected override Value Build(LayerBuilder builder, DropoutAttribute attribute, Value x)
    {
        var p = attribute.Probability;
        if (!(p >= 0 && p < 1)) builder.Fail("NG0012", LayerBuilder.Text(p));
        if (!builder.Training || p == 0) return x;
        var mask = builder.AddPart("mask", new DropoutMask(p, builder.NextStream()), x);
        return builder.Add(new Combine(Operator.Multiply), x, mask);
    }
}
