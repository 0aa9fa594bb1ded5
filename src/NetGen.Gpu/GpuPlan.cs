using System.ComponentModel;

namespace NetGen.Gpu;

/// <summary>What the divisor of a batch's loss is.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum LossMean
{
    /// <summary>None: the loss is a sum.</summary>
    Sum,

    /// <summary>The number of samples, or of positions where each has a target.</summary>
    Samples,

    /// <summary>The number of samples whose label counts.</summary>
    Labels,
}

/// <summary>The sizes of a network on a device, and where things are. Written by the generator.</summary>
public sealed class GpuPlan
{
    /// <summary>Floats of all parameters, each of which begins at a multiple of 16, in PyTorch's order.</summary>
    public required int ParameterFloats { get; init; }

    /// <summary>Floats of those that are learned, which come first.</summary>
    public required int LearnedFloats { get; init; }

    /// <summary>Floats behind the parameters: what predictions need and parameters alone decide.</summary>
    public required int DerivedFloats { get; init; }

    /// <summary>Where each parameter begins, in the order of <see cref="NetworkInfo.Parameters"/>.</summary>
    public required IReadOnlyList<int> ParameterOffsets { get; init; }

    /// <summary>Floats of activations for each sample of a prediction.</summary>
    public required int InferenceFloatsPerSample { get; init; }

    /// <summary>Floats of activations and their gradients for each sample of a training step.</summary>
    public required int TrainingFloatsPerSample { get; init; }

    /// <summary>Floats of activations for each position of a prediction, of each input whose samples have as many as they like.</summary>
    public IReadOnlyList<int> InferenceFloatsPerPosition { get; init; } = [];

    /// <summary>Floats of activations and their gradients for each position of a training step, of each such input.</summary>
    public IReadOnlyList<int> TrainingFloatsPerPosition { get; init; } = [];

    /// <summary>Floats of a training step whatever the number of samples.</summary>
    public required int TrainingFloatsOnce { get; init; }

    /// <summary>The offset of the output in training for one sample, or for one position where each has one.</summary>
    public required int OutputOffset { get; init; }

    /// <summary>
    /// The offset of the input's gradient for one sample, or for one position where samples have as many as they like; −1 where it isn't computed.
    /// </summary>
    public int InputGradientOffset { get; init; } = -1;

    /// <summary>
    /// The same of each of several inputs, of which some have lengths of their own; −1 for one whose gradient is zeros, and empty where none is computed.
    /// </summary>
    public IReadOnlyList<int> InputGradientOffsets { get; init; } = [];

    /// <summary>The most threads in a group of a kernel.</summary>
    public required int GroupThreads { get; init; }

    /// <summary>The most bytes of memory that a group of a kernel shares.</summary>
    public required int SharedBytes { get; init; }

    /// <summary>The kernel with the largest groups.</summary>
    public required string LargestKernel { get; init; }

    /// <summary>Launches of a prediction.</summary>
    public required int ForwardLaunches { get; init; }

    /// <summary>
    /// Launches of a forward and backward pass; a training step has one more, the optimizer's, and another where gradients are clipped by their norm.
    /// </summary>
    public required int TrainLaunches { get; init; }

    /// <summary>
    /// Bytes for each sample, or one of the most positions, that the kernels of a prediction read and write, where each reads its operands once.
    /// </summary>
    public required long ForwardBytesPerSample { get; init; }

    /// <summary>Bytes that they read and write whatever the number of samples.</summary>
    public required long ForwardBytesOnce { get; init; }

    /// <summary>
    /// Bytes for each sample, or one of the most positions, that the kernels of a forward and backward pass read and write, where each reads its operands once.
    /// </summary>
    public required long TrainBytesPerSample { get; init; }

    /// <summary>Bytes that they read and write whatever the number of samples.</summary>
    public required long TrainBytesOnce { get; init; }

    /// <summary>What the sum of losses is divided by.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public required LossMean Mean { get; init; }
}
