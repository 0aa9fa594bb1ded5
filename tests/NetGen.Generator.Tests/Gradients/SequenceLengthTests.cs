using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>
/// Samples that have as many positions as they like against networks of the same layers that are declared for as many: those match PyTorch, the interpreter and finite
/// differences. What a sample gets must not depend on what the others of its batch have.
/// </summary>
public sealed class SequenceLengthTests(SequenceLengthTests.Networks networks) : IClassFixture<SequenceLengthTests.Networks>
{
    const int Max = 21;

    /// <summary>The lengths that there are networks for: below, at and beyond the sizes of tiles and panels.</summary>
    static readonly int[] Declared = [1, 2, 5, 8, 14, Max];

    static readonly int[][] Batches = [[Max], [1], [5], [5, 1, Max, 2], [2, 2, 8, 14, 1, 5, Max, Max, 8]];

    const string Layer = "TransformerEncoderLayer(2, 12)";

    static readonly Dictionary<string, string> Cases = NetworkCases.Select(new Dictionary<string, string>
    {
        ["Classifier"] = $"[{{0}}, Embedding(11, 8), PositionalEmbedding, {Layer}, MeanPositions, Linear(3), Loss(Loss.CrossEntropy)]",
        ["First"] = $"[{{0}}, Embedding(11, 16), SinusoidalPositions, LayerNorm, {Layer}, SelectPosition(0), Linear(3), Loss(Loss.CrossEntropy)]",
        ["Decoder"] = "[{0}, Embedding(11, 24, Name = \"wte\"), PositionalEmbedding, TransformerDecoderLayer(4, 32, NormFirst = true, Activation = FeedForwardActivation.GELU, KeyValueHeads = 2), LayerNorm, TiedLinear(\"wte\"), Loss(Loss.CrossEntropy)]",
        ["Rotary"] = "[{0}, Embedding(11, 80), TransformerDecoderLayer(2, 40, Norm = Norm.RMSNorm, Activation = FeedForwardActivation.SwiGLU, Rotary = true, Bias = false), Linear(11), LogSoftmax, Loss(Loss.NLL)]",
        ["Values"] = "[{1:3}, Linear(8), Tanh, Residual(typeof(Sub)), Linear(2), Loss(Loss.MSE)]",
        ["Lstm"] = "[{1:5}, LSTM(6, Bidirectional = true), SelectPosition, Linear(3), Loss(Loss.CrossEntropy)]",
        ["Gru"] = "[{1:4}, GRU(16, Layers = 2), LayerNorm, Linear(4), Loss(Loss.CrossEntropy)]",
        ["Rnn"] = "[{1:4}, RNN(7), MeanPositions, Linear(2), Loss(Loss.MSE)]",
        ["Attention"] = "[{1:12}, ScaledDotProductAttention(2), Linear(3), Loss(Loss.MSE)]",
        ["Experts"] = "[{1:8}, MixtureOfExperts(4, 12, BalanceLoss = 0), Linear(3), Loss(Loss.CrossEntropy)]",
        ["Mixtral"] = "[{0}, Embedding(11, 16), TransformerDecoderLayer(2, 20, Experts = 3, ExpertsPerToken = 1, BalanceLoss = 0, Norm = Norm.RMSNorm, Activation = FeedForwardActivation.SwiGLU, Bias = false), MeanPositions, Linear(3), Loss(Loss.CrossEntropy)]",
        ["Functions"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(11, 12)] readonly Layer tokens;
                [Parameter(12)] readonly Tensor scale;
                [Parameter(1, 12)] readonly Tensor offset;
                [Buffer(12, Init = Init.Constant, Value = 0.5f)] readonly Tensor half;
                [MultiheadAttention(2)] readonly Layer attention;
                [Linear(11)] readonly Layer head;
                Tensor Forward([{2}] Tensor ids)
                {
                    var x = tokens(ids);
                    x = (x - Mean(x, -1, keep: true)) * scale + offset;
                    var (a, b) = Split(attention(x), 2, axis: -1);
                    var c = Concat(-1, Slice(x, 1, 2, 9, 3), Gather(b, 1, 5, 0, 1));
                    return head(Concat(1, a * Sigmoid(b), c) * half * Max(x, 1, keep: true) - offset);
                }
            }
            """,
        ["Cross"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(11, 8)] readonly Layer tokens;
                [TransformerEncoderLayer(2, 12)] readonly Layer encoder;
                [MultiheadAttention(2)] readonly Layer cross;
                [Linear(11)] readonly Layer head;
                Tensor Forward([{2}] Tensor ids)
                {
                    var x = tokens(ids);
                    return head(x + ReLU(cross(x, encoder(x))));
                }
            }
            """,
    });

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Predict_GivesWhatNetworksOfTheSamplesLengthsDo(string name)
    {
        var free = networks.Of(name, null);
        free.Randomize(seed: 5);
        foreach (var lengths in Batches)
        {
            var samples = Samples(free, lengths);
            var expected = lengths.SelectMany((length, i) => OfLength(name, length, free).Predict(samples[i].X)).ToArray();
            free.Predict([.. samples.SelectMany(s => s.X)], lengths, expected.Length).AssertClose(expected, Closeness.Forward, "y");
            // A sample alone needs no lengths, and has the same bits as in a batch.
            var alone = samples.SelectMany((sample, i) => free.Predict(sample.X, [lengths[i]], free.OutputOf(lengths[i]))).ToArray();
            Assert.Equal(alone, free.Predict([.. samples.SelectMany(s => s.X)], lengths, expected.Length));
            if (lengths.Length == 1) Assert.Equal(alone, free.PredictAlone(samples[0].X, free.OutputOf(lengths[0])));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradient_IsTheSumOfThatOfNetworksOfTheSamplesLengths(string name)
    {
        var free = networks.Of(name, null);
        free.Randomize(seed: 6);
        foreach (var lengths in Batches)
        {
            var samples = Samples(free, lengths);
            var byPosition = free.Info.Sequence!.TargetSize > 0;
            var total = byPosition ? lengths.Sum() : lengths.Length;
            var expected = free.Parameters.Views.ToDictionary(v => v.Info.Name, v => new double[v.Info.Count]);
            var ofInput = new List<float>();
            var loss = 0.0;
            for (var i = 0; i < lengths.Length; i++)
            {
                var weight = (byPosition ? lengths[i] : 1.0) / total;
                var (own, gradients) = OfLength(name, lengths[i], free).Gradient(samples[i].X, samples[i].Target);
                loss += weight * own;
                foreach (var (parameter, values) in gradients)
                {
                    if (parameter == "x") ofInput.AddRange(values.Select(v => (float)(weight * v)));
                    else for (var j = 0; j < values.Length; j++) expected[parameter][j] += weight * values[j];
                }
            }
            var (actual, found) = free.Gradient([.. samples.SelectMany(s => s.X)], lengths, [.. samples.SelectMany(s => s.Target)]);
            Assert.Equal(loss, actual, 1e-4);
            var largest = expected.Values.SelectMany(v => v).Max(Math.Abs);
            foreach (var (parameter, values) in found)
                values.AssertClose(parameter == "x" ? [.. ofInput] : [.. expected[parameter].Select(v => (float)v)], Closeness.Gradient, parameter, (float)largest);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradient_HasTheSameBits_HoweverManyThreadsThereAre(string name)
    {
        var free = networks.Of(name, null);
        free.Randomize(seed: 7);
        int[] lengths = Batches[^1];
        var samples = Samples(free, lengths);
        float[] x = [.. samples.SelectMany(s => s.X)];
        float[] target = [.. samples.SelectMany(s => s.Target)];
        var one = free.Pass(x, lengths, target, workers: 1);
        foreach (var workers in new[] { 2, 3, 7 }) Assert.Equal(one, free.Pass(x, lengths, target, workers));
    }

    /// <summary>The network that is declared for a length, with the same parameters.</summary>
    SequenceSubject OfLength(string name, int length, SequenceSubject free)
    {
        var declared = networks.Of(name, length);
        declared.TakeParameters(free);
        return declared;
    }

    static List<(float[] X, float[] Target)> Samples(SequenceSubject free, int[] lengths)
    {
        var random = new Random(lengths.Length);
        var info = free.Info;
        return [.. lengths.Select(length => (
            info.Vocabulary > 0 ? Batch.RandomIds(random, length, info.Vocabulary) : Batch.Normal(random, length * info.Sequence!.InputSize), free.TargetOf(random, length)))];
    }

    public sealed class Networks : IDisposable
    {
        readonly NetworkSet set = new(Declarations(), "using static NetGen.Functions;\n[Block, Linear(8), ReLU, LayerNorm] class Sub;\n");

        static Dictionary<string, string> Declarations()
        {
            var declarations = new Dictionary<string, string>();
            foreach (var (name, layers) in Cases)
            {
                declarations.Add($"{name}Free", With(layers, null));
                foreach (var length in Declared) declarations.Add($"{name}{length}", With(layers, length));
            }
            return declarations;

            static string With(string layers, int? length)
            {
                var text = layers.Replace("{0}", length is null ? $"Sequence(Max = {Max})" : $"Input({length})", StringComparison.Ordinal)
                    .Replace("{2}", length is null ? $"Sequence(Max = {Max})" : $"Shape({length})", StringComparison.Ordinal);
                return System.Text.RegularExpressions.Regex.Replace(text, @"\{1:(\d+)\}", match => length is null ? $"Sequence({match.Groups[1].Value}, Max = {Max}, Gradient = true)"
                    : $"Input({length}, {match.Groups[1].Value}, Gradient = true)");
            }
        }

        internal SequenceSubject Of(string name, int? length) => SequenceSubject.Create(set.TypeOf($"{name}{length?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "Free"}"));

        public void Dispose() => set.Dispose();
    }
}
