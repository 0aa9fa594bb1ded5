namespace NetGen.Tests.Training;

[Collection(nameof(Runtime.AloneInTheProcess))] // updates are run on several threads
public class FreezeTests
{
    static readonly Dataset<int> s_samples = Classifier.Samples(400, 1);

    static Trainer<Classifier, int> Make(Optimizer optimizer, TrainerOptions options) => new(Classifier.Create(1), optimizer, options);

    static void Steps(Trainer<Classifier, int> trainer, int first, int last)
    {
        for (int i = first; i < last; i++)
        {
            var batch = s_samples.Slice(i * 20, 20);
            trainer.Step(batch.Inputs, batch.Targets);
        }
    }

    [Theory, MemberData(nameof(OptimizerTests.All), MemberType = typeof(OptimizerTests))]
    public void Freeze_EachOptimizer_KeepsTheBitsAndMovesTheRest(Func<Optimizer> make)
    {
        foreach (var (frozen, free) in new[] { ("fc.bias", "fc.weight"), ("fc.weight", "fc.bias") })
        {
            var trainer = Make(make(), new() { Freeze = [frozen], ClipNorm = 1 });
            trainer.Optimizer.LearningRate = 0.1;
            var parameters = trainer.Network.Parameters;
            var (before, moving) = (Bits.Of(parameters[frozen].ToArray()), Bits.Of(parameters[free].ToArray()));
            var state = trainer.Optimizer.State.Select(set => Bits.Of(set[frozen].ToArray())).ToList();
            Steps(trainer, 0, 5);
            Assert.Equal(before, Bits.Of(parameters[frozen].ToArray()));
            Assert.Equal(state, trainer.Optimizer.State.Select(set => Bits.Of(set[frozen].ToArray())));
            Assert.NotEqual(moving, Bits.Of(parameters[free].ToArray()));
        }
    }

    [Theory]
    [InlineData("*"), InlineData("fc.*"), InlineData("*weight"), InlineData("f?.weight"), InlineData("*.w*t")]
    public void Freeze_Pattern_MatchesWholeNames(string pattern)
    {
        var range = ParameterGroup.Cut(Classifier.Info, [], true, [pattern])[0];
        Assert.Equal(0, range.LearningRateFactor);
        Assert.Equal(pattern is "*" or "fc.*", range.Count == Classifier.Info.ParameterFloats);
    }

    [Theory]
    [InlineData("features.*"), InlineData("fc"), InlineData("c.weight"), InlineData("FC.*"), InlineData("fc?weight?")]
    public void Pattern_ThatMatchesNothing_IsAnErrorThatListsTheNames(string pattern)
    {
        void Refused(TrainerOptions options, string name)
        {
            var fault = Assert.Throws<ArgumentException>(() => Make(new SGD(), options));
            Assert.StartsWith(
                $"The pattern '{pattern}' matches no learned parameter of Tests.Classifier. There are: fc.weight, fc.bias.", fault.Message,
                StringComparison.Ordinal);
            Assert.Equal(name, fault.ParamName);
        }
        Refused(new() { Freeze = ["fc.bias", pattern] }, "Freeze");
        Refused(new() { ParameterGroups = [new(pattern, 0.1f)] }, "ParameterGroups");
    }

    [Fact]
    public void Pattern_Empty_IsAnError()
    {
        Assert.Equal("Freeze", Assert.Throws<ArgumentException>(() => Make(new SGD(), new() { Freeze = [""] })).ParamName);
        Assert.Equal("pattern", Assert.Throws<ArgumentException>(() => new ParameterGroup("")).ParamName);
    }

    [Fact]
    public void Group_OfNumbersBeyondFloats_IsAnError()
    {
        Assert.Equal("LearningRateFactor",
            Assert.Throws<ArgumentOutOfRangeException>(() => ParameterGroup.Cut(Classifier.Info, [new("*", LearningRateFactor: 1e300)], true)).ParamName);
        Assert.Equal("WeightDecay",
            Assert.Throws<ArgumentOutOfRangeException>(() => ParameterGroup.Cut(Classifier.Info, [new("*", WeightDecay: 1e300)], true)).ParamName);
    }

    public static TheoryData<TrainerOptions> OptionsThatFreezeAll => [new TrainerOptions { Freeze = ["*"] }, new TrainerOptions { Freeze = ["*.weight"], ParameterGroups = [new("*", LearningRateFactor: 0)] }];

    [Theory, MemberData(nameof(OptionsThatFreezeAll))]
    public void Freeze_OfAllParameters_RefusesUpdates_AndNotGradients(TrainerOptions options)
    {
        var trainer = Make(new SGD(), options);
        var batch = s_samples.Slice(0, 20);
        var loss = trainer.Backward(batch.Inputs, batch.Targets);
        Assert.Contains(trainer.Gradients["fc.bias"].ToArray(), g => g != 0);
        foreach (var act in (Action[])[trainer.Update, () => trainer.Step(batch.Inputs, batch.Targets)])
        {
            Assert.Equal("All parameters of Tests.Classifier are frozen, so that no update changes any: let Freeze and ParameterGroups leave some to learn, or call Backward, which computes gradients and updates nothing.",
                Assert.Throws<InvalidOperationException>(act).Message);
        }
        Assert.Equal(0, trainer.StepCount);
        Assert.Equal(loss, trainer.Backward(batch.Inputs, batch.Targets));
    }

    [Fact]
    public void Freeze_WinsOverGroups()
    {
        ParameterGroup[] groups = [new("fc.*", 0.5f, 0.1f)];
        Assert.Equal([0.5f], ParameterGroup.Cut(Classifier.Info, groups, true).Select(range => range.LearningRateFactor));
        Assert.Equal([0.5f, 0f], ParameterGroup.Cut(Classifier.Info, groups, true, ["*.bias"]).Select(range => range.LearningRateFactor));
    }

    [Fact]
    public void Freeze_ClipNorm_CountsTheGradientsOfTheOthers()
    {
        var trainer = Make(new SGD(), new() { Freeze = ["fc.weight"], ClipNorm = 1 });
        Steps(trainer, 0, 1);
        var bias = Math.Sqrt(trainer.Gradients["fc.bias"].ToArray().Sum(g => (double)g * g));
        Assert.Equal(bias, trainer.GradientNorm, 1e-6);
        Assert.True(Math.Sqrt(trainer.Gradients["fc.weight"].ToArray().Sum(g => (double)g * g)) > 0.1);
    }

    [Theory, MemberData(nameof(OptimizerTests.All), MemberType = typeof(OptimizerTests))]
    public void Freeze_ResumedFromACheckpoint_EndsWithTheSameBits(Func<Optimizer> make)
    {
        using var folder = new TemporaryFolder();
        var options = new TrainerOptions { Freeze = ["*.weight"], Seed = 3 };
        var (whole, half, rest) = (Make(make(), options), Make(make(), options), Make(make(), options));
        Steps(whole, 0, 10);
        Steps(half, 0, 5);
        half.SaveCheckpoint(folder["half"]);
        rest.LoadCheckpoint(folder["half"]);
        Steps(rest, 5, 10);
        Assert.Equal(Bits.Of(whole.Network.Parameters), Bits.Of(rest.Network.Parameters));
        Assert.Equal(Bits.Of(Classifier.Create(1).Parameters["fc.weight"].ToArray()), Bits.Of(rest.Network.Parameters["fc.weight"].ToArray()));
    }

    [Fact]
    public void Freeze_InFit_KeepsTheBits()
    {
        var network = Classifier.Create(1);
        var before = Bits.Of(network.Parameters["fc.weight"].ToArray());
        NetGen.Training.Fit<Classifier, int>(network, s_samples, options: new() { Epochs = 2, Freeze = ["*.weight"] });
        Assert.Equal(before, Bits.Of(network.Parameters["fc.weight"].ToArray()));
        Assert.NotEqual(Bits.Of(Classifier.Create(1).Parameters["fc.bias"].ToArray()), Bits.Of(network.Parameters["fc.bias"].ToArray()));
    }
}
