using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>An op that works on rows: reductions along the last axes of a sample, and results that depend on them.</summary>
static class RowKernel
{
    /// <param name="group">The op's group.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="name">What the kernel is called.</param>
    /// <param name="length">The elements of a row.</param>
    /// <param name="inputNames">What the kernel calls the op's inputs.</param>
    /// <param name="body">What is done with a row.</param>
    /// <param name="rows">How many rows there are; null where the first input has them all.</param>
    /// <param name="isShared">Whether it is for one sample, whose rows workers may share.</param>
    public static Kernel Lower(
        Group group, KernelContext context, string name, int length, string[] inputNames, Action<RowBuilder> body, int? rows = null, bool isShared = false)
    {
        var result = group.Values[0];
        var names = new Dictionary<Value, string>();
        for (var i = 0; i < result.Inputs.Length; i++) names[result.Inputs[i]] = inputNames[i];
        names[result] = inputNames.Contains("y") ? "dx" : "y";
        if (context.Gpu is { } gpu) return gpu.Add(GpuRowKernel.Lower(group, name, length, names, body, rows));
        var count = rows ?? group.Inputs[0].Size / length;
        isShared &= count >= UnrollPolicy.SharedRows;
        KernelArgument[] work = isShared ? [new(Binding.Worker, "worker"), new(Binding.Workers, "workers")] : [new(Binding.Rows, "n")];
        ImmutableArray<KernelArgument> arguments = [.. names.Select(p => new KernelArgument(Binding.Pointer, p.Value, p.Key)), .. work];
        name = context.NameOf($"{name}_{(count == 1 ? "" : LayerBuilder.Text(count) + "x")}{LayerBuilder.Text(length)}{(isShared ? "_Single" : "")}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        return new Kernel(name, summary, arguments, context.Lanes.Select(lanes =>
            new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], Body(lanes))])));

        ImmutableArray<Statement> Body(int lanes)
        {
            var code = new Code();
            if (isShared)
            {
                code.Add(new Split(count));
                Sample(code, null, "first", "last");
            }
            else code.For("i", "0", "n", 1, sample => Sample(sample, "i", "0", LayerBuilder.Text(count)));
            return code.Body;

            void Sample(Code sample, string? index, string from, string to)
            {
                foreach (var value in names.Keys.Where(v => v.Type.Batched)) sample.Add(new LetPointer(names[value] + "_i", new Address(names[value], 0, index, context.Pitch(value))));
                if (count == 1)
                {
                    body(new VectorRowBuilder(sample, context, names, result, length, lanes, null));
                    return;
                }
                sample.For("r", from, to, 1, row => body(new VectorRowBuilder(row, context, names, result, length, lanes, "r")));
                // Workers that share rows each write the same zeros.
                new VectorLoop(context.Pitch(result) - result.Size, lanes).Emit(sample, (padding, j, offset, count) =>
                    padding.Add(new Store(new Address(names[result] + "_i", result.Size + offset, j), Expr.Zero, count)));
            }
        }
    }
}

/// <summary>Writes what is done with one row, whatever computes it.</summary>
abstract class RowBuilder
{
    public abstract int Length { get; }

    /// <summary>The elements of a value at the current place of a sum or of the result.</summary>
    /// <param name="value">The value.</param>
    /// <param name="fill">What lanes of a vector get that are past the row's end.</param>
    public abstract Expr Read(Value value, float fill = 0);

    /// <summary>One number of each row, of a value that has some.</summary>
    public abstract Expr Read(Value value, int number, int numbers);

    public abstract Expr Let(string name, Expr value);

    public abstract Expr Sum(string name, Func<Expr> term);

    public abstract Expr Max(string name, Func<Expr> term);

    /// <summary>Writes the result's row.</summary>
    public abstract void Write(Func<Expr> value);

    /// <summary>Writes a few numbers of the row instead of a row.</summary>
    public abstract void WriteNumber(Expr value, int number, int numbers);
}

/// <summary>Writes what is done with one row, vector by vector.</summary>
sealed class VectorRowBuilder(Code code, KernelContext context, Dictionary<Value, string> names, Value result, int length, int lanes, string? row) : RowBuilder
{
    readonly Code body = code;
    Code current = code;
    string? index;
    int offset;
    int? count;

    public override int Length => length;

    public override Expr Read(Value value, float fill = 0) => new Load(At(value, length), count, fill);

    public override Expr Read(Value value, int number, int numbers) => new Splat(row is null
        ? new Address(names[value] + "_i", number)
        : new Address(names[value] + "_i", number, row, numbers));

    public override Expr Let(string name, Expr value) => body.Let(name, value);

    public override Expr Sum(string name, Func<Expr> term) => Reduce(name, Operator.Add, 0, term);

    public override Expr Max(string name, Func<Expr> term) => Reduce(name, Operator.Max, float.NegativeInfinity, term);

    public override void Write(Func<Expr> value) => Loop(() =>
    {
        var expression = current.Shared(value());
        var address = At(result, length);
        // The vector that ends a sample may spill zeros into padding; one that ends a row may not.
        current.Add(count is { } c && row is null && context.Pitch(result) - length >= lanes - c
            ? Epilogue.StoreOf(context, result, address, expression, c)
            : new Store(address, expression, count));
    });

    public override void WriteNumber(Expr value, int number, int numbers) =>
        body.Add(new StoreScalar(row is null ? new Address(names[result] + "_i", number) : new Address(names[result] + "_i", number, row, numbers), value));

    Expr Reduce(string name, Operator op, float start, Func<Expr> term)
    {
        body.Let(name, new Number(start));
        Loop(() =>
        {
            var value = current.Shared(term());
            if (count is { } c && op == Operator.Add) value = new FirstLanes(value, c);
            current.Add(new Set(name, new Binary(op, new Local(name), value)));
        });
        body.Add(new Set(name, new Across(op, new Local(name))));
        return new Local(name);
    }

    void Loop(Action element) => new VectorLoop(length, lanes).Emit(body, (target, j, first, part) =>
    {
        (current, index, offset, count) = (target, j, first, part);
        element();
        current = body;
    });

    Address At(Value value, int stride)
    {
        // A parameter has one row for all.
        var pointer = value.Type.Batched ? names[value] + "_i" : names[value];
        if (!value.Type.Batched || row is null) return new Address(pointer, offset, index);
        return index is null ? new Address(pointer, offset, row, stride) : new Address($"{pointer} + {row} * {LayerBuilder.Text(stride)}", offset, index);
    }
}
