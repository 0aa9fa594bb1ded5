namespace NetGen.Generator.Graph;

/// <summary>
/// The arithmetic of one element: what elementwise ops compute, and what kernels are written in.
/// Structural equality makes equal subexpressions one.
/// </summary>
abstract record Expr
{
    public static readonly Expr Zero = new Number(0), One = new Number(1);

    public static implicit operator Expr(float value) => new Number(value);

    public static Expr operator +(Expr a, Expr b) => new Binary(Operator.Add, a, b);

    public static Expr operator -(Expr a, Expr b) => new Binary(Operator.Subtract, a, b);

    public static Expr operator *(Expr a, Expr b) => new Binary(Operator.Multiply, a, b);

    public static Expr operator /(Expr a, Expr b) => new Binary(Operator.Divide, a, b);

    public static Expr operator -(Expr a) => new Call(Function.Negate, a);

    public static Expr Max(Expr a, Expr b) => new Binary(Operator.Max, a, b);

    public static Expr Min(Expr a, Expr b) => new Binary(Operator.Min, a, b);

    /// <summary>The larger of two values, NaN where either is. <see cref="Max"/> gives its second operand then.</summary>
    public static Expr Maximum(Expr a, Expr b) => new Binary(Operator.Maximum, a, b);

    public static Expr Fma(Expr a, Expr b, Expr c) => new MultiplyAdd(a, b, c);

    public static Expr Exp(Expr a) => new Call(Function.Exp, a);

    public static Expr Exp2(Expr a) => new Call(Function.Exp2, a);

    public static Expr Log(Expr a) => new Call(Function.Log, a);

    public static Expr Tanh(Expr a) => new Call(Function.Tanh, a);

    /// <summary>The standard normal distribution.</summary>
    public static Expr NormalCdf(Expr a) => new Call(Function.NormalCdf, a);

    public static Expr Abs(Expr a) => new Call(Function.Abs, a);

    public static Expr Sqrt(Expr a) => new Call(Function.Sqrt, a);

    public static Expr Sigmoid(Expr a) => new Call(Function.Sigmoid, a);

    public static Expr Expm1(Expr a) => new Call(Function.Expm1, a);

    public static Expr Softplus(Expr a) => new Call(Function.Softplus, a);

    public static Expr WhereGreater(Expr left, Expr right, Expr then, Expr otherwise) => new Select(Comparison.Greater, left, right, then, otherwise);

    public static Expr WhereGreaterOrEqual(Expr left, Expr right, Expr then, Expr otherwise) =>
        new Select(Comparison.GreaterOrEqual, left, right, then, otherwise);

    /// <summary>The expression with every node replaced that the function gives a replacement for, from the leaves up.</summary>
    public Expr Rewrite(Func<Expr, Expr?> replace)
    {
        var inner = this switch
        {
            Binary e => e with { Left = e.Left.Rewrite(replace), Right = e.Right.Rewrite(replace) },
            Call e => e with { Argument = e.Argument.Rewrite(replace) },
            MultiplyAdd e => new MultiplyAdd(e.A.Rewrite(replace), e.B.Rewrite(replace), e.C.Rewrite(replace)),
            Select e => new Select(e.Comparison, e.Left.Rewrite(replace), e.Right.Rewrite(replace), e.Then.Rewrite(replace), e.Otherwise.Rewrite(replace)),
            Across e => e with { Vector = e.Vector.Rewrite(replace) },
            FirstLanes e => e with { Vector = e.Vector.Rewrite(replace) },
            PairMaxima e => new PairMaxima(e.Low.Rewrite(replace), e.High.Rewrite(replace)),
            Conditional e => e with { Value = e.Value.Rewrite(replace) },
            Chosen e => e with { Value = e.Value.Rewrite(replace) },
            _ => this,
        };
        return replace(inner) ?? inner;
    }

    /// <summary>Whether a node of the expression is such.</summary>
    public bool Any(Func<Expr, bool> predicate) => predicate(this) || Children.Any(child => child.Any(predicate));

    /// <summary>The operands of the node.</summary>
    public IEnumerable<Expr> Children => this switch
    {
        Binary e => [e.Left, e.Right],
        Call e => [e.Argument],
        MultiplyAdd e => [e.A, e.B, e.C],
        Select e => [e.Left, e.Right, e.Then, e.Otherwise],
        Across e => [e.Vector],
        FirstLanes e => [e.Vector],
        PairMaxima e => [e.Low, e.High],
        Conditional e => [e.Value],
        Chosen e => [e.Value],
        _ => [],
    };
}

enum Operator { Add, Subtract, Multiply, Divide, Max, Min, Maximum }

enum Function { Negate, Abs, Sqrt, Exp, Exp2, Expm1, Log, Tanh, NormalCdf, Sigmoid, Softplus }

enum Comparison { Greater, GreaterOrEqual }

/// <summary>A constant.</summary>
sealed record Number(float Value) : Expr;

/// <summary>The element of an elementwise op's input with the given index.</summary>
sealed record Argument(int Index) : Expr;

/// <summary>A uniform random number in [0, 1) that depends on the seed, the step, the stream, and the element's index.</summary>
sealed record Uniform(int Stream) : Expr;

sealed record Binary(Operator Operator, Expr Left, Expr Right) : Expr;

sealed record Call(Function Function, Expr Argument) : Expr;

/// <summary>a · b + c, rounded once.</summary>
sealed record MultiplyAdd(Expr A, Expr B, Expr C) : Expr;

/// <summary>One of two values, by a comparison.</summary>
sealed record Select(Comparison Comparison, Expr Left, Expr Right, Expr Then, Expr Otherwise) : Expr;

// What follows appears in kernels only.

/// <summary>A local variable of a kernel.</summary>
sealed record Local(string Name) : Expr;

/// <summary>The elements at an address, as many as a vector has lanes, or the first few with the other lanes filled.</summary>
sealed record Load(Address Address, int? Count = null, float Fill = 0) : Expr;

/// <summary>One element in all lanes.</summary>
sealed record Splat(Address Address) : Expr;

/// <summary>The sum or maximum over the lanes of a vector, in all lanes.</summary>
sealed record Across(Operator Operator, Expr Vector) : Expr;

/// <summary>The first lanes of a vector, and zeros in the others.</summary>
sealed record FirstLanes(Expr Vector, int Count) : Expr;

/// <summary>The larger of each two neighbouring lanes of two vectors one after the other; NaN where either is.</summary>
sealed record PairMaxima(Expr Low, Expr High) : Expr;

/// <summary>A parameter of the kernel in all lanes.</summary>
sealed record Scalar(string Name) : Expr;

/// <summary>An integer of the kernel as a number in all lanes.</summary>
sealed record Converted(string Integer) : Expr;

/// <summary>The lanes' own numbers, from 0 on.</summary>
sealed record LaneNumbers : Expr;

/// <summary>Random numbers for the lanes of a vector, by the index of the first.</summary>
sealed record RandomLanes(int Stream, string Index) : Expr;

/// <summary>A number where a condition on integers holds, and 0 elsewhere, where it isn't computed. In kernels for GPUs.</summary>
sealed record Conditional(string Condition, Expr Value) : Expr;

/// <summary>A number where a condition on integers holds, and another one, mostly 0, elsewhere, where it is computed too. In kernels for GPUs.</summary>
sealed record Chosen(string Condition, Expr Value, float Otherwise = 0) : Expr;

/// <summary>A place in memory: a pointer, a constant offset and, where the place varies, an index times a stride.</summary>
sealed record Address(string Pointer, long Offset = 0, string? Index = null, long Stride = 1)
{
    public Address Plus(long offset) => this with { Offset = Offset + offset };
}
