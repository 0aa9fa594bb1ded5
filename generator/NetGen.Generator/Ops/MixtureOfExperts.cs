using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Decoding;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Sequences;

namespace NetGen.Generator.Ops;

/// <summary>An op whose result is about the rows that go to experts, of which a sample has one for each choice of each position.</summary>
interface IExpertRows;

/// <summary>An op whose result is a sample's, with something about each of its positions, and goes with what there is for each position.</summary>
interface IPositionTable;

/// <summary>
/// Which experts each position chooses, from logits [positions, experts], and the rows that the choices become, sorted by experts: see the runtime's <c>Mixture</c>.
/// </summary>
/// <param name="Chosen">How many experts a position chooses.</param>
sealed record ExpertTable(int Chosen) : Op, IExpertRows, IPositionTable
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) =>
        new(new Shape(FirstRows(checked(SampleRows.MaxOf(inputs[0]) * Chosen)) + inputs[0].Shape.Last + 1));

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => null;

    /// <summary>Where a table of so many rows has the first one of each expert.</summary>
    public static int FirstRows(int rows) => checked(3 * rows);

    // Choices don't change with a small change of the logits.
    public override bool IsDifferentiable => false;

    public override long Flops(Value result) => (long)SampleRows.MaxOf(result.Inputs[0]) * result.Inputs[0].Shape.Last * Chosen;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"top{LayerBuilder.Text(Chosen)}({inputs[0]})";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var logits = group.Values[0].Inputs[0];
        return ExpertLinearKernel.ForEachSample(group, context, "Choose", ["logits"], logits,
            samples => [samples.IntLength, LayerBuilder.Text(logits.Shape.Last), LayerBuilder.Text(Chosen), samples.PitchText(logits)]);
    }

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuExpertTable.Lower(group));

    public override Value? ForOnePosition(DecodingPass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);
}

/// <summary>The softmax of each position's logits over the experts that it chose, [positions, chosen], from logits and a table.</summary>
/// <param name="Chosen">How many experts a position chooses.</param>
sealed record ExpertShares(int Chosen) : Op, IExpertRows, IPositionTable
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(SampleRows.MaxOf(inputs[0]), Chosen));

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => null;

    public override long Flops(Value result) => 4L * result.Size;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new ExpertSharesGradient(result.Inputs[0].Type), gradient, result, result.Inputs[1]);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"softmax({inputs[0]} of the chosen)";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var logits = group.Values[0].Inputs[0];
        return ExpertLinearKernel.ForEachSample(group, context, "Shares", ["logits", "table"], logits,
            samples => [samples.IntLength, LayerBuilder.Text(logits.Shape.Last), LayerBuilder.Text(Chosen), samples.PitchText(logits)]);
    }

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuExpertGateKernel.Shares(group));

    public override Value? ForOnePosition(DecodingPass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);
}

/// <summary>What reaches the logits of <see cref="ExpertShares"/>: s (∂s − Σ ∂s s) for the chosen, from ∂s, s and the table.</summary>
/// <param name="Of">The logits.</param>
sealed record ExpertSharesGradient(Graph.ValueType Of) : Op
{
    /// <summary>The logits' shape.</summary>
    public Shape Shape => Of.Shape;

    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => Of;

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => Of.Sequence;

    public override long Flops(Value result) => 4L * result.Inputs[1].Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"softmax′({inputs[1]}) {inputs[0]}";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var result = group.Values[0];
        return ExpertLinearKernel.ForEachSample(group, context, "SharesGradient", ["dshares", "shares", "table"], result,
            samples => [samples.IntLength, LayerBuilder.Text(Shape.Last), LayerBuilder.Text(result.Inputs[1].Shape.Last), samples.PitchText(result)]);
    }

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuExpertGateKernel.SharesGradient(group));
}

/// <summary>The position of each row, from [positions, features] and a table; times its share, where there is a third input.</summary>
/// <param name="Chosen">How many experts a position chooses.</param>
sealed record ExpertRows(int Chosen) : Op, IExpertRows
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) =>
        new(new Shape(inputs[0].Type.IsByPosition ? 1 : checked(inputs[0].Shape.Axes[0] * Chosen), inputs[0].Shape.Last));

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => inputs[0].Type.Sequence is { } sequence ? sequence with { Rows = Chosen } : null;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new ExpertSum(Chosen), gradient, result.Inputs[1]);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{(inputs.Length > 2 ? inputs[2] + " ⊙ " : "")}{inputs[0]} by expert";

    public override string Label => "ExpertRows";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var (x, y) = (group.Values[0].Inputs[0], group.Values[0]);
        return ExpertLinearKernel.ForEachSample(group, context, "Rows", ["x", "table", "shares"], x,
            samples => [samples.IntLength, LayerBuilder.Text(Chosen), LayerBuilder.Text(x.Shape.Last), samples.PitchText(x), samples.PitchText(y)]);
    }

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuExpertRowsKernel.Scatter(group));

    public override Value? ForOnePosition(DecodingPass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);
}

/// <summary>The sum of each position's rows, from [positions · chosen, features] and a table; times their shares, where there is a third input.</summary>
/// <param name="Chosen">How many experts a position chooses.</param>
sealed record ExpertSum(int Chosen) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Type.IsByPosition ? 1 : inputs[0].Shape.Axes[0] / Chosen, inputs[0].Shape.Last));

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => inputs[0].Type.Sequence is { } sequence ? sequence with { Rows = 1 } : null;

    public override long Flops(Value result) => 2L * Chosen * result.Size;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var (x, table, shares) = (result.Inputs[0], result.Inputs[1], result.Inputs[2]);
        gradients.Add(x, new ExpertRows(Chosen), gradient, table, shares);
        gradients.Add(shares, new ExpertProducts(Chosen), gradient, x, table);
    }

    public override bool TakesEpilogueOnGpu => true;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"Σ {(inputs.Length > 2 ? inputs[2] + " ⊙ " : "")}{inputs[0]} of the chosen";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var (x, y) = (group.Values[0].Inputs[0], group.Values[0]);
        return ExpertLinearKernel.ForEachSample(group, context, "Sum", ["x", "table", "shares"], y,
            samples => [samples.IntLength, LayerBuilder.Text(Chosen), LayerBuilder.Text(y.Shape.Last), samples.PitchText(x), samples.PitchText(y)]);
    }

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuExpertRowsKernel.Sum(group, context));

    public override Value? ForOnePosition(DecodingPass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);
}

/// <summary>What reaches the shares of an <see cref="ExpertSum"/>: the product of each position's gradient with each of its rows.</summary>
/// <param name="Chosen">How many experts a position chooses.</param>
sealed record ExpertProducts(int Chosen) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(SampleRows.MaxOf(inputs[0]), Chosen));

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => null;

    public override long Flops(Value result) => 2L * result.Size * result.Inputs[1].Shape.Last;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} · {inputs[1]} of the chosen";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var (dy, x) = (group.Values[0].Inputs[0], group.Values[0].Inputs[1]);
        return ExpertLinearKernel.ForEachSample(group, context, "Products", ["dy", "x", "table"], dy,
            samples => [samples.IntLength, LayerBuilder.Text(Chosen), LayerBuilder.Text(dy.Shape.Last), samples.PitchText(dy), samples.PitchText(x)]);
    }

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuExpertRowsKernel.Products(group));
}

sealed class MixtureOfExpertsLayer : Layer<MixtureOfExpertsAttribute>
{
    protected override Value Build(LayerBuilder builder, MixtureOfExpertsAttribute attribute, Value x)
    {
        var hidden = builder.PositiveSize(attribute.Hidden, "hidden");
        if (x.Shape.Rank > 2) builder.Fail("NG0007", x.Shape.ToString());
        builder.Defined(attribute.Activation, "Activation");
        var experts = Checked(builder, attribute.Experts, "experts", attribute.TopK, "TopK", attribute.BalanceLoss);
        var isVector = x.Shape.Rank == 1;
        var rows = isVector ? builder.AddPart("row", new Reshape(new Shape(1, x.Size)), x) : x;
        var mixed = Mixed(builder, "", rows, experts, attribute.TopK, hidden, attribute.Activation, attribute.BalanceLoss, value => value);
        return isVector ? builder.Add(new Reshape(new Shape(x.Size)), mixed) : mixed;
    }

    /// <summary>Refuses numbers of experts that make no sense.</summary>
    public static int Checked(LayerBuilder builder, int experts, string argument, int chosen, string chosenArgument, float balance)
    {
        if (experts < 2) builder.Fail("NG0018", argument, LayerBuilder.Text(experts), "at least 2");
        if (chosen < 1 || chosen > experts) builder.Fail("NG0018", chosenArgument, LayerBuilder.Text(chosen), $"from 1 to {LayerBuilder.Text(experts)}, the experts that there are");
        if (!(balance >= 0) || float.IsInfinity(balance)) builder.Fail("NG0018", "BalanceLoss", LayerBuilder.Text(balance), "at least 0");
        return experts;
    }

    /// <summary>Adds the gate, the experts, and in training the loss that balances them.</summary>
    /// <param name="builder">The layer.</param>
    /// <param name="prefix">What the names of its parameters begin with.</param>
    /// <param name="x">The positions, [positions, features].</param>
    /// <param name="experts">How many experts there are.</param>
    /// <param name="chosen">How many of them a position chooses.</param>
    /// <param name="hidden">The features between an expert's layers.</param>
    /// <param name="activation">What is between them.</param>
    /// <param name="balance">The weight of the loss that balances experts.</param>
    /// <param name="dropped">Drops out what is between an expert's layers.</param>
    public static Value Mixed(LayerBuilder builder, string prefix, Value x, int experts, int chosen, int hidden, FeedForwardActivation activation, float balance, Func<Value, Value> dropped)
    {
        var features = x.Shape.Last;
        builder.CheckSize((long)hidden * features, $"its weight of shape [{LayerBuilder.Text(hidden)}, {LayerBuilder.Text(features)}]");
        builder.CheckSize((long)experts * features, $"its weight of shape [{LayerBuilder.Text(experts)}, {LayerBuilder.Text(features)}]");
        builder.CheckSize((long)x.Shape.Axes[0] * chosen * Math.Max(Math.Max(hidden, features), 3), "what its experts compute");
        var gate = Weight("gate", experts, features);
        var names = Enumerable.Range(0, experts).Select(e => $"experts.{LayerBuilder.Text(e)}").ToList();
        // In the order of Mixtral's files: each expert's weights together.
        var isGated = activation == FeedForwardActivation.SwiGLU;
        var weights = names.Select(name => (First: Weight($"{name}.w1", hidden, features), Second: Weight($"{name}.w2", features, hidden),
            Third: isGated ? Weight($"{name}.w3", hidden, features) : null)).ToList();

        var logits = builder.AddPart("logits", new Linear(), x, gate);
        var table = builder.AddPart("choices", new ExpertTable(chosen), logits);
        var shares = builder.AddPart("shares", new ExpertShares(chosen), logits, table);
        var rows = builder.AddPart("rows", new ExpertRows(chosen), x, table);
        var activated = builder.AddPart("activation", TransformerLayer.Of(activation), Product("w1", rows, weights.Select(w => w.First)));
        if (isGated) activated = builder.AddPart("gated", new Combine(Operator.Multiply), Product("w3", rows, weights.Select(w => w.Third!)), activated);
        var results = Product("w2", dropped(activated), weights.Select(w => w.Second));
        if (builder.Training && balance > 0)
        {
            var counts = builder.AddPart("counts", new ExpertCounts(experts), table);
            var used = builder.AddPart("used", new SumSamples(new Shape(experts), new Argument(0), "Σ {0}"), counts);
            builder.AddPenalty(builder.AddPart("balance", new ExpertBalance(chosen, balance), logits, used));
        }
        return builder.Add(new ExpertSum(chosen), results, table, shares);

        Value Product(string part, Value value, IEnumerable<Value> weights) => builder.AddPart(part, new ExpertLinear(), [value, table, .. weights]);

        Value Weight(string name, int outputs, int inputs) => builder.Parameter($"{prefix}{name}.weight", new Shape(outputs, inputs), ParameterRole.Weight,
            new InitialValues(Init.Default, FanIn: inputs, FanOut: outputs), ParameterStorage.Panels);
    }
}
