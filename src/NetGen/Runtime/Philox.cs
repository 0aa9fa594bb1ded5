using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NetGen.Runtime;

/// <summary>The counter-based random numbers Philox4x32-10: a number follows from its place alone, so it does not depend on who asks first.</summary>
/// <remarks>
/// Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. The uniform number of element i is word i mod 4 of the block with
/// counter (i / 4, stream, step low, step high) and key (seed low, seed high).
/// </remarks>
public static unsafe class Philox
{
    const uint Multiplier0 = 0xD2511F53;
    const uint Multiplier1 = 0xCD9E8D57;
    const uint Weyl0 = 0x9E3779B9;
    const uint Weyl1 = 0xBB67AE85;
    const int Rounds = 10;

    // An index has 32 bits, so a block's number has 30.
    const uint BlockMask = 0x3FFFFFFF;

    /// <summary>One block of four 32-bit words.</summary>
    /// <param name="counter">The counter's four words.</param>
    /// <param name="key0">The key's first word.</param>
    /// <param name="key1">The key's second word.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector128<uint> Block(Vector128<uint> counter, uint key0, uint key1)
    {
        uint c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
        for (var round = 0; round < Rounds; round++)
        {
            var p0 = (ulong)Multiplier0 * c0;
            var p1 = (ulong)Multiplier1 * c2;
            c0 = (uint)(p1 >> 32) ^ c1 ^ key0;
            c1 = (uint)p1;
            c2 = (uint)(p0 >> 32) ^ c3 ^ key1;
            c3 = (uint)p0;
            key0 = unchecked(key0 + Weyl0);
            key1 = unchecked(key1 + Weyl1);
        }

        return Vector128.Create(c0, c1, c2, c3);
    }

    /// <summary>Sixteen floats of 24 random bits in [0, 1).</summary>
    /// <param name="seed">The key.</param>
    /// <param name="step">Which step of the training.</param>
    /// <param name="stream">Which stream of the step, say that of a layer; less than 2³¹, beyond which <see cref="PhiloxGenerator"/> has its numbers.</param>
    /// <param name="firstIndex">The first lane's element. A multiple of 4 is fastest. The index starts anew at 2³².</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Uniform512(ulong seed, ulong step, uint stream, uint firstIndex)
    {
        var words = (firstIndex & 3) == 0 ? FourBlocks(seed, step, stream, firstIndex >> 2) : UnalignedWords(seed, step, stream, firstIndex);
        return Vector512.ConvertToSingle((words >> 8).AsInt32()) * Vector512.Create(1f / (1 << 24));
    }

    /// <summary>Eight floats of 24 random bits in [0, 1).</summary>
    /// <inheritdoc cref="Uniform512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Uniform256(ulong seed, ulong step, uint stream, uint firstIndex) => Uniform512(seed, step, stream, firstIndex).GetLower();

    /// <summary>Four floats of 24 random bits in [0, 1).</summary>
    /// <inheritdoc cref="Uniform512"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector128<float> Uniform128(ulong seed, ulong step, uint stream, uint firstIndex)
    {
        var words = stackalloc uint[8];
        var block = firstIndex >> 2;
        OneBlock(seed, step, stream, block).Store(words);
        if ((firstIndex & 3) != 0) OneBlock(seed, step, stream, (block + 1) & BlockMask).Store(words + 4);
        return Vector128.ConvertToSingle((Vector128.Load(words + (firstIndex & 3)) >> 8).AsInt32()) * Vector128.Create(1f / (1 << 24));
    }

    /// <summary>One float of 24 random bits in [0, 1).</summary>
    /// <param name="seed">The key.</param>
    /// <param name="step">Which step of the training.</param>
    /// <param name="stream">Which stream of the step; less than 2³¹.</param>
    /// <param name="index">Which element.</param>
    public static float Uniform(ulong seed, ulong step, uint stream, uint index) => ToUniform(OneBlock(seed, step, stream, index >> 2)[(int)(index & 3)]);

    /// <summary>The upper 24 bits of a word as a float in [0, 1).</summary>
    internal static float ToUniform(uint word) => (word >> 8) * (1f / (1 << 24));

    /// <summary>Sixteen words that begin within a block: they are in two neighbouring groups of four blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static Vector512<uint> UnalignedWords(ulong seed, ulong step, uint stream, uint firstIndex)
    {
        var block = firstIndex >> 2;
        var words = stackalloc uint[32];
        FourBlocks(seed, step, stream, block).Store(words);
        FourBlocks(seed, step, stream, (block + 4) & BlockMask).Store(words + 16);
        return Vector512.Load(words + (firstIndex & 3));
    }

    static Vector128<uint> OneBlock(ulong seed, ulong step, uint stream, uint block) =>
        Block(Vector128.Create(block, stream, (uint)step, (uint)(step >> 32)), (uint)seed, (uint)(seed >> 32));

    /// <summary>The words of four consecutive blocks; the block's number has 30 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static Vector512<uint> FourBlocks(ulong seed, ulong step, uint stream, uint block) =>
        Avx2.IsSupported ? FourBlocksAvx2(seed, step, stream, block) : FourBlocksScalar(seed, step, stream, block);

    internal static Vector512<uint> FourBlocksScalar(ulong seed, ulong step, uint stream, uint block) => Vector512.Create(
        Vector256.Create(OneBlock(seed, step, stream, block), OneBlock(seed, step, stream, (block + 1) & BlockMask)),
        Vector256.Create(OneBlock(seed, step, stream, (block + 2) & BlockMask), OneBlock(seed, step, stream, (block + 3) & BlockMask)));

    /// <summary>A block per 64-bit lane. The lanes' upper halves hold what the 32-bit multiplication ignores, and are cleared at the end only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<uint> FourBlocksAvx2(ulong seed, ulong step, uint stream, uint block)
    {
        var multiplier0 = Vector256.Create((ulong)Multiplier0).AsUInt32();
        var multiplier1 = Vector256.Create((ulong)Multiplier1).AsUInt32();
        var c0 = (Vector256.Create((ulong)block) + Vector256.Create(0ul, 1, 2, 3)) & Vector256.Create((ulong)BlockMask);
        var c1 = Vector256.Create((ulong)stream);
        var c2 = Vector256.Create(step);
        var c3 = Vector256.Create(step >> 32);
        var key0 = Vector256.Create(seed);
        var key1 = Vector256.Create(seed >> 32);
        var weyl0 = Vector256.Create((ulong)Weyl0);
        var weyl1 = Vector256.Create((ulong)Weyl1);
        for (var round = 0; round < Rounds; round++)
        {
            var p0 = Avx2.Multiply(multiplier0, c0.AsUInt32());
            var p1 = Avx2.Multiply(multiplier1, c2.AsUInt32());
            c0 = (p1 >> 32) ^ c1 ^ key0;
            c1 = p1;
            c2 = (p0 >> 32) ^ c3 ^ key1;
            c3 = p0;
            key0 += weyl0;
            key1 += weyl1;
        }

        var low = Vector256.Create(0xFFFFFFFFul);
        var words01 = (c0 & low) | (c1 << 32);
        var words23 = (c2 & low) | (c3 << 32);
        var even = Avx2.UnpackLow(words01, words23);
        var odd = Avx2.UnpackHigh(words01, words23);
        return Vector512.Create(Avx2.Permute2x128(even, odd, 0x20), Avx2.Permute2x128(even, odd, 0x31)).AsUInt32();
    }
}
