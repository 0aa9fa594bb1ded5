using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Ops;

/// <summary>Numbers of a sample's channels: [channels, 2].</summary>
abstract record ChannelPairs : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Shape.Axes[0], 2));

    public override Form InputForm(int input) => Form.Image;

    public override Form ResultForm => Form.Image;
}

/// <summary>The mean and 1 / √(variance + ε) of each channel's group, from the moments of a sample's channels.</summary>
sealed record GroupStatistics(int Groups, int Pixels, float Epsilon) : ChannelPairs
{
    public override string Formula(Value result, ImmutableArray<string> inputs) => $"mean, 1/σ of {LayerBuilder.Text(Groups)} groups of {inputs[0]}";

    public override Kernel Lower(Group group, KernelContext context) => GroupNormKernel.Statistics(group, this, context);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuNormalizationKernel.GroupStatistics(group, this));
}

/// <summary>(x − mean) / σ · weight + bias, with mean and 1/σ for each channel of a sample, and weight and bias where there are any.</summary>
/// <param name="Groups">The groups that mean and 1/σ are those of.</param>
sealed record GroupNormalize(int Groups) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[0].Type;

    public override bool TakesEpilogue => true;

    public override Form InputForm(int input) => Form.Image;

    public override Form ResultForm => Form.Image;

    public override long Flops(Value result) => 4L * result.Size;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var (x, statistics) = (result.Inputs[0], result.Inputs[1]);
        var sums = gradients.Apply($"{result.Name}.sums", new ChannelGradientSums(), gradient, x, statistics);
        var weight = result.Inputs.Skip(2).Take(1).ToArray();
        if (weight.Length > 0)
        {
            var bias = gradients.Apply($"∂{result.Name}.bias", new BatchBiasGradient(OfSums: true), sums);
            gradients.Add(result.Inputs[3], bias);
            gradients.Add(weight[0], new BatchWeightGradient(OfSums: true), bias, sums);
        }
        if (!gradients.Needs(x)) return;
        var factors = gradients.Apply($"∂{result.Name}.factors", new GroupGradientFactors(Groups, x.Size / x.Shape.Axes[0]), [sums, statistics, .. weight]);
        gradients.Add(x, new GroupNormGradient(), [gradient, x, statistics, factors, .. weight]);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"({inputs[0]} - {inputs[1]}[0]) ⊙ {inputs[1]}[1]{(inputs.Length > 2 ? $" ⊙ {inputs[2]} + {inputs[3]}" : "")}";

    public override Kernel Lower(Group group, KernelContext context) =>
        GroupNormKernel.Channelwise(group, context, Names, read => Body(group, read));

    public override void LowerGpu(Group group, KernelContext context) =>
        context.Gpu!.Add(GpuNormalizationKernel.Channelwise(group, context, Names, read => Body(group, read)));

    static readonly string[] Names = ["x", "statistics", "weight", "bias"];

    static Expr Body(Group group, Func<int, int, Expr> read)
    {
        var normalized = (read(0, 0) - read(1, 0)) * read(1, 1);
        return group.Values[0].Inputs.Length > 2 ? Expr.Fma(normalized, read(2, 0), read(3, 0)) : normalized;
    }
}

/// <summary>
/// What x is multiplied with and what is added in the gradient of a <see cref="GroupNormalize"/>, from the sums of a sample's channels, their groups' mean and
/// 1/σ and, where there is one, the weight.
/// </summary>
sealed record GroupGradientFactors(int Groups, int Pixels) : ChannelPairs
{
    public override string Formula(Value result, ImmutableArray<string> inputs) => $"factor, offset of {LayerBuilder.Text(Groups)} groups of {inputs[0]}";

    public override Kernel Lower(Group group, KernelContext context) => GroupNormKernel.GradientFactors(group, this, context);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuNormalizationKernel.GroupGradientFactors(group, this));
}

/// <summary>What reaches the input of a <see cref="GroupNormalize"/>: ∂y · weight / σ + x · factor + offset.</summary>
sealed record GroupNormGradient : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[1].Type;

    public override bool TakesEpilogue => true;

    public override Form InputForm(int input) => Form.Image;

    public override Form ResultForm => Form.Image;

    public override long Flops(Value result) => 5L * result.Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"{inputs[0]} ⊙ {inputs[2]}[1]{(inputs.Length > 4 ? $" ⊙ {inputs[4]}" : "")} + {inputs[1]} ⊙ {inputs[3]}[0] + {inputs[3]}[1]";

    public override Kernel Lower(Group group, KernelContext context) =>
        GroupNormKernel.Channelwise(group, context, Names, read => Body(group, read));

    public override void LowerGpu(Group group, KernelContext context) =>
        context.Gpu!.Add(GpuNormalizationKernel.Channelwise(group, context, Names, read => Body(group, read)));

    static readonly string[] Names = ["dy", "x", "statistics", "factors", "weight"];

    static Expr Body(Group group, Func<int, int, Expr> read)
    {
        var scale = group.Values[0].Inputs.Length > 4 ? read(2, 1) * read(4, 0) : read(2, 1);
        return Expr.Fma(read(0, 0), scale, Expr.Fma(read(1, 0), read(3, 0), read(3, 1)));
    }
}

sealed class GroupNormLayer : Layer<GroupNormAttribute>
{
    protected override Value Build(LayerBuilder builder, GroupNormAttribute attribute, Value x)
    {
        var groups = builder.PositiveSize(attribute.Groups, "groups");
        var channels = x.Shape.Axes[0];
        if (channels % groups != 0)
        {
            builder.Fail("NG0020", x.Shape.ToString(), $"{LayerBuilder.Text(channels)} channels can't be cut into {LayerBuilder.Text(groups)} equal groups");
        }
        return Normalized(builder, x, groups, (float)attribute.Epsilon, attribute.Affine);
    }

    public static Value Normalized(LayerBuilder builder, Value x, int groups, float epsilon, bool affine)
    {
        if (x.Shape.Rank > 3)
        {
            builder.Fail("NG0020", x.Shape.ToString(), "it normalises the channels of [channels], [channels, length] or [channels, height, width]");
        }
        builder.Within(epsilon, 0, float.MaxValue, "Epsilon");
        var channels = new Shape(x.Shape.Axes[0]);
        if (x.Size == groups) builder.Fail("NG0020", x.Shape.ToString(), "each group is a single value, of which nothing would be left");
        Value[] parameters = affine
            ? [
                builder.Parameter("weight", channels, ParameterRole.Normalization, new InitialValues(Init.Constant, 1)),
                builder.Parameter("bias", channels, ParameterRole.Bias, new InitialValues(Init.Zeros)),
            ]
            : [];
        var moments = builder.AddPart("moments", new ChannelMoments(), x);
        var statistics = builder.AddPart("statistics", new GroupStatistics(groups, x.Size / channels.Size, epsilon), moments);
        return builder.Add(new GroupNormalize(groups), [x, statistics, .. parameters]);
    }
}

sealed class InstanceNormLayer : Layer<InstanceNormAttribute>
{
    protected override Value Build(LayerBuilder builder, InstanceNormAttribute attribute, Value x) =>
        GroupNormLayer.Normalized(builder, x, x.Shape.Axes[0], (float)attribute.Epsilon, attribute.Affine);
}
