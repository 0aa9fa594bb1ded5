using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NetGen.Optimization;
using NetGen.Runtime;

namespace NetGen;

/// <summary>Adam: PyTorch's <c>torch.optim.Adam</c>. Kingma and Ba 2014, algorithm 1.</summary>
/// <remarks>
/// g += weightDecay · w; m = β₁ m + (1 − β₁) g; v = β₂ v + (1 − β₂) g²; w −= rate / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε).
/// Magnitudes of m below 1e-30 count as 0, and v is at least 1e-35: arithmetic with denormal numbers would take several times as long.
/// </remarks>
public unsafe class Adam : Optimizer
{
    readonly bool _decoupled;

    /// <summary>Adam.</summary>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="beta1">How slowly the mean of the gradients follows, at least 0 and less than 1.</param>
    /// <param name="beta2">How slowly the mean of their squares follows, at least 0 and less than 1.</param>
    /// <param name="epsilon">Added to the denominator; more than 0.</param>
    /// <param name="weightDecay">How much of the weights is added to their gradients.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside of its range.</exception>
    public Adam(double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
        : this(learningRate, beta1, beta2, epsilon, weightDecay, decoupled: false) { }

    private protected Adam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay, bool decoupled)
        : base(learningRate, weightDecay)
    {
        Beta1 = Check.Fraction(beta1);
        Beta2 = Check.Fraction(beta2);
        Epsilon = Check.Positive((float)epsilon, nameof(epsilon));
        _decoupled = decoupled;
    }

    /// <summary>How slowly the mean of the gradients follows.</summary>
    public double Beta1 { get; }

    /// <summary>How slowly the mean of their squares follows.</summary>
    public double Beta2 { get; }

    /// <summary>Added to the denominator.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    public override ImmutableArray<string> StateNames => ["exp_avg", "exp_avg_sq"];

    private protected override delegate*<void*, int, int, void> Rule => _decoupled ? &Update.Work<AdamRule<No>> : &Update.Work<AdamRule<Yes>>;

    private protected override void SetScalars(float* scalars, double learningRate, double weightDecay)
    {
        scalars[0] = (float)(1 - Beta1);
        scalars[1] = (float)Beta2;
        scalars[2] = (float)(1 - Beta2);
        scalars[3] = (float)(-learningRate / (1 - Math.Pow(Beta1, StepCount)));
        scalars[4] = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, StepCount)));
        scalars[5] = (float)Epsilon;
        scalars[6] = _decoupled ? 0 : (float)weightDecay;
        scalars[7] = _decoupled ? (float)(1 - learningRate * weightDecay) : 1;
    }

    /// <summary>The update, which is bound by the number of its instructions.</summary>
    /// <typeparam name="TDecay">Whether weight decay is part of the gradient.</typeparam>
    readonly struct AdamRule<TDecay> : IUpdateRule where TDecay : struct, IFlag
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run<T, TClip>(Update* update, float* scalars, int begin, int end)
            where T : struct, ISimd<T>
            where TClip : struct, IFlag
        {
            var (newMean, oldSquare, newSquare) = (T.Of(scalars[0]), T.Of(scalars[1]), T.Of(scalars[2]));
            var (rate, correction, epsilon) = (T.Of(scalars[3]), T.Of(scalars[4]), T.Of(scalars[5]));
            var (decay, keep) = (T.Of(scalars[6]), T.Of(scalars[7]));
            var (scale, limit) = (T.Of(update->GradientScale), T.Of(update->GradientLimit));
            var (tinyMean, tinySquare) = (T.Of(1e-30f), T.Of(1e-35f));
            float* w = update->Parameters, g = update->Gradients, m = update->First, v = update->Second;
            for (int i = begin; i < end; i += T.Width)
            {
                var weight = T.Load(w + i);
                var gradient = Update.Clip<T, TClip>(T.Load(g + i), scale, limit);
                if (TDecay.Value)
                    gradient = T.MultiplyAdd(decay, weight, gradient);
                var mean = T.Load(m + i);
                mean = Update.Flush(T.MultiplyAdd(newMean, gradient - mean, mean), tinyMean);
                // A floor keeps squares from becoming denormal as zeros would, and saves that products are looked at: √1e-35 is nothing beside ε.
                var square = T.AtLeast(T.MultiplyAdd(newSquare * gradient, gradient, oldSquare * T.Load(v + i)), tinySquare);
                T.Store(mean, m + i);
                T.Store(square, v + i);
                T.Store(T.MultiplyAdd(keep, weight, rate * mean / T.MultiplyAdd(T.Sqrt(square), correction, epsilon)), w + i);
            }
        }
    }
}

/// <summary>Adam with decoupled weight decay: PyTorch's <c>torch.optim.AdamW</c>. Loshchilov and Hutter 2017, algorithm 2.</summary>
/// <remarks>As <see cref="Adam"/>, with w multiplied by 1 − rate · weightDecay in place of the decay that is added to the gradient.</remarks>
public sealed class AdamW : Adam
{
    /// <summary>AdamW.</summary>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="beta1">How slowly the mean of the gradients follows, at least 0 and less than 1.</param>
    /// <param name="beta2">How slowly the mean of their squares follows, at least 0 and less than 1.</param>
    /// <param name="epsilon">Added to the denominator; more than 0.</param>
    /// <param name="weightDecay">How much of the weights is lost in a step, in proportion to the learning rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside of its range.</exception>
    public AdamW(double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 1e-2)
        : base(learningRate, beta1, beta2, epsilon, weightDecay, decoupled: true) { }
}
