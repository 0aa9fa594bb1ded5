namespace NetGen.Optimization;

/// <summary>The losses in double precision, for evaluation; a training pass computes its own. The mean over samples is PyTorch's reduced loss.</summary>
static class LossFunction
{
    /// <summary>The loss of a sample with a label.</summary>
    public static double OfLabel(Loss loss, ReadOnlySpan<float> y, int label, TrainingInfo training)
    {
        if (loss == Loss.NLL)
            return -y[label];
        if (loss != Loss.CrossEntropy)
            throw new NotSupportedException($"{loss} doesn't take labels.");
        var max = double.NegativeInfinity;
        foreach (var logit in y)
            max = Math.Max(max, logit);
        double sum = 0, total = 0;
        foreach (var logit in y)
        {
            sum += Math.Exp(logit - max);
            total += logit;
        }
        var normalizer = max + Math.Log(sum);
        double own = normalizer - y[label];
        return training.LabelSmoothing == 0 ? own : (1 - training.LabelSmoothing) * own + training.LabelSmoothing * (normalizer - total / y.Length);
    }

    /// <summary>The loss of a sample with target values.</summary>
    public static double OfValues(Loss loss, ReadOnlySpan<float> y, ReadOnlySpan<float> target, TrainingInfo training)
    {
        var sum = 0.0;
        for (int i = 0; i < y.Length; i++)
            sum += OfValue(loss, y[i], target[i], training.Delta);
        return loss == Loss.KLDivergence ? sum : sum / y.Length;
    }

    static double OfValue(Loss loss, double y, double target, double delta)
    {
        var difference = Math.Abs(y - target);
        return loss switch
        {
            Loss.MSE => difference * difference,
            Loss.L1 => difference,
            Loss.Huber => difference <= delta ? difference * difference / 2 : delta * (difference - delta / 2),
            Loss.BCEWithLogits => Math.Max(y, 0) - y * target + Math.Log(1 + Math.Exp(-Math.Abs(y))),
            Loss.KLDivergence => target == 0 ? 0 : target * (Math.Log(target) - y),
            _ => throw new NotSupportedException($"{loss} doesn't take target values."),
        };
    }
}
