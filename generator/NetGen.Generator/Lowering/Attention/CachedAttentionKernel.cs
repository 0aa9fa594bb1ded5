using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Attention;

/// <summary>
/// Attention of one position: its key and value are appended to the panels of those before it, unless they are those of a source, and the heads that share them
/// go through them together. Workers share the heads of keys and values.
/// </summary>
static class CachedAttentionKernel
{
    public static Kernel Lower(Group group, KernelContext context, CachedAttention op)
    {
        var result = group.Values[0];
        var seesAll = op.Queries is not null && !op.Of.Causal;
        ImmutableArray<KernelArgument> arguments =
        [
            new(Binding.Pointer, "x", result.Inputs[0]), new(Binding.Pointer, "keys", result.Inputs[1]), new(Binding.Pointer, "values", result.Inputs[2]),
            .. CachedLength.Argument(result), new(Binding.Pointer, "y", result), .. seesAll ? Array.Empty<KernelArgument>() : [new(Binding.Position, "position")],
            new(Binding.Worker, "worker"), new(Binding.Workers, "workers"),
        ];
        var name = context.NameOf($"{op.Label}_{Shape(16).Label}", group, arguments);
        var summary = $"{Formulas.Of(group)}: {result.Inputs[0].Type} → {result.Type}.";
        return new Kernel(name, summary, arguments, context.Lanes.Select(lanes =>
        {
            var shape = Shape(lanes);
            var functions = new AttentionFunctions(shape, context.Functions, hasSums: false);
            var body = Entry(shape, functions);
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], body), .. functions.All]);
        }));

        AttentionShape Shape(int lanes) => new(op.Of, op.Positions, lanes, ofOnePosition: true, queries: op.Queries, lengths: CachedLength.Of(result));

        ImmutableArray<Statement> Entry(AttentionShape shape, AttentionFunctions functions)
        {
            var code = new Code();
            var heads = shape.Heads / shape.Share;
            var (rows, full, left) = shape.Queries;
            code.Add(new LetScratch("scores", checked(rows * (shape.ScorePitch + 1))));
            if (shape.IsFree) CachedLength.Read(code);
            else code.Add(new Integer($"nint visible = {(seesAll ? shape.PositionsText : shape.Seen("(nint)position + 1"))}"));
            code.Add(new Split(heads));
            code.For("head", "first", "last", 1, head =>
            {
                if (op.Queries is null) AppendedKeys.Emit(head, shape, "x", "position");
                else AppendedKeys.PointTo(head, shape, "head");
                void Tile(Code target, int height, string? row, int at)
                {
                    var group = (long)shape.Share * shape.Size;
                    Address At(string pointer) => new(row is null ? pointer : $"{pointer} + {row} * {LayerBuilder.Text(shape.Size)}", (long)at * shape.Size, "head", group);
                    target.Add(functions.Heads(height, [At("x"), new Address("keys_h"), new Address("values_h"), At("y"), new Address("scores"), "visible"]));
                }
                if (full > 1) head.For("row", "0", LayerBuilder.Text(full * rows), rows, loop => Tile(loop, rows, "row", 0));
                else Tile(head, rows, null, 0);
                if (left > 0) Tile(head, left, null, full * rows);
            });
            var padding = new VectorLoop(context.Pitch(result) - result.Size, shape.Lanes);
            if (padding.Size > 0)
            {
                code.If("worker == 0", target =>
                    padding.Emit(target, (body, j, offset, count) => body.Add(new Store(new Address("y", result.Size + offset, j), Expr.Zero, count))));
            }
            return code.Body;
        }
    }
}
