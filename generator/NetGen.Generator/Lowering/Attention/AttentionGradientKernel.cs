using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

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
        var (dy, y, sums) = (result.Inputs[0], result.Inputs[result.Inputs.Length - 2], result.Inputs[result.Inputs.Length - 1]);
        var isCross = Ops.Attention.IsCross(y);
        // What queries, keys and values are read from, and where what reaches them is written.
        string[] names = isCross ? ["xq", "xk", "xv"] : ["x"];
        Value Result(bool ofValues) => group.Values.First(v => v.Op is AttentionKeyGradient of && of.OfValues == ofValues);
        Value[] results = isCross ? [result, Result(ofValues: false), Result(ofValues: true)] : [result];
        KernelArgument[] operands =
        [
            new(Binding.Pointer, "dy", dy), .. names.Select((x, i) => new KernelArgument(Binding.Pointer, x, y.Inputs[i])), new(Binding.Pointer, "y", y),
            new(Binding.Pointer, "sums", sums), .. names.Select((x, i) => new KernelArgument(Binding.Pointer, "d" + x, results[i])),
        ];
        var samples = AttentionShape.RowsOf(context, y);
        ImmutableArray<KernelArgument> arguments = [.. operands, .. AttentionShape.RandomBindings(op), .. samples.SharedArguments];
        var name = context.NameOf($"{op.Label}Gradient_{AttentionShape.Of(op, y, context, 16).Label}", group, arguments);
        var summary = $"{Formulas.Of(group)}: {dy.Type} → {string.Join(", ", results.Select(v => v.Type))}.";
        return new Kernel(name, summary, arguments, context.Lanes.Select(lanes =>
        {
            var shape = AttentionShape.Of(op, y, context, lanes);
            string[] inputs = [.. names.Select(x => x + "_i")], outputs = [.. names.Select(x => $"d{x}_i")];
            var functions = new AttentionFunctions(shape, context.Functions, hasSums: true);
            var head = new Head(shape, functions, name + "_Head");
            var code = new Code();
            code.Add(new LetScratch("keys", head.ScratchFloats));
            foreach (var (part, at) in head.Scratch.Skip(1)) code.Add(new LetPointer(part, new Address("keys", at)));
            samples.EachPart(code, shape.Heads / shape.Share, operands, sample =>
            {
                if (results.Any(r => context.Pitch(r) > r.Size))
                {
                    sample.If("part == 0", padding =>
                    {
                        for (var r = 0; r < results.Length; r++) samples.ClearPadding(padding, results[r], outputs[r], lanes);
                    });
                }
                var share = LayerBuilder.Text(shape.Share);
                if (shape.Share > 1) sample.For("head", $"part * {share}", $"(part + 1) * {share}", 1, OfHead);
                else
                {
                    sample.Add(new Integer("nint head = part"));
                    OfHead(sample);
                }

                void OfHead(Code loop)
                {
                    var other = shape.Share == 1 ? "head" : $"(head / {share})";
                    string[] sizes = [shape.IntPositions, LayerBuilder.Text(shape.Size)];
                    var (keys, values) = (names.Length / 2, names.Length - 1);
                    void Call(Code target, string function, int from, int first, string panels) => target.Add(new InvokeRuntime(function,
                        [new Address(inputs[from], first, other, shape.Size), LayerBuilder.Text(shape.KeyPitch), .. sizes, new Address(panels)]));
                    void Begin(Code then)
                    {
                        Call(then, "Keys.Transpose", keys, shape.FirstKey, "keys");
                        Call(then, "Keys.Transpose", values, shape.FirstValue, "values");
                        Call(then, "Keys.Pack", keys, shape.FirstKey, "k");
                        then.For("j", "0", shape.ColumnsText, lanes, zeros =>
                        {
                            zeros.Add(new Store(new Address("dk", 0, "j"), Expr.Zero));
                            zeros.Add(new Store(new Address("dv", 0, "j"), Expr.Zero));
                        });
                    }
                    void End(Code then)
                    {
                        foreach (var (to, first, panels) in new[] { (keys, shape.FirstKey, "dk"), (values, shape.FirstValue, "dv") })
                        {
                            then.Add(new InvokeRuntime("Keys.Unpack",
                                [new Address(panels), .. sizes, new Address(outputs[to], first, other, shape.Size), LayerBuilder.Text(shape.KeyPitch)]));
                        }
                    }
                    if (shape.Share == 1) Begin(loop);
                    else loop.If($"head % {share} == 0", Begin);
                    loop.Add(new Invoke(head.Function.Name,
                    [
                        new Address(inputs[0], 0, "head", shape.Size), new Address("dy_i", 0, "head", shape.Size), new Address("y_i", 0, "head", shape.Size),
                        shape.OfHead("sums_i"), new Address(outputs[0], 0, "head", shape.Size), .. head.Scratch.Select(part => new Address(part.Name)), .. shape.Arguments,
                        .. shape.RandomArguments("0"),
                    ]));
                    if (shape.Share == 1) End(loop);
                    else loop.If($"head % {share} == {LayerBuilder.Text(shape.Share - 1)}", End);
                }
            });
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body), head.Function, .. functions.All]);
        }));
    }

    /// <summary>The gradient of one head.</summary>
    sealed class Head
    {
        /// <summary>The tiles of queries that are summed to keys and values at a time.</summary>
        const int Tiles = 4;

        static readonly string[] Operands = ["q", "dy", "y", "sums", "dq"];

        readonly AttentionShape shape;
        readonly AttentionFunctions functions;

        public Head(AttentionShape shape, AttentionFunctions functions, string name)
        {
            (this.shape, this.functions) = (shape, functions);
            var (columns, block) = (shape.ColumnFloats(shape.Positions), shape.ColumnFloats(Queries));
            (string, int)[] parts =
            [
                ("keys", shape.KeyFloats), ("values", shape.KeyFloats), ("k", columns), ("dk", columns), ("dv", columns), ("queries", block), ("gradients", block),
                ("shares", checked(Queries * shape.ScorePitch)), ("g", checked(Queries * shape.ScorePitch)), ("products", Queries),
            ];
            foreach (var (part, floats) in parts)
            {
                Scratch.Add((part, ScratchFloats));
                ScratchFloats = checked(ScratchFloats + floats);
            }
            Function = new(name, "One head.",
                [.. Operands.Concat(Scratch.Select(part => part.Name)).Select(parameter => new KernelParameter(ParameterType.Floats, parameter)), .. shape.Parameters, .. shape.RandomParameters], Body());
        }

        public KernelFunction Function { get; }

        /// <summary>
        /// What the kernel has memory of its own for, and where: keys and values in panels of positions, keys in panels of columns, sums for keys and values, a block of
        /// queries and of ∂y, the block's shares and the scores' gradients, and Σ ∂y ⊙ y of its queries.
        /// </summary>
        public List<(string Name, int At)> Scratch { get; } = [];

        public int ScratchFloats { get; }

        /// <summary>The queries that are summed to keys and values at a time.</summary>
        int Queries => Math.Min(shape.Length, shape.Queries.Rows * Tiles);

        ImmutableArray<Statement> Body()
        {
            var code = new Code();
            var (rows, _, left) = shape.Queries;
            var (length, queries) = (shape.LengthText, LayerBuilder.Text(Queries));
            code.For("t", "0", length, Queries, block =>
            {
                block.Add(new Integer(!shape.IsFree && shape.Length % Queries == 0 ? $"nint count = {queries}" : $"nint count = {length} - t < {queries} ? {length} - t : {queries}"));
                block.Add(new Integer(shape.Causal ? $"nint visible = {shape.Seen("t + count")}" : $"nint visible = {shape.PositionsText}"));
                block.For("row", "0", "count", 0, tiles =>
                {
                    if (shape.IsFree) Choose(tiles, 0);
                    else if (left == 0) Tile(tiles, rows);
                    else tiles.If($"row + {LayerBuilder.Text(rows)} <= count", then => Tile(then, rows), otherwise => Tile(otherwise, left));
                });
                KeyTiles(block);
            });
            return code.Body;

            void Choose(Code tiles, int h)
            {
                var height = shape.Heights[h];
                if (height == 1) Tile(tiles, 1);
                else tiles.If($"row + {LayerBuilder.Text(height)} <= count", then => Tile(then, height), otherwise => Choose(otherwise, h + 1));
            }
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
                    [new Address("shares", 0, "r", shape.ScorePitch), new Address("sums + t", 0, "r"), shape.Causal ? shape.Seen("t + r + 1") : "visible", "visible"]));
                if (shape.Dropout is { } dropout) each.Add(functions.Marked(dropout, "r", "visible", "t + r"));
                each.Add(new Invoke(functions.RowProduct(),
                [
                    new Address("dy", 0, "(t + r)", shape.ResultPitch), new Address("y", 0, "(t + r)", shape.ResultPitch), new Address("products", 0, "r"),
                ]));
            });
            functions.Panels(code, "visible", (body, key, offset) => body.Add(new Invoke(functions.ScoreGradients(height),
            [
                At("dy", shape.ResultPitch), new Address("values", offset, key, shape.Size),
                new Address($"g + row * {LayerBuilder.Text(shape.ScorePitch)}", offset, key), new Address($"shares + row * {LayerBuilder.Text(shape.ScorePitch)}", offset, key),
                new Address("products", 0, "row"),
            ])));
            foreach (var (first, vectors) in shape.Passes())
            {
                code.Add(new Invoke(functions.QueryGradients(height, first, vectors), [InBlock("g"), shape.Column("k", first), At("dq", shape.Pitch, first), "visible"]));
            }
            code.Add(new Integer($"row += {LayerBuilder.Text(height)}"));
        }

        /// <summary>What the block adds to keys and values.</summary>
        void KeyTiles(Code code)
        {
            var size = LayerBuilder.Text(shape.Size);
            code.Add(new InvokeRuntime("Keys.Pack", [new Address("q", 0, "t", shape.Pitch), LayerBuilder.Text(shape.Pitch), "(int)count", size, new Address("queries")]));
            code.Add(new InvokeRuntime("Keys.Pack", [new Address("dy", 0, "t", shape.ResultPitch), LayerBuilder.Text(shape.ResultPitch), "(int)count", size, new Address("gradients")]));
            var height = UnrollPolicy.KeyTile(shape.Lanes);
            var left = shape.Positions % height;
            code.For("key", "0", "visible", height, loop =>
            {
                if (!shape.IsFree && left == 0) Tiles(loop, height, "key");
                else
                {
                    loop.If($"key + {LayerBuilder.Text(height)} <= {shape.PositionsText}", then => Tiles(then, height, "key"), otherwise =>
                    {
                        if (shape.IsFree) otherwise.For("last", "key", shape.PositionsText, 1, one => Tiles(one, 1, "last"));
                        else Tiles(otherwise, left, "key");
                    });
                }
            });

            void Tiles(Code target, int keys, string key)
            {
                foreach (var (first, vectors) in shape.Passes())
                {
                    Sum("g", "queries", "dk");
                    Sum("shares", "gradients", "dv");

                    void Sum(string numbers, string columns, string result)
                    {
                        // The block's rows are as many as it has queries.
                        var panel = first / AttentionShape.Width * AttentionShape.Width;
                        target.Add(new Invoke(functions.KeyGradients(keys, vectors),
                        [
                            new Address(numbers, 0, key), new Address(columns, first - panel, panel == 0 ? null : "count", panel),
                            shape.Column(result, first) with { Index = key, Stride = AttentionShape.Width }, "count",
                        ]));
                    }
                }
            }
        }
    }
}
