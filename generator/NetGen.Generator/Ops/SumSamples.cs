using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Images;
using NetGen.Generator.Lowering.SampleLanes;

namespace NetGen.Generator.Ops;

/// <summary>
/// A term of each element, summed over the samples, and over runs of elements where the result is shorter: the gradient of a bias or a slope.
/// </summary>
/// <param name="Shape">The result's shape.</param>
/// <param name="Term">What is summed, with an <see cref="Argument"/> for each input.</param>
/// <param name="Format">The formula, with {0} and {1} for the inputs.</param>
sealed record SumSamples(Shape Shape, Expr Term, string Format) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(Shape, Batched: false);

    public override Partition Partition => Partition.Parts;

    public override Form InputForm(int input) => Form.Same;

    public override long Flops(Value result) => result.Inputs[0].Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        inputs.Select((text, i) => (text, i)).Aggregate(Format, (format, input) => format.Replace($"{{{input.i}}}", input.text));

    public override bool WorksInLanes(Value result) => result.Size == Layout.Sizes(result.Inputs[0].Shape).Channels;

    public override Kernel Lower(Group group, KernelContext context) => group.Values[0].Inputs[0].Layout switch
    {
        null => SumSamplesKernel.Lower(group, this, context),
        { InLanes: true } => LanesSumKernel.Lower(group, this, context),
        _ => ImageSumKernel.Lower(group, this, context),
    };
}
