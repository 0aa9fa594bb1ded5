using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>1 where a comparison holds of two elements, 0 elsewhere.</summary>
/// <param name="Name">The comparison as C# writes it: &gt;, &gt;=, == or !=.</param>
sealed record Compare(string Name) : Elementwise
{
    static readonly Expr A = new Argument(0), B = new Argument(1);

    public override Expr Body => Name switch
    {
        ">" => Expr.WhereGreater(A, B, Expr.One, Expr.Zero),
        ">=" => Expr.WhereGreaterOrEqual(A, B, Expr.One, Expr.Zero),
        "==" => Expr.WhereGreaterOrEqual(A, B, Expr.WhereGreaterOrEqual(B, A, Expr.One, Expr.Zero), Expr.Zero),
        _ => Expr.WhereGreaterOrEqual(A, B, Expr.WhereGreaterOrEqual(B, A, Expr.Zero, Expr.One), Expr.One),
    };

    public override bool IsDifferentiable => false;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"[{inputs[0]} {Name} {inputs[1]}]";

    public override string Label => Name switch { ">" => "Greater", ">=" => "GreaterOrEqual", "==" => "Equal", _ => "NotEqual" };
}

/// <summary>1 where a comparison with a constant holds, 0 elsewhere.</summary>
/// <param name="Name">The comparison as C# writes it.</param>
/// <param name="With">The constant.</param>
sealed record CompareConstant(string Name, float With) : Elementwise
{
    static readonly Expr X = new Argument(0);

    public override Expr Body => Name switch
    {
        ">" => Expr.WhereGreater(X, With, Expr.One, Expr.Zero),
        "<" => Expr.WhereGreater(With, X, Expr.One, Expr.Zero),
        ">=" => Expr.WhereGreaterOrEqual(X, With, Expr.One, Expr.Zero),
        "<=" => Expr.WhereGreaterOrEqual(With, X, Expr.One, Expr.Zero),
        "==" => Expr.WhereGreaterOrEqual(X, With, Expr.WhereGreaterOrEqual(With, X, Expr.One, Expr.Zero), Expr.Zero),
        _ => Expr.WhereGreaterOrEqual(X, With, Expr.WhereGreaterOrEqual(With, X, Expr.Zero, Expr.One), Expr.One),
    };

    public override bool IsDifferentiable => false;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"[{inputs[0]} {Name} {LayerBuilder.Text(With)}]";
}

/// <summary>One of two elements: the second input's where the first one's isn't 0, the third one's where it is.</summary>
sealed record Choose : Elementwise
{
    /// <summary>One of two expressions, by a number.</summary>
    public static Expr By(Expr condition, Expr then, Expr otherwise) => Expr.WhereGreater(Expr.Abs(condition), Expr.Zero, then, otherwise);

    public override Expr Body => By(new Argument(0), new Argument(1), new Argument(2));

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        gradients.Add(result.Inputs[1], new ChooseConstant(0, ConstantFirst: false), result.Inputs[0], gradient);
        gradients.Add(result.Inputs[2], new ChooseConstant(0, ConstantFirst: true), result.Inputs[0], gradient);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"where({string.Join(", ", inputs)})";
}

/// <summary>
/// An element or a constant: the constant where the first input isn't 0 (<paramref name="ConstantFirst"/>) or where it is, the second input's element
/// elsewhere.
/// </summary>
/// <param name="Constant">The constant.</param>
/// <param name="ConstantFirst">Whether the constant is for where the condition holds.</param>
sealed record ChooseConstant(float Constant, bool ConstantFirst) : Elementwise
{
    public override Expr Body => ConstantFirst
        ? Choose.By(new Argument(0), Constant, new Argument(1))
        : Choose.By(new Argument(0), new Argument(1), Constant);

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[1], this with { Constant = 0 }, result.Inputs[0], gradient);

    public override string Formula(Value result, ImmutableArray<string> inputs) => ConstantFirst
        ? $"where({inputs[0]}, {LayerBuilder.Text(Constant)}, {inputs[1]})"
        : $"where({inputs[0]}, {inputs[1]}, {LayerBuilder.Text(Constant)})";
}

/// <summary>One of two constants: the first where the input isn't 0, the second where it is.</summary>
/// <param name="Then">The constant where the condition holds.</param>
/// <param name="Otherwise">The constant elsewhere.</param>
sealed record ChooseConstants(float Then, float Otherwise) : Elementwise
{
    public override Expr Body => Choose.By(new Argument(0), Then, Otherwise);

    public override bool IsDifferentiable => false;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"where({inputs[0]}, {LayerBuilder.Text(Then)}, {LayerBuilder.Text(Otherwise)})";
}

/// <summary>A comparison of two tensors, or a tensor and a constant.</summary>
/// <param name="name">The operator or the function's name.</param>
/// <param name="comparison">What it compares by.</param>
/// <param name="flipped">The comparison for exchanged operands.</param>
abstract class ComparisonFunction(string name, string comparison, string flipped) : TensorFunction
{
    public sealed override string Name => name;

    public sealed override string Word => "condition";

    public sealed override Operand Build(FunctionCall call)
    {
        switch (call.Operands[0].Value, call.Operands[1].Value)
        {
            case (null, null):
                call.Builder.Fail("NG0054", "compares two constants: use one of C#'s own numbers and 'if'");
                return default;
            case ({ } left, null):
                return new(call.Add(new CompareConstant(comparison, call.Operands[1].Constant), call.Batched(left)));
            case (null, { } right):
                return new(call.Add(new CompareConstant(flipped, call.Operands[0].Constant), call.Batched(right)));
            case ({ } left, { } right):
                var (a, b) = call.Broadcast(left, right);
                return new(comparison is "<" or "<=" ? call.Add(new Compare(flipped), b, a) : call.Add(new Compare(comparison), a, b));
        }
    }
}

sealed class GreaterFunction() : ComparisonFunction(">", ">", "<");

sealed class LessFunction() : ComparisonFunction("<", "<", ">");

sealed class GreaterOrEqualFunction() : ComparisonFunction(">=", ">=", "<=");

sealed class LessOrEqualFunction() : ComparisonFunction("<=", "<=", ">=");

sealed class EqualFunction() : ComparisonFunction("Equal", "==", "==");

sealed class NotEqualFunction() : ComparisonFunction("NotEqual", "!=", "!=");

sealed class WhereFunction : TensorFunction
{
    public override string Name => "Where";

    public override Operand Build(FunctionCall call) => new(Of(call, call.Any(0), call.Operands[1], call.Operands[2]));

    public static Value Of(FunctionCall call, Value condition, Operand then, Operand otherwise)
    {
        if (then.Value is null && otherwise.Value is null) return call.Add(new ChooseConstants(then.Constant, otherwise.Constant), call.Batched(condition));
        var shape = condition.Shape;
        if (then.Value is { } a) shape = call.Common(shape, a.Shape);
        if (otherwise.Value is { } b) shape = call.Common(shape, b.Shape);
        var by = call.Spread(condition, shape);
        return (then.Value, otherwise.Value) switch
        {
            ({ } first, { } second) => call.Add(new Choose(), by, call.Spread(first, shape), call.Spread(second, shape)),
            ({ } first, null) => call.Add(new ChooseConstant(otherwise.Constant, ConstantFirst: false), by, call.Spread(first, shape)),
            (null, { } second) => call.Add(new ChooseConstant(then.Constant, ConstantFirst: true), by, call.Spread(second, shape)),
            _ => throw new InvalidOperationException(),
        };
    }
}

sealed class MaskFunction : TensorFunction
{
    public override string Name => "Mask";

    public override Operand Build(FunctionCall call) => new(WhereFunction.Of(call, call.Any(1), new(null, call.Float(0)), new(call.Any(0))));
}
