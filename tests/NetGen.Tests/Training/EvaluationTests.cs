using NetGen.Optimization;
using NetGen.Serialization;

namespace NetGen.Tests.Training;

public class EvaluationTests
{
    static TrainingInfo Of(Loss loss, int classes = 0, float smoothing = 0) => new()
    {
        Loss = loss, Classes = classes, TargetSize = classes > 0 ? 1 : 4, LabelSmoothing = smoothing,
        ArenaFloatsPerSample = 0, ArenaFloatsFixed = 0, OutputOffset = 0, OutputPitch = 0, Flops = 0,
    };

    public static TheoryData<string, Loss, float> Losses => new()
    {
        { "crossentropy", Loss.CrossEntropy, 0 }, { "crossentropy_smooth", Loss.CrossEntropy, 0.1f }, { "crossentropy_ignore", Loss.CrossEntropy, 0 }, { "nll", Loss.NLL, 0 },
        { "mse", Loss.MSE, 0 }, { "l1", Loss.L1, 0 }, { "huber", Loss.Huber, 0 }, { "bcewithlogits", Loss.BCEWithLogits, 0 }, { "kldiv", Loss.KLDivergence, 0 },
    };

    [Theory, MemberData(nameof(Losses))]
    public void EvaluatedLoss_MatchesPyTorch(string name, Loss loss, float smoothing)
    {
        using var file = SafetensorsFile.Open(Path.Combine(AppContext.BaseDirectory, "Oracle", $"loss_{name}.safetensors"));
        var size = (int)file.Tensors["x"].Shape[1];
        var labels = file.Tensors["target"].Type == TensorType.I64;
        var metrics = new Metrics(Of(loss, labels ? size : 0, smoothing), size);
        if (labels)
            metrics.AddLosses<int>(file.ReadSingles("x"), [.. file.ReadIntegers("target").Select(t => (int)t)]);
        else
            metrics.AddLosses<float>(file.ReadSingles("x"), file.ReadSingles("target"));
        Assert.Equal(file.ReadSingles("y")[0], metrics.Loss, 1e-5);
    }

    [Fact]
    public void Decisions_RanksAndConfusion_AreCounted()
    {
        var confusion = new ConfusionMatrix(4);
        var metrics = new Metrics(Of(Loss.CrossEntropy, 4), 4, topK: 2, confusion);
        metrics.AddDecisions<int>(
            [1, 2, 3, 4, /**/ 9, 1, 2, 3, /**/ 5, 5, 0, 0, /**/ 5, 5, 0, 0, /**/ 4, 3, 2, 1, /**/ 0, float.NaN, 0, 0],
            [3, 1, 0, 1, -100, 1]);
        Assert.Equal((5, 2, 3), (metrics.Decisions, metrics.Right, metrics.Among)); // of equal outputs the first comes first; NaN comes last
        Assert.Equal(1, confusion[3, 3]);
        Assert.Equal((3, 1), (confusion[1, 0], confusion[0, 0]));
        Assert.Equal(5, confusion.Total);
        Assert.Equal(0.4, confusion.Accuracy);
        Assert.Equal(1, confusion.ClassAccuracy(0));
        Assert.Equal(0.25, confusion.Precision(0));
        Assert.True(double.IsNaN(confusion.ClassAccuracy(2)));
    }

    [Fact]
    public void Decisions_OfLogits_AreOnTheSideOfTheTarget()
    {
        var metrics = new Metrics(Of(Loss.BCEWithLogits), 4);
        metrics.AddDecisions<float>([1, -1, 2, -3], [1, 0, 0, 1]);
        Assert.Equal(0.5, metrics.Accuracy);
    }

    [Fact]
    public void Decisions_OfDistributions_AreTheMostProbableClass()
    {
        var metrics = new Metrics(Of(Loss.KLDivergence), 4, topK: 2);
        metrics.AddDecisions<float>([-1, -2, -3, -4, /**/ -1, -2, -3, -4, /**/ -1, -2, -3, -4], [0.7f, 0.3f, 0, 0, /**/ 0.4f, 0.6f, 0, 0, /**/ 0, 0, 0, 1]);
        Assert.Equal((3, 1, 2), (metrics.Decisions, metrics.Right, metrics.Among));
    }

    [Fact]
    public void Dataset_ReadOutOfRange_NamesTheIndex()
    {
        var data = new Dataset<int>(new float[] { 1, 2, 3, 4, 5, 6 }, new[] { 7, 8, 9 }, 2);
        var (x, labels) = (new float[4], new int[2]);
        data.Read([2, 0], x, labels);
        Assert.Equal([5, 6, 1, 2], x);
        Assert.Equal([9, 7], labels);
        Assert.Contains("Sample 3 (number 1 of the batch)",
            Assert.Throws<ArgumentOutOfRangeException>(() => data.Read([0, 3], x, labels)).Message, StringComparison.Ordinal);
        Assert.Equal("x", Assert.Throws<ArgumentException>(() => data.Read([0], x, labels)).ParamName);
        Assert.Equal("inputs", Assert.Throws<ArgumentException>(() => new Dataset<int>(new float[5], new int[2], 2)).ParamName);
        Assert.Contains("3 samples with 1 target value each have 3; there are",
            Assert.Throws<ArgumentException>(() => new Dataset<int>(new float[6], new int[2], 2)).Message, StringComparison.Ordinal);
        Assert.Equal([3, 4, 5, 6], data.Slice(1, 2).Inputs.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Slice(2, 2));
    }
}
