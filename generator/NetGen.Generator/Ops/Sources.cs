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
sealed record Target(Graph.ValueType Of) : Source(Of);
