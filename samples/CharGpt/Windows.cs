using System.Runtime.InteropServices;
using NetGen.Runtime;

namespace NetGen.Samples;

/// <summary>Stretches of a text, each with the characters that follow its own as labels: drawn anew for each epoch, or one after the other.</summary>
sealed class Windows : IDataset<int>
{
    readonly ReadOnlyMemory<int> text;
    readonly ulong? seed;

    /// <param name="text">The ids.</param>
    /// <param name="count">How many stretches an epoch has; where they follow each other, at most as many as there are.</param>
    /// <param name="seed">What the places follow from; null for one after the other.</param>
    public Windows(ReadOnlyMemory<int> text, int count, ulong? seed)
    {
        var whole = (text.Length - 1) / InputSize;
        if (whole == 0)
            throw new InvalidDataException(FormattableString.Invariant($"A text of {text.Length:N0} characters is too short: a part of it needs {InputSize + 1} at least."));
        (this.text, this.seed) = (text, seed);
        Count = seed is null ? Math.Min(count, whole) : count;
    }

    public int Count { get; }

    public int InputSize => CharGpt.Positions;

    public int TargetSize => CharGpt.Positions;

    public void Read(ReadOnlySpan<int> indices, Span<float> x, Span<int> target) => Read(0, indices, x, target);

    public void Read(int epoch, ReadOnlySpan<int> indices, Span<float> x, Span<int> target)
    {
        for (var i = 0; i < indices.Length; i++)
        {
            var ids = text.Span.Slice(Start(epoch, indices[i]), InputSize + 1);
            MemoryMarshal.Cast<int, float>(ids[..InputSize]).CopyTo(x[(i * InputSize)..]);
            ids[1..].CopyTo(target[(i * TargetSize)..]);
        }
    }

    int Start(int epoch, int index) => seed is { } key
        ? Math.Min((int)(Philox.Uniform(key, (ulong)epoch, stream: 0, (uint)index) * (double)(text.Length - InputSize)), text.Length - InputSize - 1)
        : index * InputSize;
}
