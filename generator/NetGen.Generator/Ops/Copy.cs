using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Graph;

namespace NetGen.Generator.Ops;

/// <summary>The same values elsewhere in memory.</summary>
sealed record Copy : Elementwise
{
    public override Expr Body => new Argument(0);

    public override long Flops(Value result) => 0;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) => gradients.Add(result.Inputs[0], gradient);

    public override string Formula(Value result, ImmutableArray<string> inputs) => inputs[0];
}
