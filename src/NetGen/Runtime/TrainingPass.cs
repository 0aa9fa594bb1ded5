using System.Diagnostics.CodeAnalysis;

namespace NetGen.Runtime;

/// <summary>What one forward and backward pass over a batch works on. Filled in by the trainer, shared by all workers of the pass.</summary>
/// <remarks>
/// A buffer of the pass with per-sample offset o and pitch p (floats) has sample i at <c>Arena + fixed + o · Samples + i · p</c>; every o is a multiple of 16,
/// and so is the number of fixed floats at the arena's start.
/// </remarks>
[SuppressMessage("Design", "CA1051", Justification = "A plain block of values that is passed by pointer.")]
public unsafe struct TrainingPass
{
    /// <summary>
    /// The inputs [Samples, InputSize], dense; where one of several has positions of its own, the first input of all samples, then the second, and so on.
    /// </summary>
    public float* X;

    /// <summary>The targets: [Samples, TargetSize] floats, or [Samples] labels of type int.</summary>
    public void* Target;

    /// <summary>The parameters' arena, 64-byte aligned. The pass changes running statistics in it.</summary>
    public float* Parameters;

    /// <summary>The gradients' arena, laid out as the learned parameters', 64-byte aligned.</summary>
    public float* Gradients;

    /// <summary>Activations and their gradients, 64-byte aligned: the fixed part, then the per-sample part.</summary>
    public float* Arena;

    /// <summary>
    /// The loss of each sample [Samples], or of each position where samples have as many as they like and each has a target, not divided by anything; written
    /// by the pass.
    /// </summary>
    public float* Losses;

    /// <summary>How many samples the batch has, at least 1.</summary>
    public int Samples;

    /// <summary>
    /// Where samples have as many positions as they like: where the positions of each begin, in a count of those of all samples, and where the last one's end
    /// [Samples + 1], for each input that has positions. What a position has follows what the position before has, in inputs, targets and buffers.
    /// </summary>
    public int* Offsets;

    /// <summary>What the gradient of the mean loss is multiplied with: 1, or the weight of an accumulated batch.</summary>
    public float Scale;

    /// <summary>Whether gradients are added to <see cref="Gradients"/> rather than replacing them.</summary>
    public bool Accumulate;

    /// <summary>The mean loss of the batch, reduced as PyTorch does; written by the pass at its end.</summary>
    public float Loss;

    /// <summary>The key of the random numbers, see <see cref="Philox"/>.</summary>
    public ulong Seed;

    /// <summary>The number of the step: random numbers follow from it, <see cref="Seed"/>, the layer's stream and the element's index.</summary>
    public ulong Step;
}
