using NetGen.Optimization;

namespace NetGen.Tests.Training;

public class SampleCheckTests
{
    static readonly Dataset<int> s_good = Classifier.Samples(200, 1);

    static Dataset<int> With(int sample, int place, float value)
    {
        var x = s_good.Inputs.ToArray();
        x[sample * Classifier.Inputs + place] = value;
        return new(x, s_good.Targets.ToArray(), Classifier.Inputs);
    }

    static Dataset<int> WithLabel(int sample, int label)
    {
        var labels = s_good.Targets.ToArray();
        labels[sample] = label;
        return new(s_good.Inputs.ToArray(), labels, Classifier.Inputs);
    }

    static void Fit(Classifier network, IDataset<int> train, IDataset<int>? validation = null, bool check = true, bool ahead = false) =>
        NetGen.Training.Fit<Classifier, int>(network, train, validation, new() { Epochs = 1, BatchSize = 32, CheckData = check, ReadAhead = ahead });

    [Fact]
    public void AllFinite_FindsOneAnywhere_AndNothingElse()
    {
        for (var length = 0; length < 70; length++)
        {
            var values = Enumerable.Range(0, length).Select(i => i % 2 == 0 ? float.MaxValue : -float.Epsilon).ToArray();
            Assert.True(SampleCheck.AllFinite(values));
            for (var i = 0; i < length; i++)
            {
                foreach (var bad in new[] { float.NaN, -float.NaN, float.PositiveInfinity, float.NegativeInfinity, BitConverter.Int32BitsToSingle(0x7F800001) })
                {
                    var before = values[i];
                    values[i] = bad;
                    Assert.False(SampleCheck.AllFinite(values), $"{bad} at {i} of {length}");
                    values[i] = before;
                }
            }
        }
    }

    [Theory]
    [InlineData(float.NaN, "NaN", false), InlineData(float.NegativeInfinity, "-Infinity", true)]
    public void Fit_ValueNotFinite_NamesSampleAndPlace_BeforeItSpoilsTheNetwork(float value, string text, bool ahead)
    {
        var network = Classifier.Create(1);
        var e = Assert.Throws<ArgumentException>(() => Fit(network, With(137, 11, value), ahead: ahead));
        Assert.Equal("train", e.ParamName);
        Assert.StartsWith($"Value 11 of sample 137 is {text}; Tests.Classifier needs finite ones", e.Message, StringComparison.Ordinal);
        Assert.True(SampleCheck.AllFinite(network.Parameters.Arena));

        Fit(network, With(137, 11, value), check: false, ahead: ahead);
        Assert.False(SampleCheck.AllFinite(network.Parameters.Arena));
    }

    [Fact]
    public void ImageValue_NotFinite_HasARowAndAColumn()
    {
        var image = new float[2 * 28 * 28];
        image[784 + 10 * 28 + 21] = float.NaN;
        var info = new NetworkInfo
        {
            Name = "Cnn", InputShape = [1, 28, 28], OutputShape = [1], InputSize = 784, OutputSize = 1,
            ParameterCount = 0, Flops = 0, ParameterFloats = 0, Parameters = [], Layers = [],
        };
        var check = new SampleCheck(info, Classifier.Training, "train", values: true);
        Assert.StartsWith("Value 301 of sample 4, at [0, 10, 21], is NaN;",
            Assert.Throws<ArgumentException>(() => check.Batch<int>([9, 4], image, [0, 0])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_TargetNotFinite_IsNamed()
    {
        var targets = new float[30];
        targets[14] = float.PositiveInfinity;
        var data = new Dataset<float>(new float[40], targets, 4, 3);
        Assert.StartsWith("Target value 2 of sample 4 is Infinity;",
            Assert.Throws<ArgumentException>(() => NetGen.Training.Fit<Regressor, float>(Regressor.Create(), data)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Loss.BCEWithLogits, 5, "5"), InlineData(Loss.BCEWithLogits, -1, "-1"), InlineData(Loss.KLDivergence, 1.001f, "1.001"), InlineData(Loss.KLDivergence, -1e-9f, "-1E-09")]
    public void TargetThatIsNoProbability_IsNamed_WhereTheLossNeedsOne(Loss loss, float value, string text)
    {
        var targets = Enumerable.Range(0, 60).Select(i => i % 3 / 2f).ToArray();
        targets[7] = 1 + 1e-6f;
        void Check(Loss of, bool values) => new SampleCheck(Regressor.Info, LinearMath.Training(Regressor.Info, of, 0, inputGradient: false, flops: 72), "train", values)
            .Batch<float>([.. Enumerable.Range(100, 20)], new float[80], targets);

        Check(loss, values: true);
        targets[41] = value;
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => Check(loss, values: true));
        Assert.Equal("train", e.ParamName);
        Assert.StartsWith($"Target value 2 of sample 113 is {text}; {loss} needs probabilities, from 0 to 1.", e.Message, StringComparison.Ordinal);
        Check(loss, values: false);
        Check(Loss.MSE, values: true);
    }

    [Fact]
    public void AllProbable_FindsOneAnywhere_AndNothingElse()
    {
        for (var length = 0; length < 40; length++)
        {
            var values = Enumerable.Range(0, length).Select(i => i % 3 == 0 ? 0 : i % 3 == 1 ? 1f : -0f).ToArray();
            Assert.True(SampleCheck.AllProbable(values));
            for (var i = 0; i < length; i++)
            {
                foreach (var bad in new[] { -float.Epsilon, 1.0001f, float.MaxValue, float.MinValue })
                {
                    var before = values[i];
                    values[i] = bad;
                    Assert.False(SampleCheck.AllProbable(values), $"{bad} at {i} of {length}");
                    values[i] = before;
                }
            }
        }
    }

    [Theory]
    [InlineData(Classifier.Outputs, false), InlineData(-1, true)]
    public void Fit_LabelOutOfRange_NamesTheDatasetsSampleAndTheRange(int label, bool ahead)
    {
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => Fit(Classifier.Create(1), WithLabel(150, label), check: false, ahead: ahead));
        Assert.Equal("train", e.ParamName);
        Assert.Contains($"The label of sample 150 is {label}; it must be from 0 to 39", e.Message, StringComparison.Ordinal);
        Fit(Classifier.Create(1), WithLabel(150, -100)); // doesn't count
    }

    [Fact]
    public void Fit_BadValidation_IsSaidBeforeAnyStep()
    {
        var network = Classifier.Create(1);
        var before = Bits.Of(network.Parameters);
        var e = Assert.Throws<ArgumentException>(() => Fit(network, s_good, With(199, 0, float.NaN)));
        Assert.Equal("validation", e.ParamName);
        Assert.Contains("Value 0 of sample 199", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Fit(network, s_good, WithLabel(3, 40)));
        Assert.Equal(before, Bits.Of(network.Parameters));
    }

    [Fact]
    public void Evaluate_ValueNotFinite_IsNamedUnlessToldOtherwise()
    {
        Evaluation Evaluate(bool check) => NetGen.Training.Evaluate<Classifier, int>(
            Classifier.Create(1), With(70, 3, float.NaN), batchSize: 50, checkData: check, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("Value 3 of sample 70", Assert.Throws<ArgumentException>(() => Evaluate(true)).Message, StringComparison.Ordinal);
        Assert.True(double.IsNaN(Evaluate(false).Loss));
    }
}
