using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;

namespace NetGen.Generator.Lowering;

/// <summary>A fused group of ops, lowered: one function to call, in a variant for each width of vectors.</summary>
/// <param name="Name">What it is called, after what it computes.</param>
/// <param name="Summary">Its mathematics.</param>
/// <param name="Arguments">Its parameters, and what this use of it binds to them.</param>
/// <param name="Widths">Lowers it for each width.</param>
sealed record Kernel(string Name, string Summary, ImmutableArray<KernelArgument> Arguments, IEnumerable<KernelVariant> Widths)
{
    ImmutableArray<KernelVariant> variants;

    /// <summary>A kernel of one function, whose summary is the group's formula.</summary>
    /// <param name="group">What it computes.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="name">What it is called, unless another kernel is.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="emit">Writes its body for vectors of a number of lanes.</param>
    public static Kernel OfOneFunction(Group group, KernelContext context, string name, KernelArgument[] arguments, Action<Code, int> emit)
    {
        name = context.NameOf(name, group, arguments);
        var summary = $"{Formulas.Of(group)}, {group.Values[0].Type}.";
        return new Kernel(name, summary, [.. arguments], context.Lanes.Select(lanes =>
        {
            var code = new Code();
            emit(code, lanes);
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        }));
    }

    /// <summary>Whether workers share its parts, rather than the samples.</summary>
    public bool IsShared => Arguments.Any(a => a.Binding == Binding.Worker);

    /// <summary>
    /// Its functions for each width; the first of each is the entry. They are made when they are first asked for: most kernels of a deep network
    /// have the name of one that there is.
    /// </summary>
    public ImmutableArray<KernelVariant> Variants => variants.IsDefault ? variants = [.. Widths] : variants;
}

/// <summary>A kernel's functions for vectors of a number of lanes.</summary>
sealed record KernelVariant(int Lanes, ImmutableArray<KernelFunction> Functions);

/// <summary>A function of a kernel.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Body">What it is made of.</param>
/// <param name="Lanes">The lanes of its vectors, where they aren't those of its variant.</param>
sealed record KernelFunction(string Name, string Summary, ImmutableArray<KernelParameter> Parameters, ImmutableArray<Statement> Body, int? Lanes = null);

/// <summary>A parameter of a function.</summary>
sealed record KernelParameter(ParameterType Type, string Name);

enum ParameterType
{
    Floats,
    Ints,
    Int,

    /// <summary>A size or a distance in memory, as wide as an address.</summary>
    Size,

    Float,
    Flag,
    Counter,
}

/// <summary>A parameter of a kernel with what it is bound to.</summary>
/// <param name="Binding">What kind of thing it is bound to.</param>
/// <param name="Name">What the kernel calls it.</param>
/// <param name="Value">The value, of <see cref="Binding.Pointer"/>.</param>
/// <param name="Table">The call that gives the table, of <see cref="Binding.Table"/>.</param>
/// <param name="Integers">Whether a kernel for a GPU has integers in the place of the value's floats.</param>
/// <param name="Sequence">
/// Which of the inputs with lengths of their own the positions are of, of <see cref="Binding.Offsets"/> and <see cref="Binding.SamplesOfPositions"/>.
/// </param>
sealed record KernelArgument(Binding Binding, string Name, Value? Value = null, string? Table = null, bool Integers = false, int Sequence = 0)
{
    public ParameterType Type => Binding switch
    {
        Binding.Pointer => Integers || Value!.Type.Element == ElementType.Int32 ? ParameterType.Ints : ParameterType.Floats,
        Binding.Parameters or Binding.Scratch or Binding.Table => ParameterType.Floats,
        Binding.Accumulate => ParameterType.Flag,
        Binding.Scale => ParameterType.Float,
        Binding.Seed or Binding.Step => ParameterType.Counter,
        Binding.Offsets or Binding.SamplesOfPositions => ParameterType.Ints,
        _ => ParameterType.Int,
    };

    public KernelParameter Parameter => new(Type, Name);
}

/// <summary>What a kernel is given.</summary>
enum Binding
{
    /// <summary>A value: its first row of this worker, or all of it where the kernel is split into parts.</summary>
    Pointer,

    /// <summary>The arena of all parameters.</summary>
    Parameters,

    /// <summary>How many samples this worker has.</summary>
    Rows,

    /// <summary>The first of this worker's samples.</summary>
    FirstRow,

    /// <summary>How many samples the batch has.</summary>
    Samples,

    /// <summary>Which of the workers this is, where they share the parts of a kernel.</summary>
    Worker,

    /// <summary>How many workers share the parts of a kernel.</summary>
    Workers,

    /// <summary>Whether gradients are added to.</summary>
    Accumulate,

    /// <summary>What a sample's gradient is multiplied by to be its share of the mean's.</summary>
    Scale,

    /// <summary>The seed of random numbers.</summary>
    Seed,

    /// <summary>The training step that random numbers belong to.</summary>
    Step,

    /// <summary>Memory of a GPU that a kernel leaves sums in for the one after it.</summary>
    Scratch,

    /// <summary>Numbers of positions that a GPU's program has, whatever the network's parameters are.</summary>
    Table,

    /// <summary>Which position of its text a decoder is at.</summary>
    Position,

    /// <summary>
    /// Where the positions of each sample begin, in a count of those of all samples, and where the last one's end: from this worker's first sample on, or from
    /// the batch's where the kernel is split into parts.
    /// </summary>
    Offsets,

    /// <summary>The sample that each position of a batch is of, on a GPU.</summary>
    SamplesOfPositions,
}
