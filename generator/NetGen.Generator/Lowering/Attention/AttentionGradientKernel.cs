using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Attention;

/// <summary>
/// The gradient of attention: for a block of queries the shares of the scores are computed again, then the gradients of the scores, and with both what reaches the
/// queries, and what is added to keys and values.
/// </summary>
static class AttentionGradientKernel
{
    public static Kernel Lower(Group group, KernelContext context, Ops.Attention op)
    {
        var result = group.Values[0];
        var (dy, x, y, sums) = (result.Inputs[0], result.Inputs[1], result.Inputs[2], result.Inputs[3]);
        ImmutableArray<KernelArgument> arguments =
        [
            new(Binding.Pointer, "dy", dy), new(Binding.Pointer, "x", x), new(Binding.Pointer, "y", y), new(Binding.Pointer, "sums", sums),
            new(Binding.Pointer, "dx", result), new(Binding.Rows, "n"),
        ];
        var positions = x.Shape.Axes[0];
        var name = context.NameOf($"{op.Label}Gradient_{new AttentionShape(op, positions, 16).Label}", group, arguments);
        var summary = $"{Formulas.Of(group)}: {dy.Type} → {result.Type}.";
        return new Kernel(name, summary, arguments, KernelContext.AllLanes.Select(lanes =>
        {
            var shape = new AttentionShape(op, positions, lanes);
            var functions = new AttentionFunctions(shape, context.Functions, hasSums: true);
            var head = new Head(shape, functions, name + "_Head");
            var code = new Code();
            code.Add(new LetScratch("keys", checked(2 * shape.KeyFloats + head.Queries * (2 * shape.ScorePitch + 1))));
            code.For("i", "0", "n", 1, sample =>
            {
                foreach (var argument in arguments.Where(a => a.Value is not null))
                {
                    sample.Add(new LetPointer(argument.Name + "_i", new Address(argument.Name, 0, "i", context.Pitch(argument.Value!))));
                }
                // Keys and values are added to, by each block of queries of each head that they are for.
                sample.For("t", "0", LayerBuilder.Text(positions), 1, row => new VectorLoop(shape.Pitch - shape.FirstKey, lanes).Emit(row, (body, j, offset, count) =>
                    body.Add(new Store(new Address($"dx_i + t * {LayerBuilder.Text(shape.Pitch)}", shape.FirstKey + offset, j), Expr.Zero, count))));
                new VectorLoop(context.Pitch(result) - result.Size, lanes).Emit(sample, (body, j, offset, count) =>
                    body.Add(new Store(new Address("dx_i", result.Size + offset, j), Expr.Zero, count)));
                sample.For("head", "0", LayerBuilder.Text(shape.Heads), 1, loop =>
                {
                    var other = shape.Share == 1 ? "head" : $"(head / {LayerBuilder.Text(shape.Share)})";
                    void Transpose(Code then)
                    {
                        foreach (var (first, target) in new[] { (shape.FirstKey, 0), (shape.FirstValue, shape.KeyFloats) })
                        {
                            then.Add(new InvokeRuntime("Keys.Transpose",
                            [
                                new Address("x_i", first, other, shape.Size), LayerBuilder.Text(shape.Pitch), LayerBuilder.Text(positions), LayerBuilder.Text(shape.Size),
                                new Address("keys", target),
                            ]));
                        }
                    }
                    if (shape.Share == 1) Transpose(loop);
                    else loop.If($"head % {LayerBuilder.Text(shape.Share)} == 0", Transpose);
                    loop.Add(new Invoke(head.Function.Name,
                    [
                        new Address("x_i", 0, "head", shape.Size), new Address("x_i", shape.FirstKey, other, shape.Size), new Address("keys"),
                        new Address("dy_i", 0, "head", shape.Size), new Address("y_i", 0, "head", shape.Size), new Address("sums_i", 0, "head", positions),
                        new Address("dx_i", 0, "head", shape.Size), new Address("dx_i", shape.FirstKey, other, shape.Size), new Address("dx_i", shape.FirstValue, other, shape.Size),
                        new Address("keys", 2L * shape.KeyFloats),
                    ]));
                });
            });
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body), head.Function, .. functions.All]);
        }));
    }

    /// <summary>The gradient of one head.</summary>
    sealed class Head
    {
        /// <summary>The tiles of queries that are summed to keys and values at a time.</summary>
        const int Tiles = 4;

        static readonly string[] Parameters = ["q", "k", "keys", "dy", "y", "sums", "dq", "dk", "dv", "shares"];

        readonly AttentionShape shape;
        readonly AttentionFunctions functions;

        public Head(AttentionShape shape, AttentionFunctions functions, string name)
        {
            (this.shape, this.functions) = (shape, functions);
            Function = new(name, "One head.",
            [
                .. Parameters.Select(parameter => new KernelParameter(ParameterType.Floats, parameter)),
            ], Body());
        }

        public KernelFunction Function { get; }

        /// <summary>The queries that are summed to keys and values at a time.</summary>
        public int Queries => Math.Min(shape.Positions, shape.Queries.Rows * Tiles);

        ImmutableArray<Statement> Body()
        {
            var code = new Code();
            var (rows, _, left) = shape.Queries;
            code.Add(new LetPointer("g", new Address("shares", (long)Queries * shape.ScorePitch)));
            code.Add(new LetPointer("products", new Address("shares", 2L * Queries * shape.ScorePitch)));
            code.For("t", "0", LayerBuilder.Text(shape.Positions), Queries, block =>
            {
                var positions = LayerBuilder.Text(shape.Positions);
                block.Add(new Integer(shape.Positions % Queries == 0
                    ? $"nint count = {LayerBuilder.Text(Queries)}" : $"nint count = {positions} - t < {LayerBuilder.Text(Queries)} ? {positions} - t : {LayerBuilder.Text(Queries)}"));
                block.Add(new Integer(shape.Causal ? "nint visible = t + count" : $"nint visible = {positions}"));
                block.For("row", "0", "count", 0, tiles =>
                {
                    if (left == 0) Tile(tiles, rows);
                    else tiles.If($"row + {LayerBuilder.Text(rows)} <= count", then => Tile(then, rows), otherwise => Tile(otherwise, left));
                });
                KeyTiles(block);
            });
            return code.Body;
        }

        /// <summary>The shares of a tile of queries, the scores' gradients, and the queries'.</summary>
        void Tile(Code code, int height)
        {
            Address At(string pointer, long pitch, long offset = 0) => new($"{pointer} + (t + row) * {LayerBuilder.Text(pitch)}", offset);
            Address InBlock(string pointer) => new(pointer, 0, "row", shape.ScorePitch);
            functions.Panels(code, "visible", (body, key, offset) => body.Add(new Invoke(functions.Scores(height),
                [At("q", shape.Pitch), new Address("keys", offset, key, shape.Size), new Address($"shares + row * {LayerBuilder.Text(shape.ScorePitch)}", offset, key)])));
            code.For("r", "row", $"row + {LayerBuilder.Text(height)}", 1, each =>
            {
                each.Add(new Invoke(functions.Shares(),
                    [new Address("shares", 0, "r", shape.ScorePitch), new Address("sums + t", 0, "r"), shape.Causal ? "t + r + 1" : "visible", "visible"]));
                each.Add(new Invoke(functions.RowProduct(),
                [
                    new Address("dy", 0, "(t + r)", shape.ResultPitch), new Address("y", 0, "(t + r)", shape.ResultPitch), new Address("products", 0, "r"),
                ]));
            });
            functions.Panels(code, "visible", (body, key, offset) => body.Add(new Invoke(functions.ScoreGradients(height),
            [
                At("dy", shape.ResultPitch), new Address("keys", shape.KeyFloats + offset, key, shape.Size),
                new Address($"g + row * {LayerBuilder.Text(shape.ScorePitch)}", offset, key), new Address($"shares + row * {LayerBuilder.Text(shape.ScorePitch)}", offset, key),
                new Address("products", 0, "row"),
            ])));
            foreach (var (first, vectors) in shape.Passes())
            {
                code.Add(new Invoke(functions.QueryGradients(height, first, vectors), [InBlock("g"), new Address("k", first), At("dq", shape.Pitch, first), "visible"]));
            }
            code.Add(new Integer($"row += {LayerBuilder.Text(height)}"));
        }

        /// <summary>What the block adds to keys and values.</summary>
        void KeyTiles(Code code)
        {
            var height = UnrollPolicy.KeyTile(shape.Lanes);
            var left = shape.Positions % height;
            code.For("key", "0", "visible", height, loop =>
            {
                if (left == 0) Tiles(loop, height);
                else loop.If($"key + {LayerBuilder.Text(height)} <= {LayerBuilder.Text(shape.Positions)}", then => Tiles(then, height), otherwise => Tiles(otherwise, left));
            });

            void Tiles(Code target, int keys)
            {
                foreach (var (first, vectors) in shape.Passes())
                {
                    target.Add(new Invoke(functions.KeyGradients(keys, first, vectors, shape.Pitch),
                        [new Address("g", 0, "key"), new Address("q", first, "t", shape.Pitch), new Address("dk", first, "key", shape.Pitch), "count"]));
                    target.Add(new Invoke(functions.KeyGradients(keys, first, vectors, shape.ResultPitch),
                        [new Address("shares", 0, "key"), new Address("dy", first, "t", shape.ResultPitch), new Address("dv", first, "key", shape.Pitch), "count"]));
                }
            }
        }
    }
}
