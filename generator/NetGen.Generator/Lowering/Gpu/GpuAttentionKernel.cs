using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering.Attention;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// Attention: the softmax of a row goes along while the keys' tiles come by (Milakov and Gimelshein 2018). A larger maximum than before makes what there is so
/// far a smaller part of the sum, and it is multiplied by how much smaller.
/// </summary>
static class GpuAttentionKernel
{
    public static GpuKernel Lower(Group group, Ops.Attention op)
    {
        var result = group.Values[0];
        var shape = AttentionShape.OfGpu(op, result);
        var sums = group.Values.FirstOrDefault(v => v.Op is AttentionSums);
        var places = new GpuAttentionPlaces(result, shape);
        var code = new Code();
        var tile = new GpuAttentionTile(code, shape, places, rowsAreKeys: false);
        tile.Begin(["shares"], ["maxima", "factors"]);
        code.Add(new Integer($"int queries = {places.Queries("head")}"));
        code.Add(new Integer($"int keys = {places.Keys("keyHead")}"));
        code.Add(new Integer($"int values = {places.Values("keyHead")}"));
        code.Add(new Integer($"int results = {places.Results("head")}"));
        var (query, key) = (tile.Side("query", places.Query, "queries", shape.Pitch, ofRows: true), tile.Side("key", places.Key, "keys", shape.KeyPitch, ofRows: false));
        var scores = new GpuTileSum(GpuAttentionTile.Tile, "score", query, key);
        var output = tile.Sums("output", "shares", places.Value, "values", shape.KeyPitch);
        query.Lines(code);
        output.Clear(code);
        // Of a row of the tile, by the thread of its number.
        code.Let("maximum", new Number(float.NegativeInfinity));
        code.Let("total", Expr.Zero);
        tile.EachTile(code, loop =>
        {
            loop.Add(new Remark("Scores q · k / √d of 32 queries and 32 keys."));
            key.Lines(loop);
            tile.Products(loop, scores);
            tile.EachPair(loop, (pair, r, c, sees) =>
            {
                var score = scores[r, c] * shape.Scale;
                pair.Add(new Set(scores[r, c].Name, sees.Length == 0 ? score : new Chosen(sees, score, float.NegativeInfinity)));
                pair.Add(new StoreScalar(GpuAttentionTile.Score("shares", r, c), scores[r, c]));
            });
            loop.Add(new GroupBarrier());
            loop.Add(new Remark("The largest score of each query so far, and by how much sums with the one before become less: exp(before − now)."));
            GpuAttentionTile.EachRowOnce(loop, row =>
            {
                row.Let("larger", new Local("maximum"));
                row.For("j", "0", LayerBuilder.Text(GpuAttentionTile.Tile.Columns), 1, body =>
                    body.Add(new Set("larger", Expr.Max(new Local("larger"), new Load(GpuAttentionTile.RowScore("shares", "j"))))));
                row.Add(new StoreScalar(new Address("maxima", 0, "thread"), new Local("larger")));
                row.Add(new StoreScalar(new Address("factors", 0, "thread"), Expr.Exp(new Local("maximum") - new Local("larger"))));
                row.Add(new Set("maximum", new Local("larger")));
            });
            loop.Add(new GroupBarrier());
            for (var r = 0; r < GpuAttentionTile.Tile.BlockRows; r++)
            {
                loop.Let($"maximum{LayerBuilder.Text(r)}", GpuAttentionTile.OfRow("maxima", r));
                loop.Let($"factor{LayerBuilder.Text(r)}", GpuAttentionTile.OfRow("factors", r));
            }
            loop.Add(new Remark("The shares exp(score − maximum), and their sums with the values."));
            tile.EachPair(loop, (pair, r, c, _) => pair.Add(new StoreScalar(GpuAttentionTile.Score("shares", r, c), Expr.Exp(scores[r, c] - new Local($"maximum{LayerBuilder.Text(r)}")))));
            output.Scale(loop, r => new Local($"factor{LayerBuilder.Text(r)}"));
            loop.Add(new GroupBarrier());
            GpuAttentionTile.EachRowOnce(loop, row =>
            {
                row.Add(new Set("total", new Local("total") * new Load(new Address("factors", 0, "thread"))));
                row.For("j", "0", LayerBuilder.Text(GpuAttentionTile.Tile.Columns), 1, body =>
                    body.Add(new Set("total", new Local("total") + new Load(GpuAttentionTile.RowScore("shares", "j")))));
            });
            if (shape.Dropout is not null)
            {
                loop.Add(new GroupBarrier());
                loop.Add(new Remark("Some shares are dropped from the sums with the values; their total has all."));
                tile.EachPair(loop, (pair, r, c, _) => pair.Block(null, block =>
                {
                    var kept = block.Let("kept", tile.Kept(r, c)!);
                    block.Add(new StoreScalar(GpuAttentionTile.Score("shares", r, c), new Load(GpuAttentionTile.Score("shares", r, c)) * kept));
                }));
                loop.Add(new GroupBarrier());
            }
            output.Add(loop);
        });
        GpuAttentionTile.EachRowOnce(code, row =>
        {
            row.Add(new StoreScalar(new Address("factors", 0, "thread"), Expr.One / new Local("total")));
            if (sums is null) return;
            row.If($"firstRow + thread < {tile.Rows.Text}{(tile.Parts > 1 ? " && part == 0" : "")}", inside => inside.Add(new StoreScalar(
                places.Sum("firstRow + thread"), new Local("maximum") + Expr.Log(new Local("total")))));
        });
        code.Add(new GroupBarrier());
        output.Store(code, "y", "results", shape.ResultPitch, r => GpuAttentionTile.OfRow("factors", r));
        return new GpuKernel($"{op.Label}_{shape.Label}", $"{Formulas.Of(group)}: {string.Join(", ", result.Inputs.Select(v => v.Type))} → {result.Type}.", group,
            [.. places.Arguments, new(Binding.Pointer, "y", result), .. sums is null ? Array.Empty<KernelArgument>() : [new(Binding.Pointer, "sums", sums)], new(Binding.Samples, "n"), .. AttentionShape.RandomBindings(op)],
            tile.Grid, GpuAttentionTile.Threads, code.Body)
        { Counts = null };
    }
}
