using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Attention;

/// <summary>What attention and its gradient are made of: tiles of matrix products, and rows of scores.</summary>
/// <param name="shape">The attention.</param>
/// <param name="shared">The functions that kernels share.</param>
/// <param name="hasSums">Whether the logarithms of the sums are written.</param>
/// <param name="scorePitch">The floats from one query's scores to the next one's.</param>
sealed class AttentionFunctions(AttentionShape shape, SharedFunctions shared, bool hasSums, int scorePitch)
{
    public AttentionFunctions(AttentionShape shape, SharedFunctions shared, bool hasSums) : this(shape, shared, hasSums, shape.ScorePitch)
    {
    }

    readonly List<KernelFunction> functions = [];
    readonly int lanes = shape.Lanes;

    public IEnumerable<KernelFunction> All => functions;

    string Get(string name, object signature, Func<string, KernelFunction> lower)
    {
        var function = shared.Get(lanes, $"Attention_{name}", signature, lower);
        if (!functions.Contains(function)) functions.Add(function);
        return function.Name;
    }

    static KernelParameter Floats(string name) => new(ParameterType.Floats, name);

    static KernelParameter Size(string name) => new(ParameterType.Size, name);

    /// <summary>A call for a tile of queries, the first of which is at <c>t</c> where there is a causal order.</summary>
    public Invoke Queries(int height, object[] arguments) =>
        new(Get($"{LayerBuilder.Text(height)}Of{shape.Label}{(shape.Causal ? "_Causal" : "")}{(shape.Dropout is null ? "" : "_Dropout")}",
            ("queries", height, shape.Signature, shape.Causal, hasSums, shape.Dropout), name =>
        {
            var code = new Code();
            if (shape.Causal) code.Add(new Integer($"nint visible = {shape.Seen($"t + {LayerBuilder.Text(height)}")}"));
            var visible = shape.Causal ? "visible" : shape.PositionsText;
            Panels(code, visible, (body, panel, offset) => body.Add(new Invoke(Scores(height, shape.Pitch),
                [new Address("q"), new Address("keys", offset, panel, (long)shape.Size), new Address("scores", offset, panel)])));
            var weights = (long)height * scorePitch;
            code.For("row", "0", LayerBuilder.Text(height), 1, row =>
            {
                row.Add(new Invoke(Softmax(),
                [
                    new Address("scores", 0, "row", scorePitch), new Address("scores", weights, "row"),
                    .. hasSums ? [new Address("sums", 0, "row")] : Array.Empty<object>(),
                    shape.Causal ? shape.Seen("t + row + 1") : visible, visible,
                ]));
                if (shape.Dropout is { } dropout) row.Add(Drawn("Drop", dropout, dropout.Factor, 0, "row", visible, "row"));
            });
            foreach (var (first, vectors) in shape.Passes())
            {
                code.Add(new Invoke(Values(height, first, vectors),
                    [new Address("scores"), shape.Column("values", first), new Address("y", first), new Address("scores", weights), visible]));
            }
            return new(name, $"{height} quer{(height == 1 ? "y" : "ies")} of a head{(shape.Causal ? ", from t on" : "")}.",
                [
                    Floats("q"), Floats("keys"), Floats("values"), Floats("y"), Floats("scores"), .. hasSums ? [Floats("sums")] : Array.Empty<KernelParameter>(),
                    .. shape.Causal ? [Size("t")] : Array.Empty<KernelParameter>(), .. shape.Parameters, .. shape.RandomParameters,
                ], code.Body);
        }), [.. arguments]);

    /// <summary>A call for some heads of one position, which see the same keys.</summary>
    public Invoke Heads(int height, object[] arguments) =>
        new(Get($"{LayerBuilder.Text(height)}HeadsOf{shape.Label}", ("heads", height, shape.Label), name =>
        {
            var code = new Code();
            Panels(code, "visible", (body, panel, offset) => body.Add(new Invoke(Scores(height, shape.Pitch),
                [new Address("q"), new Address("keys", offset, panel, (long)shape.Size), new Address("scores", offset, panel)])));
            var shares = (long)height * scorePitch;
            code.For("row", "0", LayerBuilder.Text(height), 1, row => row.Add(new Invoke(Softmax(),
                [new Address("scores", 0, "row", scorePitch), new Address("scores", shares, "row"), "visible", "visible"])));
            foreach (var (first, vectors) in shape.Passes())
            {
                code.Add(new Invoke(Values(height, first, vectors),
                    [new Address("scores"), shape.Column("values", first), new Address("y", first), new Address("scores", shares), "visible"]));
            }
            return new(name, $"{height} head{(height == 1 ? "" : "s")} of one position, which sees a number of keys.",
                [Floats("q"), Floats("keys"), Floats("values"), Floats("y"), Floats("scores"), Size("visible")], code.Body);
        }), [.. arguments]);

    /// <summary>Writes a loop over the panels of the keys that are seen, and in each over a tile's columns; an index counts keys.</summary>
    public void Panels(Code code, string visible, Action<Code, string, int> body) => code.For("key", "0", visible, AttentionShape.Width, loop =>
    {
        for (var offset = 0; offset < AttentionShape.Width; offset += shape.Columns) body(loop, "key", offset);
    });

    /// <summary>q kᵀ of a tile, which are scores times log₂ e: keys in panels have their factor.</summary>
    /// <param name="height">The queries.</param>
    /// <param name="pitch">The floats from one to the next.</param>
    public string Scores(int height, int pitch) => Get($"{LayerBuilder.Text(height)}x{LayerBuilder.Text(shape.Columns)}Scores", ("scores", height, shape.Size, pitch, scorePitch), name =>
    {
        var code = new Code();
        var tile = Product(code, height, pitch);
        tile.Each(code, (row, r, v) => row.Add(new Store(new Address("scores", r * scorePitch + v * lanes), RegisterTile.Sum(r, v))));
        return new(name, $"{height} quer{(height == 1 ? "y" : "ies")} × {shape.Columns} keys.", [Floats("q"), Floats("keys"), Floats("scores")], code.Body);
    });

    /// <summary>Writes the sums of a tile of rows with keys, or values, in a panel.</summary>
    public RegisterTile Product(Code code, int height, int pitch)
    {
        var tile = new RegisterTile(height, shape.Columns / lanes);
        tile.Begin(code, _ => Expr.Zero);
        code.Walk("q", LayerBuilder.Text(shape.Size), 1, [("keys", AttentionShape.Width)], step =>
            tile.Step(step, "k", v => new Load(new Address("keys", v * lanes)), "q", r => new Address("q", (long)r * pitch)));
        return tile;
    }

    /// <summary>2 to the power of score - max of a row, zeros for keys that it doesn't see, and what they have to be divided by.</summary>
    string Softmax() => Get(hasSums ? "SoftmaxAndSum" : "Softmax", ("softmax", hasSums), name =>
    {
        var code = new Code();
        Seen(code);
        code.Let("max", new Local("last"));
        code.For("j", "0", "whole", lanes, body => body.Add(new Set("max", Expr.Max(new Local("max"), new Load(new Address("scores", 0, "j"))))));
        code.Add(new Set("max", new Across(Operator.Max, new Local("max"))));
        code.Let("sum", Expr.Exp2(new Local("last") - new Local("max")));
        code.Add(new Store(new Address("scores", 0, "whole"), new Local("sum")));
        code.For("j", "0", "whole", lanes, body =>
        {
            var weight = body.Let("weight", Expr.Exp2(new Load(new Address("scores", 0, "j")) - new Local("max")));
            body.Add(new Store(new Address("scores", 0, "j"), weight));
            body.Add(new Set("sum", new Local("sum") + weight));
        });
        Unseen(code);
        code.Add(new Set("sum", new Across(Operator.Add, new Local("sum"))));
        var share = code.Let("share", Expr.One / new Local("sum"));
        code.Add(new StoreScalar(new Address("shares"), share));
        if (hasSums)
        {
            var logarithm = code.Let("logSum", Expr.Log(new Local("sum")) * (float)AttentionShape.Log2E + new Local("max"));
            code.Add(new StoreScalar(new Address("sums"), logarithm));
        }
        return new(name, "Of a row's scores, of which the first are seen, their exponentials, and what these have to be multiplied by.",
            [Floats("scores"), Floats("shares"), .. hasSums ? [Floats("sums")] : Array.Empty<KernelParameter>(), Size("visible"), Size("all")], code.Body);
    });

    /// <summary>
    /// Declares how many scores of a row are in vectors that are seen whole, and the vector after these, −∞ for what isn't seen of it: there is memory
    /// for it, whatever is seen.
    /// </summary>
    void Seen(Code code)
    {
        code.Add(new Integer($"nint whole = visible / {LayerBuilder.Text(lanes)} * {LayerBuilder.Text(lanes)}"));
        code.Let("last", Expr.WhereGreater(new Converted("(visible - whole)"), new LaneNumbers(), new Load(new Address("scores", 0, "whole")), float.NegativeInfinity));
    }

    /// <summary>Writes zeros for the vectors of a row after those of <see cref="Seen"/>.</summary>
    void Unseen(Code code, string end = "all") => code.For("j", $"whole + {LayerBuilder.Text(lanes)}", end, lanes, rest => rest.Add(new Store(new Address("scores", 0, "j"), Expr.Zero)));

    /// <summary>A call that marks the shares of a row that are dropped, by a sign: the scores' gradients need them too.</summary>
    /// <param name="dropout">Which are dropped.</param>
    /// <param name="row">The row among those that there is memory for.</param>
    /// <param name="visible">The keys that are seen.</param>
    /// <param name="query">The query among those that have numbers from <c>draw</c> on.</param>
    /// <param name="key">The first key, as text; null for that of all.</param>
    public Invoke Marked(AttentionDropout dropout, string row, string visible, string query, string? key) =>
        Drawn("Mark", dropout, 1, -1, row, visible, query, "shares", key);

    /// <summary>A call that multiplies the weights of a row that stay, and those that are dropped.</summary>
    Invoke Drawn(string what, AttentionDropout dropout, float kept, float dropped, string row, string visible, string query,
        string pointer = "scores", string? key = null) =>
        new(Get(what, (what, dropout), name =>
        {
            var code = new Code();
            code.For("j", "0", "visible", lanes, body =>
            {
                var factor = body.Let("factor", Expr.WhereGreaterOrEqual(new RandomLanes(dropout.Stream, "draw + j"), dropout.Probability, kept, dropped));
                body.Add(new Store(new Address("scores", 0, "j"), new Load(new Address("scores", 0, "j")) * factor));
            });
            return new(name, "Multiplies a row's weights by what random numbers say.", [Floats("scores"), Size("visible"), .. AttentionShape.Random], code.Body);
        }),
        [
            new Address(pointer, 0, row, scorePitch), visible, "seed", "step",
            $"draw + {(query.Contains(" ") ? $"({query})" : query)} * {LayerBuilder.Text(shape.NumbersOfQuery)}{(key is null ? "" : $" + {key}")}",
        ]);

    /// <summary>The sums of values with the weights of a tile's rows.</summary>
    string Values(int height, int first, int vectors) =>
        Get($"{LayerBuilder.Text(height)}x{LayerBuilder.Text(Math.Min(vectors * lanes, shape.Size - first))}Values",
            ("values", height, vectors, shape.CountOf(first + (vectors - 1) * lanes), shape.ResultPitch, scorePitch), name =>
            {
                var code = new Code();
                var tile = OverKeys(code, height, vectors, "weights", "values");
                tile.Each(code, (row, r, v) => row.Add(
                    new Store(new Address("y", r * shape.ResultPitch + v * lanes), RegisterTile.Sum(r, v) * new Splat(new Address("shares", r)), shape.CountOf(first + v * lanes))));
                return new(name, $"{height} quer{(height == 1 ? "y" : "ies")} × {Math.Min(vectors * lanes, shape.Size - first)} columns of the values.",
                    [Floats("weights"), Floats("values"), Floats("y"), Floats("shares"), Size("visible")], code.Body);
            });

    /// <summary>Writes the sums over the keys seen of a number of each of a tile's rows times columns of a head.</summary>
    RegisterTile OverKeys(Code code, int height, int vectors, string numbers, string columns, Func<int, int, Expr>? memory = null)
    {
        var tile = new RegisterTile(height, vectors);
        if (memory is null) tile.Begin(code, _ => Expr.Zero);
        else tile.BeginFrom(code, memory);
        code.Walk(numbers, "visible", 1, [(columns, AttentionShape.Width)], step => shape.Step(step, tile, columns, r => new Address(numbers, (long)r * scorePitch)));
        return tile;
    }

    /// <summary>2 to the power of score - log₂ Σ 2^score of a row, and zeros for keys that it doesn't see, up to the end of the last panel that is.</summary>
    public string Shares() => Get("Shares", "shares", name =>
    {
        var code = new Code();
        Seen(code);
        code.Let("sum", new Splat(new Address("sums")));
        code.For("j", "0", "whole", lanes, body =>
            body.Add(new Store(new Address("scores", 0, "j"), Expr.Exp2(new Load(new Address("scores", 0, "j")) - new Local("sum")))));
        code.Add(new Store(new Address("scores", 0, "whole"), Expr.Exp2(new Local("last") - new Local("sum"))));
        code.Add(new Integer($"nint padded = (all + {LayerBuilder.Text(AttentionShape.Width - 1)}) / {LayerBuilder.Text(AttentionShape.Width)} * {LayerBuilder.Text(AttentionShape.Width)}"));
        Unseen(code, "padded");
        return new(name, "Of a row's scores, of which the first are seen, their shares.", [Floats("scores"), Floats("sums"), Size("visible"), Size("all")], code.Body);
    });

    /// <summary>
    /// p ⊙ (∂y vᵀ − Σ ∂y ⊙ y) / √d of a tile, where values and the sum have been divided. Of marked shares the dropped ones have no ∂y vᵀ, and what is left of
    /// the others takes their place.
    /// </summary>
    /// <param name="height">The queries.</param>
    /// <param name="pitch">The floats from one to the next.</param>
    public string ScoreGradients(int height, int pitch) =>
        Get($"{LayerBuilder.Text(height)}x{LayerBuilder.Text(shape.Columns)}Gradients{(shape.Dropout is null ? "" : "_Dropout")}",
            ("gradients", height, shape.Size, pitch, scorePitch, shape.Dropout?.Factor), name =>
        {
            var code = new Code();
            var tile = Product(code, height, pitch);
            tile.Each(code, (row, r, v) =>
            {
                var at = r * scorePitch + v * lanes;
                if (shape.Dropout is { } dropout)
                {
                    var share = row.Let($"share{LayerBuilder.Text(r)}_{LayerBuilder.Text(v)}", new Load(new Address("shares", at)));
                    var kept = row.Let($"kept{LayerBuilder.Text(r)}_{LayerBuilder.Text(v)}", Expr.WhereGreater(share, Expr.Zero, dropout.Factor, Expr.Zero));
                    row.Add(new Store(new Address("g", at), Expr.Abs(share) * (RegisterTile.Sum(r, v) * kept - new Splat(new Address("products", r)))));
                    row.Add(new Store(new Address("shares", at), share * kept));
                    return;
                }
                row.Add(new Store(new Address("g", at),
                    new Load(new Address("shares", at)) * (RegisterTile.Sum(r, v) - new Splat(new Address("products", r)))));
            });
            return new(name, $"{height} quer{(height == 1 ? "y" : "ies")} × {shape.Columns} keys.",
                [Floats("q"), Floats("keys"), Floats("g"), Floats("shares"), Floats("products")], code.Body);
        });

    /// <summary>∂q = g k of a tile.</summary>
    /// <param name="height">The queries.</param>
    /// <param name="first">The first column.</param>
    /// <param name="vectors">The vectors of columns.</param>
    /// <param name="inBlocks">Whether keys come in blocks, each but the first of which adds to what those before it gave.</param>
    public string QueryGradients(int height, int first, int vectors, bool inBlocks) =>
        Get($"{LayerBuilder.Text(height)}x{LayerBuilder.Text(Math.Min(vectors * lanes, shape.Size - first))}QueryGradients",
            ("queries' gradients", height, vectors, shape.CountOf(first + (vectors - 1) * lanes), shape.Pitch, scorePitch, inBlocks), name =>
            {
                var code = new Code();
                Address Place(int r, int v) => new("dq", (long)r * shape.Pitch + v * lanes);
                int? Count(int v) => shape.CountOf(first + v * lanes);
                var tile = OverKeys(code, height, vectors, "g", "k", inBlocks ? (r, v) => new Load(Place(r, v), Count(v)) : null);
                tile.Each(code, (row, r, v) => row.Add(new Store(Place(r, v), RegisterTile.Sum(r, v), Count(v))));
                return new(name, $"{height} quer{(height == 1 ? "y" : "ies")} × {Math.Min(vectors * lanes, shape.Size - first)} columns.",
                    [
                        Floats("g"), Floats("k"), Floats("dq"), Size("visible"), .. inBlocks ? [new(ParameterType.Flag, "accumulate")] : Array.Empty<KernelParameter>(),
                    ], code.Body);
            });

    /// <summary>Adds Σ over some queries of a number for each of a tile's keys times columns of the queries, or of ∂y, whose rows are together.</summary>
    public string KeyGradients(int height, int vectors) =>
        Get($"{LayerBuilder.Text(height)}x{LayerBuilder.Text(vectors * lanes)}KeyGradients", ("keys' gradients", height, vectors, shape.RowFloats, scorePitch), name =>
        {
            var code = new Code();
            var tile = new RegisterTile(height, vectors);
            Address Place(int r, int v) => new("dk", r * AttentionShape.Width + v * lanes);
            tile.Begin(code, _ => Expr.Zero);
            code.For("i", "0", "rows", 1, step =>
            {
                shape.Step(step, tile, "q", r => new Address("g", r));
                step.Add(new Advance("g", scorePitch));
                step.Add(new Advance("q", shape.RowFloats));
            });
            tile.Each(code, (row, r, v) => row.Add(new Store(Place(r, v), RegisterTile.Sum(r, v) + new Load(Place(r, v)))));
            return new(name, $"{height} key{(height == 1 ? "" : "s")} × {vectors * lanes} columns, over some queries.",
                [Floats("g"), Floats("q"), Floats("dk"), Size("rows")], code.Body);
        });
}
