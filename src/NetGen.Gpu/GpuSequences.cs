namespace NetGen.Gpu;

/// <summary>
/// What networks on a device are given whose samples have as many positions as they like: the samples without padding, and how many positions each has. Of
/// several inputs, <see cref="NetworkInfo.Inputs"/>, the first one of all samples comes first, then the second, and so on, and so do the lengths of those that
/// have positions.
/// </summary>
public static class GpuSequences
{
    /// <summary>The outputs of a batch.</summary>
    /// <param name="gpu">The network on a device.</param>
    /// <param name="x">What all positions of the first sample have, then those of the second, and so on: numbers, or the bits of ids.</param>
    /// <param name="lengths">How many positions each sample has.</param>
    /// <param name="y">Receives the output of each position in the same order, or one for each sample.</param>
    /// <typeparam name="TNetwork">The network's class.</typeparam>
    /// <typeparam name="TTarget"><see cref="int"/> for labels, <see cref="float"/> otherwise.</typeparam>
    /// <exception cref="ArgumentException">The sizes don't fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A sample has no positions, or more than the most, or an id isn't one of the vocabulary.</exception>
    /// <exception cref="GpuException">The device failed, or hasn't the memory.</exception>
    public static void Predict<TNetwork, TTarget>(this GpuNetwork<TNetwork, TTarget> gpu, ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, Span<float> y)
        where TNetwork : class, ITrainable<TNetwork, TTarget>, ISequenceNetwork where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(gpu);
        gpu.PredictSequences(x, lengths, y);
    }

    /// <summary>The outputs of a batch of ids.</summary>
    /// <param name="gpu">The network on a device.</param>
    /// <param name="tokens">The ids of the first sample, then those of the second, and so on.</param>
    /// <param name="lengths">How many positions each sample has.</param>
    /// <param name="y">Receives the output of each position in the same order, or one for each sample.</param>
    /// <typeparam name="TNetwork">The network's class.</typeparam>
    /// <typeparam name="TTarget"><see cref="int"/> for labels, <see cref="float"/> otherwise.</typeparam>
    /// <exception cref="ArgumentException">The sizes don't fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A sample has no positions, or more than the most, or an id isn't one of the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">The network takes numbers, or numbers and ids.</exception>
    /// <exception cref="GpuException">The device failed, or hasn't the memory.</exception>
    public static void Predict<TNetwork, TTarget>(this GpuNetwork<TNetwork, TTarget> gpu, ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, Span<float> y)
        where TNetwork : class, ITrainable<TNetwork, TTarget>, ISequenceNetwork where TTarget : unmanaged =>
        gpu.Predict(GpuNetwork<TNetwork, TTarget>.Bits(tokens), lengths, y);

    /// <summary>Forward pass, backward pass and update. It returns before the device has done them.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="x">What all positions of the first sample have, then those of the second, and so on: numbers, or the bits of ids.</param>
    /// <param name="lengths">How many positions each sample has.</param>
    /// <param name="target">A label for each sample, or a label or target values for each position, as the network's loss has it.</param>
    /// <typeparam name="TNetwork">The network's class.</typeparam>
    /// <typeparam name="TTarget"><see cref="int"/> for labels, <see cref="float"/> otherwise.</typeparam>
    /// <exception cref="ArgumentException">The sizes don't fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A sample has no positions or more than the most, a label isn't one of a class, or an id none of the vocabulary.
    /// </exception>
    /// <exception cref="GpuException">The device failed, or hasn't the memory.</exception>
    public static void Step<TNetwork, TTarget>(this GpuTrainer<TNetwork, TTarget> trainer, ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target)
        where TNetwork : class, ITrainable<TNetwork, TTarget>, ISequenceNetwork where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(trainer);
        trainer.StepSequences(x, lengths, target);
    }

    /// <summary>Forward and backward pass; the gradients of before are replaced.</summary>
    /// <inheritdoc cref="Step{TNetwork, TTarget}(GpuTrainer{TNetwork, TTarget}, ReadOnlySpan{float}, ReadOnlySpan{int}, ReadOnlySpan{TTarget})"/>
    public static void Backward<TNetwork, TTarget>(this GpuTrainer<TNetwork, TTarget> trainer, ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target)
        where TNetwork : class, ITrainable<TNetwork, TTarget>, ISequenceNetwork where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(trainer);
        trainer.BackwardSequences(x, lengths, target);
    }

    /// <summary>Forward and backward pass of one of several batches that make one update.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="x">What all positions of the first sample have, then those of the second, and so on: numbers, or the bits of ids.</param>
    /// <param name="lengths">How many positions each sample has.</param>
    /// <param name="target">A label for each sample, or a label or target values for each position, as the network's loss has it.</param>
    /// <param name="weight">What the gradient is multiplied with before it is added; 1/k for the mean of k batches.</param>
    /// <inheritdoc cref="Step{TNetwork, TTarget}(GpuTrainer{TNetwork, TTarget}, ReadOnlySpan{float}, ReadOnlySpan{int}, ReadOnlySpan{TTarget})"/>
    public static void Accumulate<TNetwork, TTarget>(
        this GpuTrainer<TNetwork, TTarget> trainer, ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target, double weight = 1)
        where TNetwork : class, ITrainable<TNetwork, TTarget>, ISequenceNetwork where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(trainer);
        trainer.AccumulateSequences(x, lengths, target, weight);
    }

    /// <summary>Forward pass, backward pass and update of a network that takes ids. It returns before the device has done them.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="tokens">The ids of the first sample, then those of the second, and so on.</param>
    /// <param name="lengths">How many positions each sample has.</param>
    /// <param name="target">A label for each sample, or a label or target values for each position, as the network's loss has it.</param>
    /// <typeparam name="TNetwork">The network's class.</typeparam>
    /// <typeparam name="TTarget"><see cref="int"/> for labels, <see cref="float"/> otherwise.</typeparam>
    /// <exception cref="ArgumentException">The sizes don't fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A sample has no positions or more than the most, a label isn't one of a class, or an id none of the vocabulary.
    /// </exception>
    /// <exception cref="InvalidOperationException">The network takes numbers, or numbers and ids.</exception>
    /// <exception cref="GpuException">The device failed, or hasn't the memory.</exception>
    public static void Step<TNetwork, TTarget>(this GpuTrainer<TNetwork, TTarget> trainer, ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target)
        where TNetwork : class, ITrainable<TNetwork, TTarget>, ISequenceNetwork where TTarget : unmanaged =>
        trainer.Step(GpuNetwork<TNetwork, TTarget>.Bits(tokens), lengths, target);

    /// <summary>Forward and backward pass of a network that takes ids; the gradients of before are replaced.</summary>
    /// <inheritdoc cref="Step{TNetwork, TTarget}(GpuTrainer{TNetwork, TTarget}, ReadOnlySpan{int}, ReadOnlySpan{int}, ReadOnlySpan{TTarget})"/>
    public static void Backward<TNetwork, TTarget>(this GpuTrainer<TNetwork, TTarget> trainer, ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target)
        where TNetwork : class, ITrainable<TNetwork, TTarget>, ISequenceNetwork where TTarget : unmanaged =>
        trainer.Backward(GpuNetwork<TNetwork, TTarget>.Bits(tokens), lengths, target);

    /// <summary>Forward and backward pass of one of several batches of ids that make one update.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="tokens">The ids of the first sample, then those of the second, and so on.</param>
    /// <param name="lengths">How many positions each sample has.</param>
    /// <param name="target">A label for each sample, or a label or target values for each position, as the network's loss has it.</param>
    /// <param name="weight">What the gradient is multiplied with before it is added; 1/k for the mean of k batches.</param>
    /// <inheritdoc cref="Step{TNetwork, TTarget}(GpuTrainer{TNetwork, TTarget}, ReadOnlySpan{int}, ReadOnlySpan{int}, ReadOnlySpan{TTarget})"/>
    public static void Accumulate<TNetwork, TTarget>(
        this GpuTrainer<TNetwork, TTarget> trainer, ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target, double weight = 1)
        where TNetwork : class, ITrainable<TNetwork, TTarget>, ISequenceNetwork where TTarget : unmanaged =>
        trainer.Accumulate(GpuNetwork<TNetwork, TTarget>.Bits(tokens), lengths, target, weight);
}
