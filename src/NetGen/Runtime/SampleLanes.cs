using System.Runtime.Intrinsics;

namespace NetGen.Runtime;

/// <summary>
/// Samples that lie together: for each of their numbers, those of sixteen samples side by side, so that a vector has the same number of several samples.
/// </summary>
public static unsafe class SampleLanes
{
    const int Width = 16;

    /// <summary>Puts samples together. The lanes of samples that there aren't become zero.</summary>
    /// <param name="rows">The first sample.</param>
    /// <param name="pitch">The floats from a sample to the next.</param>
    /// <param name="lanes">Receives sixteen floats for each of a sample's numbers.</param>
    /// <param name="samples">How many samples there are, at most 16.</param>
    /// <param name="size">The numbers of a sample.</param>
    public static void FromRows(float* rows, int pitch, float* lanes, int samples, int size)
    {
        for (int sample = 0; sample < Width; sample += 4)
        {
            var a = rows + (nint)sample * pitch;
            var target = lanes + sample;
            int i = 0;
            for (; i + 4 <= size; i += 4)
            {
                Transposition.Store(Load(0, i), Load(1, i), Load(2, i), Load(3, i), target + (nint)i * Width, Width, 4);
            }
            for (; i < size; i++)
            {
                for (int s = 0; s < 4; s++) target[(nint)i * Width + s] = sample + s < samples ? a[(nint)s * pitch + i] : 0;
            }

            Vector128<float> Load(int s, int first) => sample + s < samples ? Vector128.Load(a + (nint)s * pitch + first) : Vector128<float>.Zero;
        }
    }

    /// <summary>Takes samples apart again.</summary>
    /// <param name="rows">Receives the samples. What a row has besides becomes zero.</param>
    /// <param name="pitch">The floats of a row.</param>
    /// <param name="lanes">Sixteen floats for each of a sample's numbers.</param>
    /// <param name="samples">How many samples there are, at most 16.</param>
    /// <param name="size">The numbers of a sample.</param>
    public static void ToRows(float* rows, int pitch, float* lanes, int samples, int size)
    {
        for (int sample = 0; sample < samples; sample += 4)
        {
            var target = rows + (nint)sample * pitch;
            var count = Math.Min(4, samples - sample);
            int i = 0;
            for (; i + 4 <= size; i += 4)
            {
                var a = lanes + (nint)i * Width + sample;
                Transposition.Store(
                    Vector128.Load(a), Vector128.Load(a + Width), Vector128.Load(a + 2 * Width), Vector128.Load(a + 3 * Width), target + i, pitch, count);
            }
            for (; i < size; i++)
            {
                for (int s = 0; s < count; s++) target[(nint)s * pitch + i] = lanes[(nint)i * Width + sample + s];
            }
        }
        for (int sample = 0; sample < samples; sample++) new Span<float>(rows + (nint)sample * pitch + size, pitch - size).Clear();
    }
}
