using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NetGen.Optimization;
using NetGen.Runtime;

namespace NetGen;

/// <summary>RMSprop: PyTorch's <c>torch.optim.RMSprop</c>, not centered. Tieleman and Hinton 2012, lecture 6.5.</summary>
/// <remarks>
/// g += weightDecay · w; v = α v + (1 − α) g²; s = g / (√v + ε); without momentum w −= rate · s, else b = momentum · b + s, w −= rate · b.
/// Tiny values count as 0, as in <see cref="Adam"/>.
/// </remarks>
public sealed unsafe class RMSprop : Optimizer
{
    /// <summary>RMSprop.</summary>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="alpha">How slowly the mean of the squares follows, at least 0 and less than 1.</param>
    /// <param name="epsilon">Added to the denominator; more than 0.</param>
    /// <param name="weightDecay">How much of the weights is added to their gradients.</param>
    /// <param name="momentum">How much of the last step is kept, at least 0 and less than 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside of its range.</exception>
    public RMSprop(double learningRate = 1e-2, double alpha = 0.99, double epsilon = 1e-8, double weightDecay = 0, double momentum = 0)
        : base(learningRate, weightDecay)
    {
        Alpha = Check.Fraction(alpha);
        Epsilon = Check.Positive((float)epsilon, nameof(epsilon));
        Momentum = Check.Fraction(momentum);
    }

    /// <summary>How slowly the mean of the squares follows.</summary>
    public double Alpha { get; }

    /// <summary>Added to the denominator.</summary>
    public double Epsilon { get; }

    /// <summary>How much of the last step is kept.</summary>
    public double Momentum { get; }

    /// <inheritdoc/>
    public override ImmutableArray<string> StateNames => Momentum > 0 ? ["square_avg", "momentum_buffer"] : ["square_avg"];

    private protected override delegate*<void*, int, int, void> Rule => Momentum == 0 ? &Update.Work<PlainRule> : &Update.Work<MomentumRule>;

    private protected override void SetScalars(float* scalars, double learningRate, double weightDecay)
    {
        scalars[0] = (float)-learningRate;
        scalars[1] = (float)weightDecay;
        scalars[2] = (float)Alpha;
        scalars[3] = (float)(1 - Alpha);
        scalars[4] = (float)Epsilon;
        scalars[5] = (float)Momentum;
    }

    readonly struct PlainRule : IUpdateRule
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run<T, TClip>(Update* update, float* scalars, int begin, int end)
            where T : struct, ISimd<T>
            where TClip : struct, IFlag
        {
            var (rate, decay) = (T.Of(scalars[0]), T.Of(scalars[1]));
            var (oldSquare, newSquare, epsilon) = (T.Of(scalars[2]), T.Of(scalars[3]), T.Of(scalars[4]));
            var (scale, limit) = (T.Of(update->GradientScale), T.Of(update->GradientLimit));
            var (tinyGradient, tinySquare) = (T.Of(1e-16f), T.Of(1e-35f));
            float* w = update->Parameters, g = update->Gradients, v = update->First;
            for (int i = begin; i < end; i += T.Width)
            {
                var weight = T.Load(w + i);
                var gradient = Update.Flush(T.MultiplyAdd(decay, weight, Update.Clip<T, TClip>(T.Load(g + i), scale, limit)), tinyGradient);
                var square = Update.Flush(T.MultiplyAdd(oldSquare, T.Load(v + i), newSquare * (gradient * gradient)), tinySquare);
                T.Store(square, v + i);
                T.Store(T.MultiplyAdd(rate, gradient / (T.Sqrt(square) + epsilon), weight), w + i);
            }
        }
    }

    readonly struct MomentumRule : IUpdateRule
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run<T, TClip>(Update* update, float* scalars, int begin, int end)
            where T : struct, ISimd<T>
            where TClip : struct, IFlag
        {
            var (rate, decay, momentum) = (T.Of(scalars[0]), T.Of(scalars[1]), T.Of(scalars[5]));
            var (oldSquare, newSquare, epsilon) = (T.Of(scalars[2]), T.Of(scalars[3]), T.Of(scalars[4]));
            var (scale, limit) = (T.Of(update->GradientScale), T.Of(update->GradientLimit));
            var (tinyGradient, tinySquare, tinyBuffer) = (T.Of(1e-16f), T.Of(1e-35f), T.Of(1e-30f));
            float* w = update->Parameters, g = update->Gradients, v = update->First, b = update->Second;
            for (int i = begin; i < end; i += T.Width)
            {
                var weight = T.Load(w + i);
                var gradient = Update.Flush(T.MultiplyAdd(decay, weight, Update.Clip<T, TClip>(T.Load(g + i), scale, limit)), tinyGradient);
                var square = Update.Flush(T.MultiplyAdd(oldSquare, T.Load(v + i), newSquare * (gradient * gradient)), tinySquare);
                var buffer = Update.Flush(T.MultiplyAdd(momentum, T.Load(b + i), gradient / (T.Sqrt(square) + epsilon)), tinyBuffer);
                T.Store(square, v + i);
                T.Store(buffer, b + i);
                T.Store(T.MultiplyAdd(rate, buffer, weight), w + i);
            }
        }
    }
}
