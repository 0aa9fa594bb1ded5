using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>A kernel for a GPU: what one thread of it does, and how many there are.</summary>
/// <param name="Name">What it is called, after what it computes. Kernels with equal texts are one.</param>
/// <param name="Summary">Its mathematics.</param>
/// <param name="Group">What it computes.</param>
/// <param name="Arguments">Its parameters, and what this use of it binds to them.</param>
/// <param name="Grid">The groups of threads.</param>
/// <param name="Threads">The threads of a group.</param>
/// <param name="Body">What a thread does.</param>
/// <param name="ScratchFloats">The floats of <see cref="Binding.Scratch"/>.</param>
sealed record GpuKernel(
    string Name, string Summary, Group Group, ImmutableArray<KernelArgument> Arguments, GpuGrid Grid, (int X, int Y) Threads,
    ImmutableArray<Statement> Body, int ScratchFloats = 0)
{
    /// <summary>The floats that the threads of a group share.</summary>
    public int SharedFloats => Body.OfType<SharedFloats>().Sum(s => s.Floats);

    /// <summary>The positions whose rows <c>n</c> counts, where samples have as many as they like; null where it counts samples.</summary>
    public Sequence? Counts { get; init; } = CountsOf(Group);

    static Sequence? CountsOf(Group group)
    {
        // Sums over all samples go through what they are of.
        var value = group.Last.Type.Batched ? group.Last : group.Inputs.FirstOrDefault(v => v.Type.Batched);
        return value is { Type.IsByPosition: true } ? value.Type.Sequence : null;
    }
}

/// <summary>Groups of threads along three axes, as expressions in <c>n</c>, the number of samples or of what <see cref="GpuKernel.Counts"/> says.</summary>
sealed record GpuGrid(string X, string Y = "1", string Z = "1")
{
    /// <summary>As many groups as a number of things needs, of which each thread has one.</summary>
    /// <param name="things">How many, an expression.</param>
    /// <param name="threads">The threads of a group.</param>
    public static GpuGrid Of(string things, int threads) => new(Quotient(things, threads));

    /// <summary>The number of samples, of a kernel whose <c>n</c> may be another one.</summary>
    public const string Samples = "pass.Samples";

    /// <summary>Rounded up.</summary>
    public static string Quotient(string things, int divisor) =>
        long.TryParse(things, out var number) ? Layers.LayerBuilder.Text((number + divisor - 1) / divisor)
        : divisor == 1 ? things
        : $"({things} + {Layers.LayerBuilder.Text(divisor - 1)}) / {Layers.LayerBuilder.Text(divisor)}";
}

/// <summary>Collects the kernels of a network's groups.</summary>
/// <param name="tile">The tile of products whose sides are long.</param>
sealed class GpuKernels(GpuTile tile)
{
    readonly List<GpuKernel> kernels = [];

    /// <summary>What those that lower for processors return in place of a kernel for these.</summary>
    static readonly Kernel None = new("", "", [], []);

    public ImmutableArray<GpuKernel> All => [.. kernels];

    /// <summary>The tile of a product.</summary>
    /// <param name="rows">The rows of the result; null where the samples decide.</param>
    /// <param name="columns">The columns of the result; null where the samples decide.</param>
    public GpuTile TileOf(long? rows, long? columns) =>
        rows <= GpuPolicy.Wide.Rows && columns is null ? GpuPolicy.Wide
        : rows <= GpuPolicy.Small.Rows || columns <= GpuPolicy.Small.Columns ? GpuPolicy.Small : tile;

    public Kernel Add(params IEnumerable<GpuKernel> added)
    {
        kernels.AddRange(added);
        return None;
    }
}

/// <summary>There is no kernel for a GPU that computes a value.</summary>
/// <param name="value">The value.</param>
sealed class NoGpuKernelException(Value value) : Exception
{
    public Value Value { get; } = value;

    /// <summary>What would have to be computed.</summary>
    public string What => Value.Op.ToString();
}
