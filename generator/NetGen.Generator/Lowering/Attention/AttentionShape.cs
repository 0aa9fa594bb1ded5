using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Attention;

/// <summary>Where the parts of an attention are, and how its work is cut.</summary>
/// <param name="op">The attention.</param>
/// <param name="positions">The positions of a sample's keys and values.</param>
/// <param name="lanes">The lanes of a vector.</param>
/// <param name="ofOnePosition">
/// Whether there is one position, and a tile's rows are the heads that share keys and values, rather than positions of a head.
/// </param>
/// <param name="queries">The positions of its queries, where they are values of their own, and keys and values too; null where all are side by side.</param>
/// <param name="pitches">How far positions are apart, where they don't follow each other without gaps; else null.</param>
/// <param name="lengths">
/// How many queries and keys a sample has, where it has as many of one as it likes, which the numbers are the most of then; else null.
/// </param>
sealed class AttentionShape(
    Ops.Attention op, int positions, int lanes, bool ofOnePosition = false, int? queries = null, PositionPitches? pitches = null, AttentionLengths? lengths = null)
{
    /// <summary>That of an attention on samples of one length, with as many lanes.</summary>
    public static AttentionShape Of(Ops.Attention op, Value result, int lanes) =>
        new(op, Ops.Attention.KeysOf(result), lanes, queries: Ops.Attention.IsCross(result) ? SampleRows.MaxOf(result) : null);

    /// <summary>That of an attention on a GPU, where positions follow each other without gaps.</summary>
    public static AttentionShape OfGpu(Ops.Attention op, Value result) =>
        new(op, Ops.Attention.KeysOf(result), lanes: 16, queries: Ops.Attention.IsCross(result) ? SampleRows.MaxOf(result) : null, lengths: LengthsOf(result));

    /// <summary>That of an attention, with as many lanes.</summary>
    /// <param name="op">The attention.</param>
    /// <param name="result">Its result.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="lanes">The lanes of a vector.</param>
    public static AttentionShape Of(Ops.Attention op, Value result, KernelContext context, int lanes)
    {
        var (isCross, keys) = (Ops.Attention.IsCross(result), KeysOf(result));
        if (LengthsOf(result) is not { } lengths) return Of(op, result, lanes);
        var rows = RowsOf(context, result);
        return new(op, Ops.Attention.KeysOf(result), lanes, queries: isCross ? SampleRows.MaxOf(result) : null,
            pitches: new(rows.PitchOf(result.Inputs[0]), rows.PitchOf(keys), rows.PitchOf(result)), lengths: lengths);
    }

    /// <summary>How many queries and keys a sample of an attention has; null where all samples have as many.</summary>
    static AttentionLengths? LengthsOf(Value result)
    {
        var keys = KeysOf(result);
        return !result.Type.IsByPosition ? keys.Type.IsByPosition ? new(LayerBuilder.Text(result.Shape.Axes[0]), "length") : null
            : new("length", !keys.Type.IsByPosition ? LayerBuilder.Text(keys.Shape.Axes[0]) : HasKeyLength(result) ? "keyLength" : "length");
    }

    /// <summary>How the kernels of an attention find a sample's queries and keys.</summary>
    public static SampleRows RowsOf(KernelContext context, Value result) =>
        new(context, result.Type.IsByPosition ? result : KeysOf(result) is { Type.IsByPosition: true } keys ? keys : result, HasKeyLength(result) ? KeysOf(result) : null);

    /// <summary>What has the keys of an attention.</summary>
    public static Value KeysOf(Value result) => result.Inputs[Ops.Attention.IsCross(result) ? 1 : 0];

    /// <summary>Whether samples have as many queries as they like, and another number of keys.</summary>
    public static bool HasKeyLength(Value result) => !Sequence.AreSame(result.Type.Sequence, KeysOf(result).Type.Sequence);

    /// <summary>The positions of keys and values, at most.</summary>
    public int Positions => positions;

    /// <summary>Whether a sample has as many queries, or keys, as it likes.</summary>
    public bool IsFree => lengths is not null;

    /// <summary>The positions of keys and values of a sample, as text: a number, or the local that has it.</summary>
    public string PositionsText => lengths?.Keys ?? LayerBuilder.Text(positions);

    /// <summary>The same of its queries.</summary>
    public string LengthText => lengths?.Queries ?? LayerBuilder.Text(Length);

    /// <summary>The same where an int is needed.</summary>
    public string IntPositions => IsFree ? $"(int){PositionsText}" : PositionsText;

    /// <summary>What functions are given beside what they work on: the positions, where their number is free.</summary>
    public KernelParameter[] Parameters => [.. Arguments.Select(length => new KernelParameter(ParameterType.Size, (string)length))];

    /// <summary>The same for a call.</summary>
    public object[] Arguments => lengths is null ? [] : [.. lengths.Locals];

    /// <summary>What the code of a function depends on beside the attention.</summary>
    public object Signature => (Label, Pitch, KeyPitch, ResultPitch);

    /// <summary>The positions of queries.</summary>
    public int Length => queries ?? positions;

    /// <summary>Whether queries, keys and values are values of their own.</summary>
    public bool IsCross => queries is not null;

    /// <summary>A number of keys, but not more than there are: a query may come after the last key.</summary>
    public string Seen(string keys) => (lengths is null ? Length <= positions : lengths.Queries == lengths.Keys) ? keys : $"({keys} < {PositionsText} ? {keys} : {PositionsText})";

    public int Lanes => lanes;

    public int Size => op.HeadSize;

    public bool Causal => op.Causal;

    public int Heads => op.Heads;

    /// <summary>Which shares are dropped; null for none.</summary>
    public AttentionDropout? Dropout => op.Dropout;

    /// <summary>The random numbers of a query of a head.</summary>
    public int NumbersOfQuery => AttentionDropout.NumbersOf(positions);

    /// <summary>The seed, the step, and the first of the numbers of a function's queries.</summary>
    public static KernelParameter[] Random => [new(ParameterType.Counter, "seed"), new(ParameterType.Counter, "step"), new(ParameterType.Size, "draw")];

    /// <summary>What functions are given to draw random numbers.</summary>
    public KernelParameter[] RandomParameters => Dropout is null ? [] : Random;

    /// <summary>The same for a call.</summary>
    /// <param name="query">The first of its queries, as text.</param>
    public object[] RandomArguments(string query) =>
        Dropout is null ? [] : ["seed", "step", $"((i * {LayerBuilder.Text(Heads)} + head) * {LayerBuilder.Text(Length)} + {query}) * {LayerBuilder.Text(NumbersOfQuery)}"];

    /// <summary>What a kernel is given for them.</summary>
    public static KernelArgument[] RandomBindings(Ops.Attention op) => op.Dropout is null ? [] : [new(Binding.Seed, "seed"), new(Binding.Step, "step")];

    /// <summary>The heads of queries for each head of keys.</summary>
    public int Share => op.Heads / op.KeyValueHeads;

    /// <summary>The floats from one row's queries to the next one's.</summary>
    public int Pitch => pitches is not null ? pitches.Queries : ofOnePosition ? op.HeadSize : IsCross ? op.Heads * op.HeadSize : (op.Heads + 2 * op.KeyValueHeads) * op.HeadSize;

    /// <summary>The floats from one position's keys to the next one's, and likewise for values.</summary>
    public int KeyPitch => pitches is not null ? pitches.Keys : IsCross ? op.KeyValueHeads * op.HeadSize : Pitch;

    /// <summary>The floats from one row's result to the next one's.</summary>
    public int ResultPitch => pitches is not null ? pitches.Results : ofOnePosition ? op.HeadSize : op.Heads * op.HeadSize;

    /// <summary>The first float of the keys at a position, and of the values.</summary>
    public int FirstKey => IsCross ? 0 : op.Heads * op.HeadSize;

    public int FirstValue => IsCross ? 0 : (op.Heads + op.KeyValueHeads) * op.HeadSize;

    /// <summary>What scores are multiplied by.</summary>
    public float Scale => (float)(1 / Math.Sqrt(op.HeadSize));

    /// <summary>
    /// What keys in panels are multiplied by, as text: with it their products with queries are the scores, times log₂ e, so that powers of two, which take half
    /// as long as those of e, are the scores' exponentials.
    /// </summary>
    public string KeyFactor => $"{LayerBuilder.Text((float)(Log2E / Math.Sqrt(op.HeadSize)))}f";

    /// <summary>log₂ e.</summary>
    public const double Log2E = 1.4426950408889634;

    /// <summary>The panels of keys.</summary>
    public int Panels => (positions + Width - 1) / Width;

    /// <summary>The keys of a panel.</summary>
    public const int Width = Ops.Panels.Width;

    /// <summary>The floats of all keys in panels of keys.</summary>
    public int KeyFloats => checked(Panels * Width * op.HeadSize);

    /// <summary>The floats of some rows in panels of a head's columns.</summary>
    public int ColumnFloats(int rows) => checked((op.HeadSize + Width - 1) / Width * Width * rows);

    /// <summary>The floats of a head's row where rows are together.</summary>
    public int RowFloats => Ops.Panels.Padded(op.HeadSize);

    /// <summary>The floats from one query's scores to the next one's, no multiple of what a cache has in a place.</summary>
    public int ScorePitch => ScorePitchOf(Panels * Width);

    /// <summary>The same of so many keys.</summary>
    public static int ScorePitchOf(int keys) => keys + Ops.Panels.Alignment;

    /// <summary>The queries of a tile, as many tiles as have so many, and the queries that are left.</summary>
    public (int Rows, int Full, int Left) Queries => UnrollPolicy.Chunks(ofOnePosition ? Share : Length, lanes);

    /// <summary>The heights of the tiles that any number of queries is cut into.</summary>
    public int[] Heights => Queries.Rows switch { 1 => [1], > 4 and var rows => [rows, 4, 1], var rows => [rows, 1] };

    /// <summary>Writes loops over the tiles of any number of queries, the highest first, whose first query is <c>t</c>.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="count">The number of queries, as text.</param>
    /// <param name="tile">Writes what is done with a tile of a height.</param>
    public void EachTile(Code code, string count, Action<Code, int> tile)
    {
        var start = "0";
        foreach (var height in Heights)
        {
            var text = LayerBuilder.Text(height);
            if (height > 1) code.Add(new Integer($"nint end{text} = {count} - {(start == "0" ? count : $"({count} - {start})")} % {text}"));
            code.For("t", start, height > 1 ? $"end{text}" : count, height, loop => tile(loop, height));
            start = $"end{text}";
        }
    }

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
    public string Label => lengths?.QueriesLabel + $"{(IsCross ? $"{LayerBuilder.Text(Length)}x{lengths?.KeysLabel}" : "")}{LayerBuilder.Text(positions)}_{LayerBuilder.Text(op.Heads)}x{LayerBuilder.Text(op.HeadSize)}"
        + (op.KeyValueHeads == op.Heads ? "" : $"_{LayerBuilder.Text(op.KeyValueHeads)}");

    /// <summary>The floats of a sample's rows in panels of a head's columns, as text.</summary>
    public string ColumnsText => IsFree ? $"{PositionsText} * {LayerBuilder.Text(ColumnFloats(1))}" : LayerBuilder.Text(ColumnFloats(positions));

    /// <summary>Where a head's columns from one on are in panels of them, with a row for each position in each.</summary>
    public Address Column(string panels, int first)
    {
        var panel = first / Width * Width;
        return IsFree && panel > 0 ? new($"{panels} + {PositionsText} * {LayerBuilder.Text(panel)}", first % Width) : new(panels, (long)panel * (IsFree ? 0 : positions) + first % Width);
    }

    /// <summary>Where the numbers of a head's queries are, which all heads have one after the other.</summary>
    /// <param name="pointer">Those of the first head.</param>
    /// <param name="query">The first query's index; null for the first one.</param>
    /// <param name="at">Queries that are added to that.</param>
    public Address OfHead(string pointer, string? query = null, int at = 0)
    {
        var from = query is null ? pointer : $"{pointer} + {query}";
        return IsFree ? new($"{from} + head * {LengthText}", at) : new(from, at, "head", Length);
    }

    /// <summary>Writes a step of a sum over rows of a head's columns, in panels: those at a pointer times a number of each of the tile's rows.</summary>
    public void Step(Code code, RegisterTile tile, string pointer, Func<int, Address> place) =>
        tile.Step(code, "v", v => new Load(new Address(pointer, v * lanes)), "w", place);
}

/// <summary>How many queries and keys a sample has, as text: a number, or a local where it has as many as it likes.</summary>
/// <param name="Queries">The queries.</param>
/// <param name="Keys">The keys.</param>
sealed record AttentionLengths(string Queries, string Keys)
{
    /// <summary>The locals, each once.</summary>
    public IEnumerable<string> Locals => new[] { Queries, Keys }.Where(text => !IsNumber(text)).Distinct();

    /// <summary>What names of kernels have before the number of queries.</summary>
    public string QueriesLabel => IsNumber(Queries) ? "All" : "UpTo";

    /// <summary>The same of keys.</summary>
    public string KeysLabel => Keys == Queries ? "" : IsNumber(Keys) ? "All" : "UpTo";

    static bool IsNumber(string text) => char.IsDigit(text[0]);
}

/// <summary>The floats from one position to the next.</summary>
/// <param name="Queries">Of queries.</param>
/// <param name="Keys">Of keys, and of values.</param>
/// <param name="Results">Of results.</param>
sealed record PositionPitches(int Queries, int Keys, int Results);
