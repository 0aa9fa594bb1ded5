using NetGen.Runtime;

namespace NetGen.Tests.Training;

[Collection(nameof(Runtime.AloneInTheProcess))] // the number of threads, and what is allocated, are the process's
public class TrainerTests
{
    static (float[] X, int[] Labels) Batch(int count, ulong seed = 1)
    {
        var data = Classifier.Samples(count, seed);
        return (data.Inputs.ToArray(), data.Targets.ToArray());
    }

    static Trainer<Classifier, int> Make(Optimizer? optimizer = null, TrainerOptions? options = null, ulong seed = 1) =>
        new(Classifier.Create(seed), optimizer ?? new SGD(0.1), options);

    [Fact]
    public void Step_ManyTimes_LearnsTheBatch()
    {
        var trainer = Make(new Adam(0.05));
        var (x, labels) = Batch(64);
        var first = trainer.Step(x, labels);
        for (int i = 0; i < 100; i++)
            trainer.Step(x, labels);
        Assert.InRange(first, 2, 8);
        Assert.InRange(trainer.Step(x, labels), 0, 0.1);
        Assert.Equal(102, trainer.StepCount);
    }

    [Fact]
    public void Step_AnyNumberOfThreads_GivesTheSameBits()
    {
        int[] Run(int threads)
        {
            NetGenOptions.Threads = threads;
            var trainer = Make(new AdamW(0.01), new() { ClipNorm = 0.5f });
            for (int i = 0; i < 10; i++)
            {
                var (x, labels) = Batch(33 + i, (ulong)i);
                trainer.Step(x, labels);
            }
            return Bits.Of(trainer.Network.Parameters);
        }
        try
        {
            var one = Run(1);
            Assert.Equal(one, Run(2));
            Assert.Equal(one, Run(7));
        }
        finally
        {
            NetGenOptions.Threads = Environment.ProcessorCount;
        }
    }

    [Fact]
    public void Step_AfterOtherBatchSizes_GivesTheSameBits()
    {
        var (x, labels) = Batch(16);
        var (direct, after) = (Make(), Make());
        var (other, otherLabels) = Batch(50, 2);
        after.Backward(other, otherLabels);
        direct.Step(x, labels);
        after.Step(x, labels);
        Assert.Equal(Bits.Of(direct.Network.Parameters), Bits.Of(after.Network.Parameters));
    }

    [Fact]
    public void Step_OnceBuffersExist_AllocatesNothing()
    {
        var trainer = Make(new AdamW(), new() { ClipNorm = 1, ClipValue = 0.5f, Schedule = Schedule.Cosine(1000), DecayBiasesAndNorms = false });
        var (x, labels) = Batch(64);
        var y = new float[64 * Classifier.Outputs];
        void Steps()
        {
            for (int i = 0; i < 20; i++)
            {
                trainer.Step(x, labels);
                trainer.Step(x.AsSpan(0, 10 * Classifier.Inputs), labels.AsSpan(0, 10));
                trainer.CopyOutput(y.AsSpan(0, 10 * Classifier.Outputs));
                _ = trainer.InputGradient.Length + trainer.Losses.Length;
            }
        }
        Steps();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Steps();
        Assert.Equal(0, GC.GetTotalAllocatedBytes(precise: true) - before);
    }

    [Fact]
    public void Backward_Gradient_MatchesFiniteDifferences()
    {
        var trainer = Make();
        var (x, labels) = Batch(7);
        trainer.Backward(x, labels);
        var (weight, gradient) = (trainer.Network.Parameters["fc.weight"], trainer.Gradients["fc.weight"].ToArray());
        var inputGradient = trainer.InputGradient.ToArray();
        float LossOf() => trainer.Backward(x, labels);
        foreach (var (o, i) in new[] { (0, 0), (31, 19), (32, 3), (39, 7) })
        {
            var old = weight[o, i];
            weight[o, i] = old + 0.01f;
            var up = LossOf();
            weight[o, i] = old - 0.01f;
            var down = LossOf();
            weight[o, i] = old;
            Assert.Equal((up - down) / 0.02f, gradient[o * Classifier.Inputs + i], 1e-3f);
        }
        x[25] += 0.01f;
        var above = LossOf();
        x[25] -= 0.02f;
        Assert.Equal((above - LossOf()) / 0.02f, inputGradient[25], 1e-3f);
        Assert.Equal(7 * Classifier.Inputs, inputGradient.Length);
    }

    [Fact]
    public void Accumulate_TwoHalves_EqualTheWhole()
    {
        var (x, labels) = Batch(32);
        var (whole, halves) = (Make(), Make());
        var loss = whole.Step(x, labels);
        var sum = 0f;
        for (int half = 0; half < 2; half++)
            sum += halves.Accumulate(x.AsSpan(half * 16 * Classifier.Inputs, 16 * Classifier.Inputs), labels.AsSpan(half * 16, 16), weight: 0.5) / 2;
        halves.Update();
        Assert.Equal(loss, sum, 1e-5f);
        Assert.Equal(whole.Gradients.Arena.ToArray(), halves.Gradients.Arena.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6f);
        Assert.Equal(whole.Network.Parameters.Arena.ToArray(), halves.Network.Parameters.Arena.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6f);
        Assert.Equal(1, halves.StepCount);

        // The next accumulation starts anew.
        halves.Accumulate(x, labels);
        var accumulated = Bits.Of(halves.Gradients);
        halves.Backward(x, labels);
        Assert.Equal(accumulated, Bits.Of(halves.Gradients));
    }

    [Theory, InlineData(double.NaN), InlineData(double.NegativeInfinity), InlineData(1e39)]
    public void Accumulate_WeightThatIsNoFiniteFloat_ThrowsAndChangesNothing(double weight)
    {
        var (x, labels) = Batch(8);
        var trainer = Make();
        trainer.Backward(x, labels);
        var before = Bits.Of(trainer.Gradients);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Accumulate(x, labels, weight));
        Assert.Equal("weight", error.ParamName);
        Assert.Equal(before, Bits.Of(trainer.Gradients));
    }

    [Fact]
    public void ClipNorm_LargeGradient_IsScaledByPyTorchsFormula()
    {
        var trainer = Make(new SGD(1), new() { ClipNorm = 0.1f });
        var (x, labels) = Batch(8);
        var before = trainer.Network.Parameters.Arena.ToArray();
        trainer.Step(x, labels);
        var gradient = trainer.Gradients.Arena.ToArray();
        var norm = Math.Sqrt(gradient.Sum(g => (double)g * g));
        Assert.Equal(norm, trainer.GradientNorm, 1e-6);
        Assert.True(norm > 0.1);
        var scale = (float)(0.1f / (norm + 1e-6));
        Assert.Equal(before.Zip(gradient, (w, g) => w - g * scale), trainer.Network.Parameters.Arena.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void ClipNorm_SmallGradient_ChangesNothing()
    {
        var (x, labels) = Batch(8);
        var (clipped, free) = (Make(options: new() { ClipNorm = 1e6f, ClipValue = 1e6f }), Make());
        clipped.Step(x, labels);
        free.Step(x, labels);
        Assert.Equal(Bits.Of(free.Network.Parameters), Bits.Of(clipped.Network.Parameters));
    }

    [Fact]
    public void ClipValue_Gradients_AreBroughtIntoTheRange()
    {
        var trainer = Make(new SGD(1), new() { ClipValue = 0.01f });
        var (x, labels) = Batch(8);
        var before = trainer.Network.Parameters.Arena.ToArray();
        trainer.Step(x, labels);
        Assert.Contains(trainer.Gradients.Arena.ToArray(), g => Math.Abs(g) > 0.01f);
        Assert.Equal(before.Zip(trainer.Gradients.Arena.ToArray(), (w, g) => w - Math.Clamp(g, -0.01f, 0.01f)),
            trainer.Network.Parameters.Arena.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void LearningRate_WithSchedule_IsThatOfTheNextStep()
    {
        var trainer = Make(new SGD(1), new() { Schedule = Schedule.StepEvery(2, 0.5) });
        var (x, labels) = Batch(4);
        var rates = new List<float>();
        for (int i = 0; i < 5; i++)
        {
            rates.Add(trainer.LearningRate);
            trainer.Step(x, labels);
        }
        Assert.Equal([1, 1, 0.5f, 0.5f, 0.25f], rates);
    }

    [Fact]
    public void CopyOutputAndLosses_AfterABatch_AreItsOwn()
    {
        var trainer = Make();
        var (x, labels) = Batch(5);
        Assert.Throws<InvalidOperationException>(() => trainer.CopyOutput(new float[40]));
        var loss = trainer.Backward(x, labels);
        var (y, predicted) = (new float[5 * Classifier.Outputs], new float[5 * Classifier.Outputs]);
        trainer.CopyOutput(y);
        trainer.Network.Predict(x, predicted);
        Assert.Equal(predicted, y);
        Assert.Equal(loss, trainer.Losses.ToArray().Average(), 1e-5f);
        Assert.Contains("200 values. The span has 3",
            Assert.Throws<ArgumentException>(() => trainer.CopyOutput(new float[3])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lossless_Target_IsTheGradientOfTheOutput()
    {
        var trainer = new Trainer<Lossless, float>(Lossless.Create(1), new SGD(1));
        float[] x = [1, 2, 3, 4], dy = [1, -1, 0.5f], y = new float[3];
        trainer.Network.Predict(x, y);
        Assert.Equal(y[0] - y[1] + 0.5f * y[2], trainer.Backward(x, dy), 1e-5f);
        Assert.Equal(dy, trainer.Gradients["fc.bias"].ToArray());
        Assert.Equal(x.Select(v => -v), trainer.Gradients["fc.weight"].ToArray()[4..8]);
    }

    [Fact]
    public void Batch_WrongSizes_AreNamed()
    {
        var trainer = Make();
        Assert.Contains("x has 21 values", Assert.Throws<ArgumentException>(() => trainer.Step(new float[21], new int[1])).Message, StringComparison.Ordinal);
        Assert.Equal("x", Assert.Throws<ArgumentException>(() => trainer.Step([], [])).ParamName);
        Assert.Contains("target has 3 values; 2 samples need 2",
            Assert.Throws<ArgumentException>(() => trainer.Step(new float[40], new int[3])).Message, StringComparison.Ordinal);
        Assert.StartsWith("target has 2 values; a sample needs 1.",
            Assert.Throws<ArgumentException>(() => trainer.Step(new float[20], new int[2])).Message, StringComparison.Ordinal);
        Assert.StartsWith("target has 1 value; 2 samples need 6, 3 each.", Assert.Throws<ArgumentException>(
            () => new Trainer<Regressor, float>(Regressor.Create(), new SGD()).Step(new float[8], new float[1])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40), InlineData(-1), InlineData(int.MaxValue), InlineData(int.MinValue)]
    public void Batch_LabelOutOfRange_IsNamedWithItsSample(int label)
    {
        var trainer = Make();
        var (x, labels) = Batch(8);
        labels[5] = label;
        var before = Bits.Of(trainer.Network.Parameters);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Step(x, labels));
        Assert.Equal("target", error.ParamName);
        Assert.Contains($"sample 5 of the batch is {label}; it must be from 0 to 39, or -100", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Bits.Of(trainer.Network.Parameters));
        labels[5] = -100;
        trainer.Step(x, labels); // doesn't count, and is no error
    }

    [Fact]
    public void InputGradient_NotDeclared_SaysHowToDeclareIt()
    {
        var trainer = new Trainer<Regressor, float>(Regressor.Create(), new SGD());
        trainer.Backward(new float[4], new float[3]);
        Assert.Contains("[Input(4, Gradient = true)], or [Shape(4, Gradient = true)] in a Forward",
            Assert.Throws<InvalidOperationException>(() => trainer.InputGradient.Length).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Update_WithoutGradientsOrOptimizer_IsAnError()
    {
        var adam = new Adam();
        var first = Make(adam);
        var (x, labels) = Batch(4);
        first.Step(x, labels);
        Assert.Contains("Backward or Accumulate", Assert.Throws<InvalidOperationException>(first.Update).Message, StringComparison.Ordinal);
        var second = Make(adam);
        Assert.Equal(0, second.StepCount);
        Assert.Contains("another trainer", Assert.Throws<InvalidOperationException>(() => first.Step(x, labels)).Message, StringComparison.Ordinal);
        second.Step(x, labels);
    }

    [Fact]
    public void Options_OutOfRange_AreNamed()
    {
        Assert.Equal("ClipNorm", Assert.Throws<ArgumentOutOfRangeException>(() => Make(options: new() { ClipNorm = 0 })).ParamName);
        Assert.Equal("ClipValue", Assert.Throws<ArgumentOutOfRangeException>(() => Make(options: new() { ClipValue = float.NaN })).ParamName);
        foreach (var group in new ParameterGroup[] { null!, new((Func<ParameterInfo, bool>)null!) })
            Assert.Equal("ParameterGroups", Assert.Throws<ArgumentException>(() => Make(options: new() { ParameterGroups = [new("fc.*"), group] })).ParamName);
        Assert.Equal("metric", Assert.Throws<ArgumentException>(() => Make().ReportMetric(double.NaN)).ParamName);
        Make().ReportMetric(double.PositiveInfinity);
    }
}
