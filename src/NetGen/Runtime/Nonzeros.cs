using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NetGen.Runtime;

/// <summary>Numbers that aren't zero.</summary>
public static unsafe class Nonzeros
{
    /// <summary>Finds them, where they are few enough.</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="length">How many there are.</param>
    /// <param name="most">The most whose places are of use.</param>
    /// <param name="places">
    /// Takes their places in <paramref name="x"/>, in order, if they are at most <paramref name="most"/>. It has room for <paramref name="length"/> + 16, all
    /// of which may be written.
    /// </param>
    /// <returns>How many aren't zero. NaN isn't.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Find(float* x, int length, int most, int* places)
    {
        int count = length - (Vector512.IsHardwareAccelerated ? Zeros<F512>(x, length) : Vector256.IsHardwareAccelerated ? Zeros<F256>(x, length) : Zeros<F128>(x, length));
        if (count <= most) List(x, length, places);
        return count;
    }

    static int Zeros<T>(float* x, int length) where T : struct, ISimd<T>
    {
        float* lanes = stackalloc float[T.Width];
        T one = T.Of(1), zero = T.Of(0), a = zero, b = zero;
        int i = 0;
        for (; i <= length - 2 * T.Width; i += 2 * T.Width)
        {
            a += T.Equal(T.Load(x + i), zero) & one;
            b += T.Equal(T.Load(x + i + T.Width), zero) & one;
        }
        T.Store(a + b, lanes);
        float count = 0;
        for (int lane = 0; lane < T.Width; lane++) count += lanes[lane];
        for (; i < length; i++)
        {
            if (x[i] == 0) count++;
        }
        return (int)count;
    }

    static void List(float* x, int length, int* places)
    {
        int i = 0, count = 0;
        if (Avx512F.IsSupported)
        {
            Vector512<int> place = Vector512<int>.Indices;
            for (; i <= length - Vector512<int>.Count; i += Vector512<int>.Count)
            {
                Vector512<int> isNonzero = ~Vector512.Equals(Vector512.Load(x + i), Vector512<float>.Zero).AsInt32();
                Avx512F.Compress(Vector512<int>.Zero, isNonzero, place).Store(places + count);
                count += BitOperations.PopCount(isNonzero.ExtractMostSignificantBits());
                place += Vector512.Create(Vector512<int>.Count);
            }
        }
        else if (Avx2.IsSupported && Bmi2.X64.IsSupported)
        {
            for (; i <= length - Vector256<int>.Count; i += Vector256<int>.Count)
            {
                uint isNonzero = (~Vector256.Equals(Vector256.Load(x + i), Vector256<float>.Zero)).ExtractMostSignificantBits();
                // A byte for each lane, of which those of the nonzero ones move together.
                ulong lanes = Bmi2.X64.ParallelBitExtract(0x0706050403020100, Bmi2.X64.ParallelBitDeposit(isNonzero, 0x0101010101010101) * 0xff);
                (Avx2.ConvertToVector256Int32(Vector128.CreateScalarUnsafe(lanes).AsByte()) + Vector256.Create(i)).Store(places + count);
                count += BitOperations.PopCount(isNonzero);
            }
        }
        for (; i < length; i++)
        {
            // Written in any case: a branch would be mispredicted half of the time.
            places[count] = i;
            count += x[i] == 0 ? 0 : 1;
        }
    }
}
