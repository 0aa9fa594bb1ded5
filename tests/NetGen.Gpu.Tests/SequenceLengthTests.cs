using NetGen.Generator.Tests.Gradients;
using NetGen.Generator.Tests.Reference;
using NetGen.Tests;

namespace NetGen.Gpu.Tests;

/// <summary>Networks whose samples have as many positions as they like, on the device against the processor's.</summary>
public sealed class SequenceLengthTests
{
    static readonly Lazy<GpuNetworks> OfOne = new(() => new(
        Compiled(SequenceLengthCases.OfOne.Keys).ToDictionary(name => name, name => SequenceLengthCases.With(SequenceLengthCases.OfOne[name], null)), SequenceLengthCases.Blocks));

    static readonly Lazy<GpuNetworks> OfSeveral = new(() => new(
        Compiled(SequenceLengthCases.OfSeveral.Keys, "Translator", "SameMost").ToDictionary(name => name, name => SequenceLengthCases.With(SequenceLengthCases.OfSeveral[name], null, null)),
        SequenceLengthCases.Blocks + UseOfTranslator));

    /// <summary>A program that gives a device each input by itself.</summary>
    const string UseOfTranslator = """
        public static class UseOfTranslator
        {
            public static float[][] Run(ILGPU.Runtime.Accelerator device)
            {
                var network = Translator.Create(seed: 1);
                using var gpu = network.OnGpu(device);
                int[] source = [5, 9, 2, 7, 4], sourceLengths = [3, 2], target = [1, 8, 1, 3, 6, 2], targetLengths = [2, 4], labels = [8, 0, 3, 6, 2, 0];
                float[] expected = new float[6 * 9], actual = new float[6 * 9];
                network.Predict(source, sourceLengths, target, targetLengths, expected);
                gpu.Predict(source, sourceLengths, target, targetLengths, actual);
                var trainer = new Translator.Trainer(network, new SGD(0.1));
                using var ofDevice = gpu.CreateTrainer(new SGD(0.1));
                ofDevice.Step(source, sourceLengths, target, targetLengths, labels);
                var loss = trainer.Step(source, sourceLengths, target, targetLengths, labels);
                var first = ofDevice.Loss;
                ofDevice.Backward(source, sourceLengths, target, targetLengths, labels);
                ofDevice.Accumulate(source, sourceLengths, target, targetLengths, labels, 0.5f);
                return [expected, actual, [loss, trainer.Backward(source, sourceLengths, target, targetLengths, labels)], [first, ofDevice.Loss]];
            }
        }
        """ + "\n";

    /// <summary>
    /// What the processor's cases leave to a device: samples of several tiles, and of fewer than others have; groups that share a head; states of more values
    /// than threads.
    /// </summary>
    static readonly Dictionary<string, string> OfDevices = new()
    {
        ["Tiles"] = "[Sequence(20, Max = 70, Gradient = true), ScaledDotProductAttention(2, KeyValueHeads = 1, Causal = true)]",
        ["Wide"] = "[Sequence(210, Max = 34, Gradient = true), ScaledDotProductAttention(1), SelectPosition(0)]",
        ["Gates"] = "[Sequence(3, Max = 9, Gradient = true), GRU(5, Bidirectional = true), RNN(70), MeanPositions, Loss(Loss.Huber)]",
        ["Balance"] = "[Sequence(9, Max = 40, Gradient = true), MixtureOfExperts(3, 35, TopK = 1, BalanceLoss = 0.5f), Linear(4), Loss(Loss.CrossEntropy, IgnoreIndex = 2)]",
        ["BalanceOfSamples"] = "[Sequence(Max = 40), Embedding(7, 9, PaddingIndex = 3), MixtureOfExperts(3, 5, TopK = 2, BalanceLoss = 0.5f), SelectPosition, Linear(4), Loss(Loss.CrossEntropy)]",
        ["Convolved"] = "[Sequence(5, Max = 9, Gradient = true), Conv1d(35, 3, Padding = 2, Dilation = 2), ReLU, Conv1d(4, 4, Padding = Padding.Same), Linear(3), Loss(Loss.MSE)]",
        ["Sum"] = "[Sequence(4, Max = 6, Gradient = true), Linear(33), LayerNorm, MeanPositions, Linear(3), Loss(Loss.L1)]",
        ["Joined"] = """
            [Loss(Loss.MSE)]
            {
                [MeanPositions] readonly Layer mean;
                [SelectPosition] readonly Layer last;
                [Linear(4)] readonly Layer wide;
                [SinusoidalPositions] readonly Layer positions;
                Tensor Forward([Sequence(4, Max = 8, Gradient = true)] Tensor x) => positions(x * wide(mean(x)) + last(x));
            }
            """,
        ["Maxima"] = """
            [Loss(Loss.MSE)]
            {
                [Embedding(3, 5)] readonly Layer tokens;
                [MaxPositions] readonly Layer maxima;
                Tensor Forward([Sequence(Max = 9)] Tensor ids) { var x = tokens(ids); return Concat(maxima(x), 2 * Max(x, axis: 0)); }
            }
            """,
        ["Shares"] = """
            [Loss(Loss.MSE)]
            {
                [Linear(1, Bias = false)] readonly Layer score;
                Tensor Forward([Sequence(5, Max = 9, Gradient = true)] Tensor x) =>
                    Sum(x * Softmax(score(x), axis: 0), axis: 0) * Max(x) + Sum(LogSoftmax(x, axis: 0));
            }
            """,
        ["Beside"] = """
            [Loss(Loss.MSE)]
            {
                [Embedding(5, 4)] readonly Layer tokens;
                [MeanPositions] readonly Layer mean;
                [Linear(4)] readonly Layer wide;
                Tensor Forward([Sequence(3, Max = 5)] Tensor a, [Sequence(Max = 4)] Tensor ids, [Shape(4, Gradient = true)] Tensor b) => wide(a) * mean(tokens(ids)) + b;
            }
            """,
        ["Dropped"] = """
            [Sequence(Max = 9), Embedding(11, 8), PositionalEmbedding, Dropout(0.2f)]
            [TransformerDecoderLayer(2, 12, Dropout = 0.2f, AttentionDropout = 0.3f)]
            [TransformerEncoderLayer(2, 12, Experts = 3, Dropout = 0.2f, Rotary = true, Norm = Norm.RMSNorm, Activation = FeedForwardActivation.SwiGLU, Bias = false)]
            [Linear(5), Loss(Loss.CrossEntropy)]
            """,
        ["Recurrent"] = "[Sequence(Max = 9), Embedding(9, 6), LSTM(7, Bidirectional = true), GRU(5), SelectPosition, Linear(4), Loss(Loss.CrossEntropy)]",
        ["Small"] = "[Sequence(2, Max = 3), Linear(3), Tanh, Linear(2), Loss(Loss.MSE)]",
        ["Texts"] = "[Sequence(Max = 4), Embedding(5, 3), MeanPositions, Linear(2), Loss(Loss.CrossEntropy)]",
    };

    static readonly Lazy<GpuNetworks> Devices = new(() => new(OfDevices, SequenceLengthCases.Blocks));

    public static TheoryData<string> Names => [.. Some(SequenceLengthCases.OfOne.Keys)];

    public static TheoryData<string> NamesOfSeveral => [.. Some(SequenceLengthCases.OfSeveral.Keys)];

    /// <summary>Every so manieth case, for time; all of them where NETGEN_GPU_ALL=1 asks for it.</summary>
    static int Every => Environment.GetEnvironmentVariable("NETGEN_GPU_ALL") == "1" ? 1 : TestDevice.IsReal ? 5 : Effort.IsFull ? 15 : 18;

    /// <summary>What is compiled, though not run: all networks, where time is short those that are run, and some that tests ask for by name.</summary>
    static IEnumerable<string> Compiled(IEnumerable<string> names, params IEnumerable<string> named) => Effort.IsFull ? names : Some(names).Union(named);

    static IEnumerable<string> Some(IEnumerable<string> names) => names.Where((_, i) => i % Every == 0);

    [Theory, MemberData(nameof(Names))]
    public void OneInput_MatchesProcessor(string network) => AssertMatches(OfOne.Value, network, [1], [5, 1, 9]);

    [Theory, MemberData(nameof(NamesOfSeveral))]
    public void SeveralInputs_MatchProcessor(string network)
    {
        // A sample's lengths of the first input that has some, then those of the second.
        if (Inputs(network) == 1) AssertMatches(OfSeveral.Value, network, [3], [5, 1, 9]);
        // Over one position alone the softmax of its attention has no gradient, and what comes of it is rounding.
        else if (network == "OfGradient") AssertMatches(OfSeveral.Value, network, [2, 2], [2, 9, 13, 1]);
        else AssertMatches(OfSeveral.Value, network, [1, 1], [2, 9, 13, 1]);

        static int Inputs(string network)
        {
            using var pair = SequencePair.Create(OfSeveral.Value[network]);
            return pair.Inputs;
        }
    }

    [Theory]
    [InlineData("Tiles", new[] { 33, 3, 70 }), InlineData("Tiles", new[] { 32, 64 }), InlineData("Wide", new[] { 34, 2 }), InlineData("Gates", new[] { 2, 9, 1, 5, 3 })]
    [InlineData("Balance", new[] { 35, 1, 7 }), InlineData("BalanceOfSamples", new[] { 35, 1, 7, 40 }), InlineData("Convolved", new[] { 5, 1, 9, 3 }), InlineData("Sum", new[] { 3, 6 }), InlineData("Joined", new[] { 3, 8, 1 }), InlineData("Beside", new[] { 5, 1, 2, 4 }), InlineData("Maxima", new[] { 7, 1, 9 })]
    [InlineData("Shares", new[] { 7, 1, 9 })]
    public void Layers_MatchProcessor(string network, int[] lengths) => AssertMatches(Devices.Value, network, lengths);

    [Theory, InlineData("Dropped")]
    public void Training_OfSomeSteps_MatchesProcessor(string network)
    {
        Effort.SkipUnlessFull();
        using var pair = SequencePair.Create(Devices.Value[network]);
        var random = new Random(3);
        int[][] batches = [.. Enumerable.Range(0, TestDevice.TrainingSteps).Select(step => Enumerable.Range(0, 1 + step % 3).Select(_ => random.Next(1, 10)).ToArray())];
        pair.AssertTrains(batches, () => new SGD(0.05, momentum: 0.9), new() { Seed = 5, ClipNorm = 1 });
    }

    [Fact]
    public void Training_Twice_GivesTheSameBits()
    {
        Effort.SkipUnlessFull();
        var runs = Enumerable.Range(0, 2).Select(_ =>
        {
            using var pair = SequencePair.Create(Devices.Value["Dropped"]);
            return pair.Trained([[3, 1], [5, 2, 9]], () => new AdamW(0.01), new() { Seed = 5 });
        }).ToList();
        Assert.Equal(runs[0], runs[1]);
    }

    [Fact]
    public void Accumulate_OfTwoBatches_MatchesProcessor()
    {
        Effort.SkipUnlessFull();
        foreach (var network in new[] { "Dropped", "Recurrent" })
        {
            using var pair = SequencePair.Create(Devices.Value[network]);
            pair.AssertGradients([4, 9], seed: 2, accumulates: true);
        }
    }

    /// <summary>Of more samples than go through the layers at a time, and of some that all have the most positions.</summary>
    [Fact]
    public void Predict_OfManySamples_MatchesProcessor()
    {
        Effort.SkipUnlessFull();
        using var pair = SequencePair.Create(Devices.Value["Small"]);
        pair.AssertPredictions([.. Enumerable.Range(0, 1100).Select(i => 1 + i % 3)], seed: 1);
        using var texts = SequencePair.Create(Devices.Value["Texts"]);
        texts.AssertPredictions([.. Enumerable.Range(0, 1030).Select(i => 1 + i % 4)], seed: 1);
        pair.AssertMost(samples: 3);
        texts.AssertMost(samples: 3);
    }

    [Fact]
    public void Fit_MatchesProcessor()
    {
        using var pair = SequencePair.Create(Devices.Value["Texts"]);
        pair.AssertFits([3, 1, 4, 2, 2, 4, 1]);
    }

    [Fact]
    public void WhatDoesNotFit_IsToldAsOnTheProcessor()
    {
        using var texts = SequencePair.Create(Devices.Value["Texts"]);
        texts.AssertSameError<ArgumentOutOfRangeException>(new float[3], [3, 0], "Sample 1 has 0 positions");
        texts.AssertSameError<ArgumentOutOfRangeException>(new float[8], [3, 5], "Sample 1 has 5 positions; it needs at least 1 and at most 4.");
        texts.AssertSameError<ArgumentException>(new float[5], [3, 1], "has 5 values; samples of these lengths have 4.");
        texts.AssertSameError<ArgumentException>([], [], "lengths is empty");
        texts.AssertSameError<ArgumentOutOfRangeException>([0, 0, BitConverter.Int32BitsToSingle(5), 0], [2, 2], "The id at position 0 of sample 1 is 5");
        using var several = SequencePair.Create(OfSeveral.Value["Translator"]);
        several.AssertSameError<ArgumentOutOfRangeException>(new float[4], [1, 1, 2, 0], "Sample 1 has 0 positions of target");
        several.AssertSameError<ArgumentException>(new float[4], [1, 1, 1], "lengths has 3 numbers");
        using var small = SequencePair.Create(Devices.Value["Small"]);
        small.AssertFaultsOfTraining();
    }

    [Fact]
    public void EachInputByItself_GivesWhatTheProcessorDoes()
    {
        Effort.SkipUnlessFull();
        var network = OfSeveral.Value["Translator"];
        var results = (float[][])network.Assembly.GetType("UseOfTranslator")!.GetMethod("Run")!.Invoke(null, [TestDevice.For(GpuSubject.GroupThreads(network))])!;
        Batch.Doubles(results[1]).AssertClose(Batch.Doubles(results[0]), 2 * Closeness.Forward, "prediction");
        Batch.Doubles(results[3]).AssertClose(Batch.Doubles(results[2]), Closeness.Forward, "losses");
    }

    /// <summary>Devices that this machine hasn't take the kernels too, whose sums are made without atomics.</summary>
    [Fact]
    public void Kernels_CompileForPtxAndOpenCL()
    {
        Effort.SkipUnlessFull();
        using var texts = new DeviceTexts();
        foreach (var network in new[] { Devices.Value["Dropped"], Devices.Value["Recurrent"], Devices.Value["Convolved"], Devices.Value["Maxima"], OfSeveral.Value["SameMost"] })
        {
            foreach (var kernel in DeviceTexts.Kernels(network))
            {
                Assert.DoesNotContain("atom.", texts.Ptx(kernel), StringComparison.Ordinal);
                Assert.DoesNotContain("atomic_", texts.OpenCL(kernel), StringComparison.Ordinal);
            }
        }
    }

    static void AssertMatches(GpuNetworks networks, string network, params int[][] batches)
    {
        using var pair = SequencePair.Create(networks[network]);
        foreach (var lengths in batches)
        {
            pair.AssertPredictions(lengths, seed: lengths.Length);
            pair.AssertGradients(lengths, seed: lengths.Length);
        }
    }
}
