using NetGen.Generator.Parsing;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.RandomNetworks;

/// <summary>What a network computes of samples of different lengths, beside what the interpreter does with a network of each sample's length.</summary>
/// <param name="subject">The network.</param>
/// <param name="model">What was declared of it.</param>
/// <param name="number">What numbers are drawn from.</param>
sealed class LengthComparison(SequenceSubject subject, NetworkModel model, int number)
{
    readonly SequenceInfo sequence = subject.Info.Sequence!;
    readonly Random random = new(number);

    /// <summary>Fails where a number is wrong.</summary>
    public void Run()
    {
        subject.Randomize(number);
        // A query that sees one key has no gradient, of which rounding leaves something.
        int[] lengths = [.. Enumerable.Range(0, 1 + number % 5).Select(_ => 2 + random.Next(sequence.Max - 1)), sequence.Max];
        var references = lengths.Distinct().ToDictionary(length => length, length => new ReferenceNetwork(OfLength(length)));
        var samples = lengths.Select((length, i) => Sample(length, references[length].Loss, number + i)).ToList();
        float[] x = [.. samples.SelectMany(s => s.SinglesOfX)];
        var size = lengths.Sum(OutputOf);
        var worst = 0.0;
        double[][] Outputs(int seed) =>
            [.. samples.Select((sample, i) => references[lengths[i]].Predict(sample, subject.ParametersOf(references[lengths[i]]), seed == 0 ? 0 : Comparison.Rounding, seed))];
        Comparison.Check(ref worst, Batch.Doubles(subject.Predict(x, lengths, size)), Comparison.Remembered<double[]>(seed => [.. Outputs(seed).SelectMany(y => y)]),
            Closeness.Forward, "output of samples of several lengths");

        var (loss, gradients) = subject.Gradient(x, lengths, [.. samples.SelectMany(TargetOf)]);
        var expected = Comparison.Remembered(seed => Backward(samples, lengths, references, seed));
        Comparison.Check(ref worst, [loss, Math.Max(1, expected(0).Magnitude)], seed => [expected(seed).Loss, Math.Max(1, expected(0).Magnitude)], Closeness.Forward, "loss of samples of several lengths");
        foreach (var (name, values) in gradients)
        {
            Comparison.Check(ref worst, Batch.Doubles(values), seed => expected(seed).Gradients[name], Closeness.Gradient, $"gradient of {name} by samples of several lengths");
        }
    }

    /// <summary>The mean over positions or samples of each sample's loss, and its gradients.</summary>
    (double Loss, double Magnitude, Dictionary<string, double[]> Gradients) Backward(List<Batch> samples, int[] lengths, Dictionary<int, ReferenceNetwork> references, int seed)
    {
        var gradients = subject.Parameters.Views.ToDictionary(v => v.Info.Name, v => new double[v.Info.Count]);
        var (loss, magnitude, ofInput) = (0.0, 0.0, new List<double>());
        for (var i = 0; i < samples.Count; i++)
        {
            var reference = references[lengths[i]];
            var weight = reference.Loss is null ? 1 : sequence.TargetSize > 0 ? (double)lengths[i] / lengths.Sum() : 1.0 / lengths.Length;
            var outcome = reference.Backward(samples[i], subject.ParametersOf(reference), rounding: seed == 0 ? 0 : Comparison.Rounding, roundingSeed: seed);
            loss += weight * outcome.Loss;
            magnitude += weight * outcome.LossMagnitude;
            ofInput.AddRange((outcome.InputGradient ?? []).Select(g => weight * g));
            foreach (var (name, values) in outcome.Gradients)
            {
                for (var j = 0; j < values.Length; j++) gradients[name][j] += weight * values[j];
            }
        }
        gradients["x"] = [.. ofInput];
        return (loss, magnitude, gradients);
    }

    NetworkModel OfLength(int length) => model with
    {
        Elements = model.Elements.Select(element => element.Kind != ElementKinds.Sequence ? element : element with
        {
            Named = element.Named.Select(a => a.Name == "Max" ? a with { Value = new ArgumentValue(length) } : a).ToEquatableArray(),
        }).ToEquatableArray(),
    };

    int OutputOf(int length) => sequence.OutputSize > 0 ? sequence.OutputSize * length : subject.Info.OutputSize;

    /// <summary>A sample whose labels all count, if it has some.</summary>
    Batch Sample(int length, LossSettings? loss, int seed)
    {
        var hasIds = subject.Info.Vocabulary > 0;
        double[] x = hasIds ? [.. Enumerable.Range(0, length).Select(_ => (double)random.Next(subject.Info.Vocabulary))] : Batch.Doubles(Batch.Normal(random, length * sequence.InputSize));
        var batch = loss?.HasLabels == true ? new Batch(1, x, null, [.. Enumerable.Range(0, sequence.TargetSize > 0 ? length : 1).Select(_ => random.Next(subject.Classes))])
            : new Batch(1, x, Batch.Doubles(Batch.Normal(new Random(seed), OutputOf(length))), null);
        return batch with { HasIds = hasIds };
    }

    static IEnumerable<float> TargetOf(Batch sample) => sample.Labels?.Select(BitConverter.Int32BitsToSingle) ?? sample.SinglesOfTarget;
}
