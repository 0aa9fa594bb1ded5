namespace NetGen.Samples;

/// <summary>A function of two bits.</summary>
sealed record Problem(string Name, float[] Targets)
{
    public static readonly Problem[] All = [new("AND", [0, 0, 0, 1]), new("OR", [0, 1, 1, 1]), new("XOR", [0, 1, 1, 0])];

    /// <summary>All four pairs of bits, [4, 2].</summary>
    public static readonly float[] Inputs = [0, 0, 0, 1, 1, 0, 1, 1];

    public int Count => Targets.Length;

    public static ReadOnlySpan<float> Input(int example) => Inputs.AsSpan(2 * example, 2);

    /// <summary>How many of the four answers are right.</summary>
    public int Right(Func<int, bool> answer) => Enumerable.Range(0, Count).Count(i => answer(i) == (Targets[i] == 1));
}
