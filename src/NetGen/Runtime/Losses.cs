namespace NetGen.Runtime;

/// <summary>What a batch's loss is made of besides the samples' losses. Sums run in the samples' order, so that they don't depend on threads.</summary>
public static unsafe class Losses
{
    /// <summary>How many samples have a label that counts.</summary>
    /// <param name="labels">A label for each sample.</param>
    /// <param name="samples">How many samples.</param>
    /// <param name="ignore">The label of those that don't count.</param>
    public static int CountLabels(int* labels, int samples, int ignore)
    {
        var count = 0;
        for (int i = 0; i < samples; i++)
        {
            if (labels[i] != ignore) count++;
        }
        return count;
    }

    /// <summary>The sum of the samples' losses, rounded once.</summary>
    /// <param name="losses">The samples' losses.</param>
    /// <param name="samples">How many samples.</param>
    public static float Sum(float* losses, int samples)
    {
        var sum = 0.0;
        for (int i = 0; i < samples; i++) sum += losses[i];
        return (float)sum;
    }

    /// <summary>The mean of the samples' losses; 0 where no sample counts.</summary>
    /// <param name="losses">The samples' losses, 0 for those that don't count.</param>
    /// <param name="samples">How many samples.</param>
    /// <param name="count">How many of them count.</param>
    public static float Mean(float* losses, int samples, float count) => count == 0 ? 0 : Sum(losses, samples) / count;
}
