using System.Runtime.InteropServices;

namespace NetGen.Optimization;

/// <summary>Sums of loss and metrics over the samples of a dataset, in double precision and in the order of the samples.</summary>
/// <remarks>The state of a running sum is four numbers, so that it can be kept in a checkpoint.</remarks>
/// <param name="training">What the network is trained with.</param>
/// <param name="values">Where targets are values, how many those of a sample are, or of a position where each has some.</param>
/// <param name="topK">Among how many of the highest outputs a label has to be; 0 for not counting it.</param>
/// <param name="confusion">Receives what was taken for what.</param>
sealed class Metrics(TrainingInfo training, int values, int topK = 0, ConfusionMatrix? confusion = null)
{

    /// <summary>Weighted sum of losses, and the sum of weights: samples, or positions, that count.</summary>
    public double LossSum, Weight;

    /// <summary>How many decisions there were, how many were right, and how often the right one was among the k highest.</summary>
    public long Decisions, Right, Among;

    /// <summary>Sum of |output − target|, and of how many.</summary>
    public double ErrorSum, Errors;

    public double Loss => LossSum / Weight;

    public double Accuracy => (double)Right / Decisions;

    public double TopK => topK > 0 ? (double)Among / Decisions : double.NaN;

    public double MeanAbsoluteError => ErrorSum / Errors;

    bool HasLabels => training.Classes > 0;

    /// <summary>The outputs that a decision is made of: a sample's, or those of each position where each has a label.</summary>
    int RowSize => HasLabels ? training.Classes : values;

    public void Clear()
    {
        LossSum = Weight = ErrorSum = Errors = 0;
        Decisions = Right = Among = 0;
    }

    /// <summary>Adds the loss of a batch that a training pass computed, and says whether it is a number, as it has to be.</summary>
    public bool AddLoss<TTarget>(float loss, ReadOnlySpan<TTarget> target) where TTarget : unmanaged
    {
        var counted = HasLabels ? target.Length - Labels(target).Count(training.IgnoreIndex) : target.Length / values;
        if (counted == 0)
            return true; // a batch without a label has no loss, 0/0
        LossSum += (double)loss * counted;
        Weight += counted;
        return float.IsFinite(loss);
    }

    /// <summary>Adds the loss of outputs.</summary>
    public void AddLosses<TTarget>(ReadOnlySpan<float> y, ReadOnlySpan<TTarget> target) where TTarget : unmanaged
    {
        if (training.Loss is not { } loss)
        {
            LossSum = double.NaN;
            return;
        }
        for (int i = 0; i < y.Length / RowSize; i++)
        {
            var row = y.Slice(i * RowSize, RowSize);
            if (!HasLabels)
            {
                LossSum += LossFunction.OfValues(loss, row, Values(target).Slice(i * RowSize, RowSize), training);
                Weight++;
            }
            else if (Labels(target)[i] is var label && label != training.IgnoreIndex)
            {
                LossSum += LossFunction.OfLabel(loss, row, label, training);
                Weight++;
            }
        }
    }

    /// <summary>Adds what outputs decide.</summary>
    public void AddDecisions<TTarget>(ReadOnlySpan<float> y, ReadOnlySpan<TTarget> target) where TTarget : unmanaged
    {
        for (int i = 0; i < y.Length / RowSize; i++)
        {
            var row = y.Slice(i * RowSize, RowSize);
            if (HasLabels)
                AddLabel(row, Labels(target)[i]);
            else
                AddValues(row, Values(target).Slice(i * RowSize, RowSize));
        }
    }

    void AddLabel(ReadOnlySpan<float> row, int label)
    {
        if (label == training.IgnoreIndex)
            return;
        // How many outputs come before the label's.
        var own = row[label];
        var rank = 0;
        var predicted = 0;
        for (int i = 0; i < row.Length; i++)
        {
            if (IsHigher(row[i], own) || (i < label && !IsHigher(own, row[i])))
                rank++;
            if (IsHigher(row[i], row[predicted]))
                predicted = i;
        }
        Decisions++;
        if (rank == 0)
            Right++;
        if (rank < topK)
            Among++;
        confusion?.Add(label, predicted);
    }

    /// <summary>A total order of outputs, in which NaN is below everything; of equal ones the first comes first.</summary>
    static bool IsHigher(float a, float b) => a > b || (float.IsNaN(b) && !float.IsNaN(a));

    void AddValues(ReadOnlySpan<float> row, ReadOnlySpan<float> target)
    {
        // Of a distribution, the most probable class is what a label would be.
        if (training.Loss == NetGen.Loss.KLDivergence)
            AddLabel(row, Highest(target));
        for (int i = 0; i < row.Length; i++)
        {
            ErrorSum += Math.Abs((double)row[i] - target[i]);
            Errors++;
            // A logit decides between the two sides of one half.
            if (training.Loss == NetGen.Loss.BCEWithLogits)
            {
                Decisions++;
                if (row[i] > 0 == target[i] > 0.5f && !float.IsNaN(row[i]))
                    Right++;
            }
        }
    }

    static int Highest(ReadOnlySpan<float> values)
    {
        var highest = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (IsHigher(values[i], values[highest]))
                highest = i;
        }
        return highest;
    }

    static ReadOnlySpan<int> Labels<TTarget>(ReadOnlySpan<TTarget> target) where TTarget : unmanaged => MemoryMarshal.Cast<TTarget, int>(target);

    static ReadOnlySpan<float> Values<TTarget>(ReadOnlySpan<TTarget> target) where TTarget : unmanaged => MemoryMarshal.Cast<TTarget, float>(target);
}
