using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>An op that works on rows: a thread has a short one to itself, a group of threads shares a long one.</summary>
static class GpuRowKernel
{
    /// <param name="group">The op's group.</param>
    /// <param name="name">What the kernel is called.</param>
    /// <param name="length">The elements of a row.</param>
    /// <param name="names">What the kernel calls inputs and result.</param>
    /// <param name="body">What is done with a row.</param>
    /// <param name="count">How many rows a sample has; null where the first input has them all.</param>
    public static GpuKernel Lower(Group group, string name, int length, Dictionary<Value, string> names, Action<RowBuilder> body, int? count = null)
    {
        var result = group.Values[0];
        var rows = count ?? result.Inputs[0].Size / length;
        return Build(group, $"{name}_{(rows == 1 ? "" : LayerBuilder.Text(rows) + "x")}{LayerBuilder.Text(length)}", $"{Formulas.Of(group)}, {result.Type}.",
            [.. names.Select(p => new KernelArgument(Binding.Pointer, p.Value, p.Key)), new(Binding.Samples, "n")], rows, length,
            (code, shared) => body(new GpuRow(code, names, result, length, rows, shared)));
    }

    /// <summary>A kernel with a thread or a group for each row, whose number is <c>row</c> and whose sample is <c>sample</c>.</summary>
    /// <param name="group">What it computes.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="summary">Its mathematics.</param>
    /// <param name="arguments">Its parameters.</param>
    /// <param name="rows">The rows of a sample.</param>
    /// <param name="length">The elements of a row.</param>
    /// <param name="body">Writes what is done with a row, and is told whether a group shares it.</param>
    public static GpuKernel Build(Group group, string name, string summary, ImmutableArray<KernelArgument> arguments, int rows, int length, Action<Code, bool> body)
    {
        var (shared, threads) = (length > GpuPolicy.ThreadRow, GpuPolicy.GroupThreads);
        var all = rows == 1 ? "n" : $"n * {LayerBuilder.Text(rows)}";
        var code = new Code();
        code.Add(new LetIndex("thread", GpuIndex.ThreadX));
        if (shared)
        {
            code.Add(new LetIndex("row", GpuIndex.GroupX));
            Sample(code);
            body(code, true);
        }
        else
        {
            code.Add(new LetIndex("group", GpuIndex.GroupX));
            code.Add(new Integer($"int row = group * {LayerBuilder.Text(threads)} + thread"));
            code.If($"row < {all}", then =>
            {
                Sample(then);
                body(then, false);
            });
        }
        return new GpuKernel(name, summary, group, arguments, shared ? new GpuGrid(all) : GpuGrid.Of(all, threads), (threads, 1), GpuReduction.Body(code));

        void Sample(Code target) => target.Add(new Integer(rows == 1 ? "int sample = row" : $"int sample = row / {LayerBuilder.Text(rows)}"));
    }

    /// <summary>The sum over a row's elements, which the thread has to itself or has a part of.</summary>
    public static Local Sum(Code code, string element, int length, bool shared, Func<Code, Expr> term) => Sum(code, element, LayerBuilder.Text(length), shared, term);

    /// <summary>The same of as many elements as an expression says.</summary>
    public static Local Sum(Code code, string element, string length, bool shared, Func<Code, Expr> term)
    {
        code.Let("sum", Expr.Zero);
        code.For(element, shared ? "thread" : "0", length, shared ? GpuPolicy.GroupThreads : 1, body =>
            body.Add(new Set("sum", new Local("sum") + term(body))));
        if (shared) GpuReduction.Across(code, "sum", Operator.Add);
        return new Local("sum");
    }

    /// <summary>Stores a row's number, once.</summary>
    public static void Store(Code code, bool shared, Address place, Expr number)
    {
        if (shared) code.If("thread == 0", then => then.Add(new StoreScalar(place, number)));
        else code.Add(new StoreScalar(place, number));
    }
}

/// <summary>Writes what is done with one row, which a thread has to itself or a group shares.</summary>
/// <param name="code">Where to.</param>
/// <param name="names">What values are called.</param>
/// <param name="result">What is computed.</param>
/// <param name="length">The elements of a row.</param>
/// <param name="rows">The rows of a sample.</param>
/// <param name="shared">Whether a group shares the row.</param>
sealed class GpuRow(Code code, Dictionary<Value, string> names, Value result, int length, int rows, bool shared) : RowBuilder
{
    readonly Code body = code;
    Code current = code;
    int loops;
    string element = "j";

    public override int Length => length;

    public override Expr Read(Value value, float fill = 0) => new Load(At(value));

    // The channels of a batch normalisation have their numbers once.
    public override Expr Read(Value value, int number, int numbers) =>
        new Load(value.Type.Batched ? new Address(names[value], number, "row", numbers) : new Address(names[value], number, $"(row % {LayerBuilder.Text(rows)})", numbers));

    public override Expr Let(string name, Expr value) => body.Let(name, value);

    public override Expr Sum(string name, Func<Expr> term) => Reduce(name, Operator.Add, 0, term);

    public override Expr Max(string name, Func<Expr> term) => Reduce(name, Operator.Max, float.NegativeInfinity, term);

    public override void Write(Func<Expr> value) => Loop(() => current.Add(new StoreScalar(At(result), current.Shared(value()))));

    public override void WriteNumber(Expr value, int number, int numbers) =>
        GpuRowKernel.Store(body, shared, new Address(names[result], number, "row", numbers), value);

    Local Reduce(string name, Operator op, float start, Func<Expr> term)
    {
        body.Let(name, new Number(start));
        Loop(() => current.Add(new Set(name, new Binary(op, new Local(name), current.Shared(term())))));
        if (shared) GpuReduction.Across(body, name, op);
        return new Local(name);
    }

    void Loop(Action action)
    {
        element = "j" + (loops == 0 ? "" : LayerBuilder.Text(loops));
        loops++;
        body.For(element, shared ? "thread" : "0", LayerBuilder.Text(length), shared ? GpuPolicy.GroupThreads : 1, loop =>
        {
            current = loop;
            action();
            current = body;
        });
    }

    // A parameter has one row for all.
    Address At(Value value) => new(names[value], 0, value.Type.Batched ? $"row * {LayerBuilder.Text(length)} + {element}" : element);
}
