using System.Reflection;
using ILGPU.Runtime;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Gpu.Tests;

/// <summary>A network on the tests' device, whatever its class and its targets.</summary>
abstract class GpuSubject : IComputer, IDisposable
{
    public abstract GpuPlan Plan { get; }

    /// <summary>Puts a network's class on the device, with the parameters of a subject on the processor.</summary>
    public static GpuSubject Create(Type network, ParameterSet parameters, Accelerator? device = null)
    {
        var target = network.GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ITrainable<,>)).GetGenericArguments()[1];
        return (GpuSubject)Activator.CreateInstance(typeof(GpuSubject<,>).MakeGenericType(network, target),
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions, null, [parameters, device], null)!;
    }

    /// <summary>The threads of the largest groups of a network's kernels.</summary>
    public static int GroupThreads(Type network)
    {
        var program = network.Assembly.GetTypes().Single(t => t.Name == network.Name + "GpuProgram" && t.Namespace!.StartsWith("NetGen.Generated", StringComparison.Ordinal));
        return ((GpuPlan)program.GetField("Sizes", BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!).GroupThreads;
    }

    public abstract float[] Predict(float[] x);

    public abstract void Train(Optimizer optimizer, TrainerOptions? options = null);

    public abstract Outcome Backward(Batch batch);

    public abstract float Step(Batch batch);

    public abstract void Accumulate(Batch batch, float weight);

    public abstract void Update();

    /// <summary>The parameters, copied from the device.</summary>
    public abstract Dictionary<string, double[]> ParameterValues { get; }

    public abstract void Dispose();
}

/// <inheritdoc cref="GpuSubject"/>
sealed class GpuSubject<TNetwork, TTarget> : GpuSubject
    where TNetwork : class, ITrainable<TNetwork, TTarget>
    where TTarget : unmanaged
{
    readonly TNetwork network = TNetwork.Create();
    readonly GpuNetwork<TNetwork, TTarget> gpu;
    GpuTrainer<TNetwork, TTarget>? trainer;

    public GpuSubject(ParameterSet parameters, Accelerator? device)
    {
        foreach (var view in parameters.Views) network.Parameters[view.Info.Name].CopyFrom(view.ToArray());
        var method = typeof(TNetwork).GetMethod("OnGpu")!;
        gpu = (GpuNetwork<TNetwork, TTarget>)method.Invoke(network, BindingFlags.DoNotWrapExceptions, null, [device ?? TestDevice.For(GroupThreads(typeof(TNetwork)))], null)!;
    }

    GpuTrainer<TNetwork, TTarget> Trainer => trainer ??= gpu.CreateTrainer(new SGD());

    public override GpuPlan Plan => gpu.Plan;

    public override float[] Predict(float[] x)
    {
        var y = new float[x.Length / TNetwork.Info.InputSize * TNetwork.Info.OutputSize];
        gpu.Predict(x, y);
        return y;
    }

    public override void Train(Optimizer optimizer, TrainerOptions? options)
    {
        trainer?.Dispose();
        trainer = gpu.CreateTrainer(optimizer, options);
    }

    public override Outcome Backward(Batch batch)
    {
        Trainer.Backward(batch.SinglesOfX, TargetOf(batch));
        var y = new float[batch.Samples * TNetwork.Info.OutputSize];
        Trainer.CopyOutput(y);
        Trainer.CopyGradients();
        double[]? dx = null;
        if (TNetwork.Training.InputGradientOffset >= 0)
        {
            var gradient = new float[batch.Samples * TNetwork.Info.InputSize];
            Trainer.CopyInputGradient(gradient);
            dx = Batch.Doubles(gradient);
        }
        var learned = Trainer.Gradients.Views.ToDictionary(v => v.Info.Name, v => Batch.Doubles(v.ToArray()));
        return new(Trainer.Loss, Batch.Doubles(y), learned, dx)
        { RunningStatistics = ParameterValues.Where(p => TNetwork.Info.Parameters.Any(i => i.Name == p.Key && i.Role == ParameterRole.RunningStatistic)).ToDictionary() };
    }

    public override float Step(Batch batch)
    {
        Trainer.Step(batch.SinglesOfX, TargetOf(batch));
        return Trainer.Loss;
    }

    public override void Accumulate(Batch batch, float weight) => Trainer.Accumulate(batch.SinglesOfX, TargetOf(batch), weight);

    public override void Update() => Trainer.Update();

    public override Dictionary<string, double[]> ParameterValues
    {
        get
        {
            gpu.CopyToNetwork();
            return network.Parameters.Views.ToDictionary(v => v.Info.Name, v => Batch.Doubles(v.ToArray()));
        }
    }

    public override void Dispose()
    {
        trainer?.Dispose();
        gpu.Dispose();
    }

    static TTarget[] TargetOf(Batch batch) => batch.Labels as TTarget[] ?? (TTarget[])(object)batch.SinglesOfTarget;
}
