using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>0 with the given probability and 1 / (1 − p) otherwise, for each element of the input or for each of its first axis.</summary>
sealed record DropoutMask(float Probability, int Stream, bool OfChannels = false) : RandomDraw
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => OfChannels ? new(new Shape(inputs[0].Shape.Axes[0])) : base.Infer(inputs);

    public override bool WorksByPosition(Value result) => !OfChannels;

    public override Expr Body => Expr.WhereGreaterOrEqual(new Uniform(Stream), Probability, 1 / (1 - Probability), Expr.Zero);

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"[u ≥ {LayerBuilder.Text(Probability)}] / {LayerBuilder.Text(1 - Probability)}";
}

sealed class DropoutLayer : Layer<DropoutAttribute>
{
    protected override Value Build(LayerBuilder builder, DropoutAttribute attribute, Value x) =>
        Build(builder, (float)attribute.Probability, x, ofChannels: false);

    /// <summary>Refuses what isn't a probability, or would leave nothing.</summary>
    public static void Check(LayerBuilder builder, float p)
    {
        if (!(p >= 0 && p < 1)) builder.Fail("NG0012", LayerBuilder.Text(p));
    }

    public static Value Build(LayerBuilder builder, float p, Value x, bool ofChannels)
    {
        Check(builder, p);
        if (!builder.Training || p == 0) return x;
        var mask = builder.AddPart("mask", new DropoutMask(p, builder.NextStream(), ofChannels), x);
        return builder.Add(ofChannels ? new ChannelScale() : new Combine(Operator.Multiply), x, mask);
    }
}

sealed class Dropout2dLayer : Layer<Dropout2dAttribute>
{
    protected override Value Build(LayerBuilder builder, Dropout2dAttribute attribute, Value x)
    {
        ImageInput.Check(builder, x, isSequence: false);
        return DropoutLayer.Build(builder, (float)attribute.Probability, x, ofChannels: true);
    }
}

sealed class Dropout1dLayer : Layer<Dropout1dAttribute>
{
    protected override Value Build(LayerBuilder builder, Dropout1dAttribute attribute, Value x)
    {
        ImageInput.Check(builder, x, isSequence: true);
        return DropoutLayer.Build(builder, (float)attribute.Probability, x, ofChannels: true);
    }
}
