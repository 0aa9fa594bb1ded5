using System.Collections.Immutable;
using NetGen.Optimization;
using NetGen.Runtime;

namespace NetGen;

/// <summary>What turns gradients into a step: <see cref="SGD"/>, <see cref="Adam"/>, <see cref="AdamW"/>, <see cref="RMSprop"/>,
/// <see cref="Adagrad"/> or <see cref="Lion"/>.</summary>
/// <remarks>
/// Formulas, names and defaults are PyTorch's. An optimizer belongs to the trainer it was last given to, and starts with fresh state there. Its state is kept
/// in arenas laid out as the parameters', so that an update is one pass over memory.
/// </remarks>
public abstract unsafe class Optimizer
{
    /// <summary>With fewer floats a worker's share of an update is over before another thread has begun.</summary>
    const int FloatsPerWorker = 16 * 1024;

    ParameterSet[] _state = [];
    ParameterRange[] _ranges = [];
    UpdateRange[] _updates = [];

    private protected Optimizer(double learningRate, double weightDecay)
    {
        LearningRate = Check.NotNegative(learningRate);
        WeightDecay = Check.NotNegative(weightDecay);
    }

    /// <summary>The learning rate that a <see cref="Schedule"/> starts from.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, infinite or NaN.</exception>
    public double LearningRate { get; set => field = Check.NotNegative(value, nameof(LearningRate)); }

    /// <summary>The weight decay, where a <see cref="ParameterGroup"/> doesn't set another.</summary>
    public double WeightDecay { get; }

    /// <summary>How many updates were made.</summary>
    public long StepCount { get; internal set; }

    /// <summary>The names of the state's arenas, those of PyTorch's state: <c>exp_avg</c>, <c>momentum_buffer</c>.</summary>
    public abstract ImmutableArray<string> StateNames { get; }

    /// <summary>The state, in the order of <see cref="StateNames"/>; none before the optimizer was given to a trainer.</summary>
    public IReadOnlyList<ParameterSet> State => _state;

    /// <summary>Which trainer the state belongs to.</summary>
    internal object? Owner { get; private set; }

    /// <summary>The ranges of the arena that are updated with the same settings, in ascending order.</summary>
    internal ReadOnlySpan<ParameterRange> Ranges => _ranges;

    /// <summary>Starts anew for a network's learned parameters: state of zeros, no steps.</summary>
    internal void Attach(NetworkInfo info, ReadOnlySpan<ParameterRange> ranges, object owner)
    {
        Owner = owner;
        StepCount = 0;
        _state = [.. StateNames.Select(_ => new ParameterSet(info))];
        _ranges = ranges.ToArray();
        _updates = GC.AllocateArray<UpdateRange>(_ranges.Length, pinned: true);
        for (int i = 0; i < _ranges.Length; i++)
        {
            _updates[i].First = _ranges[i].First;
            _updates[i].Count = _ranges[i].Count;
            _updates[i].Frozen = _ranges[i].LearningRateFactor == 0;
        }
        Prepare();
    }

    /// <summary>Refuses an update that a trainer can't make, or that would change nothing.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="network">The name of the network that it trains.</param>
    /// <param name="batches">How many batches gave gradients since the last update.</param>
    /// <exception cref="InvalidOperationException">
    /// There are no gradients, or the optimizer was given to another trainer, or all parameters are frozen.
    /// </exception>
    internal void CheckUpdate(object trainer, string network, int batches)
    {
        if (batches == 0)
            throw new InvalidOperationException("There are no gradients since the last update: call Backward or Accumulate first.");
        if (Owner != trainer)
            throw new InvalidOperationException($"This trainer's {GetType().Name} was given to another trainer since. Make an optimizer for each.");
        if (_ranges.Length > 0 && Array.TrueForAll(_ranges, range => range.LearningRateFactor == 0))
        {
            throw new InvalidOperationException(
                $"All parameters of {network} are frozen, so that no update changes any: let {nameof(TrainerOptions.Freeze)} and {nameof(TrainerOptions.ParameterGroups)} leave some to learn, " +
                "or call Backward, which computes gradients and updates nothing.");
        }
    }

    /// <summary>Changes the parameters by one step.</summary>
    /// <param name="parameters">What to change.</param>
    /// <param name="gradients">Their gradients, which stay as they are.</param>
    /// <param name="learningRate">The step's learning rate.</param>
    /// <param name="gradientScale">What gradients are multiplied with first.</param>
    /// <param name="gradientLimit">The magnitude that they are then limited to.</param>
    /// <param name="maxWorkers">The most threads to use.</param>
    internal void Apply(ParameterSet parameters, ParameterSet gradients, double learningRate, float gradientScale, float gradientLimit, int maxWorkers)
    {
        StepCount++;
        fixed (UpdateRange* updates = _updates)
        {
            for (int i = 0; i < _updates.Length; i++)
                SetScalars(updates[i].Scalars, learningRate * _ranges[i].LearningRateFactor, _ranges[i].WeightDecay ?? WeightDecay);
            var update = new Update
            {
                Parameters = parameters.Pointer,
                Gradients = gradients.Pointer,
                First = _state.Length > 0 ? _state[0].Pointer : null,
                Second = _state.Length > 1 ? _state[1].Pointer : null,
                GradientScale = gradientScale,
                GradientLimit = gradientLimit,
                Ranges = updates,
                RangeCount = _updates.Length,
                Floats = (int)gradients.Info.ParameterFloats,
            };
            Workers.Run(Rule, &update, Math.Clamp(update.Floats / FloatsPerWorker, 1, maxWorkers));
        }
        GC.KeepAlive(parameters);
        GC.KeepAlive(gradients);
        GC.KeepAlive(this);
    }

    /// <summary>What an update elsewhere than on the processor needs besides arenas, for a range of parameters.</summary>
    /// <param name="scalars">Receives eight numbers, whose meaning is the rule's.</param>
    /// <param name="learningRate">The step's learning rate.</param>
    /// <param name="range">The range.</param>
    internal void CopyScalars(Span<float> scalars, double learningRate, ParameterRange range)
    {
        fixed (float* p = scalars) SetScalars(p, learningRate * range.LearningRateFactor, range.WeightDecay ?? WeightDecay);
    }

    /// <summary>First values of the state that aren't zero.</summary>
    private protected virtual void Prepare() { }

    /// <summary>The update, as a body for <see cref="Workers.Run"/>.</summary>
    private protected abstract delegate*<void*, int, int, void> Rule { get; }

    /// <summary>What the rule needs besides arenas, from the step count, computed in double precision.</summary>
    private protected abstract void SetScalars(float* scalars, double learningRate, double weightDecay);
}
