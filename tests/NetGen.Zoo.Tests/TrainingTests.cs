using NetGen.Samples.Zoo;

namespace NetGen.Zoo.Tests;

/// <summary>Training steps on a batch make its loss smaller.</summary>
public sealed class TrainingTests(ITestOutputHelper output)
{
    [Fact]
    public void LeNet5_Learns() => LearnsLabels<LeNet5>(samples: 16, steps: 20);

    [Fact]
    public void AlexNet_Learns() => LearnsLabels<AlexNet>(samples: 2, steps: 6, rate: 1e-4);

    [Fact]
    public void Vgg_Learns() => LearnsLabels<SmallVgg>(samples: 2, steps: 40, rate: 5e-4);

    [Fact]
    public void GoogLeNet_Learns() => LearnsLabels<GoogLeNet>(samples: 2, steps: 2);

    [Fact]
    public void ResNet18_Learns() => LearnsLabels<ResNet18>(samples: 2, steps: 2);

    [Fact]
    public void ResNet50_Learns() => LearnsLabels<ResNet50>(samples: 2, steps: 2);

    [Fact]
    public void DenseNet121_Learns() => LearnsLabels<DenseNet121>(samples: 2, steps: 2);

    [Fact]
    public void MobileNetV2_Learns() => LearnsLabels<MobileNetV2>(samples: 2, steps: 2);

    [Fact]
    public void UNet_Learns() => LearnsImages<SmallUNet>(samples: 2, steps: 40, (x, target) =>
    {
        // The bright pixels are what is looked for.
        for (var i = 0; i < x.Length; i++) target[i] = x[i] > 0.5f ? 1 : 0;
    });

    [Fact]
    public void ConvAutoencoder_Learns() => LearnsImages<ConvAutoencoder>(samples: 8, steps: 20, (x, target) => x.CopyTo(target));

    [Fact]
    public void VariationalAutoencoder_Learns() => LearnsImages<VariationalAutoencoder>(samples: 8, steps: 80, (x, target) => x.CopyTo(target));

    [Fact]
    public void VariationalAutoencoder_ReportsTheBound()
    {
        // Without weights and biases the codes are of the standard normal distribution, and every pixel has probability ½.
        var network = VariationalAutoencoder.Create();
        network.Parameters.Arena.Clear();
        var trainer = new Trainer<VariationalAutoencoder, float>(network, new SGD(0.1));
        var x = Pixels(4, VariationalAutoencoder.InputSize);
        Assert.Equal(Math.Log(2), trainer.Backward(x, x), 1e-5);
        // Means of 2 and variances of 1 are ½ · 2² away from it in each of 20 dimensions.
        network.Parameters["code.bias"].CopyFrom([.. Enumerable.Repeat(2f, 20), .. new float[20]]);
        Assert.Equal(Math.Log(2) + 20 * 2.0 / (28 * 28), trainer.Backward(x, x), 1e-5);
        Assert.All(trainer.Gradients["code.bias"].ToArray()[..20], g => Assert.Equal(2.0 / (28 * 28), g, 1e-7));
    }

    [Fact]
    public void VisionTransformer_Learns() => LearnsLabels<VisionTransformer>(samples: 2, steps: 2, rate: 1e-4);

    [Fact]
    public void Gpt_Learns() => LearnsTokens<SmallGpt>(samples: 3, steps: 60);

    /// <summary>The second half of each text is of the second segment.</summary>
    [Fact]
    public void Bert_Learns()
    {
        int[] tokens = Tokens(3 * 12, vocabulary: 40), segments = [.. tokens.Select((_, i) => i % 12 / 6)];
        int[] x = [.. Enumerable.Range(0, 3).SelectMany(i => tokens[(12 * i)..(12 * i + 12)].Concat(segments[(12 * i)..(12 * i + 12)]))];
        Learns(new Trainer<SmallBert, int>(SmallBert.Create(1), new Adam(1e-2)), [.. x.Select(BitConverter.Int32BitsToSingle)], Next(tokens), steps: 60);
    }

    [Fact]
    public void Llama_Learns() => LearnsTokens<SmallLlama>(samples: 3, steps: 60);

    [Fact]
    public void Mixtral_Learns() => LearnsTokens<SmallMixtral>(samples: 3, steps: 60);

    [Fact]
    public void Transformer_LearnsToReverseTexts_AndWritesThemIdById()
    {
        const int Start = 0, Vocabulary = 12, Positions = 6, Samples = 32, Tests = 50;
        var random = new Random(5);
        var network = SmallTransformer.Create(1);
        var trainer = new SmallTransformer.Trainer(network, new Adam(3e-3));
        int[] source = new int[Samples * Positions], labels = new int[source.Length], target = new int[source.Length];
        for (var step = 0; step < 400; step++)
        {
            for (var i = 0; i < source.Length; i++) source[i] = random.Next(1, Vocabulary);
            for (var i = 0; i < source.Length; i++) labels[i] = source[i / Positions * Positions + Positions - 1 - i % Positions];
            for (var i = 0; i < source.Length; i++) target[i] = i % Positions == 0 ? Start : labels[i - 1];
            trainer.Step(source, target, labels);
        }

        var right = 0;
        var logits = new float[SmallTransformer.OutputSize];
        for (var test = 0; test < Tests; test++)
        {
            int[] text = [.. Enumerable.Range(0, Positions).Select(_ => random.Next(1, Vocabulary))], written = new int[Positions];
            // What follows each id depends on those before it alone, so that the others may be anything.
            for (var i = 0; i < Positions; i++)
            {
                network.Predict(text, [Start, .. written[..^1]], logits);
                var next = logits.AsSpan(i * Vocabulary, Vocabulary);
                for (var id = 1; id < Vocabulary; id++) if (next[id] > next[written[i]]) written[i] = id;
            }
            if (written.AsEnumerable().Reverse().SequenceEqual(text)) right++;
        }
        output.WriteLine($"{right} of {Tests}");
        Assert.True(right >= 0.9 * Tests, $"{right} of {Tests} texts were reversed.");
    }

    /// <summary>The token after each, or the token itself where another one stands in its place.</summary>
    void LearnsTokens<TNetwork>(int samples, int steps) where TNetwork : class, ITrainable<TNetwork, int>
    {
        var tokens = Tokens(samples * TNetwork.Info.InputSize, TNetwork.Info.Vocabulary);
        Learns(new Trainer<TNetwork, int>(TNetwork.Create(1), new Adam(1e-2)), [.. tokens.Select(BitConverter.Int32BitsToSingle)], Next(tokens), steps);
    }

    static int[] Tokens(int count, int vocabulary) => [.. Enumerable.Range(0, count).Select(i => i * i * 5 % vocabulary)];

    static int[] Next(int[] tokens) => [.. tokens[1..], tokens[0]];

    void LearnsLabels<TNetwork>(int samples, int steps, double rate = 1e-3) where TNetwork : class, ITrainable<TNetwork, int>
    {
        var classes = TNetwork.Info.OutputSize;
        Learns(new Trainer<TNetwork, int>(TNetwork.Create(1), new Adam(rate)), Pixels(samples, TNetwork.Info.InputSize),
            [.. Enumerable.Range(0, samples).Select(i => i * 7 % classes)], steps);
    }

    void LearnsImages<TNetwork>(int samples, int steps, Action<float[], float[]> draw) where TNetwork : class, ITrainable<TNetwork, float>
    {
        var x = Pixels(samples, TNetwork.Info.InputSize);
        var target = new float[x.Length];
        draw(x, target);
        Learns(new Trainer<TNetwork, float>(TNetwork.Create(1), new Adam(1e-3)), x, target, steps);
    }

    void Learns<TNetwork, TTarget>(Trainer<TNetwork, TTarget> trainer, float[] x, TTarget[] target, int steps)
        where TNetwork : class, ITrainable<TNetwork, TTarget> where TTarget : unmanaged
    {
        var losses = new float[steps + 1];
        for (var i = 0; i <= steps; i++) losses[i] = i < steps ? trainer.Step(x, target) : trainer.Backward(x, target);
        output.WriteLine(string.Join(" ", losses));
        Assert.All(losses, loss => Assert.True(float.IsFinite(loss)));
        Assert.All(trainer.Gradients.Views, gradient => Assert.Contains(gradient.ToArray(), g => g != 0));
        Assert.True(losses[steps] < 0.97 * losses[0], $"The loss was {losses[0]} and is {losses[steps]} after {steps} steps.");
    }

    /// <summary>Numbers between 0 and 1 that change slowly, as images do, and differ from sample to sample.</summary>
    static float[] Pixels(int samples, int size) =>
        [.. Enumerable.Range(0, samples * size).Select(i => 0.5f + 0.5f * MathF.Sin(i % size * (0.01f + 0.013f * (i / size)) + i / size))];
}
