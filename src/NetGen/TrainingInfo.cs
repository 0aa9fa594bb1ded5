using System.Collections.Immutable;

namespace NetGen;

/// <summary>What the trainer has to know of a network: its loss, its targets, and how large the arena of a training pass is.</summary>
/// <remarks>
/// The arena of a pass over n samples has room for r = <see cref="RoomFor"/>(n). It begins with <see cref="ArenaFloatsFixed"/> floats, and goes on with
/// <see cref="ArenaFloatsPerSample"/> · r. A buffer with per-sample offset o and pitch p of sample i is at <c>ArenaFloatsFixed + o · r + i · p</c>.
/// </remarks>
public sealed class TrainingInfo
{
    /// <summary>The loss; null where the caller gives the gradient of the output in place of a target.</summary>
    public required Loss? Loss { get; init; }

    /// <summary>Target values a sample: 1 for a label, the number of positions where each has one, the output's size otherwise.</summary>
    public required int TargetSize { get; init; }

    /// <summary>Labels are at least 0 and less than this; 0 where targets are not labels.</summary>
    public required int Classes { get; init; }

    /// <summary>The label of samples, or of positions, that don't count.</summary>
    public int IgnoreIndex { get; init; } = -100;

    /// <summary>For cross-entropy: the share of the target that is spread over all classes.</summary>
    public float LabelSmoothing { get; init; }

    /// <summary>For Huber: where the parabola becomes a line.</summary>
    public float Delta { get; init; } = 1;

    /// <summary>Floats of the arena for each sample; a multiple of 16.</summary>
    public required int ArenaFloatsPerSample { get; init; }

    /// <summary>Floats of the arena that don't depend on the batch; a multiple of 16.</summary>
    public required int ArenaFloatsFixed { get; init; }

    /// <summary>How many samples lie together in the arena, where some of its buffers have them side by side.</summary>
    public int SamplesTogether { get; init; } = 1;

    /// <summary>The samples that the arena of a pass has room for: a multiple of <see cref="SamplesTogether"/>.</summary>
    /// <param name="samples">The samples of the pass.</param>
    public int RoomFor(int samples) => checked((samples + SamplesTogether - 1) / SamplesTogether * SamplesTogether);

    /// <summary>The per-sample offset of the output.</summary>
    public required int OutputOffset { get; init; }

    /// <summary>The pitch of the output: floats from one sample's to the next's.</summary>
    public required int OutputPitch { get; init; }

    /// <summary>The per-sample offset of the gradient of the input; −1 where it isn't computed.</summary>
    public int InputGradientOffset { get; init; } = -1;

    /// <summary>The pitch of the gradient of the input.</summary>
    public int InputGradientPitch { get; init; }

    /// <summary>
    /// Of a network with several inputs, of which some have lengths of their own, the offset and the pitch of the gradient of each; an offset of −1 where it is
    /// zeros. Empty where they aren't computed.
    /// </summary>
    public ImmutableArray<(int Offset, int Pitch)> InputGradients { get; init; } = [];

    /// <summary>Whether the gradient of the input is computed.</summary>
    public bool HasInputGradient => InputGradientOffset >= 0 || !InputGradients.IsEmpty;

    /// <summary>Floating-point operations of one sample's forward and backward pass.</summary>
    public required long Flops { get; init; }

    /// <summary>
    /// The layer that normalises one value a sample over the batch, and so needs at least two samples to train on, as messages name it; null where there is
    /// none.
    /// </summary>
    public string? BatchNormalizedLayer { get; init; }

    /// <summary>The fewest samples of a batch.</summary>
    public int LeastSamples => BatchNormalizedLayer is null ? 1 : 2;

    /// <summary>Whether the pass draws random numbers, as dropout does.</summary>
    public bool UsesRandom { get; init; }

    /// <summary>What is wrong with a label.</summary>
    /// <param name="position">The position whose it is; null where it is its sample's.</param>
    /// <param name="sample">Whose it is.</param>
    /// <param name="of">What the sample is one of, as a message says it.</param>
    /// <param name="label">The label.</param>
    internal string LabelFault(int? position, int sample, string of, int label)
    {
        var at = position is not null ? FormattableString.Invariant($"at position {position} of sample {sample}{of}") : FormattableString.Invariant($"of sample {sample}{of}");
        return FormattableString.Invariant(
            $"The label {at} is {label}; it must be from 0 to {Classes - 1}, or {IgnoreIndex} for a {(position is not null ? "position" : "sample")} that doesn't count.");
    }
}
