namespace NetGen;

/// <summary>
/// One of several inputs of a network, of which at least one has samples of as many positions as they like: see <see cref="SequenceAttribute"/>.
/// </summary>
/// <param name="Name">The input's name.</param>
/// <param name="Size">The values that a sample has of it at each position, or in all where all samples have the same shape; 1 for each position of ids.</param>
/// <param name="Max">The most positions of a sample; 0 where all samples have the same shape.</param>
/// <param name="Vocabulary">How many ids there are that it is made of, from 0; 0 for numbers.</param>
public sealed record InputInfo(string Name, int Size, int Max = 0, int Vocabulary = 0)
{
    /// <summary>The values of a sample, with the most positions.</summary>
    internal int MostValues => Max > 0 ? Size * Max : Size;
}
