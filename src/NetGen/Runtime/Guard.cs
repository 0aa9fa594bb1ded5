using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static System.FormattableString;

namespace NetGen.Runtime;

/// <summary>The checks of arguments that generated code makes before it goes on with pointers.</summary>
public static class Guard
{
    /// <summary>The number of samples in a batch of dense inputs <c>x</c> whose outputs go to <c>y</c>.</summary>
    /// <param name="xLength">How many values x has.</param>
    /// <param name="inputSize">How many values an input has, at least 1.</param>
    /// <param name="yLength">How many values y has.</param>
    /// <param name="outputSize">How many values an output has, at least 1.</param>
    /// <param name="name">What the caller calls x.</param>
    /// <returns>How many samples x holds, at least 1.</returns>
    /// <exception cref="ArgumentException">x is empty or not a whole number of inputs, or y has not exactly as many values as the outputs need.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Samples(int xLength, int inputSize, int yLength, int outputSize, string name = "x")
    {
        var samples = xLength / inputSize;
        if (samples == 0 || samples * inputSize != xLength || (long)samples * outputSize != yLength) ThrowSamples(xLength, inputSize, yLength, outputSize, name);
        return samples;
    }

    /// <summary>Checks that ids are of a vocabulary, since they choose places in memory.</summary>
    /// <param name="tokens">The ids of some samples.</param>
    /// <param name="inputSize">How many ids a sample has, at least 1.</param>
    /// <param name="vocabulary">How many ids there are, from 0.</param>
    /// <param name="name">What the caller calls the ids.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id isn't one of the vocabulary.</exception>
    public static void Tokens(ReadOnlySpan<int> tokens, int inputSize, int vocabulary, string name = "tokens")
    {
        // An id below zero is above all others as an unsigned number.
        var place = FirstForeign(tokens, vocabulary);
        if (place >= 0) ThrowToken(tokens[place], place % inputSize, place / inputSize, vocabulary, name);
    }

    /// <summary>Checks that a network's ids are of their vocabularies, since they choose places in memory.</summary>
    /// <param name="x">Some samples, with the bits of ids.</param>
    /// <param name="info">The network.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id isn't one of its vocabulary.</exception>
    public static void Ids(ReadOnlySpan<float> x, NetworkInfo info)
    {
        var values = MemoryMarshal.Cast<float, int>(x);
        var place = FirstForeign(values, info);
        if (place >= 0) ThrowId(values[place], place % info.InputSize, place / info.InputSize, info, info.SamplesName);
    }

    /// <summary>The place of the first id that isn't one of its vocabulary; −1 where there is none.</summary>
    /// <param name="values">Some samples.</param>
    /// <param name="info">The network.</param>
    internal static int FirstForeign(ReadOnlySpan<int> values, NetworkInfo info)
    {
        if (info.Ids.IsEmpty) return info.Vocabulary > 0 ? FirstForeign(values, info.Vocabulary) : -1;
        for (int sample = 0; sample <= values.Length - info.InputSize; sample += info.InputSize)
        {
            foreach (var ids in info.Ids)
            {
                var place = FirstForeign(values.Slice(sample + ids.First, ids.Count), ids.Vocabulary);
                if (place >= 0) return sample + ids.First + place;
            }
        }
        return -1;
    }

    /// <summary>Tells of an id by its place in a sample.</summary>
    [DoesNotReturn]
    internal static void ThrowId(int id, int place, int sample, NetworkInfo info, string name)
    {
        var input = info.Ids.FirstOrDefault(ids => place >= ids.First && place < ids.First + ids.Count);
        if (input is null) ThrowToken(id, place, sample, info.Vocabulary, name);
        throw new ArgumentOutOfRangeException(name, id, Invariant(
            $"The id at position {place - input.First} of {input.Name} of sample {sample} is {id}; its vocabulary has {input.Vocabulary:N0} ids, from 0 to {input.Vocabulary - 1}."));
    }

    /// <summary>The place of the first id that isn't one of a vocabulary; −1 where there is none.</summary>
    internal static int FirstForeign(ReadOnlySpan<int> tokens, int vocabulary)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            if ((uint)tokens[i] >= (uint)vocabulary) return i;
        }
        return -1;
    }

    [DoesNotReturn]
    internal static void ThrowToken(int id, int position, int sample, int vocabulary, string name) => throw new ArgumentOutOfRangeException(
        name, id, Invariant($"The id at position {position} of sample {sample} is {id}; the vocabulary has {vocabulary:N0} ids, from 0 to {vocabulary - 1}."));

    /// <summary>Checks that <c>x</c> and <c>y</c> share no memory: a network writes parts of y before it has read all of x.</summary>
    /// <param name="x">The inputs.</param>
    /// <param name="y">The outputs.</param>
    /// <exception cref="ArgumentException">The two overlap.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void NoOverlap(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        if (x.Overlaps(y)) ThrowOverlap();
    }

    /// <summary>The same for one sample of a size that is known when it is compiled: a subtraction and a comparison.</summary>
    /// <param name="x">The sample, pinned.</param>
    /// <param name="inputSize">How many values it has, at least 1.</param>
    /// <param name="y">Its output, pinned.</param>
    /// <param name="outputSize">How many values that has, at least 1.</param>
    /// <exception cref="ArgumentException">The two overlap.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void NoOverlap(float* x, int inputSize, float* y, int outputSize)
    {
        // y begins after x − y's size and before x + x's size; unsigned, what is before the first is above the second.
        var (sizeX, sizeY) = ((nuint)inputSize * sizeof(float), (nuint)outputSize * sizeof(float));
        if (unchecked((nuint)y - (nuint)x + (sizeY - 1)) < sizeX + sizeY - 1) ThrowOverlap();
    }

    [DoesNotReturn]
    static void ThrowSamples(int xLength, int inputSize, int yLength, int outputSize, string name)
    {
        if (xLength == 0) throw Bad(name, Invariant($"{name} is empty; a sample needs {inputSize:N0} values."));
        if (xLength % inputSize != 0) throw Bad(name, Invariant($"{name} has {Values(xLength)}, which is not a multiple of the input size {inputSize:N0}."));

        var samples = xLength / inputSize;
        throw Bad("y", Invariant($"y has {Values(yLength)}; {samples:N0} {(samples == 1 ? "sample needs" : "samples need")} {(long)samples * outputSize:N0}."));
    }

    [DoesNotReturn]
    static void ThrowOverlap() => throw Bad("y", "y overlaps x in memory; outputs need a place of their own.");

    /// <summary>Requires a place for each value of some samples.</summary>
    internal static void Places(string name, int length, int samples, int size)
    {
        if (length != (long)samples * size) throw Bad(name, Invariant($"{Samples(samples)} of {Values(size)} take {(long)samples * size:N0} places; there are {length:N0}."));
    }

    // The parameters' names are those of the generated method that called.
    static ArgumentException Bad(string paramName, string message) => new(message, paramName);

    internal static string Values(int count) => count == 1 ? "1 value" : Invariant($"{count:N0} values");

    internal static string Samples(int count) => count == 1 ? "1 sample" : Invariant($"{count:N0} samples");
}
