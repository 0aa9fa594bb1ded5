using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Recurrent;

/// <summary>
/// A kernel that takes some samples through all positions together, then the next ones: a weight is read once at each position for all of them, while their
/// states are in registers and in the nearest cache.
/// </summary>
/// <param name="context">Where values are.</param>
/// <param name="arguments">Its operands.</param>
/// <param name="samples">Where the positions of samples are. Where their number is free, samples are taken one by one.</param>
/// <param name="name">What it is called.</param>
/// <param name="lanes">The lanes of a vector.</param>
sealed class RecurrentBlocks(KernelContext context, ImmutableArray<KernelArgument> arguments, SampleRows samples, string name, int lanes)
{
    readonly List<KernelFunction> functions = [];

    public int Lanes => lanes;

    /// <summary>The functions that the kernel calls.</summary>
    public List<KernelFunction> Functions => functions;

    /// <summary>A function that other kernels may have too, lowered where none of them has.</summary>
    public string Function(string function, object signature, Func<string, KernelFunction> lower)
    {
        var shared = context.Functions.Get(lanes, function, signature, lower);
        if (!functions.Contains(shared)) functions.Add(shared);
        return shared.Name;
    }

    /// <summary>The operand's pointer, moved to a sample of the block and a position.</summary>
    /// <param name="operand">The operand.</param>
    /// <param name="sample">The index of a sample in the block; null for the first.</param>
    /// <param name="position">The position's index; null for the first.</param>
    /// <param name="away">Positions that are added to that.</param>
    public Address At(string operand, string? sample, string? position, int away = 0)
    {
        var value = arguments.First(a => a.Name == operand).Value!;
        var row = samples.PitchOf(value);
        var pointer = sample is null ? operand : $"{operand} + {sample} * {LayerBuilder.Text(context.Pitch(value))}";
        return new Address(pointer, (long)away * row, position, row);
    }

    /// <summary>The operand's pointer, moved to a position of the first sample and there to a panel.</summary>
    public Address AtPanel(string operand, string position, string panel) =>
        new($"{operand} + {position} * {LayerBuilder.Text(samples.PitchOf(arguments.First(a => a.Name == operand).Value!))}", 0, panel, Panels.Width);

    /// <summary>Lowers the kernel.</summary>
    /// <param name="summary">Its mathematics.</param>
    /// <param name="scratch">Names of what each sample needs while the kernel runs, with the floats of one, of which the first is the pointer to all.</param>
    /// <param name="block">Writes what is done for a block of so many samples.</param>
    public KernelVariant Lower(string summary, IReadOnlyList<(string Name, int Floats)> scratch, Action<Code, int> block)
    {
        var heights = UnrollPolicy.TileHeights(lanes);
        var most = samples.IsFree ? 1 : heights.Max(h => h.Height);
        var code = new Code();
        code.LetScratch(scratch, most);
        var operands = arguments.Where(a => a.Value is not null).ToList();
        if (samples.IsFree)
        {
            code.For("i", "0", "n", 1, sample =>
            {
                samples.Begin(sample);
                sample.Add(new Invoke(Block(1), [.. operands.Select(samples.At), .. scratch.Select(s => new Address(s.Name)), "length"]));
            });
        }
        else code.For("i", "0", "n", 0, body =>
        {
            body.Add(new Integer("nint left = n - i"));
            // Few samples left over are computed once more together with ones before them, with the same result.
            body.If($"left < {LayerBuilder.Text(UnrollPolicy.LeastTile)} && n >= {LayerBuilder.Text(UnrollPolicy.LeastTile)}", then =>
            {
                then.Add(new Integer($"i = n - {LayerBuilder.Text(UnrollPolicy.LeastTile)}"));
                then.Add(new Integer($"left = {LayerBuilder.Text(UnrollPolicy.LeastTile)}"));
            });
            Choose(body, 0);
        });
        functions.Insert(0, new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body));
        return new KernelVariant(lanes, [.. functions]);

        void Choose(Code body, int h)
        {
            var (height, condition) = heights[h];
            if (condition is null) Call(body, height);
            else body.If(condition, then => Call(then, height), otherwise => Choose(otherwise, h + 1));
        }

        void Call(Code body, int height)
        {
            body.Add(new Invoke(Block(height),
            [
                .. operands.Select(a => a.Value!.Type.Batched ? new Address(a.Name, 0, "i", context.Pitch(a.Value)) : new Address(a.Name)), .. scratch.Select(s => new Address(s.Name)),
            ]));
            body.Add(new Integer($"i += {LayerBuilder.Text(height)}"));
        }

        string Block(int height)
        {
            var function = $"{name}_{LayerBuilder.Text(height)}";
            if (functions.Exists(f => f.Name == function)) return function;
            var body = new Code();
            block(body, height);
            functions.Add(new KernelFunction(function, $"{LayerBuilder.Text(height)} sample{(height == 1 ? "" : "s")}.",
                [
                    .. operands.Select(a => a.Parameter), .. scratch.Select(s => new KernelParameter(ParameterType.Floats, s.Name)),
                    .. samples.IsFree ? [new KernelParameter(ParameterType.Size, "length")] : Array.Empty<KernelParameter>(),
                ], body.Body));
            return function;
        }
    }

    /// <summary>Lowers a kernel of one function, beside those that it calls.</summary>
    public KernelVariant Lower(string summary, Code code) =>
        new(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body), .. functions]);

    /// <summary>Writes zeros for the states of some samples before the first position.</summary>
    public static void ClearStates(Code code, IEnumerable<(string Name, int Floats)> states, int samples)
    {
        foreach (var (state, floats) in states) code.Add(new InvokeRuntime("Images.Clear", [new Address(state), LayerBuilder.Text(samples * floats)]));
    }

    /// <summary>Writes something for each sample of a block, whose index is <c>r</c>; of a single one, once, without an index.</summary>
    public static void EachSample(Code code, int height, Action<Code, string?> body)
    {
        if (height == 1) body(code, null);
        else code.For("r", "0", LayerBuilder.Text(height), 1, sample => body(sample, "r"));
    }

    /// <summary>Writes zeros behind the samples of a block, up to where the next ones start.</summary>
    public void ClearPadding(Code code, int height, string operand)
    {
        var value = arguments.First(a => a.Name == operand).Value!;
        var padding = new VectorLoop(context.Pitch(value) - value.Size, lanes);
        if (padding.Size == 0) return;
        if (samples.IsFree) samples.ClearPadding(code, value, operand, lanes);
        else EachSample(code, height, (sample, r) => padding.Emit(sample, (body, j, offset, count) =>
            body.Add(new Store(At(operand, r, null).Plus(value.Size + offset) with { Index = j, Stride = 1 }, Expr.Zero, count))));
    }

    /// <summary>A vector of states at a time, in a loop, since each takes many operations; the last may be a part of one.</summary>
    public static void EachVector(Code code, int hidden, int lanes, Action<Code, string?, int, int?> body)
    {
        var whole = hidden / lanes;
        if (whole > 1) code.For("j", "0", LayerBuilder.Text(whole * lanes), lanes, loop => body(loop, "j", 0, null));
        else if (whole == 1) code.Block(null, block => body(block, null, 0, null));
        if (hidden % lanes != 0) code.Block(null, block => body(block, null, whole * lanes, hidden % lanes));
    }
}
