using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NetGen.Runtime;

namespace NetGen.Optimization;

/// <summary>An optimizer's step over whole arenas.</summary>
unsafe struct Update
{
    public float* Parameters, Gradients, First, Second;

    /// <summary>What gradients are multiplied with, and the bound they are then brought into: clipping.</summary>
    public float GradientScale, GradientLimit;

    /// <summary>Ranges of the arena in ascending order, which don't overlap.</summary>
    public UpdateRange* Ranges;
    public int RangeCount;

    /// <summary>The arena's length.</summary>
    public int Floats;

    /// <summary>One worker's part. Parts are whole cache lines; an element depends on itself only, so that the cut changes nothing.</summary>
    public static void Work<TRule>(void* state, int worker, int workers) where TRule : struct, IUpdateRule
    {
        var update = (Update*)state;
        Workers.Split(update->Floats / ParameterLayout.Alignment, worker, workers, out var first, out var last);
        for (int i = 0; i < update->RangeCount; i++)
        {
            var range = update->Ranges + i;
            var begin = Math.Max(first * ParameterLayout.Alignment, range->First);
            var end = Math.Min(last * ParameterLayout.Alignment, range->First + range->Count);
            if (begin >= end || range->Frozen)
                continue;
            if (update->GradientScale == 1 && float.IsPositiveInfinity(update->GradientLimit))
                Run<TRule, No>(update, range->Scalars, begin, end);
            else
                Run<TRule, Yes>(update, range->Scalars, begin, end);
        }
    }

    static void Run<TRule, TClip>(Update* update, float* scalars, int begin, int end) where TRule : struct, IUpdateRule where TClip : struct, IFlag
    {
        if (Vector512.IsHardwareAccelerated)
            TRule.Run<F512, TClip>(update, scalars, begin, end);
        else if (Vector256.IsHardwareAccelerated)
            TRule.Run<F256, TClip>(update, scalars, begin, end);
        else
            TRule.Run<F128, TClip>(update, scalars, begin, end);
    }

    /// <summary>A gradient after clipping.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Clip<T, TClip>(T gradient, T scale, T limit) where T : struct, ISimd<T> where TClip : struct, IFlag =>
        TClip.Value ? T.AtLeast(T.AtMost(gradient * scale, limit), T.Of(0) - limit) : gradient;

    /// <summary>a, with 0 where its magnitude is below the limit. NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Flush<T>(T a, T limit) where T : struct, ISimd<T> => T.Select(T.LessThan(T.Abs(a), limit), T.Of(0), a);

    /// <summary>−1, 0 or 1; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sign<T>(T a) where T : struct, ISimd<T> =>
        T.Select(T.LessThan(T.Of(0), a), T.Of(1), T.Select(T.LessThan(a, T.Of(0)), T.Of(-1), a));
}

/// <summary>Part of the arena with its own scalars.</summary>
unsafe struct UpdateRange
{
    public int First, Count;
    public bool Frozen;
    public fixed float Scalars[8];
}

/// <summary>How an optimizer changes elements <c>[begin, end)</c> of the arenas.</summary>
unsafe interface IUpdateRule
{
    static abstract void Run<T, TClip>(Update* update, float* scalars, int begin, int end) where T : struct, ISimd<T> where TClip : struct, IFlag;
}

/// <summary>A choice made outside of a loop, that costs nothing inside.</summary>
interface IFlag
{
    static abstract bool Value { get; }
}

readonly struct Yes : IFlag
{
    public static bool Value => true;
}

readonly struct No : IFlag
{
    public static bool Value => false;
}
