using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace NetGen.Runtime;

/// <summary>The checks of arguments that generated code makes before it goes on with pointers.</summary>
public static class Guard
{
    /// <summary>The number of samples in a batch of dense inputs <c>x</c> whose outputs go to <c>y</c>.</summary>
    /// <param name="xLength">How many values x has.</param>
    /// <param name="inputSize">How many values an input has, at least 1.</param>
    /// <param name="yLength">How many values y has.</param>
    /// <param name="outputSize">How many values an output has, at least 1.</param>
    /// <returns>How many samples x holds, at least 1.</returns>
    /// <exception cref="ArgumentException">x is empty or not a whole number of inputs, or y has not exactly as many values as the outputs need.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Samples(int xLength, int inputSize, int yLength, int outputSize)
    {
        var samples = xLength / inputSize;
        if (samples == 0 || samples * inputSize != xLength || (long)samples * outputSize != yLength) ThrowSamples(xLength, inputSize, yLength, outputSize);
        return samples;
    }

    /// <summary>Checks that <c>x</c> and <c>y</c> share no memory: a network writes parts of y before it has read all of x.</summary>
    /// <param name="x">The inputs.</param>
    /// <param name="y">The outputs.</param>
    /// <exception cref="ArgumentException">The two overlap.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void NoOverlap(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        if (x.Overlaps(y)) ThrowOverlap();
    }

    [DoesNotReturn]
    static void ThrowSamples(int xLength, int inputSize, int yLength, int outputSize)
    {
        if (xLength == 0) throw Bad("x", Text($"x is empty; a sample needs {inputSize:N0} values."));
        if (xLength % inputSize != 0) throw Bad("x", Text($"x has {Values(xLength)}, which is not a multiple of the input size {inputSize:N0}."));

        var samples = xLength / inputSize;
        throw Bad("y", Text($"y has {Values(yLength)}; {samples:N0} {(samples == 1 ? "sample needs" : "samples need")} {(long)samples * outputSize:N0}."));
    }

    [DoesNotReturn]
    static void ThrowOverlap() => throw Bad("y", "y overlaps x in memory; outputs need a place of their own.");

    // The parameters' names are those of the generated method that called.
    static ArgumentException Bad(string paramName, string message) => new(message, paramName);

    static string Values(int count) => count == 1 ? "1 value" : Text($"{count:N0} values");

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
