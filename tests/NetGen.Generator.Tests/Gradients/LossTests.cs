using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>What losses do at their limits.</summary>
public sealed class LossTests(LossTests.Networks networks) : IClassFixture<LossTests.Networks>
{
    const string ReLU = "ReluNetwork", CrossEntropy = "CrossEntropyNetwork", Smoothed = "SmoothedNetwork", Binary = "BinaryNetwork", Linear = "LinearNetwork",
        Softmax = "SoftmaxNetwork", LogSoftmax = "LogSoftmaxNetwork", Regression = "RegressionNetwork", Positions = "PositionsNetwork";

    [Theory, InlineData(CrossEntropy), InlineData(Smoothed), InlineData(Linear)]
    public void Batch_OfIgnoredLabelsOnly_HasNeitherLossNorGradient(string network)
    {
        var (subject, _) = networks.Set[network];
        var batch = Batch.Of(Batch.Normal(new(1), 13 * subject.Info.InputSize), [.. Enumerable.Repeat(-100, 13)]);
        var outcome = subject.Backward(batch);
        Assert.Equal(0, outcome.Loss);
        Assert.All(outcome.InputGradient!, g => Assert.Equal(0, g));
        Assert.All(outcome.Gradients.Values.SelectMany(g => g), g => Assert.Equal(0, g));
    }

    [Fact]
    public void Positions_AreSamplesOfTheirOwn()
    {
        // The mean is over the positions that count, whichever sample they belong to.
        var (positions, _) = networks.Set[Positions];
        var (single, _) = networks.Set[Linear];
        foreach (var name in new[] { "weight", "bias" }.SelectMany(p => new[] { $"0.{p}", $"2.{p}" })) positions.Parameters[name].CopyFrom(single.Parameters[name].ToArray());
        var x = Batch.Normal(new(13), 6 * single.Info.InputSize);
        int[] labels = [1, -100, 4, 0, -100, -100];
        var expected = single.Backward(Batch.Of(x, labels));
        var actual = positions.Backward(Batch.Of(x, labels, samples: 2));
        Assert.Equal(expected.Loss, actual.Loss, 1e-6);
        foreach (var (name, gradient) in expected.Gradients) actual.Gradients[name].AssertClose(gradient, 1e-5, name);
        actual.InputGradient!.AssertClose(expected.InputGradient!, 1e-5, "the input");
    }

    [Fact]
    public void IgnoredLabels_ChangeNothingForTheOthers()
    {
        var (subject, _) = networks.Set[Linear];
        var x = Batch.Normal(new(2), 7 * subject.Info.InputSize);
        var some = subject.Backward(Batch.Of(x, [1, 0, -100, 2, -100, -100, 4]));
        var size = subject.Info.InputSize;
        var others = subject.Backward(Batch.Of([.. x[..(2 * size)], .. x[(3 * size)..(4 * size)], .. x[(6 * size)..]], [1, 0, 2, 4]));
        Assert.Equal(others.Loss, some.Loss, 1e-6);
        foreach (var (name, gradient) in others.Gradients) some.Gradients[name].AssertClose(gradient, 1e-5, name);
    }

    [Theory, InlineData(CrossEntropy), InlineData(Smoothed)]
    public void CrossEntropy_OfLogitsOfTenThousands_IsExact(string network)
    {
        var (subject, reference) = networks.Set[network];
        var x = Large(17 * subject.Info.InputSize);
        var batch = Batch.Of(x, [.. Enumerable.Range(0, 17).Select(i => i % subject.Info.OutputSize)]);
        subject.Backward(batch).AssertClose(reference.Backward(batch, subject.ParameterValues), network);
    }

    [Fact]
    public void BinaryCrossEntropy_OfLogitsOfTenThousands_IsExact()
    {
        var (subject, reference) = networks.Set[Binary];
        var x = Large(17 * subject.Info.InputSize);
        var batch = Batch.Of(x, [.. Enumerable.Range(0, x.Length).Select(i => i % 3 * 0.5f)], 17);
        subject.Backward(batch).AssertClose(reference.Backward(batch, subject.ParameterValues), Binary);
    }

    [Theory, InlineData(Softmax), InlineData(LogSoftmax)]
    public void Softmax_OfTenThousands_IsExact(string network)
    {
        var (subject, reference) = networks.Set[network];
        var x = Large(17 * subject.Info.InputSize);
        var batch = Batch.Of(x, Batch.Normal(new(3), x.Length), 17);
        Batch.Doubles(subject.Predict(x)).AssertClose(reference.Predict(batch, subject.ParameterValues), Closeness.Forward, network);
        subject.Backward(batch).AssertClose(reference.Backward(batch, subject.ParameterValues), network);
    }

    [Fact]
    public void ReLU_PassesOnNaN()
    {
        var (subject, _) = networks.Set[ReLU];
        var x = Batch.Normal(new(4), 3 * subject.Info.InputSize);
        int[] places = [0, 5, subject.Info.InputSize - 1, subject.Info.InputSize + 17];
        foreach (var place in places) x[place] = float.NaN;
        Assert.Equal(places, NaNs(subject.Predict(x)));
        Assert.Equal(places, NaNs(subject.PredictEach(x)));
        var outcome = subject.Backward(Batch.Of(x, Batch.Normal(new(5), x.Length), 3));
        Assert.Equal(places, NaNs([.. outcome.Output.Select(y => (float)y)]));

        static int[] NaNs(float[] values) => [.. Enumerable.Range(0, values.Length).Where(i => float.IsNaN(values[i]))];
    }

    [Fact]
    public void Loss_OfNaN_IsNaN()
    {
        foreach (var network in new[] { CrossEntropy, Smoothed, Linear })
        {
            var (subject, _) = networks.Set[network];
            var x = Batch.Normal(new(6), 2 * subject.Info.InputSize);
            x[3] = float.NaN;
            Assert.True(double.IsNaN(subject.Backward(Batch.Of(x, [0, 1])).Loss), network);
        }
    }

    [Fact]
    public void AccumulatedBatches_GiveTheWeightedSumOfTheirGradients()
    {
        var (subject, reference) = networks.Set[Linear];
        subject.Randomize(7);
        var parameters = subject.ParameterValues;
        (int Samples, float Weight)[] parts = [(5, 0.25f), (13, -2f), (1, 0.5f)];
        var sum = parameters.ToDictionary(p => p.Key, p => new double[p.Value.Length]);
        foreach (var ((samples, weight), i) in parts.Select((part, i) => (part, i)))
        {
            var batch = Batch.Random(subject.Info, reference.Loss, samples, seed: i);
            var expected = reference.Backward(batch, parameters, weight);
            Assert.Equal(expected.Loss, subject.Accumulate(batch, weight), 1e-5);
            foreach (var (name, gradient) in expected.Gradients) sum[name] = [.. sum[name].Zip(gradient, (a, b) => a + b)];
        }
        foreach (var (name, gradient) in subject.GradientValues) gradient.AssertClose(sum[name], Closeness.Gradient, name);

        // After the update the sum starts anew.
        subject.Update();
        var next = Batch.Random(subject.Info, reference.Loss, 4, seed: 9);
        subject.Accumulate(next, 1);
        var anew = reference.Backward(next, subject.ParameterValues);
        foreach (var (name, gradient) in subject.GradientValues) gradient.AssertClose(anew.Gradients[name], Closeness.Gradient, name);
    }

    [Fact]
    public void EqualParts_WeightedByTheirShare_GiveTheGradientOfTheWhole()
    {
        var (subject, reference) = networks.Set[Regression];
        var whole = Batch.Random(subject.Info, reference.Loss, 12, seed: 10);
        subject.Randomize(11);
        var (size, targets) = (subject.Info.InputSize * 4, subject.Info.OutputSize * 4);
        var all = reference.Backward(whole, subject.ParameterValues).Gradients;
        for (var i = 0; i < 3; i++)
        {
            subject.Accumulate(new(4, whole.X[(i * size)..((i + 1) * size)], whole.Target![(i * targets)..((i + 1) * targets)], null), 1f / 3);
        }
        foreach (var (name, gradient) in subject.GradientValues) gradient.AssertClose(all[name], Closeness.Gradient, name);
    }

    static float[] Large(int count)
    {
        var random = new Random(12);
        return [.. Enumerable.Range(0, count).Select(i => i % 4 == 0 ? 1e4f : i % 7 == 0 ? -1e4f : (random.NextSingle() - 0.5f) * 2e4f)];
    }

    public sealed class Networks : IDisposable
    {
        internal NetworkSet Set { get; } = new(new Dictionary<string, string>
        {
            [ReLU] = "[Input(37, Gradient = true), ReLU]",
            [CrossEntropy] = "[Input(19, Gradient = true), Flatten, Loss(Loss.CrossEntropy)]",
            [Smoothed] = "[Input(19, Gradient = true), Flatten, Loss(Loss.CrossEntropy, LabelSmoothing = 0.1f)]",
            [Binary] = "[Input(19, Gradient = true), Flatten, Loss(Loss.BCEWithLogits)]",
            [Linear] = "[Input(6, Gradient = true), Linear(17), Tanh, Linear(5), Loss(Loss.CrossEntropy)]",
            [Positions] = "[Input(3, 6, Gradient = true), Linear(17), Tanh, Linear(5), Loss(Loss.CrossEntropy)]",
            [Softmax] = "[Input(2, 19, Gradient = true), Softmax]",
            [LogSoftmax] = "[Input(2, 19, Gradient = true), LogSoftmax]",
            [Regression] = "[Input(6), Linear(17), Tanh, Linear(5), Loss(Loss.MSE)]",
        });

        public void Dispose() => Set.Dispose();
    }
}
