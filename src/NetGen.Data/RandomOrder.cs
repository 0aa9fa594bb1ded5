using System.Globalization;

namespace NetGen.Data;

/// <summary>Random orders and parts that depend on a seed alone, on any machine and any version of .NET.</summary>
/// <remarks>Fisher and Yates's shuffle (Durstenfeld 1964) over SplitMix64 (Steele, Lea, Flood 2014), with Lemire's unbiased bounded numbers (2019).</remarks>
public static class RandomOrder
{
    /// <summary>The numbers from 0 to <paramref name="count"/> − 1 in random order.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static int[] Permutation(int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var order = new int[count];
        for (var i = 0; i < count; i++)
            order[i] = i;
        Shuffle<int>(order, seed);
        return order;
    }

    /// <summary>Puts items into random order, in place.</summary>
    public static void Shuffle<T>(Span<T> items, ulong seed)
    {
        var state = seed;
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Below((uint)i + 1, ref state);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>Draws a share of the numbers from 0 to <paramref name="count"/> − 1 for validation; the others are for training.</summary>
    /// <param name="count">How many samples there are.</param>
    /// <param name="validationShare">The share that goes to validation, above 0 and below 1; rounded to whole samples, at least one in each part.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>Both parts, in ascending order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two samples, or the share isn't between 0 and 1.</exception>
    public static (int[] Train, int[] Validation) Split(int count, double validationShare, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        CheckShare(validationShare);
        var order = Permutation(count, seed);
        var validation = Math.Clamp((int)Math.Round(count * validationShare), 1, count - 1);
        return Sorted(order[validation..], order[..validation]);
    }

    /// <summary>Draws a share of each class for validation, so that both parts have the classes in the same proportions.</summary>
    /// <param name="labels">The class of each sample.</param>
    /// <param name="validationShare">The share that goes to validation, above 0 and below 1; rounded to whole samples in each class.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>Both parts, in ascending order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two samples, the share isn't between 0 and 1, or it leaves
    /// nothing for one part.</exception>
    public static (int[] Train, int[] Validation) StratifiedSplit(ReadOnlySpan<int> labels, double validationShare, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labels.Length, 2, nameof(labels));
        CheckShare(validationShare);

        var classes = new SortedDictionary<int, List<int>>();
        foreach (var i in Permutation(labels.Length, seed))
        {
            if (!classes.TryGetValue(labels[i], out var members))
                classes.Add(labels[i], members = []);
            members.Add(i);
        }
        List<int> train = [], validation = [];
        foreach (var members in classes.Values)
        {
            var part = (int)Math.Round(members.Count * validationShare);
            validation.AddRange(members[..part]);
            train.AddRange(members[part..]);
        }
        if (train.Count == 0 || validation.Count == 0)
        {
            throw new ArgumentOutOfRangeException(nameof(validationShare), validationShare, string.Create(CultureInfo.InvariantCulture,
                $"A share of {validationShare} leaves nothing for {(train.Count == 0 ? "training" : "validation")}, as it is rounded to whole samples in each class: " +
                $"{labels.Length} samples are of {classes.Count} {(classes.Count == 1 ? "class" : "classes")}. Choose another one, or {nameof(Split)}."));
        }
        return Sorted([.. train], [.. validation]);
    }

    static (int[], int[]) Sorted(int[] train, int[] validation)
    {
        // In ascending order a part is read from front to back; Fit shuffles anyway.
        Array.Sort(train);
        Array.Sort(validation);
        return (train, validation);
    }

    static void CheckShare(double validationShare)
    {
        if (!(validationShare > 0 && validationShare < 1))
            throw new ArgumentOutOfRangeException(nameof(validationShare), validationShare, "The share for validation needs to be above 0 and below 1.");
    }

    static int Below(uint bound, ref ulong state)
    {
        while (true)
        {
            var product = (ulong)(uint)(SplitMix64(ref state) >> 32) * bound;
            // Values whose low half falls under 2³² mod bound would make some results likelier.
            if ((uint)product >= bound || (uint)product >= unchecked(0u - bound) % bound)
                return (int)(product >> 32);
        }
    }

    static ulong SplitMix64(ref ulong state)
    {
        unchecked
        {
            var z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
