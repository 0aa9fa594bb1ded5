using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>
/// What a lowering may know of where values are: whether rows follow each other without gaps, in the caller's memory, or padded to whole vectors in an arena.
/// </summary>
/// <param name="graph">The graph that is lowered.</param>
/// <param name="names">The names given to kernels so far, in all graphs of the network.</param>
/// <param name="training">Whether the output stays in the arena; in inference it is the caller's.</param>
sealed class KernelContext(NetworkGraph graph, KernelNames names, bool training)
{
    /// <summary>The numbers of the vectors that kernels are written for.</summary>
    public EquatableArray<int> Lanes => names.Lanes;

    public bool Training { get; } = training;

    /// <summary>Collects kernels for a GPU in place of those for processors; null where the latter are asked for.</summary>
    public GpuKernels? Gpu { get; init; }

    /// <summary>The functions that kernels share, in all graphs of the network.</summary>
    public SharedFunctions Functions => names.Functions;

    /// <summary>Whether a value is in the caller's memory, where nothing may be read or written past its elements.</summary>
    public bool IsDense(Value value)
    {
        var storage = value.Storage;
        return storage.Op is Input or InputPart or Target || (!Training && storage == graph.Output.Storage);
    }

    /// <summary>The distance between two samples of a value, in floats; of images whose samples lie together that between two planes.</summary>
    public int Pitch(Value value) => value.Storage.Op is InputPart part ? part.Pitch
        : IsDense(value) ? value.Size
        : value.Layout is { InLanes: true } lanes ? lanes.ImageFloats
        : value.Type.ArenaFloats;

    /// <summary>The images that a kernel on n samples goes through: theirs, or the planes where samples lie together.</summary>
    public static string Images(Layout layout) => !layout.InLanes ? "n"
        : $"(n + {LayerBuilder.Text(Layout.LanesWidth - 1)}) / {LayerBuilder.Text(Layout.LanesWidth)} * {LayerBuilder.Text(layout.Planes)}";

    /// <summary>A name for a group's kernel: the same for equal kernels, another for one that computes the same on other layouts.</summary>
    public string NameOf(string name, Group group, IEnumerable<KernelArgument> arguments) => Gpu is not null ? throw new NoGpuKernelException(group.Values[0])
        : names.Get(name, Training, new KernelSignature(
        group.Values.Select(v => v.Op).ToEquatableArray(),
        group.Values.Select(v => v.Shape).ToEquatableArray(),
        group.Values.SelectMany(v => v.Inputs.Select(i => IndexOf(group, i))).ToEquatableArray(),
        arguments.Where(a => a.Value is not null).Select(a => new OperandLayout(a.Name, a.Value!.Type with { Sequence = null }, Pitch(a.Value), IsDense(a.Value))).ToEquatableArray()));

    /// <summary>What the group computes is counted from 0 up, and what it reads from -1 down.</summary>
    static int IndexOf(Group group, Value value) => group.Values.IndexOf(value) is >= 0 and var index ? index : -1 - group.Inputs.IndexOf(value);
}

/// <summary>What makes a kernel what it is.</summary>
sealed record KernelSignature(EquatableArray<Op> Ops, EquatableArray<Shape> Shapes, EquatableArray<int> Inputs, EquatableArray<OperandLayout> Operands);

/// <summary>An operand of a kernel, and how its samples lie in memory.</summary>
sealed record OperandLayout(string Name, Graph.ValueType Type, int Pitch, bool Dense);

/// <summary>Gives kernels names, the same to equal ones.</summary>
/// <param name="lanes">The numbers of the vectors that kernels are written for.</param>
sealed class KernelNames(EquatableArray<int> lanes)
{
    public EquatableArray<int> Lanes { get; } = lanes;

    readonly Dictionary<string, List<KernelSignature>> given = new(StringComparer.Ordinal);

    public SharedFunctions Functions { get; } = new();

    /// <summary>The characters of a name that is still read: past a thousand there can be none in a program.</summary>
    const int Longest = 120;

    /// <summary>A name after what is computed, with the number of parts that are left out where these are many.</summary>
    public static string Short(string name)
    {
        if (name.Length <= Longest) return name;
        var kept = name.LastIndexOf('_', Longest);
        return kept <= 0 ? name : $"{name.Substring(0, kept)}_And{LayerBuilder.Text(name.Skip(kept).Count(c => c == '_'))}";
    }

    public string Get(string name, bool training, KernelSignature signature)
    {
        name = Short(name);
        if (!given.TryGetValue(name, out var known)) given.Add(name, known = []);
        var index = known.IndexOf(signature);
        if (index < 0)
        {
            index = known.Count;
            known.Add(signature);
        }
        var suffix = index == 0 ? "" : training ? "_Training" : "_Other";
        // The first that differs is told apart by its use, further ones by a number.
        return index < 2 ? name + suffix : $"{name}{suffix}{LayerBuilder.Text(index)}";
    }
}
