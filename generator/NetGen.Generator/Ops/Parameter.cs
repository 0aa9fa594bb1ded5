using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

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
    public string FileLayout => Part is null ? Storage.ToString() : $"QueriesKeysValues({LayerBuilder.Text(Part.KeyRows)})";

    /// <summary>How many floats it takes in the arena.</summary>
    public int Floats => checked((int)Storage.Floats(Shape));

    /// <summary>Whether it has a gradient, and an optimizer changes it.</summary>
    public bool IsLearned => Role is not (ParameterRole.RunningStatistic or ParameterRole.Buffer);

    public override string Label => $"Parameter {FullName}";
}

/// <summary>
/// Which part of a tensor in files a parameter is. The rows of the tensor are those of queries, of keys and of values, in this order, three parameters that
/// follow each other in the arena.
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
    public override string ToString() => Kind == StorageKind.Convolution ? $"Convolution({LayerBuilder.Text(Groups)})" : Kind.ToString();
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
