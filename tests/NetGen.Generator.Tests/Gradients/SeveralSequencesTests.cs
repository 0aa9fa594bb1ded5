using System.Globalization;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>
/// Networks with several inputs, whose samples have lengths of their own in each, against the interpreter with networks of the same layers that are declared for
/// these lengths.
/// </summary>
public sealed class SeveralSequencesTests(SeveralSequencesTests.Networks networks) : IClassFixture<SeveralSequencesTests.Networks>
{
    const int MaxS = SequenceLengthCases.Max, MaxT = SequenceLengthCases.MaxOfSecond;

    /// <summary>The lengths of a sample that there are networks for: below, at and beyond the sizes of tiles, and either input the longer one.</summary>
    static readonly (int S, int T)[] Declared = [(MaxS, MaxT), (1, 1), (5, 2), (2, MaxT), (14, 1), (8, 9)];

    static readonly (int S, int T)[][] Batches =
    [
        [(MaxS, MaxT)], [(1, 1)], [(2, MaxT)], [(5, 2), (MaxS, MaxT), (14, 1)],
        [(8, 9), (2, MaxT), (1, 1), (MaxS, MaxT), (14, 1), (14, 1), (5, 2), (8, 9), (2, MaxT)],
    ];

    public static TheoryData<string> Names => [.. SequenceLengthCases.OfSeveral.Keys];

    /// <summary>Those whose loss is a mean of the samples': what balances experts counts the choices of the whole batch.</summary>
    public static TheoryData<string> NamesOfMeans => [.. SequenceLengthCases.OfSeveral.Where(c => !c.Value.Contains("BalanceLoss", StringComparison.Ordinal)).Select(c => c.Key)];

    [Theory, MemberData(nameof(Names))]
    public void Predict_GivesWhatNetworksOfTheSamplesLengthsDo(string name)
    {
        var free = networks.Of(name);
        free.Randomize(seed: 5);
        foreach (var lengths in Batches)
        {
            var samples = Samples(free, lengths);
            var expected = samples.SelectMany((sample, i) => OfLengths(name, lengths[i], free).Predict(sample.Inputs)).ToArray();
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
        var free = networks.Of(name);
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
        var free = networks.Of(name);
        free.Randomize(seed: 8);
        foreach (var own in Declared)
        {
            (int S, int T)[] lengths = [own, own, own];
            var samples = Samples(free, lengths);
            float[] target = [.. samples.SelectMany(s => s.Target)];
            var (loss, expected) = OfLengths(name, own, free).Gradient([.. samples.Select(sample => sample.Inputs)], target);
            if (expected.TryGetValue("x", out var dx)) expected["x"] = ByInput(samples, dx.Chunk(dx.Length / samples.Count));
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
        var free = networks.Of(name);
        free.Randomize(seed: 6);
        foreach (var lengths in Batches)
        {
            var samples = Samples(free, lengths);
            var total = lengths.Sum(l => Losses(free, l));
            var expected = free.Parameters.Views.ToDictionary(v => v.Info.Name, v => new double[v.Info.Count]);
            var ofInputs = new List<float[]>();
            var loss = 0.0;
            for (var i = 0; i < lengths.Length; i++)
            {
                var weight = (double)Losses(free, lengths[i]) / total;
                var (own, gradients) = OfLengths(name, lengths[i], free).Gradient([samples[i].Inputs], samples[i].Target);
                loss += weight * own;
                foreach (var (parameter, values) in gradients)
                {
                    if (parameter == "x") ofInputs.Add([.. values.Select(v => (float)(weight * v))]);
                    else for (var j = 0; j < values.Length; j++) expected[parameter][j] += weight * values[j];
                }
            }
            if (ofInputs.Count > 0) expected.Add("x", [.. ByInput(samples, ofInputs)]);
            var (batch, both) = BatchOf(free, samples, lengths);
            Same(loss, [.. expected.Select(p => (p.Key, p.Value.Select(v => (float)v).ToArray()))], free.Gradient(batch, both, [.. samples.SelectMany(s => s.Target)]));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradient_HasTheSameBits_HoweverManyThreadsThereAre(string name)
    {
        var free = networks.Of(name);
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

    [Theory, InlineData("Recurrent"), InlineData("Features"), InlineData("Latents")]
    public void InputGradient_IsTheSlopeOfTheLoss(string name)
    {
        if (!SequenceLengthCases.OfSeveral.ContainsKey(name)) return;
        var free = networks.Of(name);
        free.Randomize(seed: 9);
        var lengths = Batches[^2];
        var samples = Samples(free, lengths);
        var (x, both) = BatchOf(free, samples, lengths);
        float[] target = [.. samples.SelectMany(s => s.Target)];
        var gradient = free.Gradient(x, both, target).Gradients["x"];
        Assert.Equal(x.Length, gradient.Length);
        var first = 0;
        // Along the gradient of each input by itself.
        for (var i = 0; i < free.Info.Inputs.Length; i++)
        {
            var own = first..(first += samples.Sum(sample => sample.Inputs[i].Length));
            var norm = Math.Sqrt(gradient[own].Sum(g => (double)g * g));
            if (free.Info.Inputs[i].Vocabulary > 0)
            {
                Assert.Equal(0, norm);
                continue;
            }
            const double Step = 1e-2;
            double LossAt(double step) => free.Gradient([.. x[..own.Start], .. x[own].Zip(gradient[own], (value, g) => (float)(value + step * g / norm)), .. x[own.End..]], both, target).Loss;
            Assert.Equal(norm, (LossAt(Step) - LossAt(-Step)) / (2 * Step), 0.01 * norm);
        }
    }

    /// <summary>The values of each input of all samples, one input after the other.</summary>
    static float[] ByInput(List<(float[][] Inputs, float[] Target)> samples, IEnumerable<float[]> ofSamples)
    {
        var all = ofSamples.ToList();
        return [.. Enumerable.Range(0, samples[0].Inputs.Length).SelectMany(i => samples.SelectMany((sample, s) => all[s].Skip(sample.Inputs.Take(i).Sum(x => x.Length)).Take(sample.Inputs[i].Length)))];
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

    LengthReference OfLengths(string name, (int S, int T) lengths, SequenceSubject free) => new(networks.OfLengths(name, lengths), free);

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
        readonly NetworkSet set = new(SequenceLengthCases.OfSeveral.ToDictionary(c => c.Key, c => SequenceLengthCases.With(c.Value, null, null)), SequenceLengthCases.Blocks);

        readonly Dictionary<string, ReferenceNetwork> references = ReferenceNetwork.Of(
            SequenceLengthCases.OfSeveral.SelectMany(c => Declared.Select(lengths => (NameOf(c.Key, lengths), SequenceLengthCases.With(c.Value, lengths.S, lengths.T)))).ToDictionary(),
            SequenceLengthCases.Blocks);

        static string NameOf(string name, (int S, int T) lengths) => string.Create(CultureInfo.InvariantCulture, $"{name}{lengths.S}x{lengths.T}");

        internal SequenceSubject Of(string name) => SequenceSubject.Create(set.TypeOf(name));

        /// <summary>The network that is declared for a sample's lengths.</summary>
        internal ReferenceNetwork OfLengths(string name, (int S, int T) lengths) => references[NameOf(name, lengths)];

        public void Dispose() => set.Dispose();
    }
}
