using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>x where it is positive, slope · x elsewhere, with a learned slope for all elements or for each of the first axis.</summary>
sealed record PReLU : Elementwise
{
    public override Expr Body
    {
        get
        {
            Expr x = new Argument(0), slope = new Argument(1);
            return Expr.WhereGreater(x, Expr.Zero, x, x * slope);
        }
    }

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var (x, slope) = (result.Inputs[0], result.Inputs[1]);
        gradients.Add(x, new PReLUGradient(), gradient, x, slope);
        var term = Expr.WhereGreater(new Argument(1), Expr.Zero, Expr.Zero, new Argument(0) * new Argument(1));
        gradients.Add(slope, new SumSamples(slope.Shape, term, "Σ {0} ⊙ min(0, {1})"), gradient, x);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"prelu({inputs[0]}, {inputs[1]})";
}

/// <summary>What reaches the input of a <see cref="PReLU"/>.</summary>
sealed record PReLUGradient : Elementwise
{
    public override Expr Body => Expr.WhereGreater(new Argument(1), Expr.Zero, new Argument(0), new Argument(0) * new Argument(2));

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} ⊙ prelu′({inputs[1]}, {inputs[2]})";
}

sealed class PReLULayer : Layer<PReLUAttribute>
{
    protected override Value Build(LayerBuilder builder, PReLUAttribute attribute, Value x)
    {
        builder.PositiveSize(attribute.Parameters, "its number of slopes");
        if (attribute.Parameters != 1 && attribute.Parameters != x.Shape.Axes[0])
        {
            builder.Fail("NG0020", x.Shape.ToString(), $"it learns 1 slope for all values, or {LayerBuilder.Text(x.Shape.Axes[0])}, one for each element of the first axis");
        }
        var start = new InitialValues(Init.Constant, builder.Finite(attribute.Value, "Value"));
        var slope = builder.Parameter("weight", new Shape(attribute.Parameters), ParameterRole.Slope, start);
        return builder.Add(new PReLU(), x, slope);
    }
}
