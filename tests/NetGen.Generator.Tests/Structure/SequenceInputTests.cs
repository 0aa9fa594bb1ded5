using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Structure;

/// <summary>The input of samples that have as many positions as they like, as its user meets it.</summary>
public sealed class SequenceInputTests(SequenceInputTests.Compiled compiled) : IClassFixture<SequenceInputTests.Compiled>
{
    const string Source = """
        using static NetGen.Functions;

        [Network, Sequence(Max = 12), Embedding(10, 8), PositionalEmbedding, TransformerEncoderLayer(2, 16), MeanPositions, Linear(2), Loss(Loss.CrossEntropy)]
        public partial class Sentiment;

        [Network, Sequence(2, Max = 9), GRU(8), Linear(1), Loss(Loss.MSE)]
        public partial class Meter;

        [Network, Sequence(Max = 16), Embedding(6, 16, Name = "wte"), PositionalEmbedding, TransformerDecoderLayer(2, 32, NormFirst = true), LayerNorm, TiedLinear("wte"), Loss(Loss.CrossEntropy)]
        public partial class Speaker;

        [Network, Sequence(Max = 12), Embedding(10, 8), Conv1d(16, 3, Padding = Padding.Same), ReLU, MeanPositions, Linear(2), Loss(Loss.CrossEntropy)]
        public partial class Motif;

        public static class Use
        {
            // Texts of 2 to 12 ids, in which a 7 is always beside a 3, and in half of them before it.
            static SequenceDataset<int> Pairs(int count, int seed)
            {
                var random = new System.Random(seed);
                var (tokens, lengths, labels) = (new System.Collections.Generic.List<int>(), new int[count], new int[count]);
                for (int i = 0; i < count; i++)
                {
                    lengths[i] = 2 + random.Next(11);
                    labels[i] = i % 2;
                    for (int t = 0; t < lengths[i]; t++) tokens.Add(random.Next(10) is var id && id is 3 or 7 ? 6 : id);
                    var at = tokens.Count - lengths[i] + random.Next(lengths[i] - 1);
                    (tokens[at], tokens[at + 1]) = labels[i] == 1 ? (7, 3) : (3, 7);
                }
                return new SequenceDataset<int>(tokens.ToArray(), lengths, labels, max: Motif.MaxPositions);
            }

            public static double AccuracyOfPairs()
            {
                var net = Motif.Create(1);
                net.Fit(Pairs(600, 1), Pairs(100, 2), new FitOptions { Epochs = 12, BatchSize = 32, Optimizer = new AdamW(1e-2) });
                return Training.Evaluate<Motif, int>(net, Pairs(200, 3)).Accuracy;
            }

            // Texts of 1 to 12 ids, in which a 7 makes the difference.
            static SequenceDataset<int> Texts(int count, int seed)
            {
                var random = new System.Random(seed);
                var (tokens, lengths, labels) = (new System.Collections.Generic.List<int>(), new int[count], new int[count]);
                for (int i = 0; i < count; i++)
                {
                    lengths[i] = 1 + random.Next(12);
                    labels[i] = i % 2;
                    for (int t = 0; t < lengths[i]; t++) tokens.Add(random.Next(10) is var id && id == 7 ? 6 : id);
                    if (labels[i] == 1) tokens[tokens.Count - 1 - random.Next(lengths[i])] = 7;
                }
                return new SequenceDataset<int>(tokens.ToArray(), lengths, labels, max: Sentiment.MaxPositions);
            }

            public static double Accuracy()
            {
                var net = Sentiment.Create(1);
                net.Fit(Texts(600, 1), Texts(100, 2), new FitOptions { Epochs = 12, BatchSize = 32, Optimizer = new AdamW(3e-3) });
                return Training.Evaluate<Sentiment, int>(net, Texts(200, 3)).Accuracy;
            }

            // The mean of what was there so far, of sequences with a value at each position.
            public static double Error()
            {
                var random = new System.Random(4);
                var (x, y, lengths) = (new System.Collections.Generic.List<float>(), new System.Collections.Generic.List<float>(), new int[300]);
                for (int i = 0; i < lengths.Length; i++)
                {
                    lengths[i] = 1 + random.Next(9);
                    float sum = 0;
                    for (int t = 0; t < lengths[i]; t++)
                    {
                        x.Add(random.NextSingle());
                        x.Add(1);
                        sum += x[x.Count - 2];
                        y.Add(sum / (t + 1));
                    }
                }
                var data = new SequenceDataset<float>(x.ToArray(), lengths, y.ToArray(), Meter.MaxPositions, inputsOfPosition: 2, targetsOfPosition: 1);
                var net = Meter.Create(1);
                var result = net.Fit(data, data, new FitOptions { Epochs = 15, BatchSize = 16, Optimizer = new AdamW(1e-2) });
                return Training.Evaluate<Meter, float>(net, data).Loss;
            }

            public static int[] Speak(int[] prompt)
            {
                var net = Speaker.Create(1);
                var trainer = new Speaker.Trainer(net, new AdamW(1e-2));
                // 0 1 2 3 4 5 0 1 …, from any place on.
                var random = new System.Random(1);
                for (int step = 0; step < 150; step++)
                {
                    var (ids, next, lengths) = (new System.Collections.Generic.List<int>(), new System.Collections.Generic.List<int>(), new int[8]);
                    for (int i = 0; i < lengths.Length; i++)
                    {
                        lengths[i] = 1 + random.Next(16);
                        var first = random.Next(6);
                        for (int t = 0; t < lengths[i]; t++)
                        {
                            ids.Add((first + t) % 6);
                            next.Add((first + t + 1) % 6);
                        }
                    }
                    trainer.Step(ids.ToArray(), lengths, next.ToArray());
                }
                return System.Linq.Enumerable.ToArray(net.Generate(prompt, new SamplingOptions { Temperature = 0, MaxTokens = 6 }));
            }

            public static void Predict(int[] tokens, int[] lengths, int outputs) => Sentiment.Create(1).Predict(tokens, lengths, new float[outputs]);
            public static void PredictOne(int[] tokens, int outputs) => Sentiment.Create(1).Predict(tokens, new float[outputs]);
            public static void Step(int[] tokens, int[] lengths, int[] labels) => new Sentiment.Trainer(Sentiment.Create(1), new SGD()).Step(tokens, lengths, labels);
            public static void StepSpeaker(int[] tokens, int[] lengths, int[] labels) => new Speaker.Trainer(Speaker.Create(1), new SGD()).Step(tokens, lengths, labels);
            public static void FitFixed() => Sentiment.Create(1).Fit(new Dataset<int>(new int[20], new int[2], 10));
            public static void FitLong() => Sentiment.Create(1).Fit(new SequenceDataset<int>(new int[12], [12], new int[1], max: 13));
            public static void Dataset(int[] tokens, int[] lengths, int[] labels, int ofPosition) => new SequenceDataset<int>(tokens, lengths, labels, 4, ofPosition);
            public static unsafe int[] Native(string path)
            {
                Speaker.Create(1).Save(path);
                var name = System.Text.Encoding.UTF8.GetBytes(path + "\0");
                var (x, y, expected) = (new int[] { 1, 2, 3 }, new float[18], new float[18]);
                Speaker.Create(1).Predict(x, expected);
                fixed (byte* p = name)
                fixed (int* px = x)
                fixed (float* py = y)
                {
                    var network = NetGen.Runtime.NativeNetwork<Speaker>.Create(p, null);
                    return new[]
                    {
                        NetGen.Runtime.NativeNetwork<Speaker>.Predict(network, (float*)px, 3, py, 18), System.Linq.Enumerable.SequenceEqual(y, expected) ? 1 : 0,
                        NetGen.Runtime.NativeNetwork<Speaker>.Predict(network, (float*)px, 3, py, 12), NetGen.Runtime.NativeNetwork<Speaker>.Predict(network, (float*)px, 0, py, 0),
                        NetGen.Runtime.NativeNetwork<Speaker>.Predict(network, (float*)px, 17, py, 102), NetGen.Runtime.NativeNetwork<Sentiment>.Destroy(network),
                        NetGen.Runtime.NativeNetwork<Speaker>.Destroy(network), NetGen.Runtime.NativeNetwork<Speaker>.Destroy(network),
                    };
                }
            }

            public static SequenceInfo Info() => Speaker.Info.Sequence!;
        }
        """;

    readonly LoadedProgram program = compiled.Program;

    [Fact]
    public void Networks_LearnFromSamplesOfAllLengths_AndSpeak()
    {
        Assert.InRange((double)program.Call("Use", "Accuracy")!, 0.95, 1);
        Assert.InRange((double)program.Call("Use", "AccuracyOfPairs")!, 0.95, 1);
        Assert.InRange((double)program.Call("Use", "Error")!, 0, 2e-3);
        Assert.Equal([3, 4, 5, 0, 1, 2], (int[])program.Call("Use", "Speak", new[] { 1, 2 })!);
        Assert.Equal(new SequenceInfo { Max = 16, InputSize = 1, OutputSize = 6, TargetSize = 1 }, program.Call("Use", "Info"));
    }

    [Fact]
    public void NativePrediction_TakesFewerPositions()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("netgen-sequences-").FullName, "speaker.safetensors");
        Assert.Equal([0, 1, -2, -2, -2, -1, 0, -1], (int[])program.Call("Use", "Native", path)!);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void WrongArguments_AreNamed()
    {
        Refused<ArgumentException>("Predict", "lengths is empty; a batch has at least one sample.", Array.Empty<int>(), Array.Empty<int>(), 0);
        Refused<ArgumentOutOfRangeException>("Predict", "Sample 1 has 0 positions; it needs at least 1 and at most 12.", new int[3], new[] { 3, 0 }, 4);
        Refused<ArgumentOutOfRangeException>("Predict", "Sample 0 has 13 positions; it needs at least 1 and at most 12.", new int[13], new[] { 13 }, 2);
        Refused<ArgumentException>("Predict", "tokens has 6 values; samples of these lengths have 5.", new int[6], new[] { 3, 2 }, 4);
        Refused<ArgumentException>("Predict", "y has 3 values; 2 samples of 5 positions together need 4.", new int[5], new[] { 3, 2 }, 3);
        Refused<ArgumentOutOfRangeException>("Predict", "The id at position 1 of sample 1 is 10; the vocabulary has 10 ids, from 0 to 9.", new[] { 0, 0, 0, 1, 10 }, new[] { 3, 2 }, 4);
        Refused<ArgumentException>("PredictOne", "tokens has 13 values; a sample has 1 to 12 positions, and of several samples the lengths have to be given unless all have the most.", new int[13], 2);
        Refused<ArgumentException>("PredictOne", "tokens has 0 values; a sample has 1 to 12 positions, and of several samples the lengths have to be given unless all have the most.", Array.Empty<int>(), 2);
        program.Call("Use", "PredictOne", new int[24], 4);
        Refused<ArgumentException>("Step", "target has 1 value; 2 samples of 5 positions together need 2.", new int[5], new[] { 3, 2 }, new int[1]);
        Refused<ArgumentOutOfRangeException>("Step", "The label of sample 1 of the batch is 2; it must be from 0 to 1, or -100 for a sample that doesn't count.", new int[5], new[] { 3, 2 }, new[] { 0, 2 });
        Refused<ArgumentOutOfRangeException>("StepSpeaker", "The label at position 1 of sample 1 of the batch is 6; it must be from 0 to 5, or -100 for a position that doesn't count.", new int[5], new[] { 3, 2 }, new[] { 0, 1, 2, 3, 6 });
        Refused<ArgumentException>("FitFixed", "A sample of the dataset has 10 values; Sentiment takes 12, or less from a dataset that tells each sample's length, as SequenceDataset does.");
        Refused<ArgumentException>("FitLong", "A sample of the dataset has 13 values; Sentiment takes 12.");
        Refused<ArgumentOutOfRangeException>("Dataset", "Sample 0 has 5 positions; there are from 1 to 4.", new int[5], new[] { 5 }, new int[1], 0);
        Refused<ArgumentException>("Dataset", "4 positions of 1 value need 4; there are 5.", new int[5], new[] { 4 }, new int[1], 0);
        Refused<ArgumentException>("Dataset", "4 positions with 1 target value need 4; there are 1.", new int[4], new[] { 4 }, new int[1], 1);
        Refused<ArgumentException>("Dataset", "3 target values are not the same number for each of 2 samples.", new int[4], new[] { 2, 2 }, new int[3], 0);

        void Refused<TException>(string method, string message, params object[] arguments) where TException : ArgumentException
        {
            var exception = Assert.Throws<TException>(() => program.Call("Use", method, arguments));
            Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{|NG0005:Sequence|}, Embedding(5, 4)", "'Sequence()' sets Max, the most positions of a sample, to 0: a size must be at least 1")]
    [InlineData("{|NG0018:Sequence(Max = 3)|}, Linear(4)", "'Sequence(Max = 3)' sets shape to nothing: it must be the numbers of a position, such as [Sequence(6, Max = 100)]; it is left out for the ids of a text, which an Embedding comes first for")]
    [InlineData("{|NG0018:Sequence(2, 2, Max = 3)|}, Linear(4)", "'Sequence(2, 2, Max = 3)' sets shape to 2, 2: it must be the numbers of a position, or left out for ids")]
    [InlineData("{|NG0018:Sequence(Max = 3, Gradient = true)|}, Embedding(5, 4)", "'Sequence(Max = 3)' sets Gradient to true: it must be left out: ids have no gradient")]
    [InlineData("Sequence(2, Max = 3), {|NG0019:Input(2)|}, Linear(4)", "'Input(2)' is a second input: a network has one; remove this one")]
    [InlineData("Sequence(2, Max = 3), {|NG0020:Flatten|}, Linear(4)", "'Flatten' doesn't fit an input of shape [3, 2]: samples have as many positions as they like here, and it can't do without their number; declare [Input(…)], or [Shape(…)] in a Forward, in place of [Sequence(…)], or bring the positions together before it, as MeanPositions and MaxPositions do")]
    [InlineData("Sequence(2, Max = 3), Linear(4), {|NG0020:MaxPool1d(2)|}", null)]
    [InlineData("Sequence(2, Max = 3), {|NG0018:Conv1d(4, 3)|}",
        "'Conv1d(4, 3)' sets Padding to 0: it must be Padding.Same, or 1 for this kernel, where samples have as many positions as they like, so that there are as many after it")]
    [InlineData("Sequence(2, Max = 3), {|NG0018:Conv1d(4, 4, Padding = 2, Dilation = 3)|}",
        "'Conv1d(4, 4)' sets Padding to 2: it must be Padding.Same, where samples have as many positions as they like, so that there are as many after it")]
    [InlineData("Sequence(2, Max = 3), {|NG0018:Conv1d(4, 3, Padding = -2)|}", "'Conv1d(4, 3)' sets Padding to -2: it must be at least 0")]
    [InlineData("Sequence(2, Max = 3), {|NG0018:Conv1d(4, 3, Padding = 1, Stride = 2)|}", "'Conv1d(4, 3)' sets Stride to 2: it must be 1 where samples have as many positions as they like")]
    [InlineData("Sequence(2, Max = 3), {|NG0018:Conv1d(4, 3, Padding = 1, Groups = 2)|}", "'Conv1d(4, 3)' sets Groups to 2: it must be 1 where samples have as many positions as they like")]
    [InlineData("Sequence(2, Max = 3), {|NG0005:Conv1d(4, 3, Padding = 1, Dilation = 0)|}", null)]
    [InlineData("Sequence(2, Max = 3), {|NG0005:Conv1d(0, 3, Padding = 1)|}", null)]
    [InlineData("Sequence(2, Max = 3), {|NG0005:Conv1d(4, 0, Padding = 1)|}", null)]
    [InlineData("Sequence(2, Max = 1000), {|NG0006:Conv1d(1, 1000001, Padding = Padding.Same)|}", null)]
    [InlineData("Sequence(2, Max = 3), {|NG0006:Conv1d(1, 3, Padding = Padding.Same, Dilation = 2000000000)|}", null)]
    [InlineData("Sequence(2, Max = 3), {|NG0006:Conv1d(1, 3, Padding = 2000000000, Dilation = 2000000000)|}", null)]
    [InlineData("Sequence(2, Max = 3), SelectPosition, {|NG0020:Conv1d(1, 3, Padding = 1)|}", "'Conv1d(1, 3)' doesn't fit an input of shape [2]: it needs a sequence of shape [channels, length]; [Reshape] gives it one")]
    [InlineData("Sequence(2, Max = 3), {|NG0018:SelectPosition(1)|}, Linear(4)", "'SelectPosition(1)' sets position to 1: it must be 0 or -1, the first or the last one, since a sample may have one position")]
    public void Layer_ThatNeedsTheNumberOfPositions_IsRefused(string elements, string? message)
    {
        var source = $"[Network, {elements}] public partial class Net;";
        if (message is null) Expect.Diagnostics(source);
        else Expect.Diagnostic(source, message);
    }

    [Theory]
    [InlineData("[Sequence(Max = 4)] Tensor a, [Shape(4)] Tensor b) => {|NG0020:c(a) + c(b)|};",
        "'+' doesn't fit an input of shape [4, 4]: samples have as many positions as they like here, and the values of shape [4, 4] beside them are always as many; bring the positions together before it, or let attention look at them")]
    [InlineData("[Sequence(Max = 4)] Tensor a) => {|NG0020:Transpose(c(a), 0, 1)|};", null)]
    public void Forward_ThatNeedsTheNumberOfPositions_IsRefused(string body, string? message)
    {
        var source = $"using static NetGen.Functions; [Network] public partial class Net {{ [Embedding(5, 4)] readonly Layer c; Tensor Forward({body} }}";
        if (message is null) Expect.Diagnostics(source);
        else Expect.Diagnostic(source, message);
    }

    const string Turned = " doesn't fit an input of shape [5, 4]: samples have as many positions as they like here, and Conv1d takes [positions, features] as they are: "
        + "call it without a Transpose before it and after it";

    [Theory]
    [InlineData("Tensor Forward([Sequence(4, Max = 5)] Tensor x) => Transpose(conv({|NG0020:Transpose(x)|}));", "'Transpose'" + Turned)]
    [InlineData("Tensor Forward([Sequence(4, Max = 5)] Tensor x) => Max(ReLU(conv(ReLU({|NG0020:Permute(x, 1, 0)|}))), -1);", "'Permute(1, 0)'" + Turned)]
    [InlineData("Tensor Forward([Sequence(5, Max = 5)] Tensor x) => Transpose(conv({|NG0020:Transpose(x, 0, 1)|}));", null)]
    [InlineData("Tensor Forward([Sequence(4, Max = 5)] Tensor x) => MatMul({|NG0020:Transpose(x)|}, conv(x));",
        "'Transpose' doesn't fit an input of shape [5, 4]: samples have as many positions as they like here, and it can't do without their number; "
            + "declare [Input(…)], or [Shape(…)] in a Forward, in place of [Sequence(…)], or bring the positions together before it, as MeanPositions and MaxPositions do")]
    public void Transpose_ForAConvolution_SaysThatItNeedsNone(string forward, string? message)
    {
        var source = $"using static NetGen.Functions; [Network] public partial class Net {{ [Conv1d(6, 3, Padding = Padding.Same)] readonly Layer conv; {forward} }}";
        if (message is null) Expect.Diagnostics(source);
        else Expect.Diagnostic(source, message);
    }

    [Fact]
    public void Convolution_OfANumberForEachPosition_IsRefused() => Expect.Diagnostic("""
        using static NetGen.Functions;
        [Network]
        public partial class Net
        {
            [Conv1d(4, 3)] readonly Layer layer;
            Tensor Forward([Sequence(2, Max = 4)] Tensor x) => {|NG0020:layer(Sum(x, -1))|};
        }
        """, "'layer: Conv1d(4, 3)' doesn't fit an input of shape [4]: it needs [positions, features]");

    [Theory, InlineData("LayerNorm"), InlineData("RMSNorm"), InlineData("Linear(4)"), InlineData("Linear(5)"), InlineData("MixtureOfExperts(2, 3)")]
    public void Layer_OfANumberForEachPosition_IsRefused(string layer) => Expect.Diagnostics($$"""
        using static NetGen.Functions;
        [Network]
        public partial class Net
        {
            [{{layer}}] readonly Layer layer;
            Tensor Forward([Sequence(2, Max = 4)] Tensor x) => {|NG0020:layer(Sum(x, -1))|};
        }
        """);

    public sealed class Compiled() : SharedProgram(Source);
}
