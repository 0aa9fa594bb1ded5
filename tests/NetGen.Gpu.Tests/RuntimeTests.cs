using ILGPU.Runtime;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Gpu.Tests;

/// <summary>The host's part: devices, optimizers, batches that accumulate, what moves between host and device, and clear errors.</summary>
public sealed class RuntimeTests
{
    static readonly Lazy<GpuNetworks> Networks = new(() => new(new Dictionary<string, string>
    {
        ["Tiny"] = "[Input(6), Linear(5), Tanh, Linear(3)] [Loss(Loss.CrossEntropy)]",
        ["Normalized"] = "[Input(5), Linear(4), BatchNorm, ReLU, Linear(2)] [Loss(Loss.MSE)]",
        ["Wide"] = "[Input(40), Linear(40), ReLU, Linear(40)]",
        ["OfTanh"] = "[Input(12), Tanh]",
        ["OfSigmoid"] = "[Input(12), Sigmoid]",
        ["OfSiLU"] = "[Input(12), SiLU]",
        ["OfSoftplus"] = "[Input(12), Softplus]",
        ["OfELU"] = "[Input(12), ELU]",
        ["OfGELU"] = "[Input(12), GELU]",
    }));

    public static TheoryData<string> Optimizers => ["SGD", "Momentum", "Nesterov", "Adam", "AdamW", "RMSprop", "RMSpropMomentum", "Adagrad", "Lion"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Update_OfEachOptimizer_MatchesProcessor(string name)
    {
        Optimizer Make() => name switch
        {
            "SGD" => new SGD(0.1, weightDecay: 0.01),
            "Momentum" => new SGD(0.1, momentum: 0.9),
            "Nesterov" => new SGD(0.1, momentum: 0.9, weightDecay: 0.01, nesterov: true),
            "Adam" => new Adam(0.01, weightDecay: 0.01),
            "AdamW" => new AdamW(0.01),
            "RMSprop" => new RMSprop(0.001, weightDecay: 0.01),
            "RMSpropMomentum" => new RMSprop(0.001, momentum: 0.9),
            "Adagrad" => new Adagrad(0.01, learningRateDecay: 0.1, initialAccumulator: 0.1),
            _ => new Lion(0.001, weightDecay: 0.01),
        };
        var options = new TrainerOptions
        {
            ClipNorm = 0.5f,
            ClipValue = 0.2f,
            Freeze = ["0.bias"],
            ParameterGroups = [new("2.*", LearningRateFactor: 0.5f, WeightDecay: 0)],
            DecayBiasesAndNorms = false,
        };
        PerceptronTests.AssertTrains(Networks.Value, "Tiny", Make, options, steps: 2, samples: 3);
    }

    [Fact]
    public void Update_WhereAllParametersAreFrozen_IsRefused()
    {
        var (processor, gpu) = Networks.Value.Pair("Tiny");
        using var _ = gpu;
        gpu.Train(new SGD(0.5), new TrainerOptions { Freeze = ["*"] });
        gpu.Accumulate(Batch.Random(processor.Info, LossSettings.Of(Networks.Value.Models["Tiny"]), 3, seed: 1), 1);
        Assert.StartsWith("All parameters of Tiny are frozen", Assert.Throws<InvalidOperationException>(gpu.Update).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Accumulate_OfTwoBatches_MatchesProcessor()
    {
        var (processor, gpu) = Networks.Value.Pair("Tiny");
        using var _ = gpu;
        processor.Train(new SGD(0.5));
        gpu.Train(new SGD(0.5));
        var loss = LossSettings.Of(Networks.Value.Models["Tiny"]);
        for (var i = 0; i < 2; i++)
        {
            var batch = Batch.Random(processor.Info, loss, 3 + i, seed: i);
            processor.Accumulate(batch, 0.5f);
            gpu.Accumulate(batch, 0.5f);
        }
        processor.Update();
        gpu.Update();
        var values = gpu.ParameterValues;
        foreach (var (name, expected) in processor.ParameterValues) values[name].AssertClose(expected, 1e-5, name);
    }

    [Theory, InlineData("OfTanh"), InlineData("OfSigmoid"), InlineData("OfSiLU"), InlineData("OfSoftplus"), InlineData("OfELU"), InlineData("OfGELU")]
    public void Function_OfExtremeNumbers_MatchesProcessor(string name)
    {
        var (processor, gpu) = Networks.Value.Pair(name);
        using var _ = gpu;
        float[] x = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, 0, -0f, float.Epsilon, 89, -103, -87.5f, 1e-20f];
        Assert.All(gpu.Predict(x).Zip(processor.Predict(x)), pair =>
        {
            if (float.IsFinite(pair.Second)) Assert.Equal(pair.Second, pair.First, 1e-37f + 1e-5f * MathF.Abs(pair.Second));
            else Assert.Equal(pair.Second, pair.First);
        });
    }

    [Fact]
    public void Predictions_AfterTraining_AreThoseOfTheNewParameters()
    {
        var (processor, gpu) = Networks.Value.Pair("Normalized");
        using var _ = gpu;
        var loss = LossSettings.Of(Networks.Value.Models["Normalized"]);
        processor.Train(new SGD(0.1));
        gpu.Train(new SGD(0.1));
        var batch = Batch.Random(processor.Info, loss, 4, seed: 1);
        for (var step = 0; step < 3; step++)
        {
            // Running statistics move with each batch, and what predictions derive from them has to follow.
            Batch.Doubles(gpu.Predict(batch.SinglesOfX)).AssertClose(Batch.Doubles(processor.Predict(batch.SinglesOfX)), 1e-4, $"step {step}");
            processor.Step(batch);
            gpu.Step(batch);
        }
    }

    [Fact]
    public void Training_Twice_GivesTheSameBits()
    {
        var runs = Enumerable.Range(0, 2).Select(_ =>
        {
            var (processor, gpu) = Networks.Value.Pair("Tiny");
            using var disposed = gpu;
            gpu.Train(new AdamW(0.01), new() { ClipNorm = 1 });
            for (var step = 0; step < 3; step++) gpu.Step(Batch.Random(processor.Info, LossSettings.Of(Networks.Value.Models["Tiny"]), 5, seed: step));
            return gpu.ParameterValues;
        }).ToList();
        foreach (var (name, values) in runs[0]) Assert.Equal(values, runs[1][name]);
    }

    [Fact]
    public async Task Training_OnSeveralThreads_OfOneDevice_GivesTheSameBits()
    {
        var steps = TestDevice.IsReal ? 300 : 2;
        Dictionary<string, double[]> Run(int seed)
        {
            var (processor, gpu) = Networks.Value.Pair("Tiny", seed);
            using var _ = gpu;
            gpu.Train(new AdamW(0.01), new() { ClipNorm = 1 });
            var batches = Enumerable.Range(seed, steps).Select(n => Batch.Random(processor.Info, LossSettings.Of(Networks.Value.Models["Tiny"]), 3, n)).ToList();
            // Nothing is read back between these, so that a thread launches kernels all the time.
            foreach (var batch in batches) gpu.Accumulate(batch, 1f / steps);
            gpu.Update();
            foreach (var batch in batches) gpu.Step(batch);
            return gpu.ParameterValues;
        }
        int[] seeds = [1, 1001, 2001];
        var alone = seeds.Select(Run).ToList();
        var together = await Task.WhenAll(seeds.Select(seed => Task.Run(() => Run(seed), TestContext.Current.CancellationToken)));
        foreach (var (expected, actual) in alone.Zip(together))
        {
            foreach (var (name, values) in expected) Assert.Equal(values, actual[name]);
        }
    }

    [Fact]
    public async Task Trainer_OfTwoThreads_IsRefusedToTheSecond()
    {
        var (processor, gpu) = Networks.Value.Pair("Tiny");
        using var _ = gpu;
        gpu.Train(new SGD(0.1));
        var batch = Batch.Random(processor.Info, LossSettings.Of(Networks.Value.Models["Tiny"]), 3, 1);
        string? message = null;
        void StepUntilRefused()
        {
            while (Volatile.Read(ref message) is null)
            {
                try
                {
                    gpu.Step(batch);
                }
                catch (InvalidOperationException exception)
                {
                    Volatile.Write(ref message, exception.Message);
                }
            }
        }
        await Task.WhenAll(Task.Run(StepUntilRefused, TestContext.Current.CancellationToken), Task.Run(StepUntilRefused, TestContext.Current.CancellationToken));
        Assert.Contains("is at work on another thread", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Batches_OfOtherSizes_AreTakenInTurn()
    {
        var (processor, gpu) = Networks.Value.Pair("Tiny");
        using var _ = gpu;
        processor.Train(new SGD(0.1));
        gpu.Train(new SGD(0.1));
        foreach (var samples in new[] { 2, 7, 1, 5 })
        {
            var batch = Batch.Random(processor.Info, LossSettings.Of(Networks.Value.Models["Tiny"]), samples, seed: samples);
            Assert.Equal(processor.Step(batch), gpu.Step(batch), 1e-5f);
        }
    }

    [Fact]
    public void Device_ThatTheMachineHasNot_IsAnError_ThatListsWhatThereIs()
    {
        var exception = Assert.Throws<GpuException>(() => GpuDevice.Open("no such device"));
        Assert.Contains("There is no device 'no such device'.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("(Cpu)", exception.Message, StringComparison.Ordinal);
        Assert.Contains(GpuDevice.List(), d => d.Kind == GpuKind.Cpu);
    }

    [Fact]
    public void Device_ByKind_IsOpened()
    {
        using var device = GpuDevice.Open("cpu");
        Assert.Equal(GpuKind.Cpu, device.Info.Kind);
        Assert.True(device.Info.GroupThreads >= 256);
    }

    [Fact]
    public void Device_WithSmallGroups_IsAnError_ThatNamesTheKernel()
    {
        Assert.SkipWhen(TestDevice.IsReal, "A real device has large groups.");
        var subject = Subject.Create(Networks.Value["Wide"]);
        var exception = Assert.Throws<GpuException>(() => GpuSubject.Create(Networks.Value["Wide"], subject.Parameters, TestDevice.Emulation(1)));
        Assert.Contains("groups of at most 32 threads", exception.Message, StringComparison.Ordinal);
        Assert.Contains("has groups of 64", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_MoreThanTheDeviceHas_IsAnError_ThatNamesBothSizes()
    {
        using var queue = new GpuQueue(TestDevice.For(64));
        var exception = Assert.Throws<GpuMemoryException>(() => queue.Allocate<float>(1L << 40, "a batch of Tiny"));
        Assert.Equal(1L << 42, exception.NeededBytes);
        Assert.Equal(TestDevice.For(64).MemorySize, exception.AvailableBytes);
        Assert.Contains("a batch of Tiny needs 4,398,046,511,104 bytes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Device_ThatFails_IsAnError_ThatSaysWhatIsLost()
    {
        using var queue = new GpuQueue(TestDevice.For(64));
        var exception = Assert.Throws<GpuException>(() => queue.Run(() => throw new LostDevice()));
        Assert.Contains("failed, or is gone: lost", exception.Message, StringComparison.Ordinal);
    }

    sealed class LostDevice() : AcceleratorException("lost")
    {
        public override AcceleratorType AcceleratorType => AcceleratorType.Cuda;
    }
}
