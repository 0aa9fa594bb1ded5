using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Attention;

/// <summary>
/// Attention: for a tile of queries the scores of all keys that they see, which fit the cache, the softmax of each row, and the values' sums with these weights. Keys
/// and values are brought to panels once for each head.
/// </summary>
static class AttentionKernel
{
    /// <param name="group">The attention, and in training the logarithms of its sums.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="op">The attention.</param>
    /// <param name="shared">Whether workers share the heads of one sample, or each has samples of its own.</param>
    public static Kernel Lower(Group group, KernelContext context, Ops.Attention op, bool shared)
    {
        var result = group.Values[0];
        var inputs = result.Inputs;
        string[] names = Ops.Attention.IsCross(result) ? ["q", "k", "v"] : ["x"];
        var sums = group.Values.FirstOrDefault(v => v.Op is AttentionSums);
        KernelArgument[] work = shared ? [new(Binding.Worker, "worker"), new(Binding.Workers, "workers")] : [new(Binding.Rows, "n")];
        ImmutableArray<KernelArgument> arguments =
        [
            .. inputs.Select((input, i) => new KernelArgument(Binding.Pointer, names[i], input)), new(Binding.Pointer, "y", result), .. sums is null ? Array.Empty<KernelArgument>() : [new(Binding.Pointer, "sums", sums)], .. work,
        ];
        var name = context.NameOf($"{op.Label}_{AttentionShape.Of(op, result, 16).Label}{(shared ? "_Single" : "")}", group, arguments);
        var summary = $"{Formulas.Of(group)}: {string.Join(", ", inputs.Select(input => input.Type))} → {result.Type}.";
        return new Kernel(name, summary, arguments, context.Lanes.Select(lanes =>
        {
            var shape = AttentionShape.Of(op, result, lanes);
            var functions = new AttentionFunctions(shape, context.Functions, hasSums: sums is not null);
            var body = Entry(shape, functions);
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], body), .. functions.All]);
        }));

        ImmutableArray<Statement> Entry(AttentionShape shape, AttentionFunctions functions)
        {
            var code = new Code();
            var columns = shape.ColumnFloats(shape.Positions);
            code.Add(new LetScratch("keys", checked(shape.KeyFloats + columns + shape.Queries.Rows * (shape.ScorePitch + 1))));
            code.Add(new LetPointer("values", new Address("keys", shape.KeyFloats)));
            code.Add(new LetPointer("scores", new Address("values", columns)));
            if (shared)
            {
                code.Add(new Split(shape.Heads));
                code.For("head", "first", "last", 1, head => Head(head, names, "y", "sums", "head == first"));
                Pad(code, "y", "worker == 0");
            }
            else
            {
                code.For("i", "0", "n", 1, sample =>
                {
                    for (var i = 0; i < names.Length; i++) sample.Add(new LetPointer(names[i] + "_i", new Address(names[i], 0, "i", context.Pitch(inputs[i]))));
                    sample.Add(new LetPointer("y_i", new Address("y", 0, "i", context.Pitch(result))));
                    if (sums is not null) sample.Add(new LetPointer("sums_i", new Address("sums", 0, "i", context.Pitch(sums))));
                    sample.For("head", "0", LayerBuilder.Text(shape.Heads), 1, head => Head(head, [.. names.Select(name => name + "_i")], "y_i", "sums_i", null));
                    Pad(sample, "y_i", null);
                });
            }
            return code.Body;

            void Head(Code head, string[] from, string to, string logarithms, string? first)
            {
                var group = shape.Share == 1 ? "head" : $"head / {LayerBuilder.Text(shape.Share)}";
                void Arrange(Code then)
                {
                    void Call(string function, string source, int first, string target) => then.Add(new InvokeRuntime(function,
                    [
                        new Address(source, first, shape.Share == 1 ? "head" : $"({group})", shape.Size),
                        LayerBuilder.Text(shape.KeyPitch), LayerBuilder.Text(shape.Positions), LayerBuilder.Text(shape.Size), new Address(target),
                    ]));
                    Call("Keys.Transpose", from[from.Length / 2], shape.FirstKey, "keys");
                    Call("Keys.Pack", from[from.Length - 1], shape.FirstValue, "values");
                }
                if (shape.Share == 1) Arrange(head);
                else head.If($"head % {LayerBuilder.Text(shape.Share)} == 0{(first is null ? "" : $" || {first}")}", Arrange);
                var (rows, full, left) = shape.Queries;
                void Tile(Code target, int height, string? index, int at)
                {
                    Address At(string pointer, int pitch, int step) => new(index is null ? pointer : $"{pointer} + {index} * {LayerBuilder.Text(pitch)}", (long)at * pitch, "head", step);
                    target.Add(functions.Queries(height,
                    [
                        At(from[0], shape.Pitch, shape.Size), new Address("keys"), new Address("values"), At(to, shape.ResultPitch, shape.Size), new Address("scores"),
                        .. sums is null ? Array.Empty<object>() : [new Address(index is null ? logarithms : $"{logarithms} + {index}", at, "head", shape.Length)],
                        .. shape.Causal ? [index is null ? LayerBuilder.Text(at) : $"{index}"] : Array.Empty<object>(),
                    ]));
                }
                if (full > 1) head.For("t", "0", LayerBuilder.Text(full * rows), rows, loop => Tile(loop, rows, "t", 0));
                else Tile(head, rows, null, 0);
                if (left > 0) Tile(head, left, null, full * rows);
            }

            void Pad(Code code, string to, string? condition)
            {
                var padding = new VectorLoop(context.Pitch(result) - result.Size, shape.Lanes);
                if (padding.Size == 0) return;
                void Emit(Code target) => padding.Emit(target, (body, j, offset, count) => body.Add(new Store(new Address(to, result.Size + offset, j), Expr.Zero, count)));
                if (condition is null) Emit(code);
                else code.If(condition, Emit);
            }
        }
    }
}
