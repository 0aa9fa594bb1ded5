using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Attention;

/// <summary>
/// Attention: for a tile of queries the scores of all keys that they see, which fit the cache, the softmax of each row, and the values' sums with these
/// weights. Keys and values are brought to panels once for each head.
/// </summary>
static class AttentionKernel
{
    /// <param name="group">The attention, and in training the logarithms of its sums.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="op">The attention.</param>
    /// <param name="shared">Whether workers share the heads of one sample, in inference.</param>
    public static Kernel Lower(Group group, KernelContext context, Ops.Attention op, bool shared)
    {
        var result = group.Values[0];
        var inputs = result.Inputs;
        string[] names = Ops.Attention.IsCross(result) ? ["q", "k", "v"] : ["x"];
        var sums = group.Values.FirstOrDefault(v => v.Op is AttentionSums);
        var samples = AttentionShape.RowsOf(context, result);
        // In training workers share the heads of all samples, also of an attention that nothing before it learns from, which has no sums.
        var byHeads = context.Training;
        KernelArgument[] work = byHeads ? samples.SharedArguments : shared ? [new(Binding.Worker, "worker"), new(Binding.Workers, "workers")] : samples.Arguments;
        KernelArgument[] operands =
        [
            .. inputs.Select((input, i) => new KernelArgument(Binding.Pointer, names[i], input)), new(Binding.Pointer, "y", result),
            .. sums is null ? Array.Empty<KernelArgument>() : [new(Binding.Pointer, "sums", sums)],
        ];
        ImmutableArray<KernelArgument> arguments = [.. operands, .. AttentionShape.RandomBindings(op), .. work];
        var name = context.NameOf($"{op.Label}_{AttentionShape.Of(op, result, context, 16).Label}{(shared ? "_Single" : byHeads && sums is null ? "_Parts" : "")}", group, arguments);
        var summary = $"{Formulas.Of(group)}: {string.Join(", ", inputs.Select(input => input.Type))} → {result.Type}.";
        return new Kernel(name, summary, arguments, context.Lanes.Select(lanes =>
        {
            var shape = AttentionShape.Of(op, result, context, lanes);
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
            if (byHeads)
            {
                samples.EachPart(code, shape.Heads / shape.Share, operands, part =>
                {
                    if (shape.Share == 1)
                    {
                        part.Add(new Integer("nint head = part"));
                        Head(part, [.. names.Select(name => name + "_i")], "y_i", "sums_i", null);
                    }
                    else
                    {
                        var share = LayerBuilder.Text(shape.Share);
                        part.For("head", $"part * {share}", $"(part + 1) * {share}", 1, head => Head(head, [.. names.Select(name => name + "_i")], "y_i", "sums_i", null));
                    }
                    if (context.Pitch(result) > result.Size) part.If("part == 0", padding => samples.ClearPadding(padding, result, "y_i", shape.Lanes));
                });
            }
            else if (shared)
            {
                code.Add(new Split(shape.Heads));
                code.For("head", "first", "last", 1, head => Head(head, names, "y", "sums", "head == first"));
                if (context.Pitch(result) > result.Size) code.If("worker == 0", padding => samples.ClearPadding(padding, result, "y", shape.Lanes));
            }
            else
            {
                samples.EachSample(code, operands, sample =>
                {
                    sample.For("head", "0", LayerBuilder.Text(shape.Heads), 1, head => Head(head, [.. names.Select(name => name + "_i")], "y_i", "sums_i", null));
                    samples.ClearPadding(sample, result, "y_i", shape.Lanes);
                });
            }
            return code.Body;

            void Head(Code head, string[] from, string to, string logarithms, string? first)
            {
                var group = shape.Share == 1 ? "head" : $"head / {LayerBuilder.Text(shape.Share)}";
                void Arrange(Code then)
                {
                    void Call(string function, string source, int first, string target, params object[] factor) => then.Add(new InvokeRuntime(function,
                    [
                        new Address(source, first, shape.Share == 1 ? "head" : $"({group})", shape.Size),
                        LayerBuilder.Text(shape.KeyPitch), shape.IntPositions, LayerBuilder.Text(shape.Size), .. factor, new Address(target),
                    ]));
                    Call("Keys.Transpose", from[from.Length / 2], shape.FirstKey, "keys", shape.KeyFactor);
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
                        .. sums is null ? Array.Empty<object>() : [shape.OfHead(logarithms, index, at)],
                        .. shape.Causal ? [index is null ? LayerBuilder.Text(at) : $"{index}"] : Array.Empty<object>(), .. shape.Arguments,
                        .. shape.RandomArguments(index ?? LayerBuilder.Text(at)),
                    ]));
                }
                if (shape.IsFree)
                {
                    shape.EachTile(head, shape.LengthText, (loop, height) => Tile(loop, height, "t", 0));
                    return;
                }
                if (full > 1) head.For("t", "0", LayerBuilder.Text(full * rows), rows, loop => Tile(loop, rows, "t", 0));
                else Tile(head, rows, null, 0);
                if (left > 0) Tile(head, left, null, full * rows);
            }
        }
    }
}
