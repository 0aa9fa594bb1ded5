using NetGen.Generator.Layers;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Tests.Reference;

/// <summary>A declared loss.</summary>
/// <param name="Kind">Which.</param>
/// <param name="LabelSmoothing">The share of the target that is spread over all classes.</param>
/// <param name="IgnoreIndex">The label of samples that don't count.</param>
/// <param name="Delta">Where Huber's parabola becomes a line.</param>
sealed record LossSettings(LossKind Kind, float LabelSmoothing, int IgnoreIndex, float Delta)
{
    public bool HasLabels => Kind is LossKind.CrossEntropy or LossKind.NLL;

    /// <summary>The loss of a declaration, where there is one.</summary>
    public static LossSettings? Of(NetworkModel model)
    {
        var element = model.Elements.FirstOrDefault(e => e.Kind == "Loss");
        // Both NetGen and its generator have the attribute's class, so that it can't be named here.
        return element is null ? null : Of((dynamic)ElementReader.Read(element));

        static LossSettings Of(dynamic attribute) =>
            new(Enum.Parse<LossKind>((string)attribute.Kind.ToString()), (float)attribute.LabelSmoothing, attribute.IgnoreIndex, (float)attribute.Delta);
    }
}

/// <summary>The losses that there are.</summary>
enum LossKind { CrossEntropy, MSE, L1, Huber, BCEWithLogits, NLL, KLDivergence }

/// <summary>The losses of one sample in double precision, from their definitions, and their gradients with respect to the output.</summary>
static class LossFunctions
{
    /// <summary>The loss of a sample, averaged over its elements where the loss is. Without a declared loss Σ x ⊙ ∂x.</summary>
    public static double Value(LossSettings? loss, double[] x, Batch batch, int sample)
    {
        if (loss?.HasLabels == true)
        {
            return Positions(x, batch, sample).Sum(position => OfLabel(loss, position.Row, position.Label));
        }
        var terms = x.Zip(batch.TargetOf(sample, x.Length), (value, target) => Term(loss, value, target));
        return loss?.Kind is null or LossKind.KLDivergence ? terms.Sum() : terms.Average();
    }

    /// <summary>The derivatives of <see cref="Value"/>.</summary>
    public static double[] Gradient(LossSettings? loss, double[] x, Batch batch, int sample)
    {
        if (loss?.HasLabels == true)
        {
            return [.. Positions(x, batch, sample).SelectMany(position => GradientOfLabel(loss, position.Row, position.Label))];
        }
        var share = loss?.Kind is null or LossKind.KLDivergence ? 1.0 : 1.0 / x.Length;
        return [.. x.Zip(batch.TargetOf(sample, x.Length), (value, target) => Derivative(loss, value, target) * share)];
    }

    /// <summary>The outputs of a sample with the label of each position, or of the one there is.</summary>
    static IEnumerable<(double[] Row, int Label)> Positions(double[] x, Batch batch, int sample)
    {
        var positions = batch.Labels!.Length / batch.Samples;
        return x.Chunk(x.Length / positions).Select((row, i) => (row, batch.Labels[sample * positions + i]));
    }

    static double OfLabel(LossSettings loss, double[] x, int label)
    {
        if (label == loss.IgnoreIndex) return 0;
        var logs = loss.Kind == LossKind.NLL ? x : Rows.Softmax(x, x.Length, log: true);
        return -Distribution(loss, label, x.Length).Zip(logs, (p, log) => p * log).Sum();
    }

    static IEnumerable<double> GradientOfLabel(LossSettings loss, double[] x, int label)
    {
        if (label == loss.IgnoreIndex) return new double[x.Length];
        var target = Distribution(loss, label, x.Length);
        return loss.Kind == LossKind.NLL ? target.Select(p => -p) : Rows.Softmax(x, x.Length, log: false).Zip(target, (p, t) => p - t);
    }

    /// <summary>What cross-entropy takes the sample's true distribution for: the label, with a share spread over all classes.</summary>
    static double[] Distribution(LossSettings loss, int label, int classes) =>
        [.. Enumerable.Range(0, classes).Select(c => (c == label ? 1 - (double)loss.LabelSmoothing : 0) + (double)loss.LabelSmoothing / classes)];

    static double Term(LossSettings? loss, double x, double target)
    {
        var difference = x - target;
        return loss?.Kind switch
        {
            null => x * target,
            LossKind.MSE => difference * difference,
            LossKind.L1 => Math.Abs(difference),
            LossKind.Huber => Math.Abs(difference) <= loss.Delta ? difference * difference / 2 : loss.Delta * (Math.Abs(difference) - (double)loss.Delta / 2),
            // −t log σ(x) − (1 − t) log(1 − σ(x))
            LossKind.BCEWithLogits => target * Functions.Softplus(-x) + (1 - target) * Functions.Softplus(x),
            LossKind.KLDivergence => target > 0 ? target * (Math.Log(target) - x) : 0,
            var kind => throw new NotSupportedException($"The reference doesn't know the loss {kind}."),
        };
    }

    static double Derivative(LossSettings? loss, double x, double target)
    {
        var difference = x - target;
        return loss?.Kind switch
        {
            null => target,
            LossKind.MSE => 2 * difference,
            LossKind.L1 => Math.Sign(difference),
            LossKind.Huber => Math.Abs(difference) <= loss.Delta ? difference : loss.Delta * Math.Sign(difference),
            LossKind.BCEWithLogits => Functions.Sigmoid(x) - target,
            LossKind.KLDivergence => -target,
            var kind => throw new NotSupportedException($"The reference doesn't know the loss {kind}."),
        };
    }
}
