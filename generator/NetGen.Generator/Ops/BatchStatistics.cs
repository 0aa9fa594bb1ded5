using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Ops;

/// <summary>
/// An op that gives a number for each channel from all samples, once. Those that need each other are one kernel, which begins with the one that none of the
/// others comes before.
/// </summary>
abstract record ChannelNumbers : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Shape.Axes[0]), Batched: false);

    public override Partition Partition => Partition.Parts;

    public override bool IsCompanion => true;
}

/// <summary>The mean of each channel of each sample, and the sum of squared differences from it.</summary>
sealed record ChannelMoments : ChannelPairs
{
    public override long Flops(Value result) => 4L * result.Inputs[0].Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"mean, Σ (x - mean)² of {inputs[0]}'s channels";

    public override Kernel Lower(Group group, KernelContext context) => ChannelSumsKernel.Moments(group, context);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuNormalizationKernel.Moments(group));
}

/// <summary>The mean of each channel over the batch, from the moments of its samples or from vectors.</summary>
/// <param name="OfMoments">Whether the input is the samples' moments.</param>
/// <param name="Pixels">The values of a channel of one sample.</param>
sealed record BatchMean(bool OfMoments, int Pixels) : ChannelNumbers
{
    public override bool IsCompanion => false;

    public override Form InputForm(int input) => OfMoments ? Form.Image : Form.Dense;

    public override long Flops(Value result) => result.Inputs[0].Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"mean over the batch of {inputs[0]}";

    public override Kernel Lower(Group group, KernelContext context) => BatchStatisticsKernel.Statistics(group, this, context);

    public override void LowerGpu(Group group, KernelContext context) => Lower(group, context);
}

/// <summary>1 / √(variance over the batch + ε), from the mean and what it was computed from.</summary>
sealed record InverseDeviation(bool OfMoments, int Pixels, float Epsilon) : ChannelNumbers
{
    public override Form InputForm(int input) => OfMoments ? Form.Image : Form.Dense;

    public override long Flops(Value result) => 2L * result.Inputs[1].Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"1 / √(variance over the batch + {LayerBuilder.Text(Epsilon)})";
}

/// <summary>weight / σ, from the mean, 1/σ and the weight.</summary>
sealed record BatchScale : ChannelNumbers
{
    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[2]} ⊙ {inputs[1]}";
}

/// <summary>bias − mean · scale, from the scale, the mean and, where there is one, the bias.</summary>
sealed record BatchShift : ChannelNumbers
{
    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        inputs.Length > 2 ? $"{inputs[2]} - {inputs[1]} ⊙ {inputs[0]}" : $"-{inputs[1]} ⊙ {inputs[0]}";
}

/// <summary>The scale of inference, weight / √(running variance + ε).</summary>
sealed record RunningScale(float Epsilon) : ChannelNumbers
{
    public override bool IsCompanion => false;

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"{inputs.ElementAtOrDefault(1) ?? "1"} / √({inputs[0]} + {LayerBuilder.Text(Epsilon)})";

    public override Kernel Lower(Group group, KernelContext context) => BatchStatisticsKernel.RunningScale(group, this, context);
}

/// <summary>Moves a running mean towards the batch's, in the parameters' memory. The result is what it becomes, and nobody reads it.</summary>
/// <param name="Momentum">How far.</param>
sealed record UpdateRunningMean(float Momentum) : ChannelNumbers
{
    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"{LayerBuilder.Text(1 - Momentum)} {inputs[1]} + {LayerBuilder.Text(Momentum)} {inputs[0]}";
}

/// <summary>
/// Moves a running variance towards the unbiased estimate from the batch, in the parameters' memory. Inputs: the mean, the parameter, and what the mean was
/// computed from.
/// </summary>
sealed record UpdateRunningVariance(bool OfMoments, int Pixels, float Momentum) : ChannelNumbers
{
    public override Form InputForm(int input) => OfMoments ? Form.Image : Form.Dense;

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"{LayerBuilder.Text(1 - Momentum)} {inputs[1]} + {LayerBuilder.Text(Momentum)} unbiased variance";
}

/// <summary>
/// Σ ∂y and Σ ∂y x̂ of each channel of each sample. Inputs: ∂y, x, and the mean and 1/σ, which are two values of the batch or one of each sample.
/// </summary>
sealed record ChannelGradientSums : ChannelPairs
{
    public override long Flops(Value result) => 4L * result.Inputs[0].Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"Σ {inputs[0]}, Σ {inputs[0]} ⊙ normalized({inputs[1]}) of the channels";

    public override Kernel Lower(Group group, KernelContext context) => ChannelSumsKernel.GradientSums(group, context);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuNormalizationKernel.GradientSums(group));
}

/// <summary>Σ ∂y over the batch, from the samples' sums, or from ∂y, x, the mean and 1/σ of vectors: the gradient of a batch normalisation's bias.</summary>
sealed record BatchBiasGradient(bool OfSums) : ChannelNumbers
{
    public override bool IsCompanion => false;

    public override Form InputForm(int input) => OfSums ? Form.Image : Form.Dense;

    public override long Flops(Value result) => result.Inputs[0].Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => OfSums ? $"Σ {inputs[0]}[0]" : $"Σ {inputs[0]}";

    public override Kernel Lower(Group group, KernelContext context) => BatchStatisticsKernel.Gradients(group, this, context);

    public override void LowerGpu(Group group, KernelContext context) => Lower(group, context);
}

/// <summary>Σ ∂y x̂ over the batch: the gradient of a batch normalisation's weight. Inputs: the bias's gradient, and its inputs.</summary>
sealed record BatchWeightGradient(bool OfSums) : ChannelNumbers
{
    public override Form InputForm(int input) => OfSums ? Form.Image : Form.Dense;

    public override long Flops(Value result) => 2L * result.Inputs[1].Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => OfSums ? $"Σ {inputs[1]}[1]" : $"Σ {inputs[1]} ⊙ normalized({inputs[2]})";
}

/// <summary>
/// The gradient of a bias that is added before the normalisation: 0, since the normalisation takes the mean away. Inputs: Σ ∂y.
/// </summary>
sealed record NormalizedBiasGradient : ChannelNumbers
{
    public override string Formula(Value result, ImmutableArray<string> inputs) => "0";

    /// <summary>Adds the gradient of a bias to which all of a gradient's samples and pixels are summed.</summary>
    /// <param name="gradients">Takes it.</param>
    /// <param name="bias">The bias.</param>
    /// <param name="gradient">What is summed.</param>
    /// <param name="sum">The sum, where there is nothing that is known of it.</param>
    public static void Add(GradientBuilder gradients, Value bias, Value gradient, Op sum)
    {
        if (gradient.Op is NormalizeGradient) gradients.Add(bias, new NormalizedBiasGradient(), gradient.Inputs[4].Inputs[0]);
        else gradients.Add(bias, sum, gradient);
    }
}

/// <summary>−scale / σ · Σ ∂y x̂ / m: what x is multiplied with in the gradient of its normalisation. Inputs: Σ ∂y, Σ ∂y x̂, 1/σ and the scale.</summary>
sealed record BatchInputFactor(int Pixels) : ChannelNumbers
{
    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"-{inputs[3]} ⊙ {inputs[2]} ⊙ {inputs[1]} / {BatchStatisticsKernel.Count(Pixels)}";
}

/// <summary>−scale · Σ ∂y / m − mean · factor: what is added in the gradient of a normalisation. Inputs: Σ ∂y, the factor, the mean and the scale.</summary>
sealed record BatchInputOffset(int Pixels) : ChannelNumbers
{
    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"-{inputs[3]} ⊙ {inputs[0]} / {BatchStatisticsKernel.Count(Pixels)} - {inputs[2]} ⊙ {inputs[1]}";
}
