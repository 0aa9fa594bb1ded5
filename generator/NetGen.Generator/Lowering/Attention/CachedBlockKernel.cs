using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Attention;

/// <summary>
/// Attention of a block of positions: their keys and values are appended to the panels of those before them, and tiles of their queries go through what is
/// there up to each. Workers have some of the positions each, and meet between the two. Of attention to a source, the panels are there.
/// </summary>
static class CachedBlockKernel
{
    public static Kernel Lower(Group group, KernelContext context, CachedAttention op)
    {
        var result = group.Values[0];
        var appends = op.Queries is null;
        ImmutableArray<KernelArgument> arguments =
        [
            new(Binding.Pointer, "x", result.Inputs[0]), new(Binding.Pointer, "keys", result.Inputs[1]), new(Binding.Pointer, "values", result.Inputs[2]),
            .. CachedLength.Argument(result), .. op.KeysOnly ? Array.Empty<KernelArgument>() : [new(Binding.Pointer, "y", result)],
            .. appends || op.Of.Causal ? [new(Binding.Position, "position")] : Array.Empty<KernelArgument>(), new(Binding.Rows, "n"),
            .. appends && !op.KeysOnly ? [new(Binding.Worker, "worker"), new(Binding.Workers, "workers")] : Array.Empty<KernelArgument>(),
        ];
        var name = context.NameOf($"{op.Label}_{Shape(16).Label}_Block", group, arguments);
        var summary = $"{Formulas.Of(group)}: {result.Inputs[0].Type}{(op.KeysOnly ? "" : $" → {result.Type}")}.";
        return new Kernel(name, summary, arguments, context.Lanes.Select(lanes =>
        {
            var shape = Shape(lanes);
            var functions = new AttentionFunctions(shape, context.Functions, hasSums: false);
            var code = new Code();
            if (appends) Append(code, shape);
            if (!op.KeysOnly) Attend(code, shape, functions);
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body), .. functions.All]);
        }));

        AttentionShape Shape(int lanes) => new(op.Of, op.Positions, lanes, queries: op.Queries, lengths: CachedLength.Of(result),
            pitches: new(context.Pitch(result.Inputs[0]), context.Pitch(result.Inputs[0]), context.Pitch(result)));

        void Append(Code code, AttentionShape shape) => code.For("i", "0", "n", 1, row =>
        {
            row.Add(new LetPointer("x_i", new Address("x", 0, "i", shape.Pitch)));
            row.For("head", "0", LayerBuilder.Text(op.Of.KeyValueHeads), 1, head => AppendedKeys.Emit(head, shape, "x_i", "position + (int)i"));
        });

        void Attend(Code code, AttentionShape shape, AttentionFunctions functions)
        {
            if (appends) code.Add(new InvokeRuntime("Workers.Barrier", ["worker", "workers"]));
            if (shape.IsFree) CachedLength.Read(code);
            code.Add(new LetScratch("scores", checked(shape.Queries.Rows * (shape.ScorePitch + 1))));
            code.For("head", "0", LayerBuilder.Text(shape.Heads), 1, head =>
            {
                AppendedKeys.PointTo(head, shape, shape.Share == 1 ? "head" : $"(head / {LayerBuilder.Text(shape.Share)})");
                shape.EachTile(head, "n", (tile, height) => tile.Add(functions.Queries(height,
                [
                    At("x", shape.Pitch), new Address("keys_h"), new Address("values_h"), At("y", shape.ResultPitch), new Address("scores"),
                    .. shape.Causal ? ["position + t"] : Array.Empty<object>(), .. shape.Arguments,
                ])));

                Address At(string pointer, int pitch) => new($"{pointer} + t * {LayerBuilder.Text(pitch)}", 0, "head", shape.Size);
            });
            var padding = new VectorLoop(shape.ResultPitch - result.Size, shape.Lanes);
            if (padding.Size == 0) return;
            code.For("i", "0", "n", 1, row =>
            {
                row.Add(new LetPointer("end", new Address("y", result.Size, "i", shape.ResultPitch)));
                padding.Emit(row, (body, j, offset, count) => body.Add(new Store(new Address("end", offset, j), Expr.Zero, count)));
            });
        }
    }
}
