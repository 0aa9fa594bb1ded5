using System.Reflection;
using NetGen.Runtime;

namespace NetGen.Generator.Tests.Reference;

/// <summary>A network that was generated and loaded, whatever its class and its targets.</summary>
abstract class Subject : IComputer
{
    public abstract NetworkInfo Info { get; }

    public abstract ParameterSet Parameters { get; }

    /// <summary>What the trainer knows of it.</summary>
    public abstract TrainingInfo TrainingInfo { get; }

    /// <summary>The fewest samples that it is trained on.</summary>
    public int LeastSamples => TrainingInfo.LeastSamples;

    /// <summary>Makes an instance of a network's class.</summary>
    public static Subject Create(Type network, ulong seed = 1)
    {
        var target = network.GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ITrainable<,>)).GetGenericArguments()[1];
        return (Subject)Activator.CreateInstance(typeof(Subject<,>).MakeGenericType(network, target), seed)!;
    }

    /// <summary>Gives parameters numbers among which none is special, such as the ones and zeros of a fresh normalisation.</summary>
    public void Randomize(int seed) => Randomize(Parameters, seed);

    /// <inheritdoc cref="Randomize(int)"/>
    public static void Randomize(ParameterSet parameters, int seed)
    {
        var random = new Random(seed);
        foreach (var view in parameters.Views)
        {
            var values = view.Info.Role switch
            {
                ParameterRole.Weight => Batch.Normal(random, view.Info.Count, 1 / MathF.Sqrt(view.Info.Shape[^1])),
                ParameterRole.Bias => Batch.Normal(random, view.Info.Count, 0.3f),
                ParameterRole.Normalization or ParameterRole.RunningStatistic =>
                    [.. Enumerable.Range(0, view.Info.Count).Select(_ => 0.5f + random.NextSingle())],
                _ => [.. Enumerable.Range(0, view.Info.Count).Select(_ => random.NextSingle() - 0.3f)],
            };
            view.CopyFrom(values);
        }
    }

    /// <summary>The parameters in double precision.</summary>
    public Dictionary<string, double[]> ParameterValues => ValuesOf(Parameters);

    public abstract void Predict(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>The output of a batch.</summary>
    public float[] Predict(float[] x)
    {
        // What is written beyond the span would be seen.
        const int Margin = 64;
        const float Canary = 12345.678f;
        var size = x.Length / Info.InputSize * Info.OutputSize;
        var memory = new float[size + 2 * Margin];
        Array.Fill(memory, Canary);
        Predict(x, memory.AsSpan(Margin, size));
        Assert.Equal(-1, memory.AsSpan(0, Margin).IndexOfAnyExcept(Canary));
        Assert.Equal(-1, memory.AsSpan(Margin + size).IndexOfAnyExcept(Canary));
        return memory[Margin..(Margin + size)];
    }

    /// <summary>The output of a batch's samples, one at a time.</summary>
    public float[] PredictEach(float[] x) =>
        [.. Enumerable.Range(0, x.Length / Info.InputSize).SelectMany(i => Predict(x[(i * Info.InputSize)..((i + 1) * Info.InputSize)]))];

    /// <summary>
    /// The output of one sample whose layers exactly so many workers share; null where a sample is one worker's. The network itself lets its size decide.
    /// </summary>
    public abstract float[]? PredictShared(float[] sample, int workers);

    /// <summary>Starts to train, with the given optimizer.</summary>
    public abstract void Train(Optimizer optimizer, TrainerOptions? options = null);

    /// <summary>Forward and backward pass by the trainer.</summary>
    public abstract Outcome Backward(Batch batch);

    public abstract float Step(Batch batch);

    /// <summary>Makes steps on a batch, whose data are converted beforehand.</summary>
    public abstract Action Stepper(Batch batch);

    public abstract float Accumulate(Batch batch, float weight);

    public abstract void Update();

    /// <summary>Trains on whole epochs of some samples.</summary>
    public abstract FitResult Fit(Batch samples, FitOptions options);

    public abstract void SaveCheckpoint(string path);

    public abstract void LoadCheckpoint(string path);

    /// <summary>Gradients, running statistics, losses, outputs and input gradients of the trainer's last batch, for comparisons to the bit.</summary>
    public abstract float[] Results { get; }

    /// <summary>The trainer's gradients.</summary>
    public abstract Dictionary<string, double[]> GradientValues { get; }

    /// <summary>
    /// Forward and backward pass by exactly so many workers; the trainer lets the batch's size decide. Gives what <see cref="Results"/> does.
    /// </summary>
    public abstract float[] Pass(Batch batch, int workers);

    protected static Dictionary<string, double[]> ValuesOf(ParameterSet set) => set.Views.ToDictionary(v => v.Info.Name, v => Batch.Doubles(v.ToArray()));
}

/// <inheritdoc cref="Subject"/>
sealed unsafe class Subject<TNetwork, TTarget>(ulong seed) : Subject
    where TNetwork : class, ITrainable<TNetwork, TTarget>
    where TTarget : unmanaged
{
    readonly TNetwork network = TNetwork.Create(seed);
    Trainer<TNetwork, TTarget>? trainer;

    Trainer<TNetwork, TTarget> Trainer => trainer ??= new(network, new SGD());

    public override NetworkInfo Info => TNetwork.Info;

    public override TrainingInfo TrainingInfo => TNetwork.Training;

    public override ParameterSet Parameters => network.Parameters;

    public override void Predict(ReadOnlySpan<float> x, Span<float> y) => network.Predict(x, y);

    public override float[]? PredictShared(float[] sample, int workers)
    {
        var program = typeof(TNetwork).Assembly.GetTypes().Single(type => type.Name == typeof(TNetwork).Name + "Program" && type.Namespace!.StartsWith("NetGen.Generated", StringComparison.Ordinal));
        const System.Reflection.BindingFlags Internal = System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic;
        var forward = program.GetMethod("ForwardSingle", Internal)!;
        if (forward.GetParameters().Length != 6) return null;
        var y = new float[Info.OutputSize];
        // A prediction brings what inference derives from the parameters up to date.
        network.Predict(sample, y);
        Array.Clear(y);
        var arena = new Arena((int)program.GetField("BlockArenaFloats", Internal)!.GetRawConstantValue()!);
        fixed (float* px = sample, py = y)
        {
            var used = 0;
            var call = new SharedCall
            {
                Forward = (delegate*<float*, float*, float*, float*, int, int, void>)forward.MethodHandle.GetFunctionPointer(),
                X = px, Y = py, Parameters = network.Parameters.Pointer, Arena = arena.Pointer, Workers = &used,
            };
            Workers.Run(&SharedBody, &call, workers);
            Assert.Equal(workers, used);
        }
        GC.KeepAlive(arena);
        GC.KeepAlive(network);
        return y;
    }

    struct SharedCall
    {
        public delegate*<float*, float*, float*, float*, int, int, void> Forward;
        public float* X;
        public float* Y;
        public float* Parameters;
        public float* Arena;
        public int* Workers;
    }

    static void SharedBody(void* state, int worker, int workers)
    {
        var call = (SharedCall*)state;
        if (worker == 0) *call->Workers = workers;
        call->Forward(call->X, call->Parameters, call->Arena, call->Y, worker, workers);
    }

    public override void Train(Optimizer optimizer, TrainerOptions? options) => trainer = new(network, optimizer, options);

    public override Outcome Backward(Batch batch)
    {
        var loss = Trainer.Backward(batch.SinglesOfX, TargetOf(batch));
        var y = new float[batch.Samples * Info.OutputSize];
        Trainer.CopyOutput(y);
        return new(loss, Batch.Doubles(y), GradientValues, TNetwork.Training.InputGradientOffset < 0 ? null : Batch.Doubles(Trainer.InputGradient.ToArray()))
        { RunningStatistics = ParameterValues.Where(p => Info.Parameters.Any(i => i.Name == p.Key && i.Role == ParameterRole.RunningStatistic)).ToDictionary() };
    }

    public override float Step(Batch batch) => Trainer.Step(batch.SinglesOfX, TargetOf(batch));

    public override Action Stepper(Batch batch)
    {
        var (x, target) = (batch.SinglesOfX, TargetOf(batch));
        return () => Trainer.Step(x, target);
    }

    public override float Accumulate(Batch batch, float weight) => Trainer.Accumulate(batch.SinglesOfX, TargetOf(batch), weight);

    public override void Update() => Trainer.Update();

    public override FitResult Fit(Batch samples, FitOptions options) => Training.Fit<TNetwork, TTarget>(
        network, new Dataset<TTarget>(samples.SinglesOfX, TargetOf(samples), Info.InputSize, TNetwork.Training.TargetSize), null, options);

    public override void SaveCheckpoint(string path) => Trainer.SaveCheckpoint(path);

    public override void LoadCheckpoint(string path) => Trainer.LoadCheckpoint(path);

    public override Dictionary<string, double[]> GradientValues => ValuesOf(Trainer.Gradients);

    public override float[] Results
    {
        get
        {
            // There is a loss for each output: of each position, or of each sample.
            var y = new float[Trainer.Losses.Length * (Info.Sequence is { OutputSize: > 0 and var size } ? size : Info.OutputSize)];
            Trainer.CopyOutput(y);
            return [.. Trainer.Gradients.Arena, .. Parameters.Arena[Trainer.Gradients.Arena.Length..], .. Trainer.Losses, .. y,
                .. TNetwork.Training.InputGradientOffset < 0 ? [] : Trainer.InputGradient];
        }
    }

    public override float[] Pass(Batch batch, int workers)
    {
        var (info, training, n) = (Info, TNetwork.Training, batch.Samples);
        var (arena, losses) = (new Arena(training.ArenaFloatsFixed + training.ArenaFloatsPerSample * training.RoomFor(n)), new Arena(n));
        var gradients = new ParameterSet(info.Learned);
        // A pass changes running statistics, which another one is to begin with again.
        var parameters = new ParameterSet(info);
        network.Parameters.CopyTo(parameters);
        fixed (float* x = batch.SinglesOfX)
        fixed (TTarget* target = TargetOf(batch))
        {
            var pass = new TrainingPass
            {
                X = x,
                Target = target,
                Parameters = parameters.Pointer,
                Gradients = gradients.Pointer,
                Arena = arena.Pointer,
                Losses = losses.Pointer,
                Samples = n,
                Scale = 1,
            };
            var used = 0;
            var call = new Call { Pass = &pass, Workers = &used };
            Workers.Run(&Body, &call, workers);
            Assert.Equal(workers, used);
        }
        GC.KeepAlive(arena);
        return [.. gradients.Arena, .. parameters.Arena[gradients.Arena.Length..], .. losses.Span,
            .. Part(training.OutputOffset, training.OutputPitch, info.OutputSize),
            .. training.InputGradientOffset < 0 ? [] : Part(training.InputGradientOffset, training.InputGradientPitch, info.InputSize)];

        float[] Part(int offset, int pitch, int size) => [.. Enumerable.Range(0, n)
            .SelectMany(i => arena.Span.Slice(training.ArenaFloatsFixed + offset * training.RoomFor(n) + i * pitch, size).ToArray())];
    }

    struct Call
    {
        public TrainingPass* Pass;
        public int* Workers;
    }

    static void Body(void* state, int worker, int workers)
    {
        var call = (Call*)state;
        if (worker == 0) *call->Workers = workers;
        TNetwork.Train(call->Pass, worker, workers);
    }

    static TTarget[] TargetOf(Batch batch) => batch.Labels as TTarget[] ?? (TTarget[])(object)batch.SinglesOfTarget;
}
