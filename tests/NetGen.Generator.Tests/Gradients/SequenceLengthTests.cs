using System.Globalization;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>
/// Samples that have as many positions as they like against the interpreter with networks of the same layers that are declared for as many. What a sample gets must
/// not depend on what the others of its batch have.
/// </summary>
public sealed class SequenceLengthTests(SequenceLengthTests.Networks networks) : IClassFixture<SequenceLengthTests.Networks>
{
    const int Max = SequenceLengthCases.Max;

    /// <summary>The lengths that there are networks for: below, at and beyond the sizes of tiles and panels.</summary>
    static readonly int[] Declared = [1, 2, 5, 8, 14, Max];

    static readonly int[][] Batches = [[Max], [1], [5], [5, 1, Max, 2], [2, 2, 8, 14, 1, 5, Max, Max, 8]];

    public static TheoryData<string> Names => [.. SequenceLengthCases.OfOne.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Predict_GivesWhatNetworksOfTheSamplesLengthsDo(string name)
    {
        var free = networks.Of(name);
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
        var free = networks.Of(name);
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
                var (own, gradients) = OfLength(name, lengths[i], free).Gradient([[samples[i].X]], samples[i].Target);
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
        var free = networks.Of(name);
        free.Randomize(seed: 7);
        int[] lengths = Batches[^1];
        var samples = Samples(free, lengths);
        float[] x = [.. samples.SelectMany(s => s.X)];
        float[] target = [.. samples.SelectMany(s => s.Target)];
        var one = free.Pass(x, lengths, target, workers: 1);
        foreach (var workers in new[] { 2, 3, 7 }) Assert.Equal(one, free.Pass(x, lengths, target, workers));
    }

    LengthReference OfLength(string name, int length, SequenceSubject free) => new(networks.OfLength(name, length), free);

    static List<(float[] X, float[] Target)> Samples(SequenceSubject free, int[] lengths)
    {
        var random = new Random(lengths.Length);
        var info = free.Info;
        return [.. lengths.Select(length => (
            info.Vocabulary > 0 ? Batch.RandomIds(random, length, info.Vocabulary) : Batch.Normal(random, length * info.Sequence!.InputSize), free.TargetOf(random, length)))];
    }

    public sealed class Networks : IDisposable
    {
        readonly NetworkSet set = new(SequenceLengthCases.OfOne.ToDictionary(c => c.Key, c => SequenceLengthCases.With(c.Value, null)), SequenceLengthCases.Blocks);

        readonly Dictionary<string, ReferenceNetwork> references = ReferenceNetwork.Of(
            SequenceLengthCases.OfOne.SelectMany(c => Declared.Select(length => (NameOf(c.Key, length), SequenceLengthCases.With(c.Value, length)))).ToDictionary(),
            SequenceLengthCases.Blocks);

        static string NameOf(string name, int length) => string.Create(CultureInfo.InvariantCulture, $"{name}{length}");

        internal SequenceSubject Of(string name) => SequenceSubject.Create(set.TypeOf(name));

        /// <summary>The network that is declared for a length.</summary>
        internal ReferenceNetwork OfLength(string name, int length) => references[NameOf(name, length)];

        public void Dispose() => set.Dispose();
    }
}
