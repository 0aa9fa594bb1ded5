using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>
/// How a kernel finds the positions of a sample: as many as all samples have, in a sample's own memory, or, where their number is free, the rows from one
/// offset up to the next, of which a table has one for each sample and the end of the last one.
/// </summary>
/// <param name="context">Where values are.</param>
/// <param name="of">A value with positions; null where a kernel needn't know of any, and each position may be what a sample is elsewhere.</param>
/// <param name="keys">A value whose positions are those of another input; null where there is none.</param>
sealed class SampleRows(KernelContext context, Value? of, Value? keys = null)
{
    /// <summary>Whether the number of positions is free.</summary>
    public bool IsFree { get; } = of is { Type.IsByPosition: true };

    /// <summary>The most positions of a sample.</summary>
    public int Max { get; } = of is null ? 1 : MaxOf(of);

    /// <summary>The positions of a sample, as text: a number, or the local that has it.</summary>
    public string Length => IsFree ? "length" : LayerBuilder.Text(Max);

    /// <summary>The same where an int is needed.</summary>
    public string IntLength => IsFree ? "(int)length" : Length;

    /// <summary>The last position of a sample, as text.</summary>
    public string LastPosition => IsFree ? "(length - 1)" : LayerBuilder.Text(Max - 1);

    /// <summary>How names of kernels call the positions.</summary>
    public string Label => (IsFree ? "UpTo" : "") + LayerBuilder.Text(Max);

    /// <summary>What a kernel is given beside its operands: how many samples, and where their positions begin.</summary>
    public KernelArgument[] Arguments => [.. Offsets, new(Binding.Rows, "n")];

    /// <summary>What a kernel is given whose parts workers share.</summary>
    public KernelArgument[] SharedArguments => [.. Offsets, new(Binding.Samples, "n"), new(Binding.Worker, "worker"), new(Binding.Workers, "workers")];

    /// <summary>Where the positions of samples begin; nothing where all samples have as many.</summary>
    public KernelArgument[] Offsets => !IsFree ? [] : [TableOf("offsets", of!), .. keys is null ? Array.Empty<KernelArgument>() : [TableOf("keyOffsets", keys)]];

    static KernelArgument TableOf(string name, Value value) => new(Binding.Offsets, name, Sequence: value.Type.Sequence!.Index);

    /// <summary>The most positions of a sample of a value.</summary>
    public static int MaxOf(Value value) => value.Type.IsByPosition ? value.Type.Sequence!.Max : value.Shape.Axes[0];

    /// <summary>How many rows a value has for each position.</summary>
    static int RowsOf(Value value) => value.Type.Sequence?.Rows ?? 1;

    /// <summary>The floats from one position of a value to the next.</summary>
    public int PitchOf(Value value) => value.Type.IsByPosition ? context.Pitch(value) : value.Shape.Last;

    /// <summary>The same as text.</summary>
    public string PitchText(Value value) => LayerBuilder.Text(PitchOf(value));

    /// <summary>Writes a loop over samples, with a pointer for each operand to what it has of one, <c>x_i</c> of <c>x</c>.</summary>
    public void EachSample(Code code, IEnumerable<KernelArgument> operands, Action<Code> body) => code.For("i", "0", "n", 1, sample =>
    {
        Begin(sample, operands);
        body(sample);
    });

    /// <summary>
    /// Writes a loop over a worker's share of the parts that the work on each sample is cut into, whose index is <c>part</c>, with pointers as
    /// <see cref="EachSample"/>'s.
    /// </summary>
    public void EachPart(Code code, int parts, IEnumerable<KernelArgument> operands, Action<Code> body)
    {
        var count = LayerBuilder.Text(parts);
        code.Add(new Split(parts == 1 ? "n" : $"n * {count}"));
        code.For("all", "first", "last", 1, each =>
        {
            each.Add(new Integer(parts == 1 ? "nint i = all" : $"nint i = all / {count}"));
            each.Add(new Integer(parts == 1 ? "nint part = 0" : $"nint part = all % {count}"));
            Begin(each, operands);
            body(each);
        });
    }

    void Begin(Code sample, IEnumerable<KernelArgument> operands)
    {
        Begin(sample);
        foreach (var operand in operands) sample.Add(new LetPointer(operand.Name + "_i", At(operand)));
    }

    /// <summary>Writes what has to be known of the sample <c>i</c>.</summary>
    public void Begin(Code sample)
    {
        if (!IsFree) return;
        sample.Add(new Integer("nint start = offsets[i] - offsets[0]"));
        sample.Add(new Integer("nint length = offsets[i + 1] - offsets[i]"));
        if (keys is null) return;
        sample.Add(new Integer("nint keyStart = keyOffsets[i] - keyOffsets[0]"));
        sample.Add(new Integer("nint keyLength = keyOffsets[i + 1] - keyOffsets[i]"));
    }

    /// <summary>Where what an operand has of the sample <c>i</c> is.</summary>
    public Address At(KernelArgument operand) => operand.Value is not { Type.Batched: true } value ? new(operand.Name)
        : new(operand.Name, 0, !IsFree || !value.Type.IsByPosition ? "i" : HasKeys(value) ? "keyStart" : "start", context.Pitch(value) * RowsOf(value));

    /// <summary>Whether a value has the positions of the keys.</summary>
    bool HasKeys(Value value) => !Sequence.AreSame(value.Type.Sequence, of!.Type.Sequence);

    string LengthOf(Value value) => HasKeys(value) ? "keyLength" : Length;

    /// <summary>Writes zeros behind a sample's values, up to where the next one's begin, or behind each position's.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="value">The value.</param>
    /// <param name="pointer">What it has of the sample.</param>
    /// <param name="lanes">The lanes of a vector.</param>
    public void ClearPadding(Code code, Value value, string pointer, int lanes)
    {
        var padding = new VectorLoop(context.Pitch(value) - value.Size, lanes);
        if (padding.Size == 0) return;
        if (!IsFree || !value.Type.IsByPosition) Zeros(code, pointer);
        else
        {
            code.For("row", "0", RowsOf(value) is > 1 and var rows ? $"{LengthOf(value)} * {LayerBuilder.Text(rows)}" : LengthOf(value), 1, row =>
            {
                row.Add(new LetPointer("end", new Address(pointer, value.Size, "row", context.Pitch(value))));
                padding.Emit(row, (body, j, offset, count) => body.Add(new Store(new Address("end", offset, j), Expr.Zero, count)));
            });
        }

        void Zeros(Code to, string from) => padding.Emit(to, (body, j, offset, count) => body.Add(new Store(new Address(from, value.Size + offset, j), Expr.Zero, count)));
    }
}
