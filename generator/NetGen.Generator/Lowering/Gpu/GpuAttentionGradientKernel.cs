using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering.Attention;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// The gradient of attention. A score's share p is computed again from the logarithm of its row's sum, and what reaches the score is g = p (∂y · v − δ) / √d
/// with δ = ∂y · y of the query (Dao et al. 2022, section 3). One kernel has queries and sums ∂q = Σ g k over the keys; another one has keys and sums ∂v = Σ p
/// ∂y and ∂k = Σ g q over the queries, of all heads that share the keys. So each sum is one group's, and nothing is added to by two. Where some shares are
/// dropped, what they are multiplied by, drawn again, multiplies p in ∂v and ∂y · v in g.
/// </summary>
static class GpuAttentionGradientKernel
{
    /// <summary>Both kernels.</summary>
    public static IEnumerable<GpuKernel> Lower(Group group, Ops.Attention op)
    {
        var y = group.Values[0].Inputs[group.Values[0].Inputs.Length - 2];
        var shape = AttentionShape.OfGpu(op, y);
        yield return OfQueries(group, op, y, shape);
        if (!shape.IsCross || group.Values.Skip(1).Any()) yield return OfKeys(group, op, y, shape);
    }

    static GpuKernel OfQueries(Group group, Ops.Attention op, Value y, AttentionShape shape)
    {
        var places = new GpuAttentionPlaces(y, shape);
        var code = new Code();
        var tile = new GpuAttentionTile(code, shape, places, rowsAreKeys: false);
        tile.Begin(["scores"], ["deltas", "logarithms"]);
        Places(code, places, "head");
        var (query, key) = (tile.Side("query", places.Query, "queries", shape.Pitch, ofRows: true), tile.Side("key", places.Key, "keys", shape.KeyPitch, ofRows: false));
        var (gradient, value) = (tile.Side("gradient", "dy", "results", shape.ResultPitch, ofRows: true), tile.Side("value", places.Value, "values", shape.KeyPitch, ofRows: false));
        var (scores, products) = (new GpuTileSum(GpuAttentionTile.Tile, "score", query, key), new GpuTileSum(GpuAttentionTile.Tile, "product", gradient, value));
        var result = tile.Sums("dq", "scores", places.Key, "keys", shape.KeyPitch);
        query.Lines(code);
        gradient.Lines(code);
        result.Clear(code);
        GpuAttentionTile.EachRowOnce(code, row => Numbers(row, tile, places, "firstRow"));
        code.Add(new GroupBarrier());
        for (var r = 0; r < GpuAttentionTile.Tile.BlockRows; r++)
        {
            code.Let($"delta{LayerBuilder.Text(r)}", GpuAttentionTile.OfRow("deltas", r));
            code.Let($"logarithm{LayerBuilder.Text(r)}", GpuAttentionTile.OfRow("logarithms", r));
        }
        tile.EachTile(code, loop =>
        {
            loop.Add(new Remark("Scores q · k and products ∂y · v of 32 queries and 32 keys."));
            key.Lines(loop);
            value.Lines(loop);
            tile.Products(loop, scores);
            tile.Products(loop, products);
            loop.Add(new Remark("g = p (∂y · v − δ) / √d with p = exp(score − logarithm), and ∂q = Σ g k."));
            tile.EachPair(loop, (pair, r, c, sees) =>
            {
                var share = Share(scores[r, c] * shape.Scale - new Local($"logarithm{LayerBuilder.Text(r)}"), sees);
                if (tile.Kept(r, c) is { } factor) pair.Block(null, block => Store(block, block.Let("kept", factor)));
                else Store(pair, null);

                void Store(Code target, Expr? kept) => target.Add(new StoreScalar(GpuAttentionTile.Score("scores", r, c),
                    share * (Kept(products[r, c], kept) - new Local($"delta{LayerBuilder.Text(r)}")) * shape.Scale));
            });
            loop.Add(new GroupBarrier());
            result.Add(loop);
        });
        result.Store(code, shape.IsCross ? "dxq" : "dx", "queries", shape.Pitch);
        return Build(group, op, shape, places, y, tile, code, "Queries", [group.Values[0]]);
    }

    static GpuKernel OfKeys(Group group, Ops.Attention op, Value y, AttentionShape shape)
    {
        var places = new GpuAttentionPlaces(y, shape);
        var code = new Code();
        var tile = new GpuAttentionTile(code, shape, places, rowsAreKeys: true);
        tile.Begin(["shares", "scores"], ["deltas", "logarithms"]);
        code.Add(new Integer($"int keys = {places.Keys("keyHead")}"));
        code.Add(new Integer($"int values = {places.Values("keyHead")}"));
        var (key, query) = (tile.Side("key", places.Key, "keys", shape.KeyPitch, ofRows: true), tile.Side("query", places.Query, "queries", shape.Pitch, ofRows: false));
        var (value, gradient) = (tile.Side("value", places.Value, "values", shape.KeyPitch, ofRows: true), tile.Side("gradient", "dy", "results", shape.ResultPitch, ofRows: false));
        var (scores, products) = (new GpuTileSum(GpuAttentionTile.Tile, "score", key, query), new GpuTileSum(GpuAttentionTile.Tile, "product", value, gradient));
        var (ofKeys, ofValues) = (tile.Sums("dk", "scores", places.Query, "queries", shape.Pitch), tile.Sums("dv", "shares", "dy", "results", shape.ResultPitch));
        key.Lines(code);
        value.Lines(code);
        ofKeys.Clear(code);
        ofValues.Clear(code);
        if (shape.Share == 1)
        {
            code.Add(new Integer("int head = keyHead"));
            OfHead(code);
        }
        else code.For("head", $"keyHead * {LayerBuilder.Text(shape.Share)}", $"(keyHead + 1) * {LayerBuilder.Text(shape.Share)}", 1, OfHead);
        if (!shape.IsCross)
        {
            ofKeys.Store(code, "dx", "keys", shape.KeyPitch);
            ofValues.Store(code, "dx", "values", shape.KeyPitch);
            return Build(group, op, shape, places, y, tile, code, "Keys", [group.Values[0]]);
        }
        Value Result(bool values) => group.Values.First(v => v.Op is AttentionKeyGradient of && of.OfValues == values);
        ofKeys.Store(code, "dxk", "keys", shape.KeyPitch);
        ofValues.Store(code, "dxv", "values", shape.KeyPitch);
        return Build(group, op, shape, places, y, tile, code, "Keys", [Result(values: false), Result(values: true)]);

        void OfHead(Code head)
        {
            head.Add(new Integer($"int queries = {places.Queries("head")}"));
            head.Add(new Integer($"int results = {places.Results("head")}"));
            tile.EachTile(head, loop =>
            {
                loop.Add(new Remark("Scores k · q and products v · ∂y of 32 keys and 32 queries."));
                query.Lines(loop);
                gradient.Lines(loop);
                // The products' barriers are before what reads these.
                GpuAttentionTile.EachRowOnce(loop, column => Numbers(column, tile, places, "firstColumn"));
                tile.Products(loop, scores);
                tile.Products(loop, products);
                loop.Add(new Remark("p = exp(score − logarithm) and g = p (∂y · v − δ) / √d, for ∂v = Σ p ∂y and ∂k = Σ g q."));
                tile.EachPair(loop, (pair, r, c, sees) => pair.Block(null, block =>
                {
                    var share = block.Let("share", Share(scores[r, c] * shape.Scale - GpuAttentionTile.OfColumn("logarithms", c), sees));
                    var kept = tile.Kept(r, c) is { } factor ? block.Let("kept", factor) : null;
                    block.Add(new StoreScalar(GpuAttentionTile.Score("shares", r, c), Kept(share, kept)));
                    block.Add(new StoreScalar(GpuAttentionTile.Score("scores", r, c), share * (Kept(products[r, c], kept) - GpuAttentionTile.OfColumn("deltas", c)) * shape.Scale));
                }));
                loop.Add(new GroupBarrier());
                ofValues.Add(loop);
                ofKeys.Add(loop);
            });
        }
    }

    static void Places(Code code, GpuAttentionPlaces places, string head)
    {
        code.Add(new Integer($"int queries = {places.Queries(head)}"));
        code.Add(new Integer($"int keys = {places.Keys("keyHead")}"));
        code.Add(new Integer($"int values = {places.Values("keyHead")}"));
        code.Add(new Integer($"int results = {places.Results(head)}"));
    }

    /// <summary>The δ of a query and the logarithm of its sum, by the thread of its number in the tile.</summary>
    static void Numbers(Code code, GpuAttentionTile tile, GpuAttentionPlaces places, string first)
    {
        tile.Delta(code, $"{first} + thread", "results");
        code.Add(new StoreScalar(new Address("deltas", 0, "thread"), new Local("delta")));
        code.Add(new StoreScalar(new Address("logarithms", 0, "thread"), new Load(places.Sum("queryOfThread"))));
    }

    /// <summary>What is left of a share, or of what reaches it, where some are dropped.</summary>
    static Expr Kept(Expr value, Expr? factor) => factor is null ? value : value * factor;

    /// <summary>A score's part of its sum, 0 where the query doesn't see the key.</summary>
    static Expr Share(Expr logarithm, string sees) => sees.Length == 0 ? Expr.Exp(logarithm) : new Chosen(sees, Expr.Exp(logarithm));

    static GpuKernel Build(Group group, Ops.Attention op, AttentionShape shape, GpuAttentionPlaces places, Value y, GpuAttentionTile tile, Code code, string part, Value[] results)
    {
        var inputs = group.Values[0].Inputs;
        string[] names = !shape.IsCross ? ["dx"] : part == "Queries" ? ["dxq"] : ["dxk", "dxv"];
        var summary = $"{Formulas.Of(group)}, {(part == "Queries" ? "queries" : "keys and values")}: {inputs[0].Type} → {string.Join(", ", results.Select(v => v.Type))}.";
        return new GpuKernel($"{op.Label}{part}Gradient_{shape.Label}", summary, group,
            [
                new(Binding.Pointer, "dy", inputs[0]), .. places.Arguments, new(Binding.Pointer, "y", y), new(Binding.Pointer, "sums", inputs[inputs.Length - 1]),
                .. results.Select((v, i) => new KernelArgument(Binding.Pointer, names[i], v)), new(Binding.Samples, "n"), .. AttentionShape.RandomBindings(op),
            ],
            tile.Grid, GpuAttentionTile.Threads, code.Body)
        { Counts = null };
    }
}
