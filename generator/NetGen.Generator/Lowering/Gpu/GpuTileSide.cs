using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>One side of a tile's products, in memory that the threads of a group share.</summary>
abstract class GpuTileSide
{
    /// <summary>Declares what follows from the tile's first line.</summary>
    public abstract void Lines(Code code);

    /// <summary>Has the threads of the group bring the depths from <c>k</c> on.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="end">The depth after the last one.</param>
    /// <param name="whole">Whether none is past it.</param>
    public abstract void Bring(Code code, string end, bool whole);

    /// <summary>Where a line of the thread's block is.</summary>
    /// <param name="depth">How far behind <c>k</c>.</param>
    /// <param name="line">Which of the block's.</param>
    /// <param name="block">The block's lines.</param>
    public abstract Address At(int depth, int line, int block);
}

/// <summary>A side that is in shared memory already, from a depth on.</summary>
/// <param name="memory">The memory, whose depths follow each other.</param>
/// <param name="pitch">The floats from one depth to the next one.</param>
/// <param name="first">The first depth.</param>
/// <param name="thread">The threads' axis along the lines.</param>
sealed class GpuSharedSide(string memory, int pitch, string first, string thread) : GpuTileSide
{
    public override void Lines(Code code) { }

    public override void Bring(Code code, string end, bool whole) { }

    public override Address At(int depth, int line, int block) =>
        new(memory, depth * pitch + line, $"(k - {first}) * {LayerBuilder.Text(pitch)} + {thread} * {LayerBuilder.Text(block)}");
}

/// <summary>
/// How the threads of a group bring one side's part of a tile into shared memory: each some numbers that are neighbours in memory. Lines past the edge are
/// read as the last one, since results there aren't stored; depths past the end must count as 0.
/// </summary>
/// <param name="operand">What is brought.</param>
/// <param name="side">What names of indices begin with.</param>
/// <param name="first">The tile's first line.</param>
/// <param name="extent">How many lines there are.</param>
/// <param name="lines">The tile's lines.</param>
/// <param name="thread">The threads' axis along the lines.</param>
/// <param name="tile">The tile.</param>
/// <param name="memory">The shared memory, which sides may use in turns; null for one of its own.</param>
sealed class GpuStagedSide(GpuOperand operand, string side, string first, GpuExtent extent, int lines, string thread, GpuTile tile, string? memory = null) : GpuTileSide
{
    /// <summary>
    /// Threads that write along the depth would meet in one of shared memory's banks if rows of the tile began there; four floats stay aligned.
    /// </summary>
    int Pitch => operand.AlongDepth ? lines + 4 : lines;

    public string Memory { get; } = memory ?? side + "Tile";

    /// <summary>The floats of its part of a tile.</summary>
    public int Floats => tile.Depth * Pitch;

    int Items => lines * tile.Depth / tile.Threads;

    /// <summary>Whether a thread's numbers are of one line.</summary>
    bool OneLine => operand.AlongDepth || operand.Gathers;

    /// <summary>The distance of a thread's numbers.</summary>
    int Step => operand.Gathers && !operand.AlongDepth ? tile.Threads / lines : 1;

    public override void Lines(Code code)
    {
        // Threads that follow each other have lines that do, or, where memory has depths or lines together, some of those.
        var (fast, slow, threads, items) = operand.AlongDepth ? ("Depth", "Line", tile.Depth / Items, Items)
            : operand.Gathers ? ("Line", "Depth", lines, 1) : ("Line", "Depth", lines / Items, Items);
        // Of what all threads have in common, such as a depth and the indices that follow from it, a compiler that is told makes no work for each.
        var (within, which) = threads == 1 ? ("0", "thread") : threads == tile.Threads ? ("thread", "0") : ($"thread % {LayerBuilder.Text(threads)}", $"thread / {LayerBuilder.Text(threads)}");
        code.Add(new Integer($"int {side}{fast} = {(items == 1 || within == "0" ? within : $"{within} * {LayerBuilder.Text(items)}")}"));
        code.Add(new Integer($"int {side}{slow} = {which}"));
        for (var i = 0; i < (OneLine ? 1 : Items); i++)
        {
            code.Add(new Integer($"int {Line(i)} = {IndexText.Plus($"{first} + {side}Line", i)}"));
            if (!extent.IsMultipleOf(lines)) code.Add(new Integer($"{Line(i)} = {Line(i)} < {extent.Text} ? {Line(i)} : {extent.Text} - 1"));
            operand.Line(code, Line(i), Suffix(i));
        }
    }

    public override void Bring(Code code, string end, bool whole)
    {
        for (var i = 0; i < (OneLine ? Items : 1); i++)
        {
            code.Add(new Integer($"int {Depth(i)} = {IndexText.Plus($"k + {side}Depth", i * Step)}"));
            operand.Depth(code, Depth(i), Suffix(i));
        }
        for (var i = 0; i < Items; i++)
        {
            var (line, depth) = OneLine ? (0, i) : (i, 0);
            var (condition, index) = operand.At(code, Line(line), Suffix(line), Depth(depth), Suffix(depth));
            string[] conditions = [.. whole ? Array.Empty<string>() : [$"{Depth(depth)} < {end}"], .. condition is null ? Array.Empty<string>() : [condition]];
            var place = new Address(Memory, OneLine ? i * Step * Pitch : i, $"{side}Depth * {LayerBuilder.Text(Pitch)} + {side}Line");
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

    public override Address At(int depth, int line, int block) => new(Memory, depth * Pitch + line, thread, block);

    string Line(int i) => $"{side}Line{LayerBuilder.Text(i)}";

    string Depth(int i) => $"{side}Depth{LayerBuilder.Text(i)}";

    string Suffix(int i) => $"{char.ToUpperInvariant(side[0])}{side.Substring(1)}{LayerBuilder.Text(i)}";
}
