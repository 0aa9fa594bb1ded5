using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NetGen.Optimization;
using NetGen.Runtime;

namespace NetGen;

/// <summary>Lion. Chen et al. 2023, "Symbolic discovery of optimization algorithms", algorithm 2.</summary>
/// <remarks>
/// w −= rate · (sign(β₁ m + (1 − β₁) g) + weightDecay · w); m = β₂ m + (1 − β₂) g. The paper advises a learning rate three to ten times smaller than
/// AdamW's, and a weight decay larger by as much. Tiny values count as 0, as in <see cref="Adam"/>.
/// </remarks>
public sealed unsafe class Lion : Optimizer
{
    /// <summary>Lion.</summary>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="beta1">The share of the mean in the step's direction, at least 0 and less than 1.</param>
    /// <param name="beta2">How slowly the mean of the gradients follows, at least 0 and less than 1.</param>
    /// <param name="weightDecay">How much of the weights is lost in a step, in proportion to the learning rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside of its range.</exception>
    public Lion(double learningRate = 1e-4, double beta1 = 0.9, double beta2 = 0.99, double weightDecay = 0) : base(learningRate, weightDecay)
    {
        Beta1 = Check.Fraction(beta1);
        Beta2 = Check.Fraction(beta2);
    }

    /// <summary>The share of the mean in the step's direction.</summary>
    public double Beta1 { get; }

    /// <summary>How slowly the mean of the gradients follows.</summary>
    public double Beta2 { get; }

    /// <inheritdoc/>
    public override ImmutableArray<string> StateNames => ["exp_avg"];

    private protected override delegate*<void*, int, int, void> Rule => &Update.Work<LionRule>;

    private protected override void SetScalars(float* scalars, double learningRate, double weightDecay)
    {
        scalars[0] = (float)-learningRate;
        scalars[1] = (float)(1 - learningRate * weightDecay);
        scalars[2] = (float)(1 - Beta1);
        scalars[3] = (float)(1 - Beta2);
    }

    readonly struct LionRule : IUpdateRule
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run<T, TClip>(Update* update, float* scalars, int begin, int end)
            where T : struct, ISimd<T>
            where TClip : struct, IFlag
        {
            var (rate, keep, newDirection, newMean) = (T.Of(scalars[0]), T.Of(scalars[1]), T.Of(scalars[2]), T.Of(scalars[3]));
            var (scale, limit) = (T.Of(update->GradientScale), T.Of(update->GradientLimit));
            var (tinyGradient, tinyMean) = (T.Of(1e-16f), T.Of(1e-30f));
            float* w = update->Parameters, g = update->Gradients, m = update->First;
            for (int i = begin; i < end; i += T.Width)
            {
                var gradient = Update.Flush(Update.Clip<T, TClip>(T.Load(g + i), scale, limit), tinyGradient);
                var mean = T.Load(m + i);
                var direction = Update.Sign(T.MultiplyAdd(newDirection, gradient - mean, mean));
                T.Store(Update.Flush(T.MultiplyAdd(newMean, gradient - mean, mean), tinyMean), m + i);
                T.Store(T.MultiplyAdd(rate, direction, keep * T.Load(w + i)), w + i);
            }
        }
    }
}
