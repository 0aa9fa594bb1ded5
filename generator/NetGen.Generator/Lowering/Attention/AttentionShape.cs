using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Attention;

/// <summary>Where the parts of an attention are, and how its work is cut.</summary>
/// <param name="op">The attention.</param>
/// <param name="positions">The positions of a sample's keys and values.</param>
/// <param name="lanes">The lanes of a vector.</param>
/// <param name="ofOnePosition">Whether there is one position, and a tile's rows are the heads that share keys and values, rather than positions of a head.</param>
/// <param name="queries">The positions of its queries, where they are values of their own, and keys and values too; null where all are side by side.</param>
sealed class AttentionShape(Ops.Attention op, int positions, int lanes, bool ofOnePosition = false, int? queries = null)
{
    /// <summary>That of an attention, with as many lanes.</summary>
    public static AttentionShape Of(Ops.Attention op, Value result, int lanes) =>
        new(op, Ops.Attention.KeysOf(result), lanes, queries: Ops.Attention.IsCross(result) ? result.Shape.Axes[0] : null);

    /// <summary>The positions of keys and values.</summary>
    public int Positions => positions;

    /// <summary>The positions of queries.</summary>
    public int Length => queries ?? positions;

    /// <summary>Whether queries, keys and values are values of their own.</summary>
    public bool IsCross => queries is not null;

    /// <summary>A number of keys, but not more than there are: a query may come after the last key.</summary>
    public string Seen(string keys) => Length <= positions ? keys : $"({keys} < {LayerBuilder.Text(positions)} ? {keys} : {LayerBuilder.Text(positions)})";

    public int Lanes => lanes;

    public int Size => op.HeadSize;

    public bool Causal => op.Causal;

    public int Heads => op.Heads;

    /// <summary>The heads of queries for each head of keys.</summary>
    public int Share => op.Heads / op.KeyValueHeads;

    /// <summary>The floats from one row's queries to the next one's.</summary>
    public int Pitch => ofOnePosition ? op.HeadSize : IsCross ? op.Heads * op.HeadSize : (op.Heads + 2 * op.KeyValueHeads) * op.HeadSize;

    /// <summary>The floats from one position's keys to the next one's, and likewise for values.</summary>
    public int KeyPitch => IsCross ? op.KeyValueHeads * op.HeadSize : Pitch;

    /// <summary>The floats from one row's result to the next one's.</summary>
    public int ResultPitch => ofOnePosition ? op.HeadSize : op.Heads * op.HeadSize;

    /// <summary>The first float of the keys at a position, and of the values.</summary>
    public int FirstKey => IsCross ? 0 : op.Heads * op.HeadSize;

    public int FirstValue => IsCross ? 0 : (op.Heads + op.KeyValueHeads) * op.HeadSize;

    /// <summary>What scores are multiplied by.</summary>
    public float Scale => (float)(1 / Math.Sqrt(op.HeadSize));

    /// <summary>The panels of keys.</summary>
    public int Panels => (positions + Width - 1) / Width;

    /// <summary>The keys of a panel.</summary>
    public const int Width = Ops.Panels.Width;

    /// <summary>The floats of all keys in panels of keys.</summary>
    public int KeyFloats => checked(Panels * Width * op.HeadSize);

    /// <summary>The floats of some rows in panels of a head's columns.</summary>
    public int ColumnFloats(int rows) => checked((op.HeadSize + Width - 1) / Width * Width * rows);

    /// <summary>The floats from one query's scores to the next one's, no multiple of what a cache has in a place.</summary>
    public int ScorePitch => Panels * Width + Ops.Panels.Alignment;

    /// <summary>The queries of a tile, as many tiles as have so many, and the queries that are left.</summary>
    public (int Rows, int Full, int Left) Queries => UnrollPolicy.Chunks(ofOnePosition ? Share : Length, lanes);

    /// <summary>The columns of a tile.</summary>
    public int Columns => Math.Min(Width, UnrollPolicy.TileVectors * lanes);

    /// <summary>The columns of a head that a pass over them has, and their vectors.</summary>
    public IEnumerable<(int First, int Vectors)> Passes()
    {
        var vectors = (op.HeadSize + lanes - 1) / lanes;
        for (var v = 0; v < vectors; v += UnrollPolicy.TileVectors) yield return (v * lanes, Math.Min(UnrollPolicy.TileVectors, vectors - v));
    }

    /// <summary>How many lanes of a vector of a head's columns there are; null for all.</summary>
    public int? CountOf(int first) => op.HeadSize - first < lanes ? op.HeadSize - first : null;

    /// <summary>What the names of its kernels end in.</summary>
    public string Label => $"{(IsCross ? LayerBuilder.Text(Length) + "x" : "")}{LayerBuilder.Text(positions)}_{LayerBuilder.Text(op.Heads)}x{LayerBuilder.Text(op.HeadSize)}"
        + (op.KeyValueHeads == op.Heads ? "" : $"_{LayerBuilder.Text(op.KeyValueHeads)}");

    /// <summary>Where a head's columns from one on are in panels of them, with so many rows in each.</summary>
    public static Address Column(string panels, int first, int rows) => new(panels, (long)(first / Width) * Width * rows + first % Width);

    /// <summary>Writes a step of a sum over rows of a head's columns, in panels: those at a pointer times a number of each of the tile's rows.</summary>
    public void Step(Code code, RegisterTile tile, string pointer, Func<int, Address> place) =>
        tile.Step(code, "v", v => new Load(new Address(pointer, v * lanes)), "w", place);
}
