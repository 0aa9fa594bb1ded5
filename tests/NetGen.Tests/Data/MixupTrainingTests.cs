using NetGen.Data;
using NetGen.Tests.Training;

namespace NetGen.Tests.Data;

/// <summary>Labels as probabilities: KL divergence of log-probabilities is cross-entropy.</summary>
public sealed class MixupTrainingTests
{
    static readonly Dataset<int> s_samples = Classifier.Samples(2000, 1);

    static FitOptions Options => new() { Epochs = 12, Optimizer = new AdamW(0.02), Seed = 2 };

    [Fact]
    public void OneHot_WithKLDivergence_TrainsAsLabelsWithCrossEntropy()
    {
        var labels = LabelNetwork.Create(seed: 1).Fit(s_samples, s_samples.Slice(0, 100), Options);
        var probabilities = ProbabilityNetwork.Create(seed: 1).Fit(s_samples.OneHot(40), s_samples.Slice(0, 100).OneHot(40), Options);
        Assert.Equal(12, labels.History.Length);
        foreach (var (one, other) in labels.History.Zip(probabilities.History))
        {
            Assert.Equal(one.TrainLoss, other.TrainLoss, 1e-4);
            Assert.Equal(one.TrainAccuracy, other.TrainAccuracy, 2e-3);
            Assert.Equal(one.ValidationLoss!.Value, other.ValidationLoss!.Value, 1e-4);
            Assert.Equal(one.ValidationAccuracy!.Value, other.ValidationAccuracy!.Value, 1.1e-2);
        }
    }

    [Fact]
    public void Mixup_TrainsANetworkThatKnowsPlainSamples()
    {
        var network = ProbabilityNetwork.Create(seed: 1);
        var result = network.Fit(s_samples.OneHot(40).Mixup(0.2f, seed: 3), Classifier.Samples(500, 2).OneHot(40), Options);
        Assert.True(result.Last!.ValidationAccuracy > 0.9, $"{result.Last.ValidationAccuracy}");
        Assert.InRange(result.Last.TrainLoss, 0.05, 1.5); // a divergence from what is mixed

        // The parameters are those of a network with logits.
        using var folder = new TemporaryFolder();
        network.Save(folder["soft"]);
        var x = s_samples.Inputs[..20];
        var (logProbabilities, logits) = (new float[40], new float[40]);
        network.Predict(x, logProbabilities);
        LabelNetwork.Load(folder["soft"]).Predict(x, logits);
        var shift = logits[0] - logProbabilities[0];
        Assert.All(logits.Zip(logProbabilities), pair => Assert.Equal(pair.First, pair.Second + shift, 1e-4));
    }
}

[Network, Input(20), Linear(40), Loss(Loss.CrossEntropy)]
sealed partial class LabelNetwork;

[Network, Input(20), Linear(40), LogSoftmax, Loss(Loss.KLDivergence)]
sealed partial class ProbabilityNetwork;
