using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NetGen.Runtime;

namespace NetGen.Tests.Training;

/// <summary>y = x Wᵀ + b in plain loops, with everything a generated network has: panels, padding, workers, accumulation, the gradient of the input.</summary>
static unsafe class LinearMath
{
    public static NetworkInfo Info(string name, int inputs, int outputs)
    {
        ImmutableArray<int> weight = [outputs, inputs];
        var stored = ParameterLayout.Panels.StoredFloats(weight.AsSpan());
        var bias = new ParameterInfo("fc.bias", [outputs], stored, ParameterLayout.Dense, ParameterRole.Bias, new(Init.Default, FanIn: inputs));
        return new()
        {
            Name = name,
            InputShape = [inputs],
            OutputShape = [outputs],
            InputSize = inputs,
            OutputSize = outputs,
            ParameterCount = (inputs + 1) * outputs,
            Flops = 2 * inputs * outputs,
            ParameterFloats = stored + bias.StoredFloats,
            Parameters =
            [
                new("fc.weight", weight, 0, ParameterLayout.Panels, ParameterRole.Weight, new(Init.Default, FanIn: inputs, FanOut: outputs)),
                bias,
            ],
            Layers = [new("fc", "Linear", [outputs], (inputs + 1) * outputs, 2 * inputs * outputs)],
        };
    }

    public static TrainingInfo Training(NetworkInfo info, Loss? loss, int classes, bool inputGradient, long flops)
    {
        var (y, x) = (Pad(info.OutputSize), Pad(info.InputSize));
        return new()
        {
            Loss = loss,
            TargetSize = classes > 0 ? 1 : info.OutputSize,
            Classes = classes,
            ArenaFloatsFixed = 32,
            ArenaFloatsPerSample = 2 * y + x,
            OutputOffset = 0,
            OutputPitch = y,
            InputGradientOffset = inputGradient ? 2 * y : -1,
            InputGradientPitch = x,
            Flops = flops,
            UsesRandom = false,
        };
    }

    public static void Forward(NetworkInfo info, float* parameters, float* x, float* y, int pitch)
    {
        for (int o = 0; o < info.OutputSize; o++)
        {
            var (weight, stride) = Row(info, o);
            var sum = parameters[info.Parameters[1].Offset + o];
            for (int i = 0; i < info.InputSize; i++)
                sum += x[i] * parameters[weight + i * stride];
            y[o] = sum;
        }
        for (int o = info.OutputSize; o < pitch; o++)
            y[o] = 0;
    }

    public static void Train(NetworkInfo info, TrainingInfo training, TrainingPass* pass, int worker, int workers)
    {
        var (n, pitch) = (pass->Samples, training.OutputPitch);
        float* ys = pass->Arena + training.ArenaFloatsFixed, dys = ys + pitch * n;
        var labels = new ReadOnlySpan<int>(pass->Target, training.Classes > 0 ? n : 0);
        var divisor = training.Classes > 0 ? n - labels.Count(training.IgnoreIndex) : training.Loss is null ? 1 : n * info.OutputSize;
        Workers.Split(n, worker, workers, out var first, out var last);
        for (int s = first; s < last; s++)
        {
            Forward(info, pass->Parameters, pass->X + s * info.InputSize, ys + s * pitch, pitch);
            pass->Losses[s] = training.Classes > 0
                ? CrossEntropy(ys + s * pitch, dys + s * pitch, labels[s], info.OutputSize, pass->Scale / divisor, training.IgnoreIndex)
                : OfValues(training.Loss, ys + s * pitch, dys + s * pitch, (float*)pass->Target + s * info.OutputSize, info.OutputSize, pass->Scale / divisor);
            if (training.InputGradientOffset >= 0)
                BackwardInput(info, pass, dys + s * pitch, pass->Arena + training.ArenaFloatsFixed + training.InputGradientOffset * n + s * training.InputGradientPitch);
        }
        Workers.Barrier(worker, workers);
        Workers.Split(info.OutputSize, worker, workers, out first, out last);
        for (int o = first; o < last; o++)
        {
            var (weight, stride) = Row(info, o);
            for (int i = 0; i <= info.InputSize; i++)
            {
                var sum = 0f;
                for (int s = 0; s < n; s++)
                    sum += dys[s * pitch + o] * (i < info.InputSize ? pass->X[s * info.InputSize + i] : 1);
                var at = i < info.InputSize ? weight + i * stride : info.Parameters[1].Offset + o;
                pass->Gradients[at] = pass->Accumulate ? pass->Gradients[at] + sum : sum;
            }
        }
        if (worker != 0)
            return;
        var total = 0f;
        for (int s = 0; s < n; s++)
            total += pass->Losses[s];
        pass->Loss = total / divisor;
    }

    static float CrossEntropy(float* y, float* dy, int label, int classes, float scale, int ignore)
    {
        var (max, sum) = (float.NegativeInfinity, 0f);
        for (int c = 0; c < classes; c++)
            max = MathF.Max(max, y[c]);
        for (int c = 0; c < classes; c++)
            sum += MathF.Exp(y[c] - max);
        for (int c = 0; c < classes; c++)
            dy[c] = label == ignore ? 0 : (MathF.Exp(y[c] - max) / sum - (c == label ? 1 : 0)) * scale;
        return label == ignore ? 0 : max + MathF.Log(sum) - y[label];
    }

    static float OfValues(Loss? loss, float* y, float* dy, float* target, int size, float scale)
    {
        var sum = 0f;
        for (int o = 0; o < size; o++)
        {
            var d = y[o] - target[o];
            dy[o] = loss is null ? target[o] * scale : 2 * d * scale;
            sum += loss is null ? y[o] * target[o] : d * d;
        }
        return sum;
    }

    static void BackwardInput(NetworkInfo info, TrainingPass* pass, float* dy, float* dx)
    {
        new Span<float>(dx, info.InputSize).Clear();
        for (int o = 0; o < info.OutputSize; o++)
        {
            var (weight, stride) = Row(info, o);
            for (int i = 0; i < info.InputSize; i++)
                dx[i] += dy[o] * pass->Parameters[weight + i * stride];
        }
    }

    public static void Predict(NetworkInfo info, ParameterSet parameters, ReadOnlySpan<float> x, Span<float> y)
    {
        var n = Guard.Samples(x.Length, info.InputSize, y.Length, info.OutputSize);
        fixed (float* px = x, py = y)
        {
            for (int s = 0; s < n; s++)
                Forward(info, parameters.Pointer, px + s * info.InputSize, py + s * info.OutputSize, info.OutputSize);
        }
        GC.KeepAlive(parameters);
    }

    /// <summary>Where a row of the weight begins in its arena, and how far its elements are apart.</summary>
    static (int First, int Stride) Row(NetworkInfo info, int row)
    {
        var weight = info.Parameters[0];
        var first = weight.Layout.IndexOf(weight.Shape.AsSpan(), row * info.InputSize);
        return (first, weight.Layout.IndexOf(weight.Shape.AsSpan(), row * info.InputSize + 1) - first);
    }

    static int Pad(int size) => (size + 15) / 16 * 16;
}

/// <summary>20 → 40 with cross-entropy. The weight has a full panel and one of 16 with 8 rows of padding.</summary>
sealed unsafe class Classifier : ITrainable<Classifier, int>
{
    public const int Inputs = 20, Outputs = 40;

    static readonly NetworkInfo s_info = LinearMath.Info("Tests.Classifier", Inputs, Outputs);
    // The figure makes the trainer use every thread, however small the batch.
    static readonly TrainingInfo s_training = LinearMath.Training(s_info, Loss.CrossEntropy, Outputs, inputGradient: true, flops: 1L << 40);

    public static NetworkInfo Info => s_info;
    public static TrainingInfo Training => s_training;
    public ParameterSet Parameters { get; } = new(s_info);

    public static Classifier Create(ulong seed = 0)
    {
        var network = new Classifier();
        network.Parameters.Initialize(seed);
        return network;
    }

    public static Classifier Load(string path)
    {
        var network = new Classifier();
        network.Parameters.Load(path);
        return network;
    }

    public void Save(string path) => Parameters.Save(path);
    public void Predict(ReadOnlySpan<float> x, Span<float> y) => LinearMath.Predict(s_info, Parameters, x, y);
    static void ITrainable<Classifier, int>.Train(TrainingPass* pass, int worker, int workers) => LinearMath.Train(s_info, s_training, pass, worker, workers);

    /// <summary>Samples around a center for each class.</summary>
    public static Dataset<int> Samples(int count, ulong seed, int centers = 1)
    {
        var random = new PhiloxGenerator((ulong)centers, 7);
        var center = new float[Outputs * Inputs];
        foreach (ref var value in center.AsSpan())
            value = random.NextNormal();
        random = new PhiloxGenerator(seed, 8);
        var x = new float[count * Inputs];
        var labels = new int[count];
        for (int s = 0; s < count; s++)
        {
            labels[s] = random.NextInt(Outputs);
            for (int i = 0; i < Inputs; i++)
                x[s * Inputs + i] = center[labels[s] * Inputs + i] + random.NextNormal();
        }
        return new(x, labels, Inputs);
    }
}

/// <summary>4 → 3 with the mean squared error, and no gradient of the input.</summary>
sealed unsafe class Regressor : ITrainable<Regressor, float>
{
    static readonly NetworkInfo s_info = LinearMath.Info("Tests.Regressor", 4, 3);
    static readonly TrainingInfo s_training = LinearMath.Training(s_info, Loss.MSE, 0, inputGradient: false, flops: 72);

    public static NetworkInfo Info => s_info;
    public static TrainingInfo Training => s_training;
    public ParameterSet Parameters { get; } = new(s_info);

    public static Regressor Create(ulong seed = 0)
    {
        var network = new Regressor();
        network.Parameters.Initialize(seed);
        return network;
    }

    public static Regressor Load(string path) => throw new NotSupportedException();
    public void Save(string path) => Parameters.Save(path);
    public void Predict(ReadOnlySpan<float> x, Span<float> y) => LinearMath.Predict(s_info, Parameters, x, y);
    static void ITrainable<Regressor, float>.Train(TrainingPass* pass, int worker, int workers) => LinearMath.Train(s_info, s_training, pass, worker, workers);
}

/// <summary>4 → 3 without a loss: the target is the gradient of the output.</summary>
sealed unsafe class Lossless : ITrainable<Lossless, float>
{
    static readonly NetworkInfo s_info = LinearMath.Info("Tests.Lossless", 4, 3);
    static readonly TrainingInfo s_training = LinearMath.Training(s_info, null, 0, inputGradient: true, flops: 72);

    public static NetworkInfo Info => s_info;
    public static TrainingInfo Training => s_training;
    public ParameterSet Parameters { get; } = new(s_info);

    public static Lossless Create(ulong seed = 0)
    {
        var network = new Lossless();
        network.Parameters.Initialize(seed);
        return network;
    }

    public static Lossless Load(string path) => throw new NotSupportedException();
    public void Save(string path) => Parameters.Save(path);
    public void Predict(ReadOnlySpan<float> x, Span<float> y) => LinearMath.Predict(s_info, Parameters, x, y);
    static void ITrainable<Lossless, float>.Train(TrainingPass* pass, int worker, int workers) => LinearMath.Train(s_info, s_training, pass, worker, workers);
}

static class Bits
{
    public static int[] Of(ReadOnlySpan<float> values) => MemoryMarshal.Cast<float, int>(values).ToArray();

    public static int[] Of(ParameterSet set) => Of(set.Arena);

    /// <summary>Every float of the arena that is not an element of a tensor.</summary>
    public static float[] Padding(ParameterSet set)
    {
        var isElement = new bool[set.Info.ParameterFloats];
        foreach (var parameter in set.Info.Parameters)
        {
            for (int i = 0; i < parameter.Count; i++)
                isElement[parameter.Offset + parameter.Layout.IndexOf(parameter.Shape.AsSpan(), i)] = true;
        }
        return [.. set.Arena.ToArray().Where((_, i) => !isElement[i])];
    }
}
