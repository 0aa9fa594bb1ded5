using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>A number of rows, columns or products: known, or an expression in the number of samples.</summary>
sealed record GpuExtent(long? Known, string Text)
{
    public static GpuExtent Of(long size) => new(size, LayerBuilder.Text(size));

    /// <summary>So many for each sample.</summary>
    public static GpuExtent PerSample(long size) => new(null, size == 1 ? "n" : $"n * {LayerBuilder.Text(size)}");

    public bool IsMultipleOf(int tile) => Known % tile == 0;
}

/// <summary>One side of a product: which number stands at a line (a row of the left, a column of the right) and a depth.</summary>
/// <param name="name">What the kernel calls the value.</param>
/// <param name="alongDepth">
/// Whether numbers of neighbouring depths, rather than lines, are neighbours in memory, which threads that are neighbours read.
/// </param>
/// <param name="gathers">Whether each number is looked for by itself: a thread then has one line, for which what follows from it is computed once.</param>
abstract class GpuOperand(string name, bool alongDepth, bool gathers = false)
{
    public string Name => name;

    public bool Gathers => gathers;

    public bool AlongDepth => alongDepth;

    /// <summary>Declares what follows from the line alone.</summary>
    public virtual void Line(Code code, string line, string suffix) { }

    /// <summary>Declares what follows from the depth alone.</summary>
    public virtual void Depth(Code code, string depth, string suffix) { }

    /// <summary>Where the number is, and under which condition there is one; else it is 0. What it declares first has a name with both suffixes.</summary>
    public abstract (string? Condition, string Index) At(Code code, string line, string lineSuffix, string depth, string depthSuffix);
}

/// <summary>A matrix in memory.</summary>
/// <param name="name">What the kernel calls the value.</param>
/// <param name="lineStride">How far the next line is.</param>
/// <param name="depthStride">How far the next depth is.</param>
/// <param name="first">The index of its first number; null where the value begins with it.</param>
sealed class GpuMatrix(string name, long lineStride, long depthStride, string? first = null) : GpuOperand(name, alongDepth: depthStride == 1)
{
    public override (string? Condition, string Index) At(Code code, string line, string lineSuffix, string depth, string depthSuffix) =>
        (null, $"{(first is null ? "" : first + " + ")}{IndexText.Times(line, lineStride)} + {IndexText.Times(depth, depthStride)}");
}

/// <summary>
/// A product of matrices, and what is done with its results. A group of threads computes a tile: it brings as much of both sides into shared memory as a few
/// products of each result need, and each thread multiplies its block in registers. What is past an edge counts as 0 and isn't read; barriers are where all
/// threads come by.
/// </summary>
/// <param name="tile">The tile.</param>
/// <param name="rows">The rows of the result.</param>
/// <param name="columns">Its columns.</param>
/// <param name="depth">The products of a result.</param>
/// <param name="left">The left side.</param>
/// <param name="right">The right side.</param>
/// <param name="groups">Products side by side; <c>channels</c> says which this one is.</param>
/// <param name="parts">The parts that the sum is cut into; <c>part</c> says which this one is.</param>
/// <param name="matrices">
/// Products of matrices that follow each other, as many as an expression says; <c>matrix</c> says which this one is. Null for one.
/// </param>
/// <param name="experts">The tiles of rows that belong to experts; null where all rows are one matrix's.</param>
sealed class GpuProduct(
    GpuTile tile, GpuExtent rows, GpuExtent columns, GpuExtent depth, GpuOperand left, GpuOperand right, int groups = 1, int parts = 1, string? matrices = null,
    GpuExpertTiles? experts = null)
{
    // Of many samples' matrices there may be more than the grid's second and third axes have room for.
    public GpuGrid Grid { get; } = matrices is not null
        ? new(matrices, GpuGrid.Quotient(rows.Text, tile.Rows), GpuGrid.Quotient(columns.Text, tile.Columns))
        : new(GpuGrid.Quotient(columns.Text, tile.Columns), experts?.Most(tile) ?? GpuGrid.Quotient(rows.Text, tile.Rows), LayerBuilder.Text(groups * parts));

    public (int, int) Threads { get; } = (tile.ThreadsX, tile.ThreadsY);

    /// <summary>Writes the kernel's body.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="finish">What is done with a result, given its row, its column and a suffix for names.</param>
    /// <param name="column">What is declared for a column before its results.</param>
    /// <param name="row">What is declared for a row, which may be one past the edge.</param>
    /// <param name="start">What is declared before anything is read.</param>
    public void Emit(Code code, Action<Code, string, string, Local, string> finish, Action<Code, string>? column = null, Action<Code, string>? row = null, Action<Code>? start = null)
    {
        var sides = new[]
        {
            new GpuStagedSide(left, "left", "firstRow", rows, tile.Rows, "threadY", tile),
            new GpuStagedSide(right, "right", "firstColumn", columns, tile.Columns, "threadX", tile),
        };
        var sum = new GpuTileSum(tile, "c", sides[0], sides[1]);
        foreach (var side in sides) code.Add(new SharedFloats(side.Memory, side.Floats));
        code.Add(new LetIndex("threadX", GpuIndex.ThreadX));
        code.Add(new LetIndex("threadY", GpuIndex.ThreadY));
        if (matrices is not null) code.Add(new LetIndex("matrix", GpuIndex.GroupX));
        code.Add(new LetIndex("groupX", matrices is null ? GpuIndex.GroupX : GpuIndex.GroupZ));
        code.Add(new LetIndex("groupY", GpuIndex.GroupY));
        if (groups * parts > 1) code.Add(new LetIndex("groupZ", GpuIndex.GroupZ));
        if (groups > 1) code.Add(new Integer(parts == 1 ? "int channels = groupZ" : $"int channels = groupZ / {LayerBuilder.Text(parts)}"));
        if (parts > 1) code.Add(new Integer(groups == 1 ? "int part = groupZ" : $"int part = groupZ - channels * {LayerBuilder.Text(parts)}"));
        code.Add(new Integer($"int thread = threadY * {LayerBuilder.Text(tile.ThreadsX)} + threadX"));
        start?.Invoke(code);
        if (experts is null) code.Add(new Integer($"int firstRow = groupY * {LayerBuilder.Text(tile.Rows)}"));
        else experts.Emit(code, tile, depth);
        code.Add(new Integer($"int firstColumn = groupX * {LayerBuilder.Text(tile.Columns)}"));
        var (from, to) = Range(code);
        foreach (var side in sides) side.Lines(code);
        sum.Clear(code);
        sum.Add(code, from, to, depth.IsMultipleOf(tile.Depth) && parts == 1);
        for (var r = 0; r < tile.BlockRows; r++)
        {
            code.Add(new Integer($"int {Row(r)} = {IndexText.Plus($"firstRow + threadY * {LayerBuilder.Text(tile.BlockRows)}", r)}"));
            row?.Invoke(code, Row(r));
        }
        for (var c = 0; c < tile.BlockColumns; c++)
        {
            var own = $"column{LayerBuilder.Text(c)}";
            code.Add(new Integer($"int {own} = {IndexText.Plus($"firstColumn + threadX * {LayerBuilder.Text(tile.BlockColumns)}", c)}"));
            Inside(code, columns, tile.Columns, own, ofColumn =>
            {
                column?.Invoke(ofColumn, own);
                for (var r = 0; r < tile.BlockRows; r++)
                    Inside(ofColumn, rows, tile.Rows, Row(r), block => finish(block, Row(r), own, sum[r, c], $"_{LayerBuilder.Text(r)}_{LayerBuilder.Text(c)}"));
            });
        }

        static string Row(int r) => $"row{LayerBuilder.Text(r)}";

        static void Inside(Code target, GpuExtent extent, int size, string index, Action<Code> body)
        {
            if (extent.IsMultipleOf(size)) target.Block(null, body);
            else target.If($"{index} < {extent.Text}", body);
        }
    }

    /// <summary>The products of this part.</summary>
    (string From, string To) Range(Code code)
    {
        if (parts == 1) return ("0", experts is null ? depth.Text : GpuExpertTiles.Depth);
        var step = tile.Depth * parts;
        code.Add(new Integer($"int length = ({depth.Text} + {LayerBuilder.Text(step - 1)}) / {LayerBuilder.Text(step)} * {LayerBuilder.Text(tile.Depth)}"));
        code.Add(new Integer("int from = part * length"));
        code.Add(new Integer($"int to = from + length < {depth.Text} ? from + length : {depth.Text}"));
        return ("from", "to");
    }
}
