using System.Collections.Immutable;
using System.Globalization;

namespace NetGen;

/// <summary>What is known of a network when it is compiled.</summary>
public sealed class NetworkInfo
{
    NetworkInfo? _learned;

    /// <summary>The class's full name.</summary>
    public required string Name { get; init; }

    /// <summary>The shape of one sample, without the batch.</summary>
    public required ImmutableArray<int> InputShape { get; init; }

    /// <summary>The shape of one sample's output, without the batch.</summary>
    public required ImmutableArray<int> OutputShape { get; init; }

    /// <summary>Values in one sample.</summary>
    public required int InputSize { get; init; }

    /// <summary>Values in one sample's output.</summary>
    public required int OutputSize { get; init; }

    /// <summary>
    /// Where samples are made of ids, how many of them there are, from 0; else 0. Where generic code hands on samples as floats, these have the ids' bits.
    /// Where <see cref="Ids"/> tells of several vocabularies, it is the largest.
    /// </summary>
    public int Vocabulary { get; init; }

    /// <summary>
    /// The inputs of ids where these have vocabularies of their own, or where samples have numbers too, in the order of their places. Else empty: all values of
    /// a sample are ids of <see cref="Vocabulary"/>, or none is one.
    /// </summary>
    public ImmutableArray<IdsInfo> Ids { get; init; } = [];

    /// <summary>
    /// The positions of samples, where each has as many as it likes: <see cref="InputShape"/>, <see cref="OutputShape"/> and all sizes are those of a sample
    /// with the most. Else null. Where several inputs have lengths of their own, the positions are those that the output has, or else the first input's.
    /// </summary>
    public SequenceInfo? Sequence { get; init; }

    /// <summary>The inputs of a network that has several, one of which at least has samples of as many positions as they like. Else empty.</summary>
    public ImmutableArray<InputInfo> Inputs { get; init; } = [];

    /// <summary>Learned values, without padding.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Floating-point operations of one sample's forward pass; a fused multiply-add counts as two.</summary>
    public required long Flops { get; init; }

    /// <summary>Floats in the parameters' arena: every tensor starts at a multiple of 16 and is padded with zeros. A multiple of 16.</summary>
    public required long ParameterFloats { get; init; }

    /// <summary>
    /// Floats that follow the parameters in a network's own arena: what inference computes from them when they have changed. A multiple of 16.
    /// </summary>
    public int DerivedFloats { get; init; }

    /// <summary>The parameters, in PyTorch's order. In the arena, those that aren't learned come after those that are.</summary>
    public required ImmutableArray<ParameterInfo> Parameters { get; init; }

    /// <summary>The declared layers, in their order.</summary>
    public required ImmutableArray<LayerInfo> Layers { get; init; }

    /// <summary>
    /// The same with the learned parameters alone: what gradients and an optimizer's state are laid out as. Offsets are the same, and the arena is shorter by
    /// the running statistics of batch normalisations.
    /// </summary>
    public NetworkInfo Learned => LazyInitializer.EnsureInitialized(ref _learned, WithLearnedParameters);

    /// <summary>The values of the outputs of a batch.</summary>
    /// <param name="samples">How many samples it has.</param>
    /// <param name="values">The values that these have.</param>
    /// <param name="lengths">How many positions each has, of a network with several inputs for each that has positions.</param>
    internal int OutputValues(int samples, int values, ReadOnlySpan<int> lengths)
    {
        if (Sequence is not { OutputSize: > 0 } sequence) return checked(samples * OutputSize);
        if (Inputs.IsEmpty) return checked(values / sequence.InputSize * sequence.OutputSize);
        var positions = 0;
        foreach (var length in lengths.Slice(sequence.Index * samples, samples)) positions = checked(positions + length);
        return checked(positions * sequence.OutputSize);
    }

    /// <summary>How many inputs have lengths of their own.</summary>
    internal int SequenceCount
    {
        get
        {
            if (Inputs.IsEmpty) return 1;
            var count = 0;
            foreach (var input in Inputs) count += input.Max > 0 ? 1 : 0;
            return count;
        }
    }

    /// <summary>The most positions of a sample, all inputs together.</summary>
    internal int MostPositions
    {
        get
        {
            if (Inputs.IsEmpty) return Sequence!.Max;
            var positions = 0;
            foreach (var input in Inputs) positions += input.Max;
            return positions;
        }
    }

    /// <summary>The values of a target that isn't a label: of a sample's, or of a position's where each has one.</summary>
    internal int TargetValues => Sequence is { TargetSize: > 0 } sequence ? sequence.TargetSize : OutputSize;

    /// <summary>Whether samples are made of ids alone.</summary>
    internal bool TakesIdsAlone => Vocabulary > 0 && (Ids.IsEmpty || Ids.Sum(ids => ids.Count) == InputSize);

    /// <summary>What a network's own methods call its samples.</summary>
    internal string SamplesName => TakesIdsAlone ? "tokens" : "x";

    /// <summary>What is said where the gradient of the input isn't computed.</summary>
    internal string NoInputGradient
    {
        get
        {
            var declaration = !Inputs.IsEmpty ? "Gradient = true in the attribute of one of its inputs"
                : Sequence is { } sequence ? FormattableString.Invariant($"[Sequence({sequence.InputSize}, Max = {sequence.Max}, Gradient = true)]")
                : $"[Input({string.Join(", ", InputShape)}, Gradient = true)], or [Shape({string.Join(", ", InputShape)}, Gradient = true)] in a Forward";
            return $"{Name} doesn't compute the gradient of its input. Declare it: {declaration}.";
        }
    }

    NetworkInfo WithLearnedParameters() => Parameters.All(p => p.IsLearned) ? this : new()
    {
        Name = Name,
        InputShape = InputShape,
        OutputShape = OutputShape,
        InputSize = InputSize,
        OutputSize = OutputSize,
        Vocabulary = Vocabulary,
        Ids = Ids,
        Sequence = Sequence,
        Inputs = Inputs,
        ParameterCount = ParameterCount,
        Flops = Flops,
        ParameterFloats = Parameters.Where(p => p.IsLearned).Select(p => p.Offset + p.StoredFloats).DefaultIfEmpty().Max(),
        Parameters = [.. Parameters.Where(p => p.IsLearned)],
        Layers = Layers,
    };

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Name}: {InputSize} → {OutputSize}, {ParameterCount} parameters");
}

/// <summary>One of the inputs of a network that is made of ids.</summary>
/// <param name="Name">The input's name.</param>
/// <param name="First">Its place in a sample.</param>
/// <param name="Count">How many ids a sample has of it.</param>
/// <param name="Vocabulary">How many ids there are, from 0.</param>
public sealed record IdsInfo(string Name, int First, int Count, int Vocabulary);

/// <summary>One layer of a network.</summary>
/// <param name="Name">The layer's name, <c>fc1</c> or <c>0</c>.</param>
/// <param name="Kind">What it computes, as it was declared: <c>Linear(128)</c>.</param>
/// <param name="OutputShape">The shape of one sample's output.</param>
/// <param name="Parameters">Its learned values.</param>
/// <param name="Flops">Floating-point operations of one sample's forward pass.</param>
public sealed record LayerInfo(string Name, string Kind, ImmutableArray<int> OutputShape, long Parameters, long Flops)
{
    /// <summary>All that it is, with the shape's sizes.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{nameof(LayerInfo)} {{ {nameof(Name)} = {Name}, {nameof(Kind)} = {Kind}, {nameof(OutputShape)} = [{string.Join(", ", OutputShape)}], "
        + $"{nameof(Parameters)} = {Parameters}, {nameof(Flops)} = {Flops} }}");
}
