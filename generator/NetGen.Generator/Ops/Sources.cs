using System.Collections.Immutable;
using NetGen.Generator.Graph;

namespace NetGen.Generator.Ops;

/// <summary>A value that comes from outside of the graph.</summary>
abstract record Source(Graph.ValueType Type) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => Type;

    public override Partition Partition => Partition.None;

    public override string Formula(Value result, ImmutableArray<string> inputs) => result.Name;
}

/// <summary>The samples.</summary>
sealed record Input(Shape Shape) : Source(new Graph.ValueType(Shape))
{ }

/// <summary>What the output is compared with: one label, or as many values as the output has.</summary>
sealed record Target(Graph.ValueType Of) : Source(Of)
{ }

/// <summary>Numbers that are learned.</summary>
/// <param name="FullName">The name in files, <c>fc1.weight</c>.</param>
/// <param name="Shape">The shape in files, PyTorch's.</param>
/// <param name="Role">What it is for its layer.</param>
/// <param name="Start">Its first values.</param>
/// <param name="InPanels">Whether it is stored in panels of outputs rather than in order.</param>
sealed record Parameter(string FullName, Shape Shape, ParameterRole Role, InitialValues Start, bool InPanels) : Source(new Graph.ValueType(Shape, Batched: false))
{
    /// <summary>How many floats it takes in the arena.</summary>
    public int Floats => InPanels ? Panels.Floats(Shape.Axes[0], Shape.Axes[1]) : Panels.Padded(Shape.Size);

    public override string Label => $"Parameter {FullName}";
}

/// <summary>What a parameter is for its layer.</summary>
enum ParameterRole { Weight, Bias, Normalization, Slope }

/// <summary>How a parameter starts.</summary>
sealed record InitialValues(Init Kind, float Value = 0, float Gain = 0, int FanIn = 1, int FanOut = 1);

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
