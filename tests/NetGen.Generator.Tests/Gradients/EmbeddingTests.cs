using System.Reflection;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>Networks that take ids: their own methods, and what they refuse.</summary>
public sealed class EmbeddingTests(EmbeddingTests.Networks networks) : IClassFixture<EmbeddingTests.Networks>
{
    const string Padded = "PaddedNetwork", InABlock = "InABlockNetwork";

    /// <summary>Code of a user, which the compiler takes as it is.</summary>
    const string Calls = """
        public static class Calls
        {
            public static float[] Predict(int[] tokens)
            {
                var y = new float[tokens.Length / Words.InputSize * Words.OutputSize];
                Words.Create(seed: 3).Predict(tokens, y);
                return y;
            }

            public static float[] Train(int[] tokens, int[] labels)
            {
                var network = Words.Create(seed: 3);
                var trainer = new Words.Trainer(network, new SGD(learningRate: 0.1f));
                float first = trainer.Step(tokens, labels);
                trainer.Backward(tokens, labels);
                trainer.Accumulate(tokens, labels, weight: 0.5);
                trainer.Update();
                return [first, trainer.Step(tokens, labels)];
            }

            public static double Fit(int[] tokens, int[] labels)
            {
                var network = Words.Create(seed: 3);
                var data = new Dataset<int>(tokens, labels, Words.InputSize, TargetSize<Words>());
                network.Fit(data, options: new FitOptions { Epochs = 60, BatchSize = 4, Optimizer = new Adam(learningRate: 0.05f) });
                return NetGen.Training.Evaluate<Words, int>(network, data).Accuracy;
            }

            static int TargetSize<T>() where T : class, ITrainable<T, int> => T.Training.TargetSize;
        }
        """;

    [Fact]
    public void Ids_AreWhatUsersGive()
    {
        using var program = Consumer.Of($"[Network, Input(3), Embedding(7, 5), Tanh, Linear(7), Loss(Loss.CrossEntropy)] public partial class Words;\n{Calls}")
            .Build(emit: true).AssertClean().Load();
        var calls = program.Type("Calls");
        int[] tokens = [0, 1, 2, 6, 5, 4, 3, 3, 0, 2, 4, 6], labels = [1, 2, 3, 0, 6, 5, 4, 4, 1, 3, 5, -100];
        Assert.Equal(4 * 21, Run<float[]>("Predict", tokens).Length);
        var losses = Run<float[]>("Train", tokens, labels);
        Assert.True(losses[1] < losses[0]);
        Assert.Equal(1, Run<double>("Fit", tokens, labels));

        var fault = Assert.Throws<ArgumentOutOfRangeException>(() => Run<float[]>("Predict", [[0, 1, 2, 6, 7, 4]]));
        Assert.StartsWith("The id at position 1 of sample 1 is 7; the vocabulary has 7 ids, from 0 to 6.", fault.Message, StringComparison.Ordinal);
        fault = Assert.Throws<ArgumentOutOfRangeException>(() => Run<float[]>("Train", [0, 1, -1], [0, 0, 0]));
        Assert.StartsWith("The id at position 2 of sample 0 is -1; the vocabulary has 7 ids, from 0 to 6.", fault.Message, StringComparison.Ordinal);
        fault = Assert.Throws<ArgumentOutOfRangeException>(() => Run<double>("Fit", [0, 1, 2, 3, 70, 5], new int[6]));
        Assert.StartsWith("The id at position 1 of sample 1 is 70; the vocabulary has 7 ids, from 0 to 6.", fault.Message, StringComparison.Ordinal);
        fault = Assert.Throws<ArgumentOutOfRangeException>(() => Run<float[]>("Train", [0, 1, 2, 3, 4, 5], [0, 0, 0, 0, 0, 9]));
        Assert.StartsWith("The label at position 2 of sample 1 of the batch is 9; it must be from 0 to 6, or -100 for a position that doesn't count.", fault.Message, StringComparison.Ordinal);

        T Run<T>(string method, params int[][] arguments)
        {
            try
            {
                return (T)calls.GetMethod(method)!.Invoke(null, [.. arguments])!;
            }
            catch (TargetInvocationException e)
            {
                throw e.InnerException!;
            }
        }
    }

    [Fact]
    public void Padding_StartsAsZeros_AndHasNoGradient()
    {
        var (subject, reference) = networks.Set[Padded];
        Assert.All(subject.Parameters["0.weight"].ToArray()[10..15], v => Assert.Equal(0, v));
        Assert.All(subject.Parameters["0.weight"].ToArray()[..10], v => Assert.NotEqual(0, v));
        var gradient = subject.Backward(Batch.Random(subject.Info, reference.Loss, 20, seed: 3)).Gradients["0.weight"];
        Assert.All(gradient[10..15], v => Assert.Equal(0, v));
        Assert.Contains(gradient[..10], v => v != 0);
    }

    [Fact]
    public void Embedding_MayBeginABlock()
    {
        var (subject, reference) = networks.Set[InABlock];
        Assert.Equal(13, subject.Info.Vocabulary);
        var batch = Batch.Random(subject.Info, reference.Loss, 5, seed: 4);
        subject.Backward(batch).AssertClose(reference.Backward(batch, subject.ParameterValues), InABlock);
    }

    [Theory]
    [InlineData("Input(4), Linear(4), {|NG0020:Embedding(5, 3)|}", "'Embedding(5, 3)' doesn't fit an input of shape [4]: it takes ids, which are a network's input: make it the first layer, or in a Forward call it with an input")]
    [InlineData("Input(4, 2), {|NG0020:Embedding(5, 3)|}", "'Embedding(5, 3)' doesn't fit an input of shape [4, 2]: it takes the ids of a sample one after the other: declare [Input(positions)], or [Shape(positions)] in a Forward")]
    [InlineData("{|NG0018:Input(4, Gradient = true)|}, Embedding(5, 3)", "'Input(4)' sets Gradient to true: it must be left out: ids have no gradient")]
    [InlineData("Input(4), {|NG0018:Embedding(5, 3, PaddingIndex = 5)|}", "'Embedding(5, 3)' sets PaddingIndex to 5: it must be an id from 0 to 4, or -1 for none")]
    [InlineData("Input(4), {|NG0005:Embedding(0, 3)|}", null)]
    [InlineData("Input(4), {|NG0018:Embedding(5, 3, Deviation = 0f)|}", null)]
    [InlineData("Input(4), {|NG0006:Embedding(1000000, 1000)|}", null)]
    public void Embedding_RefusesWhatDoesNotFit(string elements, string? message)
    {
        var source = $"[Network, {elements}] public partial class Net;";
        if (message is null) Expect.Diagnostics(source);
        else Expect.Diagnostic(source, message);
    }

    public sealed class Networks : IDisposable
    {
        internal NetworkSet Set { get; } = new(new Dictionary<string, string>
        {
            [Padded] = "[Input(6), Embedding(4, 5, PaddingIndex = 2), Tanh, Linear(3), Loss(Loss.CrossEntropy)]",
            [InABlock] = "[Input(4), Use(typeof(Start)), Linear(3), Loss(Loss.MSE)]",
        }, "[Block, Embedding(13, 8), LayerNorm] class Start;\n");

        public void Dispose() => Set.Dispose();
    }
}
