using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>
/// x · scale + shift with a number of each for a channel: what is left of a batch normalisation once its statistics are known. In training the scale and the
/// shift follow from the batch, and the gradient rule is that of the whole.
/// </summary>
/// <param name="Image">Whether the input is an image, rather than a vector.</param>
sealed record Normalize(bool Image) : Elementwise
{
    public override Expr Body => Expr.Fma(new Argument(0), new Argument(1), new Argument(2));

    public override Form InputForm(int input) => Image ? Form.Image : Form.Same;

    public override Form ResultForm => Image ? Form.Image : Form.Same;

    public override long Flops(Value result) => 2L * result.Size;

    /// <summary>
    /// With x̂ = (x − mean) / σ and m values of a channel: ∂bias = Σ ∂y, ∂weight = Σ ∂y x̂, ∂x = weight / σ · (∂y − ∂bias / m − x̂ ∂weight / m) (Ioffe and
    /// Szegedy 2015, section 3), the last as ∂y · scale + x · factor + offset. Where x are the pixels that a pooling picked, ∂y is zero for the others, and
    /// those have their part in the statistics all the same.
    /// </summary>
    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var (x, scale, shift) = (result.Inputs[0], result.Inputs[1], result.Inputs[2]);
        var mean = shift.Inputs[1];
        var deviation = scale.Op is BatchScale ? scale.Inputs[1] : scale;
        var statistics = (BatchMean)mean.Op;
        Value[] sources = [gradient, x, mean, deviation];
        if (Image) sources = [gradients.Apply($"{result.Name}.sums", new ChannelGradientSums(), sources)];
        var bias = gradients.Apply($"∂{result.Name}.bias", new BatchBiasGradient(Image), sources);
        var weight = gradients.Apply($"∂{result.Name}.weight", new BatchWeightGradient(Image), [bias, .. sources]);
        if (shift.Inputs.Length > 2) gradients.Add(shift.Inputs[2], bias);
        if (scale.Op is BatchScale) gradients.Add(scale.Inputs[2], weight);
        if (!gradients.Needs(x)) return;
        var factor = gradients.Apply($"∂{result.Name}.factor", new BatchInputFactor(statistics.Pixels), bias, weight, deviation, scale);
        var offset = gradients.Apply($"∂{result.Name}.offset", new BatchInputOffset(statistics.Pixels), bias, factor, mean, scale);
        if (x.Op is ScaledMaxPool pool)
        {
            var picked = x;
            x = picked.Inputs[0];
            gradient = gradients.Apply($"∂{result.Name}.places", new MaxPoolGradient(pool.Rows, pool.Columns, OfScaled: true), gradient, x, picked);
        }
        gradients.Add(x, new NormalizeGradient(Image), gradient, x, scale, factor, offset);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} ⊙ {inputs[1]} + {inputs[2]}";
}

/// <summary>What reaches the input of a batch normalisation, ∂y · scale + x · factor + offset.</summary>
/// <param name="Image">Whether the input is an image, rather than a vector.</param>
sealed record NormalizeGradient(bool Image) : Elementwise
{
    public override Expr Body => Expr.Fma(new Argument(0), new Argument(2), Expr.Fma(new Argument(1), new Argument(3), new Argument(4)));

    public override Form InputForm(int input) => Image ? Form.Image : Form.Same;

    public override Form ResultForm => Image ? Form.Image : Form.Same;

    public override long Flops(Value result) => 4L * result.Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} ⊙ {inputs[2]} + {inputs[1]} ⊙ {inputs[3]} + {inputs[4]}";
}

sealed class BatchNormLayer : Layer<BatchNormAttribute>
{
    protected override Value Build(LayerBuilder builder, BatchNormAttribute attribute, Value x)
    {
        if (x.Shape.Rank > 3)
        {
            builder.Fail("NG0020", x.Shape.ToString(), "it normalises the channels of [channels], [channels, length] or [channels, height, width]");
        }
        var epsilon = builder.Within(attribute.Epsilon, 0, float.MaxValue, "Epsilon");
        var momentum = builder.Within(attribute.Momentum, 0, 1, "Momentum");
        var channels = new Shape(x.Shape.Axes[0]);
        var one = new InitialValues(Init.Constant, 1);
        Value[] weight = attribute.Affine ? [builder.Parameter("weight", channels, ParameterRole.Normalization, one)] : [];
        Value[] bias = attribute.Affine ? [builder.Parameter("bias", channels, ParameterRole.Bias, new InitialValues(Init.Zeros))] : [];
        var runningMean = builder.Parameter("running_mean", channels, ParameterRole.RunningStatistic, new InitialValues(Init.Zeros));
        var runningVariance = builder.Parameter("running_var", channels, ParameterRole.RunningStatistic, one);
        var image = x.Shape.Rank > 1;
        if (!builder.Training)
        {
            var known = builder.AddPart("scale", new RunningScale(epsilon), [runningVariance, .. weight]);
            return builder.Add(new Normalize(image), x, known, builder.AddPart("shift", new BatchShift(), [known, runningMean, .. bias]));
        }
        var pixels = x.Size / x.Shape.Axes[0];
        var values = image ? builder.AddPart("moments", new ChannelMoments(), x) : x;
        var mean = builder.AddPart("mean", new BatchMean(image, pixels), values);
        var deviation = builder.AddPart("deviation", new InverseDeviation(image, pixels, epsilon), mean, values);
        var scale = attribute.Affine ? builder.AddPart("scale", new BatchScale(), [mean, deviation, .. weight]) : deviation;
        var shift = builder.AddPart("shift", new BatchShift(), [scale, mean, .. bias]);
        builder.AddPart("running_mean", new UpdateRunningMean(momentum), mean, runningMean);
        builder.AddPart("running_var", new UpdateRunningVariance(image, pixels, momentum), mean, runningVariance, values);
        return builder.Add(new Normalize(image), x, scale, shift);
    }
}
