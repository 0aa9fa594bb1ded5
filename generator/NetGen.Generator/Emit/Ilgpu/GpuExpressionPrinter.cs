using NetGen.Generator.Emit.CSharp;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Emit.Ilgpu;

/// <summary>Prints arithmetic on the numbers of one thread, as ILGPU compiles it.</summary>
static class GpuExpressionPrinter
{
    public static string Print(Expr expression) => Print(expression, 0);

    /// <summary>The number at the address.</summary>
    public static string Element(Address address)
    {
        var index = address.Index is null ? "" : address.Stride == 1 ? address.Index
            : $"{(address.Index.Contains(" ") && !address.Index.StartsWith("(", StringComparison.Ordinal) ? $"({address.Index})" : address.Index)} * {LayerBuilder.Text(address.Stride)}";
        var offset = address.Offset == 0 ? "" : LayerBuilder.Text(Math.Abs(address.Offset));
        var place = index.Length == 0 ? address.Offset < 0 ? "-" + offset : offset.Length == 0 ? "0" : offset
            : offset.Length == 0 ? index : $"{index} {(address.Offset < 0 ? "-" : "+")} {offset}";
        return $"{address.Pointer}[{place}]";
    }

    static string Print(Expr expression, int precedence) => expression switch
    {
        Number e => ExpressionPrinter.Literal(e.Value),
        Local e => e.Name,
        Graph.Scalar e => e.Name,
        Converted e => $"(float){e.Integer}",
        Load e => Element(e.Address),
        RandomLanes e => $"GpuMath.Uniform(seed, step, {LayerBuilder.Text(e.Stream)}u, (uint)({e.Index}))",
        Conditional e => $"({e.Condition} ? {Print(e.Value, 0)} : 0f)",
        Chosen e => $"GpuMath.Select({e.Condition}, {Print(e.Value, 0)}, {ExpressionPrinter.Literal(e.Otherwise)})",
        // A choice between numbers, rather than a branch that leads to them, keeps threads together.
        Select e => $"GpuMath.Select({Print(e.Left, 1)} {(e.Comparison == Comparison.Greater ? ">" : ">=")} {Print(e.Right, 1)}, {Print(e.Then, 0)}, {Print(e.Otherwise, 0)})",
        Binary { Operator: Operator.Max or Operator.Min or Operator.Maximum } e => $"GpuMath.{e.Operator}({Print(e.Left, 0)}, {Print(e.Right, 0)})",
        Binary e => Infix(Print(e.Left, Precedence(e.Operator)), Symbol(e.Operator), Print(e.Right, Precedence(e.Operator) + 1), Precedence(e.Operator), precedence),
        MultiplyAdd e => Infix($"{Print(e.A, 2)} * {Print(e.B, 3)}", "+", Print(e.C, 2), 1, precedence),
        Call { Function: Function.Negate } e => $"-{Print(e.Argument, 3)}",
        Call { Function: Function.Abs or Function.Sqrt } e => $"MathF.{e.Function}({Print(e.Argument, 0)})",
        Call e => $"GpuMath.{e.Function}({Print(e.Argument, 0)})",
        _ => throw new InvalidOperationException($"{expression} can't be printed for a GPU."),
    };

    static string Infix(string left, string symbol, string right, int own, int outer) => own < outer ? $"({left} {symbol} {right})" : $"{left} {symbol} {right}";

    static int Precedence(Operator op) => op is Operator.Add or Operator.Subtract ? 1 : 2;

    static string Symbol(Operator op) => op switch { Operator.Add => "+", Operator.Subtract => "-", Operator.Multiply => "*", _ => "/" };
}
