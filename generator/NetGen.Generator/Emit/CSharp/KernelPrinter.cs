using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Prints a kernel's functions as C#.</summary>
sealed class KernelPrinter(CodeWriter writer, int lanes, bool isChecked)
{
    readonly ExpressionPrinter expressions = new(lanes);

    public void Print(KernelFunction function)
    {
        writer.Doc("summary", CodeWriter.Xml(function.Summary));
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        // A buffer is written before it is read.
        if (function.Body.Any(s => s is LetBuffer)) writer.Line("[SkipLocalsInit]");
        writer.Open($"internal static void {function.Name}({Parameters(function.Parameters)})");
        // A project may check integer arithmetic, which addresses neither need nor can afford.
        if (isChecked) writer.Open("unchecked");
        Print(function.Body);
        if (isChecked) writer.Close();
        writer.Close();
    }

    public static string Parameters(ImmutableArray<KernelParameter> parameters) => string.Join(", ", parameters.Select(p => $"{TypeOf(p.Type)} {p.Name}"));

    static string TypeOf(ParameterType type) => type switch
    {
        ParameterType.Floats => "float*",
        ParameterType.Ints => "int*",
        ParameterType.Int => "int",
        ParameterType.Size => "nint",
        ParameterType.Float => "float",
        ParameterType.Flag => "bool",
        _ => "ulong",
    };

    void Print(ImmutableArray<Statement> statements)
    {
        foreach (var statement in statements) Print(statement);
    }

    void Print(Statement statement)
    {
        switch (statement)
        {
            case Row s:
                if (s.Statements.Select(Text).ToList() is var texts && texts.TrueForAll(t => t is not null)) writer.Line(string.Join(" ", texts));
                else Print(s.Statements);
                break;
            case Block s:
                if (s.Remark is not null) writer.Line($"// {s.Remark}");
                writer.Open();
                Print(s.Body);
                writer.Close();
                break;
            case For s:
                // A loop without a step moves its index itself.
                writer.Open($"for (nint {s.Index} = {s.From}; {s.Index} < {s.To};{(s.Step == 0 ? "" : " " + Step(s.Index, s.Step))})");
                Print(s.Body);
                writer.Close();
                break;
            case Walk s:
                var steps = s.Others.Select(o => Step(o.Pointer, o.Step)).Prepend(Step(s.Pointer, s.Step));
                writer.Open($"for (float* end = &{s.Pointer}[{s.Length}]; {s.Pointer} != end; {string.Join(", ", steps)})");
                Print(s.Body);
                writer.Close();
                break;
            case If s: PrintIf(s, "if"); break;
            case LetBuffer s:
                // A vector that spans two cache lines can't be read back before it has left the store buffer.
                writer.Line($"float* {s.Name} = stackalloc float[{LayerBuilder.Text(s.Floats + 16)}];");
                writer.Line($"{s.Name} = (float*)(((nuint){s.Name} + 63) & ~(nuint)63);");
                break;
            default: writer.Line(Text(statement) ?? throw new InvalidOperationException($"{statement} can't be printed.")); break;
        }
    }

    /// <summary>A statement of one line; null for others.</summary>
    string? Text(Statement statement) => statement switch
    {
        Remark s => $"// {s.Text}",
        Let s => $"var {s.Name} = {expressions.Print(s.Value)};",
        Set { Value: Binary { Operator: Operator.Add, Left: Local left } sum } s when left.Name == s.Name => $"{s.Name} += {expressions.Print(sum.Right)};",
        Set s => $"{s.Name} = {expressions.Print(s.Value)};",
        Store s => $"{expressions.Print(s)};",
        StoreScalar s => $"{ExpressionPrinter.Element(s.Address)} = {expressions.Scalar(s.Value)};",
        LetPointer s => $"float* {s.Name} = {ExpressionPrinter.Pointer(s.Address)};",
        LetRuntimePointer s => $"float* {s.Name} = {s.Function}({Arguments(s.Arguments)});",
        LetScratch s => $"float* {s.Name} = Scratch.Of({LayerBuilder.Text(s.Floats)});",
        LetInt s => $"int {s.Name} = {ExpressionPrinter.Element(s.Address)};",
        Advance s => $"{s.Pointer} += {LayerBuilder.Text(s.Length)};",
        Integer s => $"{s.Text};",
        Split s => $"Workers.Split({s.Parts}, worker, workers, out int first, out int last);",
        Invoke s => $"{s.Function}({Arguments(s.Arguments)});",
        InvokeRuntime s => $"{s.Function}({Arguments(s.Arguments)});",
        _ => null,
    };

    void PrintIf(If s, string keyword)
    {
        writer.Open($"{keyword} ({s.Condition})");
        Print(s.Then);
        writer.Close();
        if (s.Otherwise is [If chained]) PrintIf(chained, "else if");
        else if (!s.Otherwise.IsEmpty)
        {
            writer.Open("else");
            Print(s.Otherwise);
            writer.Close();
        }
    }

    static string Step(string pointer, long step) => step == 1 ? $"{pointer}++" : $"{pointer} += {LayerBuilder.Text(step)}";

    static string Arguments(IEnumerable<object> arguments) =>
        string.Join(", ", arguments.Select(a => a is Address address ? ExpressionPrinter.Pointer(address) : (string)a));
}
