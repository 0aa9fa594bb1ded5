using System.Collections.Immutable;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// The tiles of a product whose rows are sorted by experts. A tile has rows of one expert alone; those of an expert follow each other, and how many there are
/// is known when the table is: a group of threads looks for its own, and finds none where there are fewer tiles than groups.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="from">The first expert whose tiles these are.</param>
/// <param name="weights">What the kernel calls the weights of the experts from that one on; <c>w</c> is that of the tile.</param>
sealed class GpuExpertTiles(GpuExpertTable table, int from, ImmutableArray<string> weights)
{
    /// <summary>The rows of the tile's expert, and their extent.</summary>
    public static readonly GpuExtent Rows = new(null, "rows");

    /// <summary>The products of each of a tile's results.</summary>
    public const string Depth = "depth";

    /// <summary>At least as many as there are tiles: of each expert's rows, one may be filled in part.</summary>
    public string Most(GpuTile tile) => $"{table.AllRows} / {LayerBuilder.Text(tile.Rows)} + {LayerBuilder.Text(weights.Length)}";

    /// <summary>
    /// Finds the tile of a group, <c>firstRow</c> among the <c>rows</c> of an expert that begin at <c>first</c>. A group that has none has no rows and no
    /// <c>depth</c>, but comes by the barriers: those within a choice, though all threads choose the same, have PoCL lose results.
    /// </summary>
    public void Emit(Code code, GpuTile tile, GpuExtent depth)
    {
        foreach (var name in new[] { "first", "rows", "firstRow", "tiles" }) code.Add(new Integer($"int {name} = 0"));
        code.Add(new Integer($"int expert = {LayerBuilder.Text(from)}"));
        code.For("e", LayerBuilder.Text(from), LayerBuilder.Text(from + weights.Length), 1, body =>
        {
            body.Add(new LetInt("begin", table.First("e")));
            body.Add(new LetInt("end", table.First("e", plus: 1)));
            body.Add(new Integer("int tile = groupY - tiles"));
            body.Add(new Integer($"tiles += (end - begin + {LayerBuilder.Text(tile.Rows - 1)}) / {LayerBuilder.Text(tile.Rows)}"));
            body.If("tile >= 0 && groupY < tiles", own =>
            {
                own.Add(new Integer("expert = e"));
                own.Add(new Integer("first = begin"));
                own.Add(new Integer("rows = end - begin"));
                own.Add(new Integer($"firstRow = tile * {LayerBuilder.Text(tile.Rows)}"));
            });
        });
        code.Add(new LetChosenPointer("w", from == 0 ? "expert" : $"expert - {LayerBuilder.Text(from)}", weights));
        code.Add(new Integer($"int {Depth} = GpuMath.Select(rows > 0, {depth.Text}, 0)"));
    }
}

/// <summary>A side of a product that has the rows of one expert, which the table knows by their places from <c>first</c> on.</summary>
/// <param name="name">What the kernel calls the value.</param>
/// <param name="features">The numbers of a row.</param>
/// <param name="table">The table.</param>
/// <param name="alongDepth">Whether the rows are the product's lines; else they are its depths.</param>
sealed class GpuExpertRows(string name, int features, GpuExpertTable table, bool alongDepth) : GpuOperand(name, alongDepth)
{
    public override void Line(Code code, string line, string suffix)
    {
        if (AlongDepth) code.Add(new LetInt("row" + suffix, table.Sorted($"first + GpuMath.Select(rows > 0, {line}, 0)")));
    }

    public override void Depth(Code code, string depth, string suffix)
    {
        // Past the expert's last row its first one is looked up, and counts as 0.
        if (!AlongDepth) code.Add(new LetInt("row" + suffix, table.Sorted($"first + GpuMath.Select({depth} < rows, {depth}, 0)")));
    }

    public override (string? Condition, string Index) At(Code code, string line, string lineSuffix, string depth, string depthSuffix) =>
        (null, $"row{(AlongDepth ? lineSuffix : depthSuffix)} * {LayerBuilder.Text(features)} + {(AlongDepth ? depth : line)}");
}
