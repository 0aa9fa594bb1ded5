using System.ComponentModel;
using NetGen.Runtime;

namespace NetGen;

/// <summary>What a <see cref="Decoder"/> has to know of a network.</summary>
public sealed class DecodingInfo
{
    /// <summary>The most ids of a text.</summary>
    public required int Positions { get; init; }

    /// <summary>How many ids there are, from 0.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Floats of the keys and values of a text's positions, and of what these need of a source; a multiple of 16.</summary>
    public required int CacheFloats { get; init; }

    /// <summary>Floats of the activations of one position; a multiple of 16.</summary>
    public required int ActivationFloats { get; init; }

    /// <summary>Whether the weights are so many that a second thread may help with an id.</summary>
    public bool SharesTokens { get; init; }

    /// <summary>Decides about that for all texts, so that a short one needn't find out anew.</summary>
    internal SampleThreads Threads { get; } = new();

    /// <summary>
    /// The pass for one position: its id (an <see cref="int"/>), the parameters, the activations, the caches, the logits [vocabulary] that it writes, the
    /// position, the worker and how many of these there are.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public required unsafe delegate*<float*, float*, float*, float*, float*, int, int, int, void> Pass { get; init; }

    /// <summary>The most positions of a prompt that a worker takes through the network at a time, at least 1.</summary>
    public required int BlockPositions { get; init; }

    /// <summary>Floats of the activations of so many positions; a multiple of 16.</summary>
    public required int BlockFloats
    {
        get => Blocks.Length;
        init => Blocks = new(value);
    }

    /// <summary>Memory for them, which prompts borrow.</summary>
    internal ActivationPool Blocks { get; private init; } = null!;

    /// <summary>
    /// The pass for positions that follow each other, which leaves their keys and values: a worker's ids (<see cref="int"/>s), the parameters, its activations,
    /// the caches, its first position, how many it has, the worker and how many of these there are.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public required unsafe delegate*<float*, float*, float*, float*, int, int, int, int, void> BlockPass { get; init; }

    /// <summary>What a text is about; null where the network continues texts without a source.</summary>
    public SourceInfo? Source { get; init; }
}
