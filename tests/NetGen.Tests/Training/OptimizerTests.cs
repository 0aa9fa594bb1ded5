using System.Collections.Immutable;
using NetGen.Runtime;
using NetGen.Serialization;

namespace NetGen.Tests.Training;

[Collection(nameof(Runtime.AloneInTheProcess))] // the number of threads is the process's
public class OptimizerTests
{
    static string Oracle(string name) => Path.Combine(AppContext.BaseDirectory, "Oracle", name + ".safetensors");

    static NetworkInfo Vector(params ReadOnlySpan<int> sizes)
    {
        var parameters = ImmutableArray.CreateBuilder<ParameterInfo>();
        var offset = 0;
        foreach (var size in sizes)
        {
            parameters.Add(new($"p{parameters.Count}", [size], offset, ParameterLayout.Dense,
                parameters.Count % 2 == 0 ? ParameterRole.Weight : ParameterRole.Bias, new(Init.Zeros)));
            offset += parameters[^1].StoredFloats;
        }
        return new()
        {
            Name = "Vectors", InputShape = [1], OutputShape = [1], InputSize = 1, OutputSize = 1, ParameterCount = 0, Flops = 0, Layers = [],
            ParameterFloats = offset, Parameters = parameters.ToImmutable(),
        };
    }

    static void Attach(Optimizer optimizer, NetworkInfo info, IReadOnlyList<ParameterGroup>? groups = null, bool decayAll = true) =>
        optimizer.Attach(info, ParameterGroup.Cut(info, groups ?? [], decayAll).AsSpan(), info);

    static void Apply(Optimizer optimizer, ParameterSet parameters, ParameterSet gradients, float scale = 1, float limit = float.PositiveInfinity) =>
        optimizer.Apply(parameters, gradients, optimizer.LearningRate, scale, limit, 1);

    public static TheoryData<string, Func<Optimizer>> Cases => new()
    {
        { "sgd", () => new SGD(0.1) },
        { "sgd_momentum", () => new SGD(0.1, momentum: 0.9, weightDecay: 0.01) },
        { "sgd_nesterov", () => new SGD(0.1, momentum: 0.9, nesterov: true) },
        { "adam", () => new Adam(0.01) },
        { "adamw", () => new AdamW(0.01, weightDecay: 0.1) },
        { "rmsprop", () => new RMSprop(0.01) },
        { "adagrad", () => new Adagrad(0.1) },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Optimizer_TenSteps_MatchPyTorch(string name, Func<Optimizer> make)
    {
        using var file = SafetensorsFile.Open(Oracle("optim_" + name));
        var (start, gradients, steps) = (file.ReadSingles("start"), file.ReadSingles("gradients"), file.ReadSingles("steps"));
        var info = Vector(start.Length);
        var (parameters, gradient, optimizer) = (new ParameterSet(info), new ParameterSet(info), make());
        Attach(optimizer, info);
        parameters["p0"].CopyFrom(start);
        for (int step = 0; step < 10; step++)
        {
            gradient["p0"].CopyFrom(gradients.AsSpan(step * start.Length, start.Length));
            Apply(optimizer, parameters, gradient);
            var actual = parameters["p0"].ToArray();
            for (int i = 0; i < start.Length; i++)
                Assert.True(Math.Abs(actual[i] - steps[step * start.Length + i]) <= 2e-6, $"step {step}, element {i}: {actual[i]} and {steps[step * start.Length + i]}");
        }
        Assert.Equal(10, optimizer.StepCount);
    }

    static (ParameterSet Parameters, ParameterSet Gradients) Random(NetworkInfo info, ulong seed)
    {
        var random = new PhiloxGenerator(seed, 99);
        var sets = (new ParameterSet(info), new ParameterSet(info));
        foreach (var set in new[] { sets.Item1, sets.Item2 })
        {
            foreach (var view in set.Views)
                view.CopyFrom([.. Enumerable.Range(0, view.Info.Count).Select(_ => random.NextNormal())]);
        }
        return sets;
    }

    /// <summary>Decay as PyTorch's documentation defines it for each: added to the gradient first.</summary>
    [Theory]
    [InlineData("sgd")]
    [InlineData("nesterov")]
    [InlineData("adam")]
    public void Decay_IsAddedToTheGradient(string name)
    {
        const double Rate = 0.05, Decay = 0.3, Momentum = 0.9;
        var info = Vector(37);
        var (parameters, gradients) = Random(info, 2);
        Optimizer optimizer = name switch
        {
            "sgd" => new SGD(Rate, weightDecay: Decay),
            "nesterov" => new SGD(Rate, momentum: Momentum, weightDecay: Decay, nesterov: true),
            _ => new Adam(Rate, weightDecay: Decay),
        };
        Attach(optimizer, info);
        double[] w = [.. parameters["p0"].ToArray()], m = new double[37], v = new double[37];
        var random = new PhiloxGenerator(6, 6);
        for (int step = 1; step <= 30; step++)
        {
            gradients["p0"].CopyFrom([.. Enumerable.Range(0, 37).Select(_ => random.NextNormal())]);
            Apply(optimizer, parameters, gradients);
            var g = gradients["p0"].ToArray();
            for (int i = 0; i < 37; i++)
            {
                var d = g[i] + Decay * w[i];
                if (name == "sgd") w[i] -= Rate * d;
                else if (name == "nesterov")
                {
                    m[i] = step == 1 ? d : Momentum * m[i] + d;
                    w[i] -= Rate * (d + Momentum * m[i]);
                }
                else
                {
                    m[i] = 0.9 * m[i] + 0.1 * d;
                    v[i] = 0.999 * v[i] + 0.001 * d * d;
                    w[i] -= Rate * (m[i] / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, step))) + 1e-8);
                }
            }
        }
        Assert.All(w.Zip(parameters["p0"].ToArray()), pair => Assert.Equal(pair.First, pair.Second, 2e-5));
    }

    [Fact]
    public void Lion_ManySteps_MatchTheFormulaInDoublePrecision()
    {
        var info = Vector(37);
        var (parameters, gradients) = Random(info, 1);
        var lion = new Lion(0.01, 0.9, 0.99, 0.2);
        Attach(lion, info);
        double[] w = [.. parameters["p0"].ToArray()], m = new double[37];
        var random = new PhiloxGenerator(5, 5);
        for (int step = 0; step < 50; step++)
        {
            gradients["p0"].CopyFrom([.. Enumerable.Range(0, 37).Select(i => i == 3 ? 0 : random.NextNormal())]);
            Apply(lion, parameters, gradients);
            for (int i = 0; i < 37; i++)
            {
                double g = gradients["p0"][i];
                w[i] -= 0.01 * (Math.Sign(0.9 * m[i] + 0.1 * g) + 0.2 * w[i]);
                m[i] = 0.99 * m[i] + 0.01 * g;
                Assert.Equal(w[i], parameters["p0"][i], 1e-5);
                Assert.Equal(m[i], lion.State[0]["p0"][i], 1e-5);
            }
        }
        Assert.Equal(Math.Pow(1 - 0.01 * 0.2, 50), parameters["p0"][3] / Random(info, 1).Parameters["p0"][3], 1e-5); // no gradient, no sign: decay only
    }

    [Fact]
    public void RMSprop_WithMomentumAndDecay_MatchesTheFormulaInDoublePrecision()
    {
        var info = Vector(21);
        var (parameters, gradients) = Random(info, 2);
        var rmsprop = new RMSprop(0.01, momentum: 0.8, weightDecay: 0.1);
        Attach(rmsprop, info);
        double[] w = [.. parameters["p0"].ToArray()], v = new double[21], b = new double[21];
        for (int step = 0; step < 20; step++)
        {
            Apply(rmsprop, parameters, gradients);
            for (int i = 0; i < 21; i++)
            {
                var g = gradients["p0"][i] + 0.1 * w[i];
                v[i] = 0.99 * v[i] + 0.01 * g * g;
                b[i] = 0.8 * b[i] + g / (Math.Sqrt(v[i]) + 1e-8);
                w[i] -= 0.01 * b[i];
                Assert.Equal(w[i], parameters["p0"][i], 2e-5);
            }
        }
    }

    [Fact]
    public void Adagrad_WithDecaysAndAccumulator_MatchesTheFormulaInDoublePrecision()
    {
        var info = Vector(21);
        var (parameters, gradients) = Random(info, 3);
        var adagrad = new Adagrad(0.1, learningRateDecay: 0.5, weightDecay: 0.1, initialAccumulator: 0.3);
        Attach(adagrad, info);
        double[] w = [.. parameters["p0"].ToArray()], s = [.. Enumerable.Repeat(0.3, 21)];
        for (int step = 0; step < 20; step++)
        {
            Apply(adagrad, parameters, gradients);
            for (int i = 0; i < 21; i++)
            {
                var g = gradients["p0"][i] + 0.1 * w[i];
                s[i] += g * g;
                w[i] -= 0.1 / (1 + step * 0.5) * g / (Math.Sqrt(s[i]) + 1e-10);
                Assert.Equal(w[i], parameters["p0"][i], 2e-5);
            }
        }
        Assert.All(Bits.Padding(adagrad.State[0]), value => Assert.Equal(0, value));
    }

    public static TheoryData<Func<Optimizer>> All => new(
        () => new SGD(0.1, weightDecay: 0.1), () => new SGD(0.1, 0.9, 0.1), () => new SGD(0.1, 0.9, 0.1, nesterov: true), () => new Adam(0.1, weightDecay: 0.1),
        () => new AdamW(0.1), () => new RMSprop(0.1, weightDecay: 0.1), () => new RMSprop(0.1, momentum: 0.9), () => new Adagrad(0.1), () => new Lion(0.1, weightDecay: 0.1));

    [Theory, MemberData(nameof(All))]
    public void Optimizer_Padding_StaysZero(Func<Optimizer> make)
    {
        var (parameters, gradients) = Random(Classifier.Info, 4);
        var optimizer = make();
        Attach(optimizer, Classifier.Info);
        for (int step = 0; step < 5; step++)
            Apply(optimizer, parameters, gradients, 0.5f, 0.3f);
        Assert.All(Bits.Padding(parameters), value => Assert.Equal(0, BitConverter.SingleToInt32Bits(value)));
        // Adam's squares have a floor, which is nothing beside its epsilon.
        Assert.All(optimizer.State, set => Assert.All(Bits.Padding(set), value => Assert.InRange(value, 0, 1.001e-35f)));
        Assert.True(Bits.Padding(parameters).Length == 8 * Classifier.Inputs + 8);
    }

    [Theory, MemberData(nameof(All))]
    public void Optimizer_AnyNumberOfThreads_GivesTheSameBits(Func<Optimizer> make)
    {
        var info = Vector(100_003, 77, 50_000);
        ParameterGroup[] groups = [new(p => p.Name == "p1", 0.5f, 0.2f)];
        int[] Run(int threads)
        {
            NetGenOptions.Threads = threads;
            var (parameters, gradients) = Random(info, 6);
            var optimizer = make();
            Attach(optimizer, info, groups);
            for (int step = 0; step < 3; step++)
                optimizer.Apply(parameters, gradients, 0.01, 1, float.PositiveInfinity, threads);
            return Bits.Of(parameters);
        }
        try
        {
            var one = Run(1);
            Assert.Equal(one, Run(2));
            Assert.Equal(one, Run(7));
        }
        finally
        {
            NetGenOptions.Threads = Environment.ProcessorCount;
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Optimizer_NaNGradient_IsNotHidden(Func<Optimizer> make)
    {
        var (parameters, gradients) = Random(Vector(20), 7);
        gradients["p0"][11] = float.NaN;
        var optimizer = make();
        Attach(optimizer, parameters.Info);
        Apply(optimizer, parameters, gradients, 0.5f, 0.3f);
        Assert.Equal([11], parameters["p0"].ToArray().Index().Where(v => float.IsNaN(v.Item)).Select(v => v.Index));
    }

    [Fact]
    public void AdamW_TinyGradients_LeaveNoDenormalState()
    {
        var (parameters, gradients) = Random(Vector(16), 8);
        var adam = new AdamW();
        Attach(adam, parameters.Info);
        for (int i = 0; i < 16; i++)
            gradients["p0"][i] = MathF.Pow(10, -10 - 2 * i);
        for (int step = 0; step < 100; step++)
            Apply(adam, parameters, gradients);
        Assert.All(adam.State, state => Assert.All(state["p0"].ToArray(), value => Assert.True(value == 0 || float.IsNormal(value), $"{value}")));
        Assert.True(adam.State[0]["p0"][0] > 0 && adam.State[1]["p0"][0] > 0);
        Assert.All(adam.State[1]["p0"].ToArray(), value => Assert.True(value >= 1e-35f));
    }

    [Fact]
    public void Groups_EqualNeighbours_AreOneRange()
    {
        var info = Vector(20, 10, 30, 5, 16);
        Assert.Equal([new ParameterRange(0, 32 + 16 + 32 + 16 + 16)], ParameterGroup.Cut(info, [], true));
        Assert.Equal(
            [new(0, 32), new(32, 16, 1, 0f), new(48, 32), new(80, 16, 1, 0f), new(96, 16)], ParameterGroup.Cut(info, [], false).AsEnumerable());
        Assert.Equal([new(0, 32), new(32, 64, 0.5f, 0.1f), new(96, 16)],
            ParameterGroup.Cut(info, [new(p => p.Name is "p1" or "p2" or "p3", 0.5f, 0.1f), new(p => p.Name == "p2", 7)], true).AsEnumerable());
    }

    [Fact]
    public void Groups_WithoutDecayOfBiases_DecayWeightsOnly()
    {
        var (parameters, gradients) = Random(Classifier.Info, 9);
        gradients.Arena.Clear();
        var before = (parameters["fc.weight"].ToArray(), parameters["fc.bias"].ToArray());
        var adam = new AdamW(0.1, weightDecay: 0.5);
        Attach(adam, Classifier.Info, decayAll: false);
        Apply(adam, parameters, gradients);
        Assert.Equal(before.Item2, parameters["fc.bias"].ToArray());
        Assert.Equal(before.Item1.Select(w => w * 0.95f), parameters["fc.weight"].ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Groups_LearningRateFactorZero_FreezesParametersAndState()
    {
        var (parameters, gradients) = Random(Classifier.Info, 10);
        var before = parameters["fc.bias"].ToArray();
        var sgd = new SGD(0.1, 0.9);
        Attach(sgd, Classifier.Info, [new(p => p.Role == ParameterRole.Bias, 0)]);
        Apply(sgd, parameters, gradients);
        Assert.Equal(before, parameters["fc.bias"].ToArray());
        Assert.All(sgd.State[0]["fc.bias"].ToArray(), value => Assert.Equal(0, value));
        Assert.NotEqual(0, sgd.State[0]["fc.weight"][0, 0]);
    }

    [Fact]
    public void Optimizer_HyperparametersOutOfRange_AreNamed()
    {
        Assert.Equal("learningRate", Assert.Throws<ArgumentOutOfRangeException>(() => new SGD(double.NaN)).ParamName);
        Assert.Equal("momentum", Assert.Throws<ArgumentOutOfRangeException>(() => new SGD(momentum: 1)).ParamName);
        Assert.Equal("nesterov", Assert.Throws<ArgumentException>(() => new SGD(nesterov: true)).ParamName);
        Assert.Equal("beta2", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(beta2: -0.1)).ParamName);
        Assert.Equal("epsilon", Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW(epsilon: 0)).ParamName);
        Assert.Equal("weightDecay", Assert.Throws<ArgumentOutOfRangeException>(() => new Lion(weightDecay: -1)).ParamName);
        Assert.Equal("alpha", Assert.Throws<ArgumentOutOfRangeException>(() => new RMSprop(alpha: double.NaN)).ParamName);
        Assert.Equal("LearningRate", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam().LearningRate = -1).ParamName);
    }
}
