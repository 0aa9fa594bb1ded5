using System.Runtime.Intrinsics;

namespace NetGen.Optimization;

/// <summary>Sums over a whole arena.</summary>
static unsafe class GradientReduction
{
    /// <summary>
    /// The 2-norm of the gradients in those ranges that are updated. Summed in double precision in a fixed order, so that it is the same for any number of
    /// threads and any width of vectors.
    /// </summary>
    public static double Norm(ParameterSet gradients, ReadOnlySpan<ParameterRange> ranges)
    {
        var p = gradients.Pointer;
        // Two chains of eight lanes; a range is a multiple of sixteen floats. It comes from cache just after the pass that wrote it.
        var (a, b) = (Vector512<double>.Zero, Vector512<double>.Zero);
        foreach (var range in ranges)
        {
            if (range.LearningRateFactor == 0)
                continue;
            for (int i = range.First; i < range.First + range.Count; i += 16)
            {
                var (low, high) = Vector512.Widen(Vector512.Load(p + i));
                a += low * low;
                b += high * high;
            }
        }
        GC.KeepAlive(gradients);
        return Math.Sqrt(Vector512.Sum(a + b));
    }
}
