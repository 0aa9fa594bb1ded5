using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;

namespace NetGen.Generator.Ops;

/// <summary>z = μ + σ ⊙ ε, from μ, log σ² and ε. Kingma and Welling 2013, section 2.4.</summary>
sealed record Reparameterize : Elementwise
{
    public override Expr Body => new Argument(0) + Expr.Exp(new Argument(1) * 0.5f) * new Argument(2);

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        gradients.Add(result.Inputs[0], gradient);
        gradients.Add(result.Inputs[1], new ReparameterizeGradient(), gradient, result.Inputs[1], result.Inputs[2]);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} + exp(½ {inputs[1]}) ⊙ {inputs[2]}";
}

/// <summary>What reaches log σ².</summary>
sealed record ReparameterizeGradient : Elementwise
{
    public override Expr Body => new Argument(0) * Expr.Exp(new Argument(1) * 0.5f) * new Argument(2) * 0.5f;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"½ {inputs[0]} ⊙ exp(½ {inputs[1]}) ⊙ {inputs[2]}";
}

/// <summary>
/// β KL(N(μ, σ²) ‖ N(0, 1)) = β ½ Σ (μ² + σ² − 1 − log σ²) of each sample, from μ and log σ². Kingma and Welling 2013, appendix B.
/// </summary>
/// <param name="Beta">Its weight in the loss.</param>
sealed record GaussianDivergence(float Beta) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(1));

    public override long Flops(Value result) => 5L * result.Inputs[0].Size;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        gradients.Add(result.Inputs[0], new GaussianDivergenceGradient(Beta, OfMean: true), result.Inputs[0], gradient);
        gradients.Add(result.Inputs[1], new GaussianDivergenceGradient(Beta, OfMean: false), result.Inputs[1], gradient);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"{LayerBuilder.Text(Beta)} · ½ Σ ({inputs[0]}² + exp({inputs[1]}) - 1 - {inputs[1]})";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var (mean, logVariance) = (group.Values[0].Inputs[0], group.Values[0].Inputs[1]);
        return RowKernel.Lower(group, context, Label, mean.Size, ["mean", "logVariance"], row => row.WriteNumber(
            row.Sum("sum", () => row.Read(mean) * row.Read(mean) + (Expr.Exp(row.Read(logVariance)) - 1 - row.Read(logVariance))) * (Beta / 2), 0, 1));
    }
}

/// <summary>What reaches μ or log σ².</summary>
/// <param name="Beta">The divergence's weight in the loss.</param>
/// <param name="OfMean">Whether it is μ.</param>
sealed record GaussianDivergenceGradient(float Beta, bool OfMean) : Elementwise
{
    public override Expr Body => OfMean ? new Argument(0) * (new Argument(1) * Beta) : (Expr.Exp(new Argument(0)) - 1) * (new Argument(1) * (Beta / 2));

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        OfMean ? $"{LayerBuilder.Text(Beta)} · {inputs[1]} {inputs[0]}" : $"{LayerBuilder.Text(Beta)} · ½ {inputs[1]} (exp({inputs[0]}) - 1)";
}

sealed class ReparameterizeLayer : Layer<ReparameterizeAttribute>
{
    protected override Value Build(LayerBuilder builder, ReparameterizeAttribute attribute, Value x)
    {
        if (x.Shape.Rank != 1 || x.Size % 2 != 0)
        {
            builder.Fail("NG0020", x.Shape.ToString(), "it needs a vector of means followed by as many logarithms of variances");
        }
        if (!(attribute.Beta >= 0) || float.IsInfinity((float)attribute.Beta)) builder.Fail("NG0018", "Beta", LayerBuilder.Text(attribute.Beta), "at least 0");
        var half = new Shape(x.Size / 2);
        if (!builder.Training) return builder.Add(new Slice(0, half), x);
        var mean = builder.AddPart("mean", new Slice(0, half), x);
        var logVariance = builder.AddPart("log_variance", new Slice(half.Size, half), x);
        var noise = builder.AddPart("noise", new NormalNoise(builder.NextStream()), mean);
        if (attribute.Beta > 0) builder.AddPenalty(builder.AddPart("divergence", new GaussianDivergence((float)attribute.Beta), mean, logVariance));
        return builder.Add(new Reparameterize(), mean, logVariance, noise);
    }
}
