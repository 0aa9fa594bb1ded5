using System.Runtime.InteropServices;
using NetGen.Runtime;

namespace NetGen.Generator.Tests.Reference;

/// <summary>A network that was generated and loaded, and may take samples of different lengths.</summary>
abstract class SequenceSubject
{
    public abstract NetworkInfo Info { get; }

    public abstract ParameterSet Parameters { get; }

    /// <summary>How many classes its labels are of; 0 where targets are values.</summary>
    public abstract int Classes { get; }

    public static SequenceSubject Create(Type network)
    {
        var target = network.GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ITrainable<,>)).GetGenericArguments()[1];
        return (SequenceSubject)Activator.CreateInstance(typeof(SequenceSubject<,>).MakeGenericType(network, target))!;
    }

    /// <summary>How many inputs have lengths of their own.</summary>
    public int Inputs => Math.Max(1, Info.Inputs.Count(input => input.Max > 0));

    public void Randomize(int seed) => Subject.Randomize(Parameters, seed);

    /// <summary>Takes the parameters of a network of the same layers, which may have more positions.</summary>
    public void TakeParameters(SequenceSubject other)
    {
        foreach (var view in Parameters.Views) view.CopyFrom(other.Parameters[view.Info.Name].ToArray().AsSpan(0, view.Info.Count));
    }

    /// <summary>The parameters as a network of the same layers has them, in double precision: of a table with a row for each position it may have the first rows alone.</summary>
    public Dictionary<string, double[]> ParametersOf(ReferenceNetwork reference) =>
        Parameters.Views.ToDictionary(v => v.Info.Name, v => Batch.Doubles(v.ToArray())[..Math.Min(v.Info.Count, reference.CountOf(v.Info.Name) ?? v.Info.Count)]);

    /// <summary>How many values the output of a sample has.</summary>
    /// <param name="positions">The sample's positions.</param>
    public int OutputOf(int positions) => Info.Sequence! is { OutputSize: > 0 and var size } ? size * positions : Info.OutputSize;

    /// <summary>Random targets of a sample.</summary>
    /// <param name="random">Where from.</param>
    /// <param name="positions">The sample's positions.</param>
    public float[] TargetOf(Random random, int positions)
    {
        var size = Info.Sequence!.TargetSize;
        return Classes > 0 ? Batch.RandomIds(random, size > 0 ? positions : 1, Classes) : Batch.Normal(random, size > 0 ? positions * size : Info.OutputSize);
    }

    /// <summary>The output of a sample, without its length.</summary>
    public abstract float[] PredictAlone(float[] x, int size);

    /// <summary>The outputs of a batch.</summary>
    public abstract float[] Predict(float[] x, int[] lengths, int size);

    /// <summary>Loss and gradients of a sample of the declared length.</summary>
    public abstract (float Loss, Dictionary<string, float[]> Gradients) Gradient(float[] x, float[] target);

    /// <summary>Loss and gradients of a batch.</summary>
    public abstract (float Loss, Dictionary<string, float[]> Gradients) Gradient(float[] x, int[] lengths, float[] target);

    /// <summary>Losses and gradients of a batch, by so many workers.</summary>
    public abstract float[] Pass(float[] x, int[] lengths, float[] target, int workers);
}

/// <inheritdoc cref="SequenceSubject"/>
sealed unsafe class SequenceSubject<TNetwork, TTarget> : SequenceSubject
    where TNetwork : class, ITrainable<TNetwork, TTarget>
    where TTarget : unmanaged
{
    // What is written beyond a span would be seen.
    const int Margin = 64;
    const float Canary = 12345.678f;

    readonly TNetwork network = TNetwork.Create(1);

    public override NetworkInfo Info => TNetwork.Info;

    public override ParameterSet Parameters => network.Parameters;

    public override int Classes => TNetwork.Training.Classes;

    public override float[] PredictAlone(float[] x, int size) => Guarded(size, (memory, first) => network.Predict(x, memory.AsSpan(first, size)));

    public override float[] Predict(float[] x, int[] lengths, int size) =>
        Guarded(size, (memory, first) => ((ISequenceNetwork)network).Predict(x, lengths, memory.AsSpan(first, size)));

    static float[] Guarded(int size, Action<float[], int> predict)
    {
        var memory = new float[size + 2 * Margin];
        Array.Fill(memory, Canary);
        predict(memory, Margin);
        Assert.Equal(-1, memory.AsSpan(0, Margin).IndexOfAnyExcept(Canary));
        Assert.Equal(-1, memory.AsSpan(Margin + size).IndexOfAnyExcept(Canary));
        return memory[Margin..(Margin + size)];
    }

    public override (float Loss, Dictionary<string, float[]> Gradients) Gradient(float[] x, float[] target)
    {
        var trainer = new Trainer(network);
        return (trainer.Backward(x, MemoryMarshal.Cast<float, TTarget>(target)), Values(trainer));
    }

    public override (float Loss, Dictionary<string, float[]> Gradients) Gradient(float[] x, int[] lengths, float[] target)
    {
        var trainer = new Trainer(network);
        // Another batch before: nothing of it may be seen.
        var samples = lengths.Length / Inputs;
        if (Info.Inputs.Length > 0) trainer.Of(x, [.. lengths.Select((_, i) => lengths[i / samples * samples + (i + 1) % samples])], target);
        else trainer.Of([.. x[..(lengths[0] * Info.Sequence!.InputSize)]], lengths[..1], target.AsSpan(0, Info.Sequence.TargetSize > 0 ? lengths[0] * Info.Sequence.TargetSize : target.Length / lengths.Length));
        return (trainer.Of(x, lengths, target), Values(trainer));
    }

    /// <summary>The gradients of the parameters and, where it is computed, of the input, x.</summary>
    static Dictionary<string, float[]> Values(Trainer<TNetwork, TTarget> trainer)
    {
        var values = trainer.Gradients.Views.ToDictionary(v => v.Info.Name, v => v.ToArray());
        if (TNetwork.Training.HasInputGradient) values.Add("x", trainer.InputGradient.ToArray());
        return values;
    }

    public override float[] Pass(float[] x, int[] lengths, float[] target, int workers)
    {
        var (info, sequence) = (TNetwork.Training, Info.Sequence!);
        var gradients = new ParameterSet(Info.Learned);
        var samples = lengths.Length / Inputs;
        var arena = new Arena(info.ArenaFloatsFixed + info.ArenaFloatsPerSample * samples);
        var losses = new Arena(sequence.TargetSize > 0 ? lengths.AsSpan(sequence.Index * samples, samples).ToArray().Sum() : samples);
        var offsets = new int[Inputs * (samples + 1)];
        for (var i = 0; i < lengths.Length; i++)
        {
            var at = i / samples * (samples + 1) + i % samples;
            offsets[at + 1] = offsets[at] + lengths[i];
        }
        fixed (float* px = x, pt = target)
        fixed (int* po = offsets)
        {
            var pass = new TrainingPass
            {
                X = px, Target = pt, Offsets = po, Parameters = network.Parameters.Pointer, Gradients = gradients.Pointer, Arena = arena.Pointer, Losses = losses.Pointer,
                Samples = samples, Scale = 1,
            };
            Workers.Run(&Train, &pass, workers);
            GC.KeepAlive(arena);
            GC.KeepAlive(network);
            return [pass.Loss, .. losses.Span, .. gradients.Views.SelectMany(v => v.ToArray())];
        }
    }

    static void Train(void* pass, int worker, int workers) => TNetwork.Train((TrainingPass*)pass, worker, workers);

    sealed class Trainer(TNetwork network) : Trainer<TNetwork, TTarget>(network, new SGD())
    {
        public float Of(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<float> target) => BackwardSequences(x, lengths, MemoryMarshal.Cast<float, TTarget>(target));
    }
}
