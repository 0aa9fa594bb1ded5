using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;

namespace NetGen.Generator.Ops;

/// <summary>A value that comes from outside of the graph.</summary>
abstract record Source(Graph.ValueType Type) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => Type;

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => Type.Sequence;

    public override Partition Partition => Partition.None;

    public override string Formula(Value result, ImmutableArray<string> inputs) => result.Name;
}

/// <summary>The samples: numbers, or ids.</summary>
/// <param name="Shape">Their shape.</param>
/// <param name="Element">What they are made of.</param>
/// <param name="Sequence">Their positions, where the number of these is free.</param>
sealed record Input(Shape Shape, ElementType Element = ElementType.Float32, Sequence? Sequence = null) : Source(new Graph.ValueType(Shape, Element: Element, Sequence: Sequence))
{
    // Images have backgrounds, and bags of words few of them.
    public override bool IsOftenZero(Value result) => Element == ElementType.Float32;
}

/// <summary>One of several inputs, which a sample holds one after the other.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="First">Its first element in the sample.</param>
/// <param name="Pitch">The values of a sample, all inputs together.</param>
/// <param name="Element">Whether it holds numbers, or ids.</param>
/// <param name="Sequence">Its positions, where the number of these is free.</param>
sealed record InputPart(Shape Shape, int First, int Pitch, ElementType Element = ElementType.Float32, Sequence? Sequence = null)
    : Source(new Graph.ValueType(Shape, Element: Element, Sequence: Sequence))
{
    public override bool IsOftenZero(Value result) => Element == ElementType.Float32;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new Place(First, result.Inputs[0].Shape), gradient);

    // Kernels for processors are told where the part is in a sample; those for GPUs are given a copy, in which samples follow each other.
    public override void LowerGpu(Group group, KernelContext context)
    {
        var (part, x) = (group.Values[0], group.Values[0].Inputs[0]);
        // Ids beside numbers are copied as ids.
        if (x.Type.Element != Element) x = Value.Of(x.Id, x.Name, new Input(x.Shape, Element), [], x.Element);
        context.Gpu!.Add(GpuRunsKernel.Lower(group, $"Part_{LayerBuilder.Text(First)}_{LayerBuilder.Text(part.Size)}", [new Run(x, First, 0, part.Size)]));
    }
}

/// <summary>What the output is compared with: one label, or as many values as the output has.</summary>
sealed record Target(Graph.ValueType Of) : Source(Of)
{ }

/// <summary>Numbers that are learned, or kept from training for inference.</summary>
/// <param name="FullName">The name in files, <c>fc1.weight</c>.</param>
/// <param name="Shape">The shape in files, PyTorch's.</param>
/// <param name="Role">What it is for its layer.</param>
/// <param name="Start">Its first values.</param>
/// <param name="Storage">How it is stored.</param>
/// <param name="Part">The tensor of files that it is some rows of; null where it is one itself.</param>
sealed record Parameter(string FullName, Shape Shape, ParameterRole Role, InitialValues Start, ParameterStorage Storage, ParameterPart? Part = null)
    : Source(new Graph.ValueType(Shape, Batched: false))
{
    /// <summary>The name of the tensor in files.</summary>
    public string FileName => Part?.Name ?? FullName;

    /// <summary>The shape of the tensor in files.</summary>
    public Shape FileShape => Part?.Of ?? Shape;

    /// <summary>Whether it is where its tensor in files begins.</summary>
    public bool IsFirst => Part is null or { First: 0 };

    /// <summary>How generated code names the layout of the tensor in files.</summary>
    public string FileLayout => Part is null ? Storage.ToString() : $"QueriesKeysValues({Layers.LayerBuilder.Text(Part.KeyRows)})";

    /// <summary>How many floats it takes in the arena.</summary>
    public int Floats => checked((int)Storage.Floats(Shape));

    /// <summary>Whether it has a gradient, and an optimizer changes it.</summary>
    public bool IsLearned => Role is not (ParameterRole.RunningStatistic or ParameterRole.Buffer);

    public override string Label => $"Parameter {FullName}";
}

/// <summary>
/// Which part of a tensor in files a parameter is. The rows of the tensor are those of queries, of keys and of values, in this order, three parameters that follow
/// each other in the arena.
/// </summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Of">The tensor's shape.</param>
/// <param name="First">The part's first row in the tensor.</param>
/// <param name="KeyRows">How many rows there are for keys, and as many for values.</param>
sealed record ParameterPart(string Name, Shape Of, int First, int KeyRows);

/// <summary>How a parameter is stored, see the runtime's <c>ParameterLayout</c>.</summary>
/// <param name="Kind">The order of its elements.</param>
/// <param name="Groups">The groups that a convolution's outputs are in.</param>
sealed record ParameterStorage(StorageKind Kind, int Groups = 1)
{
    public static readonly ParameterStorage Dense = new(StorageKind.Dense), Panels = new(StorageKind.Panels), Depthwise = new(StorageKind.Depthwise);

    public static ParameterStorage Convolution(int groups) => new(StorageKind.Convolution, groups);

    public long Floats(Shape shape)
    {
        var rows = shape.Axes[0];
        long columns = Shape.LongSize(shape.Axes.Skip(1));
        return Kind switch
        {
            StorageKind.Dense => (Shape.LongSize(shape.Axes) + Ops.Panels.Alignment - 1) / Ops.Panels.Alignment * Ops.Panels.Alignment,
            StorageKind.Depthwise => Ops.Panels.Padded(rows) * columns,
            _ => Groups * (long)Ops.Panels.Padded(rows / Groups) * columns,
        };
    }

    /// <summary>How generated code names the layout.</summary>
    public override string ToString() => Kind == StorageKind.Convolution ? $"Convolution({Layers.LayerBuilder.Text(Groups)})" : Kind.ToString();
}

/// <summary>The orders in which parameters are stored.</summary>
enum StorageKind
{
    /// <summary>PyTorch's.</summary>
    Dense,

    /// <summary>Panels of outputs.</summary>
    Panels,

    /// <summary>Panels of outputs for each group, with the inputs of a place of the kernel side by side.</summary>
    Convolution,

    /// <summary>The channels side by side, for each place of the kernel.</summary>
    Depthwise,
}

/// <summary>What a parameter is for its layer.</summary>
enum ParameterRole { Weight, Bias, Normalization, Slope, RunningStatistic, Buffer }

/// <summary>How a parameter starts.</summary>
sealed record InitialValues(Init Kind, float Value = 0, float Gain = 0, int FanIn = 1, int FanOut = 1)
{
    /// <summary>A run of values that start as zeros.</summary>
    public (int First, int End) Zeros { get; init; }
}

/// <summary>How matrices are stored: columns of outputs in panels, so that kernels load whole vectors.</summary>
static class Panels
{
    /// <summary>The outputs in a panel.</summary>
    public const int Width = 32;

    /// <summary>Vectors start at multiples of this many floats, and end in zeros up to the next.</summary>
    public const int Alignment = 16;

    public static int Padded(int size) => checked((size + Alignment - 1) / Alignment * Alignment);

    public static int Count(int rows) => (rows + Width - 1) / Width;

    /// <summary>How wide a panel is: 32, but for a last one of at most 16 outputs.</summary>
    public static int WidthOf(int rows, int panel) => Math.Min(Width, Padded(rows - panel * Width));

    public static int Floats(int rows, int columns) => checked(Padded(rows) * columns);
}
