using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace NetGen.Runtime;

/// <summary>Brings several inputs of each sample together, as a network with several has them, and takes several outputs apart.</summary>
public static class Packing
{
    [ThreadStatic]
    static Arena? t_arena;

    /// <summary>The number of samples of the first input.</summary>
    /// <param name="length">How many values it has.</param>
    /// <param name="size">How many values a sample has.</param>
    /// <param name="name">The parameter's name.</param>
    /// <exception cref="ArgumentException">It has no sample, or not a whole number of them.</exception>
    public static int Samples(int length, int size, string name)
    {
        if (length == 0 || length % size != 0)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{name} has {Guard.Values(length)}; a batch is a positive multiple of {size}."), name);
        return length / size;
    }

    /// <summary>Checks another input, or an output.</summary>
    /// <param name="length">How many values it has.</param>
    /// <param name="size">How many values a sample has.</param>
    /// <param name="samples">How many samples the first input has.</param>
    /// <param name="name">The parameter's name.</param>
    /// <exception cref="ArgumentException">It has another number of samples.</exception>
    public static void Check(int length, int size, int samples, string name)
    {
        if (length != (long)samples * size) Throw(length, size, samples, name);
    }

    /// <summary>Refuses outputs of which one would be written over another.</summary>
    /// <param name="output">An output.</param>
    /// <param name="other">A later one.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="otherName">The later one's.</param>
    /// <exception cref="ArgumentException">The two overlap.</exception>
    public static void NoOverlap(ReadOnlySpan<float> output, ReadOnlySpan<float> other, string name, string otherName)
    {
        if (output.Overlaps(other)) throw new ArgumentException($"{otherName} overlaps {name} in memory; outputs need a place of their own.", otherName);
    }

    /// <summary>Memory of the thread's own, its until it asks again.</summary>
    /// <param name="samples">How many samples.</param>
    /// <param name="size">How many values for each.</param>
    /// <exception cref="ArgumentException">That is more than an array can have.</exception>
    public static Span<float> Of(int samples, int size) => Of(ref t_arena, samples, size);

    /// <summary>Memory of a caller's, which grows.</summary>
    /// <param name="arena">Where the memory is kept.</param>
    /// <param name="samples">How many samples.</param>
    /// <param name="size">How many values for each.</param>
    /// <exception cref="ArgumentException">That is more than an array can have.</exception>
    public static Span<float> Of([NotNull] ref Arena? arena, int samples, int size)
    {
        var floats = (long)samples * size;
        if (floats > Array.MaxLength / 2)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{samples} samples of {size} values are too many at a time."), nameof(samples));
        if (arena is null || arena.Length < floats) arena = new Arena((int)floats);
        return arena.Span[..(int)floats];
    }

    /// <summary>Puts an input into each sample.</summary>
    /// <param name="part">The input, of all samples.</param>
    /// <param name="size">How many values it has for a sample.</param>
    /// <param name="packed">The samples.</param>
    /// <param name="pitch">How many values a sample has, all inputs together.</param>
    /// <param name="first">The input's place in a sample.</param>
    public static void Put(ReadOnlySpan<float> part, int size, Span<float> packed, int pitch, int first)
    {
        for (; part.Length > 0; part = part[size..], first += pitch) part[..size].CopyTo(packed[first..]);
    }

    /// <summary>Takes an output out of each sample's.</summary>
    /// <param name="packed">The outputs of all samples.</param>
    /// <param name="pitch">How many values a sample has, all outputs together.</param>
    /// <param name="first">The output's place among them.</param>
    /// <param name="part">Receives the output, of all samples.</param>
    /// <param name="size">How many values it has for a sample.</param>
    public static void Take(ReadOnlySpan<float> packed, int pitch, int first, Span<float> part, int size)
    {
        for (; part.Length > 0; part = part[size..], first += pitch) packed.Slice(first, size).CopyTo(part);
    }

    [DoesNotReturn]
    static void Throw(int length, int size, int samples, string name) => throw new ArgumentException(
        string.Create(CultureInfo.InvariantCulture, $"{name} has {Guard.Values(length)}; {samples} {(samples == 1 ? "sample needs" : "samples need")} {(long)samples * size}."), name);
}
