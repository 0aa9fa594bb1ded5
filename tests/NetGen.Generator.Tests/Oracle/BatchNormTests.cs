using NetGen.Generator.Tests.Reference;
using NetGen.Serialization;

namespace NetGen.Generator.Tests.Oracle;

/// <summary>Batch normalisation against PyTorch's values: what it computes, what it learns, and what it keeps.</summary>
public sealed class BatchNormTests(BatchNormTests.Networks networks) : IClassFixture<BatchNormTests.Networks>
{
    static readonly Dictionary<string, string> Cases = new(StringComparer.Ordinal)
    {
        ["batchnorm1d_train"] = "[Input(10, Gradient = true), BatchNorm]",
        ["batchnorm2d_train"] = "[Input(6, 5, 5, Gradient = true), BatchNorm]",
        ["batchnorm2d_eval"] = "[Input(6, 5, 5, Gradient = true), BatchNorm]",
    };

    [Theory, InlineData("batchnorm1d_train"), InlineData("batchnorm2d_train")]
    public void Training_MatchesPyTorch(string name)
    {
        using var file = new OracleFile(name);
        var (subject, reference) = Loaded(file, name);
        var y = file.Doubles("y");
        var expected = new Outcome(y.Zip(file.Doubles("dy"), (a, b) => a * b).Sum(), y,
            file.WithPrefix("grad.param.").ToDictionary(g => $"0.{g.Key}", g => Batch.Doubles(g.Value)), file.Doubles("grad.x"))
        { RunningStatistics = Statistics.ToDictionary(s => $"0.{s}", s => file.Doubles($"buffer.{s}")) };
        var batch = Batch.Of(file.Floats("x"), file.Floats("dy"), file.Samples);
        reference.Backward(batch, subject.ParameterValues).AssertClose(expected, $"{name}, interpreted");
        subject.Backward(batch).AssertClose(expected, name);
    }

    [Fact]
    public void Inference_MatchesPyTorch()
    {
        const string Name = "batchnorm2d_eval";
        using var file = new OracleFile(Name);
        var (subject, _) = Loaded(file, Name);
        Batch.Doubles(subject.Predict(file.Floats("x"))).AssertClose(file.Doubles("y"), Closeness.Forward, "the batch");
        Batch.Doubles(subject.PredictEach(file.Floats("x"))).AssertClose(file.Doubles("y"), Closeness.Forward, "one sample at a time");
    }

    [Fact]
    public void BatchesOfOneUpdate_EachMoveTheStatistics()
    {
        const string Name = "batchnorm1d_train";
        using var file = new OracleFile(Name);
        var (subject, reference) = Loaded(file, Name);
        var batches = Enumerable.Range(0, 3).Select(seed => Batch.Random(subject.Info, reference.Loss, 5 + seed, seed)).ToList();
        var parameters = subject.ParameterValues;
        foreach (var batch in batches)
        {
            subject.Accumulate(batch, 1 / 3f);
            foreach (var (name, values) in reference.Backward(batch, parameters).RunningStatistics) parameters[name] = values;
        }
        var before = subject.ParameterValues;
        foreach (var name in Statistics.Select(s => $"0.{s}")) before[name].AssertClose(parameters[name], Closeness.Forward, name);
        subject.Update();
        foreach (var name in Statistics.Select(s => $"0.{s}")) Assert.Equal(before[name], subject.ParameterValues[name]);
        Assert.NotEqual(before["0.weight"], subject.ParameterValues["0.weight"]);
    }

    [Fact]
    public void Statistics_AreNoLearnedParameters()
    {
        var subject = networks.Set["batchnorm2d_train"].Subject;
        Assert.Equal(12, subject.Info.ParameterCount);
        Assert.Equal(["0.weight", "0.bias", "0.running_mean", "0.running_var"], subject.Info.Parameters.Select(p => p.Name));
        Assert.Equal(["0.weight", "0.bias"], subject.Info.Learned.Parameters.Select(p => p.Name));
        Assert.Equal(["0.weight", "0.bias"], subject.GradientValues.Keys);
        Assert.All(subject.ParameterValues["0.running_mean"], v => Assert.Equal(0, v));
        Assert.All(subject.ParameterValues["0.running_var"], v => Assert.Equal(1, v));
    }

    [Fact]
    public void OneVector_IsRefused()
    {
        var (subject, reference) = networks.Set["batchnorm1d_train"];
        var fault = Assert.Throws<ArgumentException>(() => subject.Backward(Batch.Random(subject.Info, reference.Loss, 1, 1)));
        Assert.StartsWith("x has one sample, and BatchNorm of batchnorm1d_train normalises each value over the batch: it needs at least two to train on.",
            fault.Message, StringComparison.Ordinal);
        Assert.Equal("x", fault.ParamName);
    }

    [Fact]
    public void FileWithPyTorchsCountOfBatches_IsLoaded()
    {
        var subject = networks.Set["batchnorm1d_train"].Subject;
        subject.Randomize(3);
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            TensorSource Tensor(string name, float[] values) => new(name, [values.Length], target => values.CopyTo(target));
            SafetensorsWriter.Write(path, [.. subject.Parameters.Views.Select(v => Tensor(v.Info.Name, v.ToArray())), Tensor("0.num_batches_tracked", [7])],
                new Dictionary<string, string>());
            var expected = subject.ParameterValues;
            subject.Randomize(4);
            subject.Parameters.Load(path);
            Assert.Equal(expected, subject.ParameterValues);

            SafetensorsWriter.Write(path, [.. subject.Parameters.Views.Select(v => Tensor(v.Info.Name, v.ToArray())), Tensor("1.num_batches_tracked", [7])],
                new Dictionary<string, string>());
            var fault = Assert.Throws<InvalidDataException>(() => subject.Parameters.Load(path));
            Assert.Contains("'1.num_batches_tracked' with shape [1] is not needed", fault.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    static string[] Statistics => ["running_mean", "running_var"];

    (Subject Subject, ReferenceNetwork Reference) Loaded(OracleFile file, string name)
    {
        var (subject, reference) = networks.Set[name];
        foreach (var (parameter, values) in file.WithPrefix("param.")) subject.Parameters[$"0.{parameter}"].CopyFrom(values);
        foreach (var statistic in Statistics) subject.Parameters[$"0.{statistic}"].CopyFrom(file.Floats($"buffer_before.{statistic}"));
        return (subject, reference);
    }

    public sealed class Networks : IDisposable
    {
        internal NetworkSet Set { get; } = new(Cases);

        public void Dispose() => Set.Dispose();
    }
}
