using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Graph;

namespace NetGen.Generator.Ops;

/// <summary>
/// How far elements are below others that don't change what becomes of it, such as the maximum of what a softmax is of. So no gradient reaches the others.
/// </summary>
sealed record Below : Elementwise
{
    public override Expr Body => new Argument(0) - new Argument(1);

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) => gradients.Add(result.Inputs[0], gradient);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} - {inputs[1]}";
}
