using System.Globalization;
using System.Text.RegularExpressions;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>Networks with several inputs, whose samples have lengths of their own in each, against networks of the same layers that are declared for these lengths.</summary>
public sealed class SeveralSequencesTests(SeveralSequencesTests.Networks networks) : IClassFixture<SeveralSequencesTests.Networks>
{
    const int MaxS = 21, MaxT = 13;

    /// <summary>The lengths of a sample that there are networks for: below, at and beyond the sizes of tiles, and either input the longer one.</summary>
    static readonly (int S, int T)[] Declared = [(MaxS, MaxT), (1, 1), (5, 2), (2, MaxT), (14, 1), (8, 9)];

    static readonly (int S, int T)[][] Batches =
    [
        [(MaxS, MaxT)], [(1, 1)], [(2, MaxT)], [(5, 2), (MaxS, MaxT), (14, 1)],
        [(8, 9), (2, MaxT), (1, 1), (MaxS, MaxT), (14, 1), (14, 1), (5, 2), (8, 9), (2, MaxT)],
    ];

    static readonly Dictionary<string, string> Cases = NetworkCases.Select(new Dictionary<string, string>
    {
        ["Translator"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(11, 16)] readonly Layer english;
                [Embedding(9, 16)] readonly Layer german;
                [SinusoidalPositions] readonly Layer positions;
                [TransformerEncoderLayer(2, 20)] readonly Layer encoder;
                [TransformerDecoderLayer(2, 20), Count(2)] readonly Layer[] decoder;
                [TiedLinear("german")] readonly Layer head;
                Tensor Forward([{s}] Tensor source, [{t}] Tensor target)
                {
                    var memory = encoder(positions(english(source)));
                    var x = positions(german(target));
                    foreach (var layer in decoder) x = layer(x, memory);
                    return head(x);
                }
            }
            """,
        ["SameMost"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(11, 40)] readonly Layer tokens;
                [PositionalEmbedding] readonly Layer positions;
                [Linear(20)] readonly Layer narrow;
                [MultiheadAttention(4, Causal = true, KeyValueHeads = 2)] readonly Layer own, other;
                [MultiheadAttention(2, Bias = false)] readonly Layer back;
                [Linear(5)] readonly Layer head;
                Tensor Forward([{s}] Tensor source, [{u}] Tensor target)
                {
                    var (x, memory) = (tokens(target), positions(tokens(source)));
                    x = own(x, x) + other(x, narrow(memory));
                    return head(memory + back(memory, x));
                }
            }
            """,
        ["Recurrent"] = """
            [Loss(Loss.MSE)]
            {
                [GRU(7)] readonly Layer encoder;
                [SelectPosition] readonly Layer last;
                [Linear(6)] readonly Layer start;
                [LSTM(6, Bidirectional = true)] readonly Layer decoder;
                [Linear(2)] readonly Layer head;
                Tensor Forward([{s:3}] Tensor source, [{t:6}] Tensor target) => head(decoder(target * start(last(encoder(source))) + target));
            }
            """,
        ["Pooled"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [ScaledDotProductAttention(2)] readonly Layer attention;
                [MultiheadAttention(2)] readonly Layer cross;
                [Linear(4)] readonly Layer narrow;
                [LayerNorm] readonly Layer norm;
                [MeanPositions] readonly Layer mean;
                [Linear(3)] readonly Layer head;
                Tensor Forward([{s:12}] Tensor a, [{t:4}] Tensor b) => head(norm(Concat(mean(cross(narrow(a), b)), mean(attention(a)), mean(b))));
            }
            """,
        ["Features"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(11, 8)] readonly Layer tokens;
                [TransformerEncoderLayer(2, 12)] readonly Layer encoder;
                [MeanPositions] readonly Layer mean;
                [Linear(8)] readonly Layer wide;
                [Linear(3)] readonly Layer head;
                Tensor Forward([Shape(5)] Tensor features, [{s}] Tensor ids, [Shape(8)] Tensor others)
                {
                    var x = encoder(tokens(ids) * Mean(features) + wide(features));
                    return head(mean(x) + others * wide(features));
                }
            }
            """,
        ["Captions"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(9, 16)] readonly Layer words;
                [TransformerDecoderLayer(2, 20)] readonly Layer decoder;
                [MultiheadAttention(4, Causal = true)] readonly Layer causal;
                [Linear(9)] readonly Layer head;
                Tensor Forward([{s}] Tensor caption, [Shape(6, 10)] Tensor patches)
                {
                    var x = decoder(words(caption), patches);
                    return head(x + causal(x, patches));
                }
            }
            """,
        ["Latents"] = """
            [Loss(Loss.MSE)]
            {
                [Parameter(6, 8)] readonly Tensor latents;
                [MultiheadAttention(2)] readonly Layer ofFirst, ofSecond;
                [MultiheadAttention(1, Causal = true)] readonly Layer causal;
                [Linear(3)] readonly Layer head;
                Tensor Forward([{s:8}] Tensor a, [{t:5}] Tensor b)
                {
                    var x = ofFirst(latents, a);
                    return head(Mean(x + ofSecond(x, b) * causal(x, a), axis: 0));
                }
            }
            """,
        ["Experts"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(11, 16)] readonly Layer words;
                [Embedding(3, 16)] readonly Layer kinds;
                [TransformerEncoderLayer(2, 12, Experts = 3, BalanceLoss = 0.5f, Norm = Norm.RMSNorm, Activation = FeedForwardActivation.SwiGLU, Bias = false)] readonly Layer encoder;
                [TransformerDecoderLayer(2, 12, Experts = 4, ExpertsPerToken = 1, BalanceLoss = 0.25f, Norm = Norm.RMSNorm, Activation = FeedForwardActivation.SwiGLU, Bias = false)] readonly Layer decoder;
                [MeanPositions] readonly Layer mean;
                [MixtureOfExperts(2, 8, BalanceLoss = 0.125f)] readonly Layer gist;
                [Linear(9)] readonly Layer head;
                Tensor Forward([{s}] Tensor source, [{t}] Tensor target, [Shape(1)] Tensor kind)
                {
                    var memory = encoder(words(source));
                    return head(decoder(words(target) + kinds(kind), memory) + gist(mean(memory)));
                }
            }
            """,
        ["OfGradient"] = """
            {
                [TransformerEncoderLayer(2, 8, BalanceLoss = 0.5f, Experts = 3, Bias = false)] readonly Layer encoder;
                [MultiheadAttention(3)] readonly Layer cross;
                Tensor Forward([{s:8}] Tensor source, [{t:9}] Tensor target) => cross(target, encoder(source));
            }
            """,
    });

    public static TheoryData<string> Names => [.. Cases.Keys];

    /// <summary>Those whose loss is a mean of the samples': what balances experts counts the choices of the whole batch.</summary>
    public static TheoryData<string> NamesOfMeans => [.. Cases.Where(c => !c.Value.Contains("BalanceLoss", StringComparison.Ordinal)).Select(c => c.Key)];

    [Theory, MemberData(nameof(Names))]
    public void Predict_GivesWhatNetworksOfTheSamplesLengthsDo(string name)
    {
        var free = networks.Of(name, null);
        free.Randomize(seed: 5);
        foreach (var lengths in Batches)
        {
            var samples = Samples(free, lengths);
            var expected = samples.SelectMany((sample, i) => OfLengths(name, lengths[i], free).Predict([.. sample.Inputs.SelectMany(x => x)])).ToArray();
            var (x, both) = BatchOf(free, samples, lengths);
            var actual = free.Predict(x, both, expected.Length);
            actual.AssertClose(expected, Closeness.Forward, "y");
            // A sample has the same bits alone and in a batch.
            Assert.Equal(actual, samples.SelectMany((sample, i) => Alone(free, sample, lengths[i])));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Predict_OfSamplesWithTheMostPositions_NeedsNoLengths(string name)
    {
        var free = networks.Of(name, null);
        free.Randomize(seed: 5);
        (int S, int T)[] lengths = [Most(free), Most(free), Most(free)];
        var samples = Samples(free, lengths);
        var expected = samples.SelectMany((sample, i) => Alone(free, sample, lengths[i])).ToArray();
        Assert.Equal(expected, free.PredictAlone([.. samples.SelectMany(sample => sample.Inputs.SelectMany(x => x))], expected.Length));
        var (x, both) = BatchOf(free, samples, lengths);
        float[] target = [.. samples.SelectMany(s => s.Target)];
        var (loss, gradients) = free.Gradient([.. samples.SelectMany(sample => sample.Inputs.SelectMany(x => x))], target);
        var (other, others) = free.Gradient(x, both, target);
        Assert.Equal(other, loss);
        foreach (var (parameter, values) in others) Assert.Equal(values, gradients[parameter]);
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradient_OfSamplesOfTheSameLengths_IsThatOfTheNetworkOfThese(string name)
    {
        var free = networks.Of(name, null);
        free.Randomize(seed: 8);
        foreach (var own in Declared)
        {
            (int S, int T)[] lengths = [own, own, own];
            var samples = Samples(free, lengths);
            float[] target = [.. samples.SelectMany(s => s.Target)];
            var (loss, expected) = OfLengths(name, own, free).Gradient([.. samples.SelectMany(sample => sample.Inputs.SelectMany(x => x))], target);
            var (x, both) = BatchOf(free, samples, lengths);
            Same(loss, [.. expected.Select(p => (p.Key, p.Value))], free.Gradient(x, both, target));
        }
    }

    static void Same(double loss, (string Parameter, float[] Values)[] expected, (float Loss, Dictionary<string, float[]> Gradients) actual)
    {
        Assert.True(Math.Abs(loss - actual.Loss) <= 1e-4 * Math.Max(1, Math.Abs(loss)), $"The loss is {actual.Loss}, not {loss}.");
        var largest = expected.SelectMany(p => p.Values).Max(MathF.Abs);
        foreach (var (parameter, values) in expected)
        {
            // Rows of positions that no sample has get nothing.
            var found = actual.Gradients[parameter];
            found.AssertClose([.. values, .. new float[found.Length - values.Length]], Closeness.Gradient, parameter, largest);
        }
    }

    [Theory, MemberData(nameof(NamesOfMeans))]
    public void Gradient_IsTheSumOfThatOfNetworksOfTheSamplesLengths(string name)
    {
        var free = networks.Of(name, null);
        free.Randomize(seed: 6);
        foreach (var lengths in Batches)
        {
            var samples = Samples(free, lengths);
            var total = lengths.Sum(l => Losses(free, l));
            var expected = free.Parameters.Views.ToDictionary(v => v.Info.Name, v => new double[v.Info.Count]);
            var loss = 0.0;
            for (var i = 0; i < lengths.Length; i++)
            {
                var weight = (double)Losses(free, lengths[i]) / total;
                var (own, gradients) = OfLengths(name, lengths[i], free).Gradient([.. samples[i].Inputs.SelectMany(x => x)], samples[i].Target);
                loss += weight * own;
                foreach (var (parameter, values) in gradients)
                    for (var j = 0; j < values.Length; j++) expected[parameter][j] += weight * values[j];
            }
            var (batch, both) = BatchOf(free, samples, lengths);
            Same(loss, [.. expected.Select(p => (p.Key, p.Value.Select(v => (float)v).ToArray()))], free.Gradient(batch, both, [.. samples.SelectMany(s => s.Target)]));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradient_HasTheSameBits_HoweverManyThreadsThereAre(string name)
    {
        var free = networks.Of(name, null);
        free.Randomize(seed: 7);
        foreach (var lengths in Batches)
        {
            var samples = Samples(free, lengths);
            var (x, both) = BatchOf(free, samples, lengths);
            float[] target = [.. samples.SelectMany(s => s.Target)];
            var one = free.Pass(x, both, target, workers: 1);
            foreach (var workers in new[] { 2, 3, 7 }) Assert.Equal(one, free.Pass(x, both, target, workers));
        }
    }

    /// <summary>How many of the positions a sample has that the output has, where it has some.</summary>
    static int Positions(SequenceSubject free, (int S, int T) lengths) => free.Info.Sequence!.Index == 0 ? lengths.S : lengths.T;

    /// <summary>How many losses a sample has.</summary>
    static int Losses(SequenceSubject free, (int S, int T) lengths) => free.Info.Sequence!.TargetSize > 0 ? Positions(free, lengths) : 1;

    static (int S, int T) Most(SequenceSubject free) => free.Info.Inputs.Where(input => input.Max > 0).Select(input => input.Max).ToList() is [var s, .. var rest] ? (s, rest.FirstOrDefault(1)) : default;

    static float[] Alone(SequenceSubject free, (float[][] Inputs, float[] Target) sample, (int S, int T) lengths) =>
        free.Predict([.. sample.Inputs.SelectMany(x => x)], free.Inputs == 1 ? [lengths.S] : [lengths.S, lengths.T], free.OutputOf(Positions(free, lengths)));

    /// <summary>The first input of all samples, then the second, and so on; and all lengths of the first before those of the second.</summary>
    static (float[] X, int[] Lengths) BatchOf(SequenceSubject free, List<(float[][] Inputs, float[] Target)> samples, (int S, int T)[] lengths) =>
        ([.. Enumerable.Range(0, free.Info.Inputs.Length).SelectMany(i => samples.SelectMany(sample => sample.Inputs[i]))],
            [.. lengths.Select(l => l.S), .. free.Inputs == 1 ? [] : lengths.Select(l => l.T)]);

    /// <summary>The network that is declared for a sample's lengths, with the same parameters.</summary>
    SequenceSubject OfLengths(string name, (int S, int T) lengths, SequenceSubject free)
    {
        var declared = networks.Of(name, lengths);
        declared.TakeParameters(free);
        return declared;
    }

    static List<(float[][] Inputs, float[] Target)> Samples(SequenceSubject free, (int S, int T)[] lengths)
    {
        var random = new Random(lengths.Length);
        return [.. lengths.Select(own =>
        {
            var at = 0;
            float[][] inputs = [.. free.Info.Inputs.Select(input =>
            {
                var values = input.Size * (input.Max == 0 ? 1 : at++ == 0 ? own.S : own.T);
                return input.Vocabulary > 0 ? Batch.RandomIds(random, values, input.Vocabulary) : Batch.Normal(random, values);
            })];
            return (inputs, free.TargetOf(random, Positions(free, own)));
        })];
    }

    public sealed class Networks : IDisposable
    {
        readonly NetworkSet set = new(Declarations(), "using static NetGen.Functions;\n");

        static Dictionary<string, string> Declarations()
        {
            var declarations = new Dictionary<string, string>();
            foreach (var (name, layers) in Cases)
            {
                declarations.Add(NameOf(name, null), With(layers, null));
                foreach (var lengths in Declared) declarations.Add(NameOf(name, lengths), With(layers, lengths));
            }
            return declarations;

            // {s} and {t} are inputs of ids, {s:3} one of 3 numbers at each position; {u} is {t} with the most positions of {s}.
            static string With(string layers, (int S, int T)? lengths) => Regex.Replace(layers, @"\{([stu])(:(\d+))?\}", match =>
            {
                var (input, numbers) = (match.Groups[1].Value, match.Groups[3].Value);
                if (lengths is not { } own) return $"Sequence({(numbers.Length == 0 ? "" : numbers + ", ")}Max = {(input == "t" ? MaxT : MaxS)})";
                return $"Shape({(input == "s" ? own.S : own.T)}{(numbers.Length == 0 ? "" : ", " + numbers)})";
            });
        }

        static string NameOf(string name, (int S, int T)? lengths) => lengths is { } own ? string.Create(CultureInfo.InvariantCulture, $"{name}{own.S}x{own.T}") : $"{name}Free";

        internal SequenceSubject Of(string name, (int S, int T)? lengths) => SequenceSubject.Create(set.TypeOf(NameOf(name, lengths)));

        public void Dispose() => set.Dispose();
    }
}
