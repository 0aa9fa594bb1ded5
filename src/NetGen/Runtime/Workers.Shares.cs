using System.Runtime.CompilerServices;

namespace NetGen.Runtime;

// The part of some items, or of some samples, that each worker has.
public static unsafe partial class Workers
{
    /// <summary>Cuts [0, count) into contiguous parts, one per worker, whose sizes differ by at most 1.</summary>
    /// <param name="count">How many items there are, at least 0.</param>
    /// <param name="worker">Which part: at least 0 and less than <paramref name="workers"/>.</param>
    /// <param name="workers">How many parts, at least 1.</param>
    /// <param name="first">The part's first item.</param>
    /// <param name="last">One past the part's last item.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Split(int count, int worker, int workers, out int first, out int last)
    {
        first = (int)((long)count * worker / workers);
        last = (int)((long)count * (worker + 1) / workers);
    }

    /// <summary>The samples that a worker takes where these have as many positions as they like: as many as make up its share of the positions.</summary>
    /// <param name="offsets">Where the positions of each sample begin, from 0 on, and where the last one's end.</param>
    /// <param name="samples">How many samples there are, each with at least one position.</param>
    /// <param name="worker">The worker, from 0.</param>
    /// <param name="workers">How many share the samples.</param>
    /// <param name="first">The worker's first sample.</param>
    /// <param name="last">The sample after its last one.</param>
    public static void SplitSequences(int* offsets, int samples, int worker, int workers, out int first, out int last)
    {
        first = SampleFrom(offsets, samples, worker, workers);
        last = SampleFrom(offsets, samples, worker + 1, workers);
    }

    /// <summary>The same of samples that have positions of several inputs.</summary>
    /// <param name="offsets">Where the positions of each sample begin, and where the last one's end: of the first input, then of the second, and so on.</param>
    /// <param name="inputs">How many inputs there are.</param>
    /// <param name="samples">How many samples.</param>
    /// <param name="worker">Which worker.</param>
    /// <param name="workers">How many workers.</param>
    /// <param name="first">The worker's first sample.</param>
    /// <param name="last">The sample after its last one.</param>
    public static void SplitSequences(int* offsets, int inputs, int samples, int worker, int workers, out int first, out int last)
    {
        first = SampleFrom(offsets, inputs, samples, worker, workers);
        last = SampleFrom(offsets, inputs, samples, worker + 1, workers);
    }

    /// <summary>The first sample before which there are as many positions, of all inputs, as before a worker's first one, or more.</summary>
    static int SampleFrom(int* offsets, int inputs, int samples, int worker, int workers)
    {
        var wanted = PositionsBefore(offsets, inputs, samples, samples) * worker / workers;
        var (low, high) = (0, samples);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (PositionsBefore(offsets, inputs, samples, middle) < wanted) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    static long PositionsBefore(int* offsets, int inputs, int samples, int sample)
    {
        var positions = 0L;
        for (int i = 0; i < inputs; i++) positions += offsets[i * (samples + 1) + sample];
        return positions;
    }

    /// <summary>The first sample that begins at a worker's first position or after it.</summary>
    static int SampleFrom(int* offsets, int samples, int worker, int workers)
    {
        Split(offsets[samples], worker, workers, out int position, out _);
        var found = new ReadOnlySpan<int>(offsets, samples + 1).BinarySearch(position);
        return found >= 0 ? found : ~found;
    }
}
