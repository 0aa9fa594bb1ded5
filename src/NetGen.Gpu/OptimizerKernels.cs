using ILGPU;
using ILGPU.Runtime;
using NetGen.Optimization;

namespace NetGen.Gpu;

/// <summary>What an optimizer's kernel is given: whole arenas, and the scalars of each range of parameters.</summary>
struct UpdateArguments
{
    public ArrayView<float> Weights, Gradients, First, Second;

    /// <summary>The range that each sixteen floats belong to; −1 for frozen ones.</summary>
    public ArrayView<int> Ranges;

    /// <summary>Eight numbers for each range.</summary>
    public ArrayView<float> Scalars;

    /// <summary>Parts of the sum of the gradients' squares.</summary>
    public ArrayView<float> Squares;

    public int Count;
    public float ClipNorm, ClipValue;
}

/// <summary>The optimizers' updates over whole arenas, one kernel each. The formulas are those of the optimizers' own updates on the processor.</summary>
static class OptimizerKernels
{
    public const int Threads = 64;

    /// <summary>The groups that sum squares.</summary>
    public const int Parts = 64;

    public static Action<AcceleratorStream, KernelConfig, UpdateArguments> Load(Accelerator accelerator, Optimizer optimizer) => GpuKernelLoader.Load<UpdateArguments>(accelerator, optimizer switch
    {
        SGD { Momentum: 0 } => UpdateSGD,
        SGD => UpdateSGDWithMomentum,
        Adam => UpdateAdam,
        RMSprop { Momentum: 0 } => UpdateRMSprop,
        RMSprop => UpdateRMSpropWithMomentum,
        Adagrad => UpdateAdagrad,
        Lion => UpdateLion,
        _ => throw new GpuException($"There is no kernel for {optimizer.GetType().Name}."),
    });

    /// <summary>Sums the squares of all gradients but frozen ones, always in the same order.</summary>
    public static void SumSquares(UpdateArguments given)
    {
        var shared = SharedMemory.Allocate<float>(Threads);
        int thread = Group.IdxX;
        var sum = 0f;
        for (int i = Grid.IdxX * Threads + thread; i < given.Count; i += Parts * Threads)
        {
            var gradient = given.Gradients[i];
            sum += given.Ranges[i / 16] >= 0 ? gradient * gradient : 0f;
        }
        shared[thread] = sum;
        Group.Barrier();
        for (int half = Threads / 2; half > 0; half /= 2)
        {
            if (thread < half) shared[thread] += shared[thread + half];
            Group.Barrier();
        }
        if (thread == 0) given.Squares[Grid.IdxX] = shared[0];
    }

    static void UpdateSGD(UpdateArguments given)
    {
        int i = Grid.IdxX * Threads + Group.IdxX;
        if (i >= given.Count || given.Ranges[i / 16] < 0) return;
        var (scalars, weight) = (Range(given, i), given.Weights[i]);
        var gradient = Gradient(given, i) + scalars[1] * weight;
        given.Weights[i] = weight + scalars[0] * gradient;
    }

    static void UpdateSGDWithMomentum(UpdateArguments given)
    {
        int i = Grid.IdxX * Threads + Group.IdxX;
        if (i >= given.Count || given.Ranges[i / 16] < 0) return;
        var (scalars, weight) = (Range(given, i), given.Weights[i]);
        var gradient = Gradient(given, i) + scalars[1] * weight;
        var buffer = Flush(scalars[2] * given.First[i] + gradient, 1e-30f);
        given.First[i] = buffer;
        given.Weights[i] = weight + scalars[0] * (scalars[3] * buffer + scalars[4] * gradient);
    }

    static void UpdateAdam(UpdateArguments given)
    {
        int i = Grid.IdxX * Threads + Group.IdxX;
        if (i >= given.Count || given.Ranges[i / 16] < 0) return;
        var (scalars, weight, mean) = (Range(given, i), given.Weights[i], given.First[i]);
        var gradient = Gradient(given, i) + scalars[6] * weight;
        mean = Flush(mean + scalars[0] * (gradient - mean), 1e-30f);
        var square = scalars[1] * given.Second[i] + scalars[2] * gradient * gradient;
        square = square < 1e-35f ? 1e-35f : square;
        given.First[i] = mean;
        given.Second[i] = square;
        given.Weights[i] = scalars[7] * weight + scalars[3] * mean / (MathF.Sqrt(square) * scalars[4] + scalars[5]);
    }

    static void UpdateRMSprop(UpdateArguments given)
    {
        int i = Grid.IdxX * Threads + Group.IdxX;
        if (i >= given.Count || given.Ranges[i / 16] < 0) return;
        var (scalars, weight) = (Range(given, i), given.Weights[i]);
        var gradient = Flush(Gradient(given, i) + scalars[1] * weight, 1e-16f);
        var square = Flush(scalars[2] * given.First[i] + scalars[3] * (gradient * gradient), 1e-35f);
        given.First[i] = square;
        given.Weights[i] = weight + scalars[0] * (gradient / (MathF.Sqrt(square) + scalars[4]));
    }

    static void UpdateRMSpropWithMomentum(UpdateArguments given)
    {
        int i = Grid.IdxX * Threads + Group.IdxX;
        if (i >= given.Count || given.Ranges[i / 16] < 0) return;
        var (scalars, weight) = (Range(given, i), given.Weights[i]);
        var gradient = Flush(Gradient(given, i) + scalars[1] * weight, 1e-16f);
        var square = Flush(scalars[2] * given.First[i] + scalars[3] * (gradient * gradient), 1e-35f);
        var buffer = Flush(scalars[5] * given.Second[i] + gradient / (MathF.Sqrt(square) + scalars[4]), 1e-30f);
        given.First[i] = square;
        given.Second[i] = buffer;
        given.Weights[i] = weight + scalars[0] * buffer;
    }

    static void UpdateAdagrad(UpdateArguments given)
    {
        int i = Grid.IdxX * Threads + Group.IdxX;
        if (i >= given.Count || given.Ranges[i / 16] < 0) return;
        var (scalars, weight) = (Range(given, i), given.Weights[i]);
        var gradient = Flush(Gradient(given, i) + scalars[1] * weight, 1e-16f);
        var sum = given.First[i] + gradient * gradient;
        given.First[i] = sum;
        given.Weights[i] = weight + scalars[0] * (gradient / (MathF.Sqrt(sum) + scalars[2]));
    }

    static void UpdateLion(UpdateArguments given)
    {
        int i = Grid.IdxX * Threads + Group.IdxX;
        if (i >= given.Count || given.Ranges[i / 16] < 0) return;
        var (scalars, mean) = (Range(given, i), given.First[i]);
        var gradient = Flush(Gradient(given, i), 1e-16f);
        var direction = mean + scalars[2] * (gradient - mean);
        var sign = direction > 0f ? 1f : direction < 0f ? -1f : direction;
        given.First[i] = Flush(mean + scalars[3] * (gradient - mean), 1e-30f);
        given.Weights[i] = scalars[1] * given.Weights[i] + scalars[0] * sign;
    }

    static ArrayView<float> Range(UpdateArguments given, int i) => given.Scalars.SubView(given.Ranges[i / 16] * 8, 8);

    /// <summary>A gradient after clipping.</summary>
    static float Gradient(UpdateArguments given, int i)
    {
        var gradient = given.Gradients[i];
        if (given.ClipNorm < float.PositiveInfinity)
        {
            var squares = 0f;
            for (int part = 0; part < Parts; part++) squares += given.Squares[part];
            var scale = given.ClipNorm / (MathF.Sqrt(squares) + 1e-6f);
            gradient *= scale < 1f ? scale : 1f;
        }
        gradient = gradient > given.ClipValue ? given.ClipValue : gradient;
        return gradient < -given.ClipValue ? -given.ClipValue : gradient;
    }

    /// <summary>0 where a magnitude is tiny. NaN stays.</summary>
    static float Flush(float a, float limit) => MathF.Abs(a) < limit ? 0f : a;
}
