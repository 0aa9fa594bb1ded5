using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;

namespace NetGen.Generator.Ops;

/// <summary>The rows of a weight [vocabulary, features] that ids [positions] choose.</summary>
/// <param name="PaddingIndex">The id whose row has no gradient; -1 for none.</param>
/// <param name="InPanels">Whether the weight lies as a matrix product wants it, because there is one with it too.</param>
sealed record Embedding(int PaddingIndex, bool InPanels) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Size, inputs[1].Shape.Axes[1]));

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.AddInto(result.Inputs[1], new EmbeddingGradient(result.Inputs[1].Shape, PaddingIndex, InPanels), gradient, result.Inputs[0]);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[1]}[{inputs[0]}]";

    public override Kernel Lower(Group group, KernelContext context) => EmbeddingKernel.Lower(group, this, context);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuEmbeddingKernel.Lower(group, context));

    public override bool WorksByPosition(Value result) => true;
}

/// <summary>
/// The sum of what reaches each row of an <see cref="Embedding"/>'s weight, over all places that chose it; added to what reaches the weight from elsewhere, the
/// third input, where there is that.
/// </summary>
/// <param name="Shape">The weight's shape.</param>
/// <param name="PaddingIndex">The id whose row has no gradient; -1 for none.</param>
/// <param name="InPanels">Whether it lies in panels, as the weight does.</param>
sealed record EmbeddingGradient(Shape Shape, int PaddingIndex, bool InPanels) : Op
{
    public override int StoredFloats(Value result) => InPanels ? Panels.Floats(Shape.Axes[0], Shape.Axes[1]) : result.Type.ArenaFloats;

    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(Shape, Batched: false);

    public override Partition Partition => Partition.Parts;

    public override long Flops(Value result) => result.Inputs[0].Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{(inputs.Length > 2 ? inputs[2] + " + " : "")}Σ onehot({inputs[1]})ᵀ {inputs[0]}";

    public override Kernel Lower(Group group, KernelContext context) => EmbeddingKernel.LowerGradient(group, this, context);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuEmbeddingKernel.LowerGradient(group, this));
}

sealed class EmbeddingLayer : Layer<EmbeddingAttribute>
{
    protected override Value Build(LayerBuilder builder, EmbeddingAttribute attribute, Value x)
    {
        var (vocabulary, features) = (builder.PositiveSize(attribute.Vocabulary, "vocabulary"), builder.PositiveSize(attribute.Features, "features"));
        if (x.Type.Element != ElementType.Int32)
            builder.Fail("NG0020", x.Shape.ToString(), "it takes ids, which are a network's input: make it the first layer, or in a Forward call it with an input");
        if (x.Shape.Rank != 1) builder.Fail("NG0020", x.Shape.ToString(), "it takes the ids of a sample one after the other: declare [Input(positions)], or [Shape(positions)] in a Forward");
        builder.CheckSize((long)vocabulary * features, $"its weight of shape [{LayerBuilder.Text(vocabulary)}, {LayerBuilder.Text(features)}]");
        builder.Positive(attribute.Deviation, "Deviation");
        if (attribute.PaddingIndex < -1 || attribute.PaddingIndex >= vocabulary)
        {
            builder.Fail("NG0018", "PaddingIndex", LayerBuilder.Text(attribute.PaddingIndex), $"an id from 0 to {LayerBuilder.Text(vocabulary - 1)}, or -1 for none");
        }
        // He's distribution for one input is the standard normal one, but for the gain.
        var start = new InitialValues(Init.HeNormal, Gain: (float)attribute.Deviation)
        {
            Zeros = attribute.PaddingIndex < 0 ? (0, 0) : (attribute.PaddingIndex * features, (attribute.PaddingIndex + 1) * features),
        };
        var isTied = builder.IsTied(attribute.Name);
        var weight = builder.Parameter("weight", new Shape(vocabulary, features), ParameterRole.Weight, start,
            isTied ? ParameterStorage.Panels : ParameterStorage.Dense);
        return builder.Add(new Embedding(attribute.PaddingIndex, isTied), x, weight);
    }
}
