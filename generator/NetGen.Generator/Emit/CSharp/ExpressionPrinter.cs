using System.Globalization;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Prints arithmetic on vectors of a number of lanes.</summary>
/// <param name="lanes">The lanes.</param>
sealed class ExpressionPrinter(int lanes)
{
    readonly string vector = "Vector" + LayerBuilder.Text(lanes * 32);
    readonly string bits = LayerBuilder.Text(lanes * 32);

    public string Print(Expr expression) => Print(expression, 0);

    /// <summary>The call that stores a vector. As a method of the vector it would say the same, but the compiler looks for those in every class of extensions.</summary>
    public string Print(Store store) => store.Count is { } count
        ? $"VectorMath.Store({Print(store.Value)}, {Pointer(store.Address)}, {LayerBuilder.Text(count)})"
        : $"{vector}.Store({Print(store.Value)}, {Pointer(store.Address)})";

    /// <summary>The address as a pointer. A sum of a pointer and a number would say the same, but the compiler tries every operator there is on it.</summary>
    public static string Pointer(Address address)
    {
        var offset = Offset(address);
        return offset.Length == 0 ? address.Pointer : $"&{Indexed(address, offset)}";
    }

    /// <summary>The number at the address.</summary>
    public static string Element(Address address)
    {
        var offset = Offset(address);
        return Indexed(address, offset.Length == 0 ? "0" : offset);
    }

    static string Indexed(Address address, string offset) => address.Pointer.Contains(" ") ? $"({address.Pointer})[{offset}]" : $"{address.Pointer}[{offset}]";

    /// <summary>The expression where it is one number rather than a vector.</summary>
    public string Scalar(Expr expression) => Scalar(expression, 0);

    static string Offset(Address address)
    {
        var index = address.Index is null || address.Stride == 0 ? "" : address.Stride == 1 ? address.Index : $"{address.Index} * {LayerBuilder.Text(address.Stride)}";
        if (address.Offset == 0) return index;
        if (index.Length == 0) return LayerBuilder.Text(address.Offset);
        return address.Offset < 0 ? $"{index} - {LayerBuilder.Text(-address.Offset)}" : $"{index} + {LayerBuilder.Text(address.Offset)}";
    }

    string Print(Expr expression, int precedence) => expression switch
    {
        Number { Value: 0 } => $"{vector}<float>.Zero",
        Number { Value: 1 } => $"{vector}<float>.One",
        Number e => $"{vector}.Create({Literal(e.Value)})",
        Local e => e.Name,
        Graph.Scalar e => $"{vector}.Create({e.Name})",
        Converted e => $"{vector}.Create((float){e.Integer})",
        LaneNumbers => $"{vector}<float>.Indices",
        // A vector times a number has an operator of its own.
        Binary { Operator: Operator.Multiply, Left: Number n } e => Infix(Print(e.Right, 2), "*", Literal(n.Value), 2, precedence),
        Binary { Operator: Operator.Multiply, Right: Number n } e => Infix(Print(e.Left, 2), "*", Literal(n.Value), 2, precedence),
        Binary { Operator: Operator.Max } e => $"{vector}.MaxNative({Print(e.Left, 0)}, {Print(e.Right, 0)})",
        Binary { Operator: Operator.Maximum } e => $"VectorMath.Maximum({Print(e.Left, 0)}, {Print(e.Right, 0)})",
        Binary { Operator: Operator.Min } e => $"{vector}.MinNative({Print(e.Left, 0)}, {Print(e.Right, 0)})",
        Binary e => Infix(
            Print(e.Left, Precedence(e.Operator)), Symbol(e.Operator), Print(e.Right, Precedence(e.Operator) + 1), Precedence(e.Operator), precedence),
        Call { Function: Function.Negate } e => $"-{Print(e.Argument, 3)}",
        Call { Function: Function.Abs or Function.Sqrt } e => $"{vector}.{e.Function}({Print(e.Argument, 0)})",
        Call { Function: Function.Expm1 } e => $"VectorMath.ExpM1({Print(e.Argument, 0)})",
        Call e => $"VectorMath.{e.Function}({Print(e.Argument, 0)})",
        // A processor whose vectors end at 128 bits may have no such instruction, and rounding once in software would take a hundred times as long.
        MultiplyAdd e => $"{vector}.{(lanes == 4 ? "MultiplyAddEstimate" : "FusedMultiplyAdd")}({Print(e.A, 0)}, {Print(e.B, 0)}, {Print(e.C, 0)})",
        Select e => $"{vector}.ConditionalSelect({Print(e.Comparison)}({Print(e.Left, 0)}, {Print(e.Right, 0)}), {Print(e.Then, 0)}, {Print(e.Otherwise, 0)})",
        Load { Count: null } e => $"{vector}.Load({Pointer(e.Address)})",
        Load { Fill: 0 } e => $"VectorMath.Load{bits}({Pointer(e.Address)}, {LayerBuilder.Text(e.Count!.Value)})",
        Load e => $"VectorMath.Load{bits}({Pointer(e.Address)}, {LayerBuilder.Text(e.Count!.Value)}, {Literal(e.Fill)})",
        Splat e => $"{vector}.Create({Element(e.Address)})",
        Across e => $"{vector}.Create({Reduction(e)})",
        FirstLanes e => $"VectorMath.FirstLanes({Print(e.Vector, 0)}, {LayerBuilder.Text(e.Count)})",
        PairMaxima e => $"VectorMath.MaximumOfPairs({Print(e.Low, 0)}, {Print(e.High, 0)})",
        RandomLanes e => $"Philox.Uniform{bits}(seed, step, {LayerBuilder.Text(e.Stream)}u, (uint)({e.Index}))",
        _ => throw new InvalidOperationException($"{expression} can't be printed."),
    };

    string Print(Comparison comparison) => $"{vector}.{(comparison == Comparison.Greater ? "GreaterThan" : "GreaterThanOrEqual")}";

    string Scalar(Expr expression, int precedence) => expression switch
    {
        Number e => Literal(e.Value),
        Local e => $"{e.Name}.ToScalar()",
        Graph.Scalar e => e.Name,
        Splat e => Element(e.Address),
        Across e => Reduction(e),
        Binary { Operator: Operator.Add or Operator.Subtract or Operator.Multiply or Operator.Divide } e =>
            Infix(Scalar(e.Left, Precedence(e.Operator)), Symbol(e.Operator), Scalar(e.Right, Precedence(e.Operator) + 1), Precedence(e.Operator), precedence),
        Call { Function: Function.Negate } e => $"-{Scalar(e.Argument, 3)}",
        _ => throw new InvalidOperationException($"{expression} can't be printed as a number."),
    };

    string Reduction(Across e) => e.Operator == Operator.Add ? $"{vector}.Sum({Print(e.Vector, 0)})" : $"VectorMath.MaxAcross({Print(e.Vector, 0)})";

    static string Infix(string left, string symbol, string right, int own, int outer) =>
        own < outer ? $"({left} {symbol} {right})" : $"{left} {symbol} {right}";

    static int Precedence(Operator op) => op is Operator.Add or Operator.Subtract ? 1 : 2;

    static string Symbol(Operator op) => op switch { Operator.Add => "+", Operator.Subtract => "-", Operator.Multiply => "*", _ => "/" };

    public static string Literal(float value) => value switch
    {
        float.NegativeInfinity => "float.NegativeInfinity",
        float.PositiveInfinity => "float.PositiveInfinity",
        float.NaN => "float.NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture) + "f",
    };
}
