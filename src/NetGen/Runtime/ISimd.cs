using System.Diagnostics.CodeAnalysis;

namespace NetGen.Runtime;

/// <summary>
/// A vector of floats of any width, so that a function is written once. Every operation gives the same bits in a lane, whatever the width: multiply-add rounds
/// once everywhere, comparisons give masks of all bits or none.
/// </summary>
unsafe interface ISimd<TSelf> where TSelf : struct, ISimd<TSelf>
{
    /// <summary>How many floats there are.</summary>
    static abstract int Width { get; }

    static abstract TSelf Load(float* p);

    static abstract void Store(TSelf a, float* p);

    static abstract TSelf Of(float value);

    static abstract TSelf OfBits(int bits);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    static abstract TSelf operator &(TSelf a, TSelf b);

    static abstract TSelf operator |(TSelf a, TSelf b);

    static abstract TSelf operator ^(TSelf a, TSelf b);

    /// <summary>a · b + c, rounded once.</summary>
    static abstract TSelf Fma(TSelf a, TSelf b, TSelf c);

    /// <summary>a · b + c, rounded once where the processor can.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    static abstract TSelf Sqrt(TSelf a);

    static abstract TSelf Abs(TSelf a);

    /// <summary>The smaller one; a NaN in <paramref name="a"/> is kept.</summary>
    static abstract TSelf AtMost(TSelf a, TSelf limit);

    /// <summary>The larger one; a NaN in <paramref name="a"/> is kept.</summary>
    static abstract TSelf AtLeast(TSelf a, TSelf limit);

    static abstract TSelf LessThan(TSelf a, TSelf b);

    static abstract TSelf Equal(TSelf a, TSelf b);

    static abstract TSelf Select(TSelf mask, TSelf ifSet, TSelf otherwise);

    /// <summary>The sum of the lanes' bits, taken for integers.</summary>
    static abstract TSelf AddBits(TSelf a, TSelf b);

    static abstract TSelf SubtractBits(TSelf a, TSelf b);

    static abstract TSelf ShiftBitsLeft(TSelf a, [ConstantExpected] int count);

    /// <summary>Shifts the lanes' bits to the right, taken for signed integers.</summary>
    static abstract TSelf ShiftBitsRight(TSelf a, [ConstantExpected] int count);

    /// <summary>The lanes' bits, taken for signed integers, as floats.</summary>
    static abstract TSelf FromInteger(TSelf bits);

    /// <summary>Whether <see cref="Scale"/>, <see cref="Whole"/> and <see cref="Rest"/> are one instruction each, without which they aren't there.</summary>
    static abstract bool HasScale { get; }

    /// <summary>a · 2ⁿ, rounded once, where n is whole.</summary>
    static abstract TSelf Scale(TSelf a, TSelf n);

    /// <summary>The nearest whole number, the even one of two.</summary>
    static abstract TSelf Whole(TSelf a);

    /// <summary>a less its nearest whole number, 0 for an infinite a.</summary>
    static abstract TSelf Rest(TSelf a);
}
