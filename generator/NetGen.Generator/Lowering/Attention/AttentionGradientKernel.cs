using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Attention;

/// <summary>
/// The gradient of attention: for a block of queries and one of keys the shares of the scores are computed again, then the gradients of the scores, and with
/// both what is added to the queries, and to keys and values.
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
            var functions = new AttentionFunctions(shape, context.Functions, hasSums: true, Head.ScorePitchOf(shape));
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
                    void Call(Code target, string function, int from, int first, string panels, params object[] factor) => target.Add(new InvokeRuntime(function,
                        [new Address(inputs[from], first, other, shape.Size), LayerBuilder.Text(shape.KeyPitch), .. sizes, .. factor, new Address(panels)]));
                    void Begin(Code then)
                    {
                        Call(then, "Keys.Transpose", keys, shape.FirstKey, "keys", shape.KeyFactor);
                        Call(then, "Keys.Transpose", values, shape.FirstValue, "values", $"{LayerBuilder.Text(shape.Scale)}f");
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
        static readonly string[] Operands = ["q", "dy", "y", "sums", "dq"];

        readonly AttentionShape shape;
        readonly AttentionFunctions functions;

        public Head(AttentionShape shape, AttentionFunctions functions, string name)
        {
            (this.shape, this.functions) = (shape, functions);
            var (columns, rows, scores) = (shape.ColumnFloats(shape.Positions), checked(Queries * shape.RowFloats), checked(Queries * ScorePitchOf(shape)));
            (string, int)[] parts =
            [
                ("keys", shape.KeyFloats), ("values", shape.KeyFloats), ("k", columns), ("dk", columns), ("dv", columns), ("queries", rows), ("gradients", rows),
                ("shares", scores), ("g", scores), ("products", Queries),
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
        /// What the kernel has memory of its own for, and where: keys and values in panels of positions, keys in panels of columns, sums for keys and values, a
        /// block of queries and of ∂y, the block's shares and the scores' gradients, and Σ ∂y ⊙ y of its queries.
        /// </summary>
        public List<(string Name, int At)> Scratch { get; } = [];

        public int ScratchFloats { get; }

        /// <summary>The floats from one query's scores of a block of keys to the next one's.</summary>
        public static int ScorePitchOf(AttentionShape shape) => AttentionShape.ScorePitchOf(Math.Min(shape.Panels * AttentionShape.Width, UnrollPolicy.KeyBlock));

        int ScorePitch => ScorePitchOf(shape);

        /// <summary>Whether keys come in blocks, rather than all together.</summary>
        bool InBlocks => shape.Positions > UnrollPolicy.KeyBlock;

        /// <summary>The keys that a block of queries sees, as text: all, or those of a block of keys.</summary>
        string Seen => InBlocks ? "seen" : "visible";

        /// <summary>The index of a key, as text, where there is one in its block.</summary>
        string Key(string inBlock) => InBlocks ? $"(first + {inBlock})" : inBlock;

        /// <summary>The queries of a block: whole tiles, and about as many in each.</summary>
        int Queries
        {
            get
            {
                var (rows, _, _) = shape.Queries;
                var tiles = (shape.Length + rows - 1) / rows;
                var blocks = (tiles + UnrollPolicy.BlockTiles - 1) / UnrollPolicy.BlockTiles;
                return Math.Min(shape.Length, rows * ((tiles + blocks - 1) / blocks));
            }
        }

        ImmutableArray<Statement> Body()
        {
            var code = new Code();
            var (length, queries, size) = (shape.LengthText, LayerBuilder.Text(Queries), LayerBuilder.Text(shape.Size));
            code.For("t", "0", length, Queries, block =>
            {
                block.Add(new Integer(!shape.IsFree && shape.Length % Queries == 0 ? $"nint count = {queries}" : $"nint count = {length} - t < {queries} ? {length} - t : {queries}"));
                block.Add(new Integer(shape.Causal ? $"nint visible = {shape.Seen("t + count")}" : $"nint visible = {shape.PositionsText}"));
                Gather("q", shape.Pitch, "queries");
                Gather("dy", shape.ResultPitch, "gradients");
                block.Add(new InvokeRuntime("Keys.RowProducts",
                [
                    new Address("gradients"), LayerBuilder.Text(shape.RowFloats), new Address("y", 0, "t", shape.ResultPitch), LayerBuilder.Text(shape.ResultPitch),
                    "(int)count", size, $"{LayerBuilder.Text(shape.Scale)}f", new Address("products"),
                ]));
                if (!InBlocks) KeyBlock(block);
                else
                {
                    var most = LayerBuilder.Text(UnrollPolicy.KeyBlock);
                    block.For("first", "0", "visible", UnrollPolicy.KeyBlock, keys =>
                    {
                        keys.Add(new Integer($"nint seen = visible - first < {most} ? visible - first : {most}"));
                        KeyBlock(keys);
                    });
                }

                void Gather(string rows, int pitch, string together) => block.Add(new InvokeRuntime("Keys.Gather",
                    [new Address(rows, 0, "t", pitch), LayerBuilder.Text(pitch), "(int)count", size, new Address(together)]));
            });
            return code.Body;
        }

        /// <summary>A block of queries with the keys that they see, or with a block of them.</summary>
        void KeyBlock(Code code)
        {
            var (rows, _, left) = shape.Queries;
            code.For("row", "0", "count", 0, tiles =>
            {
                if (shape.IsFree) Choose(tiles, 0);
                else if (left == 0) Tile(tiles, rows);
                else tiles.If($"row + {LayerBuilder.Text(rows)} <= count", then => Tile(then, rows), otherwise => Tile(otherwise, left));
            });
            KeyTiles(code);

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
            Address InBlock(string pointer) => new(pointer, 0, "row", ScorePitch);
            Address Scores(string pointer, string key, int offset) => new($"{pointer} + row * {LayerBuilder.Text(ScorePitch)}", offset, key);
            Address Row(string pointer) => new(pointer, 0, "row", shape.RowFloats);
            functions.Panels(code, Seen, (body, key, offset) => body.Add(new Invoke(functions.Scores(height, shape.RowFloats),
                [Row("queries"), new Address("keys", offset, Key(key), shape.Size), Scores("shares", key, offset)])));
            code.For("r", "row", $"row + {LayerBuilder.Text(height)}", 1, each =>
            {
                var own = shape.Causal ? shape.Seen("t + r + 1") : "visible";
                if (InBlocks && shape.Causal)
                {
                    each.Add(new Integer($"nint own = {own} - first"));
                    own = "own < 0 ? 0 : own < seen ? own : seen";
                }
                else if (InBlocks) own = Seen;
                each.Add(new Invoke(functions.Shares(), [new Address("shares", 0, "r", ScorePitch), new Address("sums + t", 0, "r"), own, Seen]));
                if (shape.Dropout is { } dropout) each.Add(functions.Marked(dropout, "r", Seen, "t + r", InBlocks ? "first" : null));
            });
            functions.Panels(code, Seen, (body, key, offset) => body.Add(new Invoke(functions.ScoreGradients(height, shape.RowFloats),
            [
                Row("gradients"), new Address("values", offset, Key(key), shape.Size), Scores("g", key, offset), Scores("shares", key, offset),
                new Address("products", 0, "row"),
            ])));
            foreach (var (column, vectors) in shape.Passes())
            {
                code.Add(new Invoke(functions.QueryGradients(height, column, vectors, InBlocks),
                [
                    InBlock("g"), InBlocks ? shape.Column("k", column) with { Index = "first", Stride = AttentionShape.Width } : shape.Column("k", column),
                    new Address($"dq + (t + row) * {LayerBuilder.Text(shape.Pitch)}", column), Seen, .. InBlocks ? ["first > 0"] : Array.Empty<object>(),
                ]));
            }
            code.Add(new Integer($"row += {LayerBuilder.Text(height)}"));
        }

        /// <summary>What the block adds to keys and values.</summary>
        void KeyTiles(Code code)
        {
            var height = UnrollPolicy.KeyTile(shape.Lanes);
            var left = shape.Positions % height;
            code.For("key", "0", Seen, height, loop =>
            {
                if (!shape.IsFree && left == 0) Tiles(loop, height, "key");
                else
                {
                    loop.If($"{(InBlocks ? "first + " : "")}key + {LayerBuilder.Text(height)} <= {shape.PositionsText}", then => Tiles(then, height, "key"), otherwise =>
                    {
                        var end = InBlocks ? $"{shape.PositionsText} - first" : shape.PositionsText;
                        if (shape.IsFree) otherwise.For("last", "key", end, 1, one => Tiles(one, 1, "last"));
                        else Tiles(otherwise, left, "key");
                    });
                }
            });

            void Tiles(Code target, int keys, string key)
            {
                foreach (var (column, vectors) in shape.Passes())
                {
                    Sum("g", "queries", "dk");
                    Sum("shares", "gradients", "dv");

                    void Sum(string numbers, string rows, string result) => target.Add(new Invoke(functions.KeyGradients(keys, vectors),
                    [
                        new Address(numbers, 0, key), new Address(rows, column), shape.Column(result, column) with { Index = Key(key), Stride = AttentionShape.Width }, "count",
                    ]));
                }
            }
        }
    }
}
