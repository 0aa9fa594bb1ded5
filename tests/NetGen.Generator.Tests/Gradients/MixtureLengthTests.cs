using System.Globalization;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>
/// The loss that balances experts, of samples that have as many positions as they like: the mean over a sample's own positions. It counts the choices of the
/// whole batch, so that networks of one length have the same batches.
/// </summary>
public sealed class MixtureLengthTests(MixtureLengthTests.Networks networks) : IClassFixture<MixtureLengthTests.Networks>
{
    const int Max = 9, Features = 8, Experts = 4;

    static readonly Dictionary<string, string> Cases = new()
    {
        ["OfPositions"] = "[{0}, MixtureOfExperts(4, 12, BalanceLoss = 0.3f), Linear(3), Loss(Loss.CrossEntropy)]",
        ["OfSamples"] = "[{0}, MixtureOfExperts(4, 12, BalanceLoss = 0.3f, TopK = 1), MeanPositions, Linear(3), Loss(Loss.MSE)]",
        ["Summed"] = "[{0}, MixtureOfExperts(4, 12, BalanceLoss = 0.3f), MixtureOfExperts(4, 8, TopK = 3, BalanceLoss = 0.2f), Linear(3)]",
        ["SummedOfSamples"] = "[{0}, MixtureOfExperts(4, 12, BalanceLoss = 0.3f), SelectPosition, Linear(3)]",
    };

    public static TheoryData<string, int, int> Batches => [.. Cases.Keys.SelectMany(name => new[] { (name, 5, 1), (name, 1, 1), (name, 5, 3), (name, Max, 2) })];

    [Theory, MemberData(nameof(Batches))]
    public void LossAndGradients_AreThoseOfTheNetworkOfTheirLength(string name, int length, int samples)
    {
        var free = networks.Of(name);
        free.Randomize(seed: 4);
        var (x, target) = Samples(free, [.. Enumerable.Repeat(length, samples)]);
        var (expectedLoss, expected) = new LengthReference(networks.OfLength(name, length), free).Gradient([.. x.Chunk(length * Features).Select(sample => new[] { sample })], target);
        var (loss, gradients) = free.Gradient(x, [.. Enumerable.Repeat(length, samples)], target);
        Assert.Equal(expectedLoss, loss, 1e-5 * Math.Max(1, Math.Abs(expectedLoss)));
        var largest = expected.Values.SelectMany(v => v).Max(MathF.Abs);
        foreach (var (parameter, values) in gradients) values.AssertClose(expected[parameter], 2e-5, parameter, largest);
    }

    [Fact]
    public void Loss_OfSamplesOfSeveralLengths_HasEachOnesMean()
    {
        var free = networks.Of("OfSamples");
        free.Randomize(seed: 5);
        int[] lengths = [5, 1, Max, 2];
        var (x, target) = Samples(free, lengths);
        var balanced = free.Gradient(x, lengths, target).Loss;
        var plain = networks.Of("Plain");
        plain.TakeParameters(free);
        var gate = free.Parameters["0.gate.weight"].ToArray();
        var shares = x.Chunk(Features).Select(position => Softmax([.. gate.Chunk(Features).Select(w => w.Zip(position, (a, b) => (double)a * b).Sum())])).ToList();
        var chosen = Enumerable.Range(0, Experts).Select(e => shares.Average(p => p[e] == p.Max() ? 1.0 : 0)).ToArray();
        var (at, expected) = (0, 0.0);
        foreach (var length in lengths)
        {
            expected += 0.3 * Experts * shares.GetRange(at, length).Average(p => p.Zip(chosen, (a, b) => a * b).Sum()) / lengths.Length;
            at += length;
        }
        Assert.Equal(expected, balanced - plain.Gradient(x, lengths, target).Loss, 1e-5);
    }

    static double[] Softmax(double[] x)
    {
        var powers = x.Select(v => Math.Exp(v - x.Max())).ToArray();
        return [.. powers.Select(p => p / powers.Sum())];
    }

    static (float[] X, float[] Target) Samples(SequenceSubject free, int[] lengths)
    {
        var random = new Random(lengths.Length);
        var targets = free.Info.Sequence!.TargetSize is > 0 and var size ? size * lengths.Sum() : free.Info.OutputSize * lengths.Length;
        return (Batch.Normal(random, Features * lengths.Sum()),
            free.Classes > 0 ? Batch.RandomIds(random, targets, free.Classes) : Batch.Normal(random, targets));
    }

    public sealed class Networks : IDisposable
    {
        readonly NetworkSet set = new(Cases.Append(new("Plain", Cases["OfSamples"].Replace("0.3f", "0", StringComparison.Ordinal)))
            .ToDictionary(c => c.Key, c => With($"Sequence({Features}, Max = {Max}, Gradient = true)", c.Value)));

        readonly Dictionary<string, ReferenceNetwork> references = ReferenceNetwork.Of(Cases.SelectMany(c => new[] { 1, 5, Max }
            .Select(length => (NameOf(c.Key, length), With($"Input({length}, {Features}, Gradient = true)", c.Value)))).ToDictionary());

        static string With(string input, string layers) => layers.Replace("{0}", input, StringComparison.Ordinal);

        static string NameOf(string name, int length) => string.Create(CultureInfo.InvariantCulture, $"{name}{length}");

        internal SequenceSubject Of(string name) => SequenceSubject.Create(set.TypeOf(name));

        /// <summary>The network that is declared for a length.</summary>
        internal ReferenceNetwork OfLength(string name, int length) => references[NameOf(name, length)];

        public void Dispose() => set.Dispose();
    }
}
