using System.Reflection;
using System.Runtime.InteropServices;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Gpu.Tests;

/// <summary>A network whose samples have as many positions as they like, on the processor and on the tests' device, with the same random parameters.</summary>
abstract class SequencePair : IDisposable
{
    public abstract NetworkInfo Info { get; }

    /// <summary>How many inputs have lengths of their own.</summary>
    public int Inputs => Math.Max(1, Info.Inputs.Count(input => input.Max > 0));

    public static SequencePair Create(Type network)
    {
        var target = network.GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ITrainable<,>)).GetGenericArguments()[1];
        return (SequencePair)Activator.CreateInstance(typeof(SequencePair<,>).MakeGenericType(network, target))!;
    }

    /// <summary>A batch of random samples.</summary>
    /// <param name="lengths">How many positions each sample has of the first input that has some, then of the second.</param>
    /// <param name="seed">The numbers'.</param>
    public abstract (float[] X, float[] Target) Batch(int[] lengths, int seed);

    /// <summary>Compares the predictions of a batch, and of its first sample alone.</summary>
    public abstract void AssertPredictions(int[] lengths, int seed);

    /// <summary>Compares loss, output and all gradients of a batch.</summary>
    public abstract void AssertGradients(int[] lengths, int seed, bool accumulates = false);

    /// <summary>Trains on both, and compares losses and parameters.</summary>
    public abstract void AssertTrains(IReadOnlyList<int[]> batches, Func<Optimizer> optimizer, TrainerOptions options);

    /// <summary>The parameters after training on the device.</summary>
    public abstract float[] Trained(IReadOnlyList<int[]> batches, Func<Optimizer> optimizer, TrainerOptions options);

    /// <summary>Compares predictions and steps of samples that have the most positions, and no lengths.</summary>
    public abstract void AssertMost(int samples);

    /// <summary>Trains on two epochs of samples, on both.</summary>
    public abstract void AssertFits(int[] lengths);

    /// <summary>Asserts that predictions and training steps on both tell the same error.</summary>
    public abstract void AssertSameError<TException>(float[] x, int[] lengths, string message) where TException : Exception;

    /// <summary>Asserts what is told of a trainer's results that there aren't, and of batches whose targets don't fit.</summary>
    public abstract void AssertFaultsOfTraining();

    public abstract void Dispose();
}

/// <inheritdoc cref="SequencePair"/>
sealed class SequencePair<TNetwork, TTarget> : SequencePair
    where TNetwork : class, ITrainable<TNetwork, TTarget>, ISequenceNetwork
    where TTarget : unmanaged
{
    readonly TNetwork network = TNetwork.Create(1), copy = TNetwork.Create(1);
    readonly GpuNetwork<TNetwork, TTarget> gpu;

    public SequencePair()
    {
        Subject.Randomize(network.Parameters, seed: 7);
        Subject.Randomize(copy.Parameters, seed: 7);
        var method = typeof(TNetwork).GetMethod("OnGpu")!;
        gpu = (GpuNetwork<TNetwork, TTarget>)method.Invoke(copy, BindingFlags.DoNotWrapExceptions, null, [TestDevice.For(GpuSubject.GroupThreads(typeof(TNetwork)))], null)!;
    }

    public override NetworkInfo Info => TNetwork.Info;

    public override (float[] X, float[] Target) Batch(int[] lengths, int seed)
    {
        var random = new Random(seed);
        var (samples, sequence) = (lengths.Length / Inputs, Info.Sequence!);
        float[] Ids(int count, int below) => [.. Enumerable.Range(0, count).Select(_ => BitConverter.Int32BitsToSingle(random.Next(below)))];
        float[] Values(int count, int vocabulary) => vocabulary > 0 ? Ids(count, vocabulary) : Generator.Tests.Reference.Batch.Normal(random, count);
        var at = 0;
        float[] x = Info.Inputs.IsEmpty ? Values(lengths.Sum() * sequence.InputSize, Info.Vocabulary)
            : [.. Info.Inputs.SelectMany(input => Values(input.Size * (input.Max == 0 ? samples : lengths.Skip(at++ * samples).Take(samples).Sum()), input.Vocabulary))];
        var targets = sequence.TargetSize > 0 ? OutputPositions(lengths) : samples;
        return (x, TNetwork.Training.Classes is > 0 and var classes ? Ids(targets, classes)
            : Generator.Tests.Reference.Batch.Normal(random, sequence.TargetSize > 0 ? targets * sequence.TargetSize : samples * Info.OutputSize));
    }

    int OutputPositions(int[] lengths) => lengths.Skip(Info.Sequence!.Index * (lengths.Length / Inputs)).Take(lengths.Length / Inputs).Sum();

    int OutputSize(int[] lengths) => Info.Sequence!.OutputSize is > 0 and var size ? size * OutputPositions(lengths) : lengths.Length / Inputs * Info.OutputSize;

    public override void AssertPredictions(int[] lengths, int seed)
    {
        var x = Batch(lengths, seed).X;
        var (expected, actual) = (new float[OutputSize(lengths)], new float[OutputSize(lengths)]);
        network.Predict(x, lengths, expected);
        if (Info.Vocabulary > 0 && Info.Ids.IsEmpty) gpu.Predict(MemoryMarshal.Cast<float, int>(x), lengths, actual);
        else gpu.Predict(x, lengths, actual);
        Close(expected, actual, 2 * Closeness.Forward, $"prediction of {Text(lengths)}");
        if (lengths.Length > 1 || !Info.Inputs.IsEmpty) return;
        // A sample alone needs no lengths.
        var alone = new float[expected.Length];
        gpu.Predict(x, alone);
        Assert.Equal(actual, alone);
    }

    public override void AssertGradients(int[] lengths, int seed, bool accumulates)
    {
        var (x, target) = Batch(lengths, seed);
        var labels = MemoryMarshal.Cast<float, TTarget>(target);
        var trainer = new Trainer(network, new SGD(), null);
        using var device = gpu.CreateTrainer(new SGD());
        var expected = trainer.Accumulated(x, lengths, labels, 1);
        device.Backward(x, lengths, labels);
        if (accumulates)
        {
            expected = trainer.Accumulated(x, lengths, labels, 0.5f);
            device.Accumulate(x, lengths, labels, 0.5f);
        }
        var what = Text(lengths);
        var (y, dy) = (new float[OutputSize(lengths)], new float[OutputSize(lengths)]);
        trainer.CopyOutput(y);
        device.CopyOutput(dy);
        Close(y, dy, Closeness.Forward, $"{what}, training output");
        // Without a loss what counts is Σ y ∂y, whose terms may cancel.
        var terms = TNetwork.Training.Classes > 0 || typeof(TTarget) == typeof(int) ? 0 : y.Zip(target, (a, b) => Math.Abs((double)a * b)).Sum();
        var size = Math.Max(Math.Max(1, terms), Math.Abs(expected));
        new[] { device.Loss, size }.AssertClose([expected, size], Closeness.Forward, $"{what}, loss");
        device.CopyGradients();
        foreach (var view in trainer.Gradients.Views) Close(view.ToArray(), device.Gradients[view.Info.Name].ToArray(), Closeness.Gradient, $"{what}, gradient of {view.Info.Name}");
        if (!TNetwork.Training.HasInputGradient) return;
        var dx = new float[x.Length];
        device.CopyInputGradient(dx);
        Close(trainer.InputGradient.ToArray(), dx, Closeness.Gradient, $"{what}, gradient of the input");
    }

    public override void AssertTrains(IReadOnlyList<int[]> batches, Func<Optimizer> optimizer, TrainerOptions options)
    {
        var trainer = new Trainer(network, optimizer(), options);
        using var device = gpu.CreateTrainer(optimizer(), options);
        for (var step = 0; step < batches.Count; step++)
        {
            var (x, target) = Batch(batches[step], seed: step);
            var labels = MemoryMarshal.Cast<float, TTarget>(target);
            if (Info.Vocabulary > 0 && Info.Ids.IsEmpty) device.Step(MemoryMarshal.Cast<float, int>(x), batches[step], labels);
            else device.Step(x, batches[step], labels);
            Assert.Equal(trainer.Stepped(x, batches[step], labels), device.Loss, 1e-4f);
        }
        gpu.CopyToNetwork();
        foreach (var view in network.Parameters.Views) Close(view.ToArray(), copy.Parameters[view.Info.Name].ToArray(), 1e-4, view.Info.Name);
    }

    public override float[] Trained(IReadOnlyList<int[]> batches, Func<Optimizer> optimizer, TrainerOptions options)
    {
        using var device = gpu.CreateTrainer(optimizer(), options);
        for (var step = 0; step < batches.Count; step++)
        {
            var (x, target) = Batch(batches[step], seed: step);
            device.Step(x, batches[step], MemoryMarshal.Cast<float, TTarget>(target));
        }
        gpu.CopyToNetwork();
        return [.. copy.Parameters.Views.SelectMany(view => view.ToArray())];
    }

    public override void AssertMost(int samples)
    {
        int[] lengths = [.. Enumerable.Repeat(Info.Sequence!.Max, samples)];
        var (x, target) = Batch(lengths, seed: 4);
        var labels = MemoryMarshal.Cast<float, TTarget>(target);
        var (expected, actual) = (new float[OutputSize(lengths)], new float[OutputSize(lengths)]);
        gpu.Predict(x, lengths, expected);
        gpu.Predict(x, actual);
        Assert.Equal(expected, actual);
        using var trainer = gpu.CreateTrainer(new SGD());
        trainer.Backward(x, lengths, labels);
        var loss = trainer.Loss;
        trainer.Backward(x, labels);
        Assert.Equal(loss, trainer.Loss);
        // One sample of fewer needs no lengths either.
        (x, target) = Batch([2], seed: 5);
        trainer.Backward(x, [2], MemoryMarshal.Cast<float, TTarget>(target));
        loss = trainer.Loss;
        trainer.Backward(x, MemoryMarshal.Cast<float, TTarget>(target));
        Assert.Equal(loss, trainer.Loss);
    }

    public override void AssertFits(int[] lengths)
    {
        var (x, target) = Batch(lengths, seed: 6);
        var data = new SequenceDataset<int>(MemoryMarshal.Cast<float, int>(x).ToArray(), lengths, MemoryMarshal.Cast<float, int>(target).ToArray(), Info.Sequence!.Max,
            targetsOfPosition: Info.Sequence.TargetSize);
        FitOptions Options() => new() { Epochs = 2, BatchSize = 3, Optimizer = new SGD(0.1), Seed = 3 };
        var expected = Training.Fit(network, (IDataset<TTarget>)(object)data, options: Options());
        var actual = gpu.Fit((IDataset<TTarget>)(object)data, options: Options());
        Assert.Equal(expected.History.Select(e => e.TrainLoss), actual.History.Select(e => e.TrainLoss), (a, b) => Math.Abs(a - b) < 1e-4);
        foreach (var view in network.Parameters.Views) Close(view.ToArray(), copy.Parameters[view.Info.Name].ToArray(), 1e-4, view.Info.Name);
    }

    public override void AssertSameError<TException>(float[] x, int[] lengths, string message)
    {
        var expected = Assert.Throws<TException>(() => network.Predict(x, lengths, new float[4]));
        Assert.Contains(message, expected.Message, StringComparison.Ordinal);
        Assert.Equal(expected.Message, Assert.Throws<TException>(() => gpu.Predict(x, lengths, new float[4])).Message);
        using var trainer = gpu.CreateTrainer(new SGD());
        Assert.Equal(Assert.Throws<TException>(() => new Trainer(network, new SGD(), null).Stepped(x, lengths, new TTarget[2])).Message,
            Assert.Throws<TException>(() => trainer.Step(x, lengths, new TTarget[2])).Message);
    }

    public override void AssertFaultsOfTraining()
    {
        using var trainer = gpu.CreateTrainer(new SGD());
        Assert.Contains("No batch was given yet", Assert.Throws<InvalidOperationException>(() => trainer.CopyOutput(new float[4])).Message, StringComparison.Ordinal);
        var (x, target) = Batch([2, 1], seed: 1);
        var fault = Assert.Throws<ArgumentException>(() => trainer.Step(x, [2, 1], MemoryMarshal.Cast<float, TTarget>(target.AsSpan(1))));
        Assert.Contains("2 samples of 3 positions together need 6", fault.Message, StringComparison.Ordinal);
        trainer.Step(x, [2, 1], MemoryMarshal.Cast<float, TTarget>(target));
        Assert.Contains("The last batch has 3 rows of 2: 6 values. The span has 4.", Assert.Throws<ArgumentException>(() => trainer.CopyOutput(new float[4])).Message, StringComparison.Ordinal);
        Assert.Contains("doesn't compute the gradient of its input", Assert.Throws<InvalidOperationException>(() => trainer.CopyInputGradient(x)).Message, StringComparison.Ordinal);
    }

    static void Close(float[] expected, float[] actual, double tolerance, string what) =>
        Generator.Tests.Reference.Batch.Doubles(actual).AssertClose(Generator.Tests.Reference.Batch.Doubles(expected), tolerance, what);

    static string Text(int[] lengths) => $"[{string.Join(", ", lengths)}]";

    public override void Dispose() => gpu.Dispose();

    sealed class Trainer(TNetwork network, Optimizer optimizer, TrainerOptions? options) : Trainer<TNetwork, TTarget>(network, optimizer, options)
    {
        public float Accumulated(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target, float weight) => AccumulateSequences(x, lengths, target, weight);

        public float Stepped(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target) => StepSequences(x, lengths, target);
    }
}
