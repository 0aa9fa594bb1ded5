namespace NetGen;

/// <summary>How often samples of each class were taken for each class.</summary>
public sealed class ConfusionMatrix
{
    readonly long[] _counts;

    /// <summary>A matrix of zeros.</summary>
    /// <param name="classes">How many classes there are.</param>
    public ConfusionMatrix(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        Classes = classes;
        _counts = new long[checked(classes * classes)];
    }

    /// <summary>How many classes there are.</summary>
    public int Classes { get; }

    /// <summary>How many samples of class <paramref name="actual"/> were taken for <paramref name="predicted"/>.</summary>
    /// <param name="actual">The label.</param>
    /// <param name="predicted">The class with the highest output.</param>
    public long this[int actual, int predicted] => _counts[Index(actual, predicted)];

    /// <summary>How many samples were counted.</summary>
    public long Total => _counts.Sum();

    /// <summary>The share of samples that were recognised, from 0 to 1; NaN without samples.</summary>
    public double Accuracy => (double)Enumerable.Range(0, Classes).Sum(c => this[c, c]) / Total;

    /// <summary>How many samples a class has.</summary>
    /// <param name="actual">The class.</param>
    public long Count(int actual) => Enumerable.Range(0, Classes).Sum(c => this[actual, c]);

    /// <summary>The share of a class's samples that were recognised (its recall), from 0 to 1; NaN for a class without samples.</summary>
    /// <param name="actual">The class.</param>
    public double ClassAccuracy(int actual) => (double)this[actual, actual] / Count(actual);

    /// <summary>The share of the samples taken for a class that belong to it, from 0 to 1; NaN where there is none.</summary>
    /// <param name="predicted">The class.</param>
    public double Precision(int predicted) => (double)this[predicted, predicted] / Enumerable.Range(0, Classes).Sum(c => this[c, predicted]);

    /// <summary>Counts a sample.</summary>
    /// <param name="actual">Its label.</param>
    /// <param name="predicted">What it was taken for.</param>
    public void Add(int actual, int predicted) => _counts[Index(actual, predicted)]++;

    int Index(int actual, int predicted)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(actual);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(actual, Classes);
        ArgumentOutOfRangeException.ThrowIfNegative(predicted);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(predicted, Classes);
        return actual * Classes + predicted;
    }
}
