using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NetGen.Optimization;
using NetGen.Runtime;

namespace NetGen;

/// <summary>Stochastic gradient descent, with momentum (dampening 0) where it is asked for: PyTorch's <c>torch.optim.SGD</c>.</summary>
/// <remarks>g += weightDecay · w; b = momentum · b + g; w −= rate · b, or with Nesterov's momentum w −= rate · (g + momentum · b). Sutskever et al.
/// 2013.</remarks>
public sealed unsafe class SGD : Optimizer
{
    /// <summary>Stochastic gradient descent.</summary>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="momentum">How much of the last step is kept, at least 0 and less than 1.</param>
    /// <param name="weightDecay">How much of the weights is added to their gradients.</param>
    /// <param name="nesterov">Whether the gradient is taken to be that at the place where momentum leads.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside of its range.</exception>
    /// <exception cref="ArgumentException">Nesterov's momentum without momentum.</exception>
    public SGD(double learningRate = 1e-3, double momentum = 0, double weightDecay = 0, bool nesterov = false) : base(learningRate, weightDecay)
    {
        Momentum = Check.Fraction(momentum);
        if (nesterov && momentum == 0)
            throw new ArgumentException("Nesterov's momentum needs a momentum of more than 0.", nameof(nesterov));
        Nesterov = nesterov;
    }

    /// <summary>How much of the last step is kept.</summary>
    public double Momentum { get; }

    /// <summary>Whether the gradient is taken to be that at the place where momentum leads.</summary>
    public bool Nesterov { get; }

    /// <inheritdoc/>
    public override ImmutableArray<string> StateNames => Momentum > 0 ? ["momentum_buffer"] : [];

    private protected override delegate*<void*, int, int, void> Rule => Momentum == 0 ? &Update.Work<PlainRule> : &Update.Work<MomentumRule>;

    private protected override void SetScalars(float* scalars, double learningRate, double weightDecay)
    {
        scalars[0] = (float)-learningRate;
        scalars[1] = (float)weightDecay;
        scalars[2] = (float)Momentum;
        // The step is rate · (a · b + c · g).
        scalars[3] = Nesterov ? (float)Momentum : 1;
        scalars[4] = Nesterov ? 1 : 0;
    }

    readonly struct PlainRule : IUpdateRule
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run<T, TClip>(Update* update, float* scalars, int begin, int end)
            where T : struct, ISimd<T>
            where TClip : struct, IFlag
        {
            var (rate, decay) = (T.Of(scalars[0]), T.Of(scalars[1]));
            var (scale, limit) = (T.Of(update->GradientScale), T.Of(update->GradientLimit));
            float* w = update->Parameters, g = update->Gradients;
            for (int i = begin; i < end; i += T.Width)
            {
                var weight = T.Load(w + i);
                var gradient = T.MultiplyAdd(decay, weight, Update.Clip<T, TClip>(T.Load(g + i), scale, limit));
                T.Store(T.MultiplyAdd(rate, gradient, weight), w + i);
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
            var (rate, decay, momentum) = (T.Of(scalars[0]), T.Of(scalars[1]), T.Of(scalars[2]));
            var (ofBuffer, ofGradient, tiny) = (T.Of(scalars[3]), T.Of(scalars[4]), T.Of(1e-30f));
            var (scale, limit) = (T.Of(update->GradientScale), T.Of(update->GradientLimit));
            float* w = update->Parameters, g = update->Gradients, b = update->First;
            for (int i = begin; i < end; i += T.Width)
            {
                var weight = T.Load(w + i);
                var gradient = T.MultiplyAdd(decay, weight, Update.Clip<T, TClip>(T.Load(g + i), scale, limit));
                var buffer = Update.Flush(T.MultiplyAdd(momentum, T.Load(b + i), gradient), tiny);
                T.Store(buffer, b + i);
                T.Store(T.MultiplyAdd(rate, T.MultiplyAdd(ofBuffer, buffer, ofGradient * gradient), weight), w + i);
            }
        }
    }
}
