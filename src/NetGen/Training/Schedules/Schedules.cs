namespace NetGen;

sealed class ConstantSchedule : Schedule
{
    public override double Rate(double rate, long step, ReadOnlySpan<double> state) => rate;
}

sealed class StepSchedule : Schedule
{
    readonly int _epochs;
    readonly long _steps;
    readonly double _factor;

    public StepSchedule(int epochs, long steps, double factor)
    {
        if (steps == 0)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        else
            ArgumentOutOfRangeException.ThrowIfNegative(steps);
        Check.Positive(factor);
        (_epochs, _steps, _factor) = (epochs, steps, factor);
    }

    public override double Rate(double rate, long step, ReadOnlySpan<double> state) => _steps > 0
        ? rate * Math.Pow(_factor, step / _steps)
        : throw new InvalidOperationException("A step schedule that counts epochs needs to know their length: give it to Fit, "
            + "or use Schedule.StepEvery(steps).");

    public override Schedule For(long stepsPerEpoch, long totalSteps) => _steps > 0 ? this : new StepSchedule(_epochs, _epochs * stepsPerEpoch, _factor);
}

sealed class CosineSchedule : Schedule
{
    readonly long _total, _warmup;
    readonly double _minimum;

    public CosineSchedule(long totalSteps, long warmupSteps, double minimum)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(totalSteps);
        ArgumentOutOfRangeException.ThrowIfNegative(warmupSteps);
        Check.NotNegative(minimum);
        if (totalSteps > 0)
            ArgumentOutOfRangeException.ThrowIfGreaterThan(warmupSteps, totalSteps);
        (_total, _warmup, _minimum) = (totalSteps, warmupSteps, minimum);
    }

    public override double Rate(double rate, long step, ReadOnlySpan<double> state)
    {
        if (_total == 0)
            throw new InvalidOperationException("A cosine schedule outside of Fit needs its length: Schedule.Cosine(totalSteps: …).");
        if (step < _warmup)
            return rate * (step + 1) / _warmup;
        if (step >= _total)
            return _minimum;
        return _minimum + (rate - _minimum) * (1 + Math.Cos(Math.PI * (step - _warmup) / (_total - _warmup))) / 2;
    }

    public override Schedule For(long stepsPerEpoch, long totalSteps) =>
        _total > 0 ? this : new CosineSchedule(Math.Max(totalSteps, 1), Math.Min(_warmup, Math.Max(totalSteps, 1)), _minimum);
}

sealed class OneCycleSchedule : Schedule
{
    readonly long _total;
    readonly double _warmup, _divideFirst, _divideLast;

    public OneCycleSchedule(long totalSteps, double warmup, double divideFirst, double divideLast)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(totalSteps);
        if (warmup is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(warmup), warmup, "The share of the cycle in which the rate grows must be from 0 to 1.");
        Check.Positive(divideFirst);
        Check.Positive(divideLast);
        (_total, _warmup, _divideFirst, _divideLast) = (totalSteps, warmup, divideFirst, divideLast);
    }

    public override double Rate(double rate, long step, ReadOnlySpan<double> state)
    {
        if (_total == 0)
            throw new InvalidOperationException("A one-cycle schedule outside of Fit needs its length: Schedule.OneCycle(totalSteps: …).");
        var first = rate / _divideFirst;
        var last = first / _divideLast;
        var top = _warmup * _total - 1;
        var end = _total - 1.0;
        if (step >= end)
            return last;
        return step <= top ? Anneal(first, rate, top > 0 ? step / top : 1) : Anneal(rate, last, (step - top) / (end - top));
    }

    public override Schedule For(long stepsPerEpoch, long totalSteps) =>
        _total > 0 ? this : new OneCycleSchedule(Math.Max(totalSteps, 1), _warmup, _divideFirst, _divideLast);

    static double Anneal(double from, double to, double share) => to + (from - to) / 2 * (1 + Math.Cos(Math.PI * share));
}

sealed class PlateauSchedule : Schedule
{
    const int Best = 0, Bad = 1, Cooling = 2, Current = 3;
    readonly double _factor, _threshold, _minimum;
    readonly int _patience, _cooldown;

    public PlateauSchedule(double factor, int patience, double threshold, int cooldown, double minimum)
    {
        if (factor is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "The factor must be more than 0 and less than 1.");
        ArgumentOutOfRangeException.ThrowIfNegative(patience);
        Check.NotNegative(threshold);
        ArgumentOutOfRangeException.ThrowIfNegative(cooldown);
        Check.NotNegative(minimum);
        (_factor, _patience, _threshold, _cooldown, _minimum) = (factor, patience, threshold, cooldown, minimum);
    }

    public override int StateSize => 4;

    /// <summary>The current rate is kept, −1 before the first report, since its limits apply to it and not to a product of factors.</summary>
    public override void Start(Span<double> state)
    {
        state[Best] = double.PositiveInfinity;
        state[Bad] = state[Cooling] = 0;
        state[Current] = -1;
    }

    public override double Rate(double rate, long step, ReadOnlySpan<double> state) => state[Current] < 0 ? rate : state[Current];

    public override void Report(double rate, double metric, Span<double> state)
    {
        if (state[Current] < 0)
            state[Current] = rate;
        if (metric < state[Best] * (1 - _threshold))
        {
            state[Best] = metric;
            state[Bad] = 0;
        }
        else
        {
            state[Bad]++;
        }
        if (state[Cooling] > 0)
        {
            state[Cooling]--;
            state[Bad] = 0;
        }
        if (state[Bad] <= _patience)
            return;
        var reduced = Math.Max(state[Current] * _factor, _minimum);
        if (state[Current] - reduced > 1e-8) // ReduceLROnPlateau's eps: a smaller change isn't made
            state[Current] = reduced;
        state[Cooling] = _cooldown;
        state[Bad] = 0;
    }
}
