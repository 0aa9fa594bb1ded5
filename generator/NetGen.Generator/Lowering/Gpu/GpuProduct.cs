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
/// <param name="alongDepth">Whether numbers of neighbouring depths, rather than lines, are neighbours in memory, which threads that are neighbours read.</param>
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
sealed class GpuMatrix(string name, long lineStride, long depthStride) : GpuOperand(name, alongDepth: depthStride == 1)
{
    public override (string? Condition, string Index) At(Code code, string line, string lineSuffix, string depth, string depthSuffix) =>
        (null, $"{Times(line, lineStride)} + {Times(depth, depthStride)}");

    static string Times(string index, long stride) => stride == 1 ? index : $"{index} * {LayerBuilder.Text(stride)}";
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
sealed class GpuProduct(GpuTile tile, GpuExtent rows, GpuExtent columns, GpuExtent depth, GpuOperand left, GpuOperand right, int groups = 1, int parts = 1)
{
    public GpuGrid Grid { get; } = new(GpuGrid.Quotient(columns.Text, tile.Columns), GpuGrid.Quotient(rows.Text, tile.Rows), LayerBuilder.Text(groups * parts));

    public (int, int) Threads { get; } = (tile.ThreadsX, tile.ThreadsY);

    /// <summary>Writes the kernel's body.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="finish">What is done with a result, given its row, its column and a suffix for names.</param>
    /// <param name="column">What is declared for a column before its results.</param>
    public void Emit(Code code, Action<Code, string, string, Expr, string> finish, Action<Code, string>? column = null)
    {
        code.Add(new SharedFloats("leftTile", tile.Depth * Pitch(left, tile.Rows)));
        code.Add(new SharedFloats("rightTile", tile.Depth * Pitch(right, tile.Columns)));
        code.Add(new LetIndex("threadX", GpuIndex.ThreadX));
        code.Add(new LetIndex("threadY", GpuIndex.ThreadY));
        code.Add(new LetIndex("groupX", GpuIndex.GroupX));
        code.Add(new LetIndex("groupY", GpuIndex.GroupY));
        if (groups * parts > 1) code.Add(new LetIndex("groupZ", GpuIndex.GroupZ));
        if (groups > 1) code.Add(new Integer(parts == 1 ? "int channels = groupZ" : $"int channels = groupZ / {LayerBuilder.Text(parts)}"));
        if (parts > 1) code.Add(new Integer(groups == 1 ? "int part = groupZ" : $"int part = groupZ - channels * {LayerBuilder.Text(parts)}"));
        code.Add(new Integer($"int thread = threadY * {LayerBuilder.Text(tile.ThreadsX)} + threadX"));
        code.Add(new Integer($"int firstRow = groupY * {LayerBuilder.Text(tile.Rows)}"));
        code.Add(new Integer($"int firstColumn = groupX * {LayerBuilder.Text(tile.Columns)}"));
        var (from, to) = Range(code);
        var sides = new[] { new Side(left, "left", "firstRow", rows, tile.Rows, tile), new Side(right, "right", "firstColumn", columns, tile.Columns, tile) };
        foreach (var side in sides) side.Lines(code);
        for (var r = 0; r < tile.BlockRows; r++)
        {
            code.Row(row =>
            {
                for (var c = 0; c < tile.BlockColumns; c++) row.Let(Sum(r, c), Expr.Zero);
            });
        }
        code.For("k", from, to, tile.Depth, loop =>
        {
            foreach (var side in sides) side.Load(loop, to, depth.IsMultipleOf(tile.Depth) && parts == 1);
            loop.Add(new GroupBarrier());
            for (var d = 0; d < tile.Depth; d++) Step(loop, d);
            loop.Add(new GroupBarrier());
        });
        for (var r = 0; r < tile.BlockRows; r++) code.Add(new Integer($"int {Row(r)} = firstRow + threadY * {LayerBuilder.Text(tile.BlockRows)} + {LayerBuilder.Text(r)}"));
        for (var c = 0; c < tile.BlockColumns; c++)
        {
            var own = $"column{LayerBuilder.Text(c)}";
            code.Add(new Integer($"int {own} = firstColumn + threadX * {LayerBuilder.Text(tile.BlockColumns)} + {LayerBuilder.Text(c)}"));
            Inside(code, columns, tile.Columns, own, ofColumn =>
            {
                column?.Invoke(ofColumn, own);
                for (var r = 0; r < tile.BlockRows; r++)
                    Inside(ofColumn, rows, tile.Rows, Row(r), block => finish(block, Row(r), own, new Local(Sum(r, c)), $"_{LayerBuilder.Text(r)}_{LayerBuilder.Text(c)}"));
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
        if (parts == 1) return ("0", depth.Text);
        var step = tile.Depth * parts;
        code.Add(new Integer($"int length = ({depth.Text} + {LayerBuilder.Text(step - 1)}) / {LayerBuilder.Text(step)} * {LayerBuilder.Text(tile.Depth)}"));
        code.Add(new Integer("int from = part * length"));
        code.Add(new Integer($"int to = from + length < {depth.Text} ? from + length : {depth.Text}"));
        return ("from", "to");
    }

    void Step(Code code, int d)
    {
        var suffix = "_" + LayerBuilder.Text(d);
        code.Row(row =>
        {
            for (var r = 0; r < tile.BlockRows; r++) row.Let($"l{r}{suffix}", new Load(new Address("leftTile", d * Pitch(left, tile.Rows) + r, "threadY", tile.BlockRows)));
        });
        code.Row(row =>
        {
            for (var c = 0; c < tile.BlockColumns; c++) row.Let($"r{c}{suffix}", new Load(new Address("rightTile", d * Pitch(right, tile.Columns) + c, "threadX", tile.BlockColumns)));
        });
        for (var r = 0; r < tile.BlockRows; r++)
        {
            code.Row(row =>
            {
                for (var c = 0; c < tile.BlockColumns; c++)
                    row.Add(new Set(Sum(r, c), new Local(Sum(r, c)) + new Local($"l{r}{suffix}") * new Local($"r{c}{suffix}")));
            });
        }
    }

    static string Sum(int row, int column) => $"c{row}_{column}";

    /// <summary>Threads that write along the depth would meet in one of shared memory's banks if rows of the tile began there; four floats stay aligned.</summary>
    static int Pitch(GpuOperand side, int lines) => side.AlongDepth ? lines + 4 : lines;

    /// <summary>
    /// How the threads of a group bring one side's part of a tile into shared memory: each some numbers that are neighbours in memory. Lines past the edge are
    /// read as the last one, since results there aren't stored; depths past the end must count as 0.
    /// </summary>
    sealed class Side(GpuOperand operand, string side, string first, GpuExtent extent, int lines, GpuTile tile)
    {
        int Items => lines * tile.Depth / tile.Threads;

        /// <summary>Whether a thread's numbers are of one line.</summary>
        bool OneLine => operand.AlongDepth || operand.Gathers;

        /// <summary>The distance of a thread's numbers.</summary>
        int Step => operand.Gathers && !operand.AlongDepth ? tile.Threads / lines : 1;

        public void Lines(Code code)
        {
            if (operand.Gathers && !operand.AlongDepth)
            {
                code.Add(new Integer($"int {side}Line = thread % {LayerBuilder.Text(lines)}"));
                code.Add(new Integer($"int {side}Depth = thread / {LayerBuilder.Text(lines)}"));
            }
            else
            {
                var (fast, slow) = operand.AlongDepth ? ("Depth", "Line") : ("Line", "Depth");
                var threads = LayerBuilder.Text((operand.AlongDepth ? tile.Depth : lines) / Items);
                code.Add(new Integer($"int {side}{fast} = thread % {threads} * {LayerBuilder.Text(Items)}"));
                code.Add(new Integer($"int {side}{slow} = thread / {threads}"));
            }
            for (var i = 0; i < (OneLine ? 1 : Items); i++)
            {
                code.Add(new Integer($"int {Line(i)} = {first} + {side}Line{Plus(i)}"));
                if (!extent.IsMultipleOf(lines)) code.Add(new Integer($"{Line(i)} = {Line(i)} < {extent.Text} ? {Line(i)} : {extent.Text} - 1"));
                operand.Line(code, Line(i), Suffix(i));
            }
        }

        public void Load(Code code, string end, bool whole)
        {
            for (var i = 0; i < (OneLine ? Items : 1); i++)
            {
                code.Add(new Integer($"int {Depth(i)} = k + {side}Depth{Plus(i * Step)}"));
                operand.Depth(code, Depth(i), Suffix(i));
            }
            for (var i = 0; i < Items; i++)
            {
                var (line, depth) = OneLine ? (0, i) : (i, 0);
                var (condition, index) = operand.At(code, Line(line), Suffix(line), Depth(depth), Suffix(depth));
                string[] conditions = [.. whole ? Array.Empty<string>() : [$"{Depth(depth)} < {end}"], .. condition is null ? Array.Empty<string>() : [condition]];
                var pitch = Pitch(operand, lines);
                var place = new Address(side + "Tile", OneLine ? i * Step * pitch : i, $"{side}Depth * {LayerBuilder.Text(pitch)} + {side}Line");
                if (conditions.Length == 0)
                {
                    code.Add(new StoreScalar(place, new Load(new Address(operand.Name, 0, index))));
                    continue;
                }
                // What isn't there is read from the beginning: two choices of numbers keep threads together, a branch wouldn't.
                var number = LayerBuilder.Text(i);
                code.Add(new Integer($"bool {side}Inside{number} = {string.Join(" & ", conditions)}"));
                code.Add(new Integer($"int {side}At{number} = GpuMath.Select({side}Inside{number}, {index}, 0)"));
                code.Add(new StoreScalar(place, new Chosen($"{side}Inside{number}", new Load(new Address(operand.Name, 0, $"{side}At{number}")))));
            }
        }

        string Line(int i) => $"{side}Line{LayerBuilder.Text(i)}";

        string Depth(int i) => $"{side}Depth{LayerBuilder.Text(i)}";

        string Suffix(int i) => $"{char.ToUpperInvariant(side[0])}{side.Substring(1)}{LayerBuilder.Text(i)}";

        static string Plus(int offset) => offset == 0 ? "" : $" + {LayerBuilder.Text(offset)}";
    }
}
