namespace NetGen.Data;

/// <summary>What every dataset checks before it reads.</summary>
static class Batch
{
    public static void Check<TTarget>(ReadOnlySpan<int> indices, Span<float> x, int inputSize, Span<TTarget> target, int targetSize, int count)
    {
        if (x.Length != (long)indices.Length * inputSize)
            throw new ArgumentException(
                $"{indices.Length} samples of {inputSize} values need {(long)indices.Length * inputSize} places; there are {x.Length}.", nameof(x));
        if (target.Length != (long)indices.Length * targetSize)
            throw new ArgumentException(
                $"{indices.Length} targets of {targetSize} values need {(long)indices.Length * targetSize} places; there are {target.Length}.", nameof(target));
        CheckIndices(indices, count);
    }

    public static void CheckIndices(ReadOnlySpan<int> indices, int count)
    {
        for (var i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)count)
                throw new ArgumentOutOfRangeException(
                    nameof(indices), indices[i], $"Sample {indices[i]} (number {i}) is asked for; there are {count}, counted from 0.");
        }
    }
}
