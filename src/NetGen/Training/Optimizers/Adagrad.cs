using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NetGen.Optimization;
using NetGen.Runtime;

namespace NetGen;

/// <summary>Adagrad: PyTorch's <c>torch.optim.Adagrad</c>. Duchi et al. 2011.</summary>
/// <remarks>g += weightDecay · w; s += g²; w −= rate / (1 + (t − 1) · learningRateDecay) · g / (√s + ε). Tiny values count as 0, as in
/// <see cref="Adam"/>.</remarks>
public sealed unsafe class Adagrad : Optimizer
{
    /// <summary>Adagrad.</summary>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="learningRateDecay">How fast the learning rate falls with the steps.</param>
    /// <param name="weightDecay">How much of the weights is added to their gradients.</param>
    /// <param name="initialAccumulator">What the sum of squares starts from.</param>
    /// <param name="epsilon">Added to the denominator; more than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside of its range.</exception>
    public Adagrad(double learningRate = 1e-2, double learningRateDecay = 0, double weightDecay = 0, double initialAccumulator = 0, double epsilon = 1e-10)
        : base(learningRate, weightDecay)
    {
        LearningRateDecay = Check.NotNegative(learningRateDecay);
        InitialAccumulator = Check.NotNegative(initialAccumulator);
        Epsilon = Check.Positive((float)epsilon, nameof(epsilon));
    }

    /// <summary>How fast the learning rate falls with the steps.</summary>
    public double LearningRateDecay { get; }

    /// <summary>What the sum of squares starts from.</summary>
    public double InitialAccumulator { get; }

    /// <summary>Added to the denominator.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    public override ImmutableArray<string> StateNames => ["sum"];

    private protected override void Prepare()
    {
        if (InitialAccumulator == 0)
            return;
        foreach (var view in State[0].Views)
        {
            var values = new float[view.Info.Count];
            values.AsSpan().Fill((float)InitialAccumulator);
            view.CopyFrom(values);
        }
    }

    private protected override delegate*<void*, int, int, void> Rule => &Update.Work<AdagradRule>;

    private protected override void SetScalars(float* scalars, double learningRate, double weightDecay)
    {
        scalars[0] = (float)(-learningRate / (1 + (StepCount - 1) * LearningRateDecay));
        scalars[1] = (float)weightDecay;
        scalars[2] = (float)Epsilon;
    }

    readonly struct AdagradRule : IUpdateRule
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run<T, TClip>(Update* update, float* scalars, int begin, int end)
            where T : struct, ISimd<T>
            where TClip : struct, IFlag
        {
            var (rate, decay, epsilon) = (T.Of(scalars[0]), T.Of(scalars[1]), T.Of(scalars[2]));
            var (scale, limit) = (T.Of(update->GradientScale), T.Of(update->GradientLimit));
            var tiny = T.Of(1e-16f);
            float* w = update->Parameters, g = update->Gradients, s = update->First;
            for (int i = begin; i < end; i += T.Width)
            {
                var weight = T.Load(w + i);
                var gradient = Update.Flush(T.MultiplyAdd(decay, weight, Update.Clip<T, TClip>(T.Load(g + i), scale, limit)), tiny);
                var sum = T.MultiplyAdd(gradient, gradient, T.Load(s + i));
                T.Store(sum, s + i);
                T.Store(T.MultiplyAdd(rate, gradient / (T.Sqrt(sum) + epsilon), weight), w + i);
            }
        }
    }
}
