using System.Collections.Immutable;
using System.ComponentModel;
using NetGen.Runtime;

namespace NetGen;

/// <summary>What a <see cref="Decoder"/> has to know of what its texts are about.</summary>
public sealed class SourceInfo
{
    /// <summary>The values of a source, all of its inputs together; those of one with the most positions.</summary>
    public required int Size { get; init; }

    /// <summary>The most positions of a source that has as many as it likes; 0 where all have as many values.</summary>
    public int MaxPositions { get; init; }

    /// <summary>The inputs that are made of ids, and their places in a source.</summary>
    public ImmutableArray<IdsInfo> Ids { get; init; } = [];

    /// <summary>Floats of the activations of a source; a multiple of 16.</summary>
    public required int ActivationFloats
    {
        get => Activations.Length;
        init => Activations = new(value);
    }

    /// <summary>Memory for them, which sources borrow.</summary>
    internal ActivationPool Activations { get; private init; } = null!;

    /// <summary>Decides whether a second thread helps with a source.</summary>
    internal SampleThreads Threads { get; } = new();

    /// <summary>Whether a source is made of ids alone.</summary>
    internal bool IsOfIds
    {
        get
        {
            var count = 0;
            foreach (var ids in Ids) count += ids.Count;
            return count == Size;
        }
    }

    /// <summary>
    /// The pass for a source, which leaves what the positions of a text need of it: the source, the parameters, the activations, the caches, the worker and how
    /// many of these there are.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public unsafe delegate*<float*, float*, float*, float*, int, int, void> Pass { get; init; }

    /// <summary>The same for a source that has as many positions as it likes: it is given their number in place of the worker and how many there are.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public unsafe delegate*<float*, float*, float*, float*, int, void> PositionsPass { get; init; }

    /// <summary>The values of a position of such a source.</summary>
    internal int PositionSize => Size / MaxPositions;
}
