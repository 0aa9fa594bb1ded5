using System.Collections.Immutable;
using NetGen.Generator.Emit.CSharp;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;

namespace NetGen.Generator.Emit.Ilgpu;

/// <summary>Prints a kernel for a GPU as C# that ILGPU compiles: a static method, and a structure of what it is given.</summary>
sealed class GpuKernelPrinter(CodeWriter writer)
{
    /// <summary>The structure of a kernel's arguments.</summary>
    public static string Arguments(string kernel) => kernel + "_Arguments";

    /// <summary>What tells a kernel from others of its name: all but what it is called in formulas.</summary>
    public static string Text(GpuKernel kernel)
    {
        var own = new CodeWriter();
        new GpuKernelPrinter(own).Print(kernel with { Summary = "" }, "");
        return own.ToString();
    }

    public void Print(GpuKernel kernel, string name)
    {
        writer.Doc("summary", $"What <c>{name}</c> is given.");
        writer.Open($"internal struct {Arguments(name)}");
        foreach (var argument in kernel.Arguments) writer.Line($"public {TypeOf(argument.Type)} {argument.Name};");
        writer.Close();
        writer.Gap();
        writer.Doc("summary", CodeWriter.Xml(kernel.Summary));
        if (kernel.Threads.Y > 1) writer.Doc("remarks", $"Groups of {LayerBuilder.Text(kernel.Threads.X)} × {LayerBuilder.Text(kernel.Threads.Y)} threads, {LayerBuilder.Text(kernel.SharedFloats)} floats of shared memory.");
        writer.Open($"internal static void {name}({Arguments(name)} given)");
        // Indices are those of arenas, whose size is checked.
        writer.Open("unchecked");
        foreach (var argument in kernel.Arguments)
        {
            writer.Line(argument.Type == ParameterType.Flag ? $"bool {argument.Name} = given.{argument.Name} != 0;" : $"{TypeOf(argument.Type)} {argument.Name} = given.{argument.Name};");
        }
        Print(kernel.Body);
        writer.Close();
        writer.Close();
    }

    static string TypeOf(ParameterType type) => type switch
    {
        ParameterType.Floats => "ArrayView<float>",
        ParameterType.Ints => "ArrayView<int>",
        ParameterType.Float => "float",
        ParameterType.Counter => "ulong",
        // A structure's boolean has no size that all devices agree on.
        _ => "int",
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
                writer.Line(string.Join(" ", s.Statements.Select(t => Text(t) ?? throw new InvalidOperationException($"{t} isn't one line."))));
                break;
            case Block s:
                if (s.Remark is not null) writer.Line($"// {s.Remark}");
                writer.Open();
                Print(s.Body);
                writer.Close();
                break;
            case For s:
                writer.Open($"for (int {s.Index} = {s.From}; {s.Index} < {s.To}; {(s.Step == 1 ? $"{s.Index}++" : $"{s.Index} += {LayerBuilder.Text(s.Step)}")})");
                Print(s.Body);
                writer.Close();
                break;
            case If s: PrintIf(s, "if"); break;
            case LetChosenPointer s:
                writer.Line($"ArrayView<float> {s.Name} = {s.Pointers[0]};");
                for (var i = 1; i < s.Pointers.Length; i++) writer.Line($"if ({s.Index} == {LayerBuilder.Text(i)}) {s.Name} = {s.Pointers[i]};");
                break;
            default: writer.Line(Text(statement) ?? throw new InvalidOperationException($"{statement} can't be printed for a GPU.")); break;
        }
    }

    /// <summary>A statement of one line; null for others.</summary>
    static string? Text(Statement statement) => statement switch
    {
        Remark s => $"// {s.Text}",
        Let s => $"float {s.Name} = {GpuExpressionPrinter.Print(s.Value)};",
        Set { Value: Binary { Operator: Operator.Add, Left: Local left } sum } s when left.Name == s.Name => $"{s.Name} += {GpuExpressionPrinter.Print(sum.Right)};",
        Set s => $"{s.Name} = {GpuExpressionPrinter.Print(s.Value)};",
        StoreScalar s => $"{GpuExpressionPrinter.Element(s.Address)} = {GpuExpressionPrinter.Print(s.Value)};",
        LetInt s => $"int {s.Name} = {GpuExpressionPrinter.Element(s.Address)};",
        LetIndex s => $"int {s.Name} = {Index(s.Index)};",
        SharedFloats s => $"ArrayView<float> {s.Name} = SharedMemory.Allocate<float>({LayerBuilder.Text(s.Floats)});",
        GroupBarrier => "Group.Barrier();",
        StoreInt s => $"{GpuExpressionPrinter.Element(s.Address)} = {s.Value};",
        Integer s => $"{s.Text};",
        _ => null,
    };

    static string Index(GpuIndex index) => index switch
    {
        GpuIndex.ThreadX => "Group.IdxX",
        GpuIndex.ThreadY => "Group.IdxY",
        GpuIndex.GroupX => "Grid.IdxX",
        GpuIndex.GroupY => "Grid.IdxY",
        _ => "Grid.IdxZ",
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
}
