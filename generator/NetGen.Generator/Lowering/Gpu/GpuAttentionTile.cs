using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering.Attention;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// What the kernels of attention have in common (Dao et al. 2022): a group of threads has some rows of a head, goes through the columns a tile at a time, and
/// keeps a tile's scores in shared memory for as long as it takes to multiply them with the tile's values. Scores of all pairs are nowhere.
/// </summary>
/// <param name="code">The kernel's body.</param>
/// <param name="shape">Where the parts of the attention are.</param>
/// <param name="places">Where they are in memory.</param>
/// <param name="rowsAreKeys">Whether its rows are keys, and it goes through the queries; otherwise the other way round.</param>
sealed class GpuAttentionTile(Code code, AttentionShape shape, GpuAttentionPlaces places, bool rowsAreKeys)
{
    public static readonly GpuTile Tile = GpuPolicy.Small;

    /// <summary>A column of a tile of scores in shared memory, which four floats keep apart in its banks.</summary>
    static readonly int Pitch = Tile.Rows + 4;

    /// <summary>The numbers of a head that a thread's sums are for, in tiles; longer heads are shared by several groups.</summary>
    const int MostChunks = 2;

    /// <summary>The tiles of a head's numbers that a group has.</summary>
    public int Chunks { get; } = Math.Min(MostChunks, (shape.Size + Tile.Columns - 1) / Tile.Columns);

    /// <summary>The groups that share a head's numbers.</summary>
    public int Parts => (shape.Size + Chunks * Tile.Columns - 1) / (Chunks * Tile.Columns);

    /// <summary>The rows of a head.</summary>
    public GpuExtent Rows => rowsAreKeys ? Keys : Queries;

    /// <summary>The columns that the rows are multiplied with.</summary>
    public GpuExtent Columns => rowsAreKeys ? Queries : Keys;

    GpuExtent Queries => Extent(shape.LengthText, shape.Length);

    GpuExtent Keys => Extent(shape.PositionsText, shape.Positions);

    /// <summary>So many, or as many as a sample has.</summary>
    static GpuExtent Extent(string text, int most) => new(text == Text(most) ? most : null, text);

    /// <summary>The groups: tiles of rows, as many as the longest sample may have, the heads of what they belong to, and the samples.</summary>
    public GpuGrid Grid => new(Text(((rowsAreKeys ? shape.Positions : shape.Length) + Tile.Rows - 1) / Tile.Rows * Parts), Text(rowsAreKeys ? shape.Heads / shape.Share : shape.Heads), "n");

    public static (int, int) Threads => (Tile.ThreadsX, Tile.ThreadsY);

    /// <summary>Declares shared memory, and which rows of which head and sample the group has.</summary>
    /// <param name="tiles">The tiles of scores.</param>
    /// <param name="numbers">Numbers of a tile's rows or columns.</param>
    public void Begin(string[] tiles, string[] numbers)
    {
        foreach (var side in new[] { "left", "right" }) code.Add(new SharedFloats(side + "Tile", Tile.Depth * (Tile.Rows + 4)));
        foreach (var tile in tiles) code.Add(new SharedFloats(tile, Tile.Columns * Pitch));
        foreach (var number in numbers) code.Add(new SharedFloats(number, Tile.Rows));
        code.Add(new LetIndex("threadX", GpuIndex.ThreadX));
        code.Add(new LetIndex("threadY", GpuIndex.ThreadY));
        code.Add(new LetIndex("tile", GpuIndex.GroupX));
        code.Add(new LetIndex(rowsAreKeys ? "keyHead" : "head", GpuIndex.GroupY));
        code.Add(new LetIndex("sample", GpuIndex.GroupZ));
        places.Sample(code);
        code.Add(new Integer($"int thread = threadY * {Text(Tile.ThreadsX)} + threadX"));
        if (Parts > 1) code.Add(new Integer($"int part = tile % {Text(Parts)}"));
        code.Add(new Integer($"int firstRow = tile{(Parts > 1 ? $" / {Text(Parts)}" : "")} * {Text(Tile.Rows)}"));
        if (!rowsAreKeys) code.Add(new Integer($"int keyHead = head{(shape.Share == 1 ? "" : $" / {Text(shape.Share)}")}"));
        for (var r = 0; r < Tile.BlockRows; r++) code.Add(new Integer($"int {Row(r)} = firstRow + threadY * {Text(Tile.BlockRows)} + {Text(r)}"));
    }

    /// <summary>A side of the scores' products: the numbers of a head at each row or column.</summary>
    public GpuStagedSide Side(string name, string value, string first, int pitch, bool ofRows) =>
        new(new GpuMatrix(value, pitch, 1, first), name, ofRows ? "firstRow" : "firstColumn", ofRows ? Rows : Columns, Tile.Rows, ofRows ? "threadY" : "threadX", Tile,
            ofRows ? "leftTile" : "rightTile");

    /// <summary>Products of the numbers of heads, for each row and column of the tile.</summary>
    public void Products(Code target, GpuTileSum sum)
    {
        sum.Clear(target);
        sum.Add(target, "0", Text(shape.Size), shape.Size % Tile.Depth == 0);
    }

    /// <summary>Sums over all columns of a tile of scores times the columns' numbers, for each row and each number of the head.</summary>
    /// <param name="name">What names of sums begin with.</param>
    /// <param name="tile">The scores in shared memory.</param>
    /// <param name="value">What has the numbers.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="pitch">The floats from one column to the next.</param>
    public GpuAttentionSums Sums(string name, string tile, string value, string first, int pitch) => new(this, shape.Size, [.. Enumerable.Range(0, Chunks).Select(chunk =>
    {
        // What is past the head's end is read as its last number, and isn't stored.
        var extent = shape.Size % (Tile.Columns * Chunks) == 0 ? GpuExtent.Of(shape.Size) : new GpuExtent(null, Text(shape.Size));
        var side = new GpuStagedSide(new GpuMatrix(value, 1, pitch, first), $"{name}{Text(chunk)}", FirstNumber(chunk), extent, Tile.Columns, "threadX", Tile, "rightTile");
        return (new GpuTileSum(Tile, $"{name}{Text(chunk)}_", new GpuSharedSide(tile, Pitch, "firstColumn", "threadY"), side), side);
    })]);

    /// <summary>The first number of a chunk.</summary>
    public string FirstNumber(int chunk) => Parts == 1 ? Text(chunk * Tile.Columns) : $"(part * {Text(Chunks * Tile.Columns)} + {Text(chunk * Tile.Columns)})";

    /// <summary>Goes through the tiles of columns that a row sees; a causal attention's rows don't see all, and rows that a sample hasn't see none.</summary>
    public void EachTile(Code target, Action<Code> body)
    {
        var (from, to) = ("0", Columns.Text);
        if (shape.Causal && rowsAreKeys) from = "firstRow";
        var isFree = Rows.Known is null;
        if (shape.Causal && !rowsAreKeys && (isFree || Rows.Known > Tile.Rows))
        {
            target.Add(new Integer($"int endColumn = firstRow + {Text(Tile.Rows)} < {to} ? firstRow + {Text(Tile.Rows)} : {to}"));
            to = "endColumn";
        }
        if (isFree)
        {
            target.Add(new Integer($"int endOfRows = GpuMath.Select(firstRow < {Rows.Text}, {to}, 0)"));
            to = "endOfRows";
        }
        target.For("firstColumn", from, to, Tile.Columns, loop =>
        {
            for (var c = 0; c < Tile.BlockColumns; c++) loop.Add(new Integer($"int {Column(c)} = {IndexText.Plus($"firstColumn + threadX * {Text(Tile.BlockColumns)}", c)}"));
            loop.Add(new Integer(IsWhole ? $"int end = firstColumn + {Text(Tile.Columns)}"
                : $"int end = firstColumn + {Text(Tile.Columns)} < {Columns.Text} ? firstColumn + {Text(Tile.Columns)} : {Columns.Text}"));
            body(loop);
        });
    }

    /// <summary>Whether all tiles have all columns.</summary>
    public bool IsWhole => Columns.IsMultipleOf(Tile.Columns);

    /// <summary>Does something with each pair of a row and a column of the thread's block, of which a condition says whether the query sees the key.</summary>
    public void EachPair(Code target, Action<Code, int, int, string> body)
    {
        for (var c = 0; c < Tile.BlockColumns; c++)
        {
            for (var r = 0; r < Tile.BlockRows; r++)
            {
                var (row, column) = (Row(r), Column(c));
                string[] conditions = [.. IsWhole ? Array.Empty<string>() : [$"{column} < {Columns.Text}"],
                    .. !shape.Causal ? Array.Empty<string>() : [rowsAreKeys ? $"{row} <= {column}" : $"{column} <= {row}"]];
                body(target, r, c, string.Join(" & ", conditions));
            }
        }
    }

    /// <summary>
    /// What the share of a pair of the thread's block is multiplied by where some are dropped; null otherwise. Each query of a head of a sample has a random
    /// number for each key, so that the gradient's kernels draw the same ones.
    /// </summary>
    public Expr? Kept(int r, int c)
    {
        if (shape.Dropout is not { } dropout) return null;
        var (query, key) = rowsAreKeys ? (Column(c), Row(r)) : (Row(r), Column(c));
        return Expr.WhereGreaterOrEqual(
            new RandomLanes(dropout.Stream, $"((sample * {Text(shape.Heads)} + head) * {Text(shape.Length)} + {query}) * {Text(shape.NumbersOfQuery)} + {key}"),
            dropout.Probability, dropout.Factor, 0f);
    }

    /// <summary>Where the score of a pair of the thread's block is in a tile.</summary>
    public static Address Score(string tile, int r, int c) => new(tile, c * Pitch + r, $"threadX * {Text(Tile.BlockColumns * Pitch)} + threadY * {Text(Tile.BlockRows)}");

    /// <summary>Where a row's score is, for a thread that has the row to itself.</summary>
    public static Address RowScore(string tile, string column) => new(tile, 0, $"{column} * {Text(Pitch)} + thread");

    /// <summary>A number of a row of the thread's block.</summary>
    public static Load OfRow(string numbers, int r) => new(new Address(numbers, r, "threadY", Tile.BlockRows));

    /// <summary>A number of a column of the thread's block.</summary>
    public static Load OfColumn(string numbers, int c) => new(new Address(numbers, c, "threadX", Tile.BlockColumns));

    /// <summary>Has one thread for each row of a tile do something.</summary>
    public static void EachRowOnce(Code target, Action<Code> body) => target.If($"thread < {Text(Tile.Rows)}", body);

    /// <summary>Σ ∂y y over the numbers of a head at a query, which is what reaches its scores from all of them together: by one thread for each.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="query">The query's expression.</param>
    /// <param name="first">The head's first number in ∂y and y.</param>
    public void Delta(Code target, string query, string first)
    {
        target.Add(new Integer($"int queryOfThread = {query} < {Queries.Text} ? {query} : {(Queries.Known is { } known ? Text(known - 1) : $"{Queries.Text} - 1")}"));
        target.Let("delta", Expr.Zero);
        target.For("j", "0", Text(shape.Size), 1, loop =>
        {
            Load Of(string value) => new(new Address(value, 0, $"{first} + queryOfThread * {Text(shape.ResultPitch)} + j"));
            loop.Add(new Set("delta", new Local("delta") + Of("dy") * Of("y")));
        });
    }

    public static string Row(int r) => $"row{Text(r)}";

    public static string Column(int c) => $"column{Text(c)}";

    static string Text(long number) => LayerBuilder.Text(number);
}
