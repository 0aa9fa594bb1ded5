using NetGen.Generator.Parsing;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Parsing;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Forward;

/// <summary>What a network with a Forward is to its user.</summary>
public sealed class ForwardTests
{
    const string Towers = """
        using static NetGen.Functions;
        [Network, Loss(Loss.MSE)]
        public partial class Towers
        {
            [Linear(8)] readonly Layer left, _right;
            [Linear(3), Count(2)] readonly Layer[] heads;
            [Use(typeof(Ff), Arguments = [4])] readonly Layer ff;
            readonly Gated gated;
            [Parameter(3)] readonly Tensor scale;
            [Buffer(3)] readonly Tensor shift;
            Tensor Forward([Shape(5)] Tensor a, [Shape(2, 2)] Tensor b)
            {
                var h = ff(ReLU(left(a)) + _right(Flatten(b)));
                return gated.Forward(heads[0](h), heads[1](h)) * scale + shift;
            }
        }
        [Block, Linear(Arg.A), Tanh, Linear(Arg.Input)] class Ff;
        [Block] class Gated
        {
            [Linear(Arg.Input)] readonly Layer gate;
            internal Tensor Forward(Tensor x, Tensor y) => Sigmoid(gate(x)) * y;
        }

        """;

    [Fact]
    public void Parameters_AreCalledAsTheirFields()
    {
        using var program = Consumer.Of(Towers).Build(emit: true).AssertClean().Load();
        var subject = Subject.Create(program.Type("Towers"));
        Assert.Equal(
        [
            "ff.0.bias", "ff.0.weight", "ff.2.bias", "ff.2.weight", "gated.gate.bias", "gated.gate.weight", "heads.0.bias", "heads.0.weight", "heads.1.bias", "heads.1.weight",
            "left.bias", "left.weight", "right.bias", "right.weight", "scale", "shift",
        ], subject.Info.Parameters.Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.Equal(ParameterRole.Buffer, subject.Info.Parameters.Single(p => p.Name == "shift").Role);
        Assert.Equal([3], subject.Info.Parameters.Single(p => p.Name == "scale").Shape);
        Assert.Equal((9, 3), (subject.Info.InputSize, subject.Info.OutputSize));
    }

    [Fact]
    public void SeveralInputs_ArePredictedAndTrained_ByTheirOwnSpans()
    {
        const string Use = """
            public static class Test
            {
                public static float[] Predict(float[] a, float[] b)
                {
                    var y = new float[3 * (a.Length / 5)];
                    Towers.Create(3).Predict(a, b, y);
                    return y;
                }
                public static float[] PredictPacked(float[] x)
                {
                    var y = new float[3 * (x.Length / 9)];
                    Towers.Create(3).Predict(x, y);
                    return y;
                }
                public static float[] Train(float[] a, float[] b, float[] target)
                {
                    var trainer = new Towers.Trainer(Towers.Create(3), new SGD(0.1));
                    var losses = new float[20];
                    for (int i = 0; i < losses.Length; i++) losses[i] = trainer.Step(a, b, target);
                    return losses;
                }
                public static float[] TrainPacked(float[] x, float[] target)
                {
                    var trainer = new Towers.Trainer(Towers.Create(3), new SGD(0.1));
                    var losses = new float[20];
                    for (int i = 0; i < losses.Length; i++) losses[i] = trainer.Step(x, target);
                    return losses;
                }
            }
            """;
        using var program = Consumer.Of(Towers + Use).Build(emit: true).AssertClean().Load();
        var (a, b, target) = (Batch.Normal(new(1), 7 * 5), Batch.Normal(new(2), 7 * 4), Batch.Normal(new(3), 7 * 3));
        float[] packed = [.. Enumerable.Range(0, 7).SelectMany(i => a[(5 * i)..(5 * i + 5)].Concat(b[(4 * i)..(4 * i + 4)]))];
        Assert.Equal(program.Call("Test", "PredictPacked", [packed]), program.Call("Test", "Predict", a, b));
        var losses = (float[])program.Call("Test", "Train", a, b, target)!;
        Assert.Equal((float[])program.Call("Test", "TrainPacked", packed, target)!, losses);
        Assert.True(losses[^1] < losses[0]);
        var error = Assert.Throws<ArgumentException>(() => program.Call("Test", "Predict", a, b[..^1]));
        Assert.StartsWith("b has 27 values; 7 samples need 28.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SeveralOutputs_HaveSpansOfTheirOwn()
    {
        const string Source = """
            using static NetGen.Functions;
            [Network]
            public partial class Two
            {
                [Linear(2)] readonly Layer fc;
                (Tensor Sum, Tensor Values) Forward([Shape(3)] Tensor x) => (Sum(fc(x)), fc(x));
            }
            public static class Test
            {
                public static float[][] Predict(float[] x)
                {
                    var (sum, values) = (new float[x.Length / 3], new float[x.Length / 3 * 2]);
                    Two.Create(1).Predict(x, sum, values);
                    return [sum, values];
                }
                public static void PredictIntoOne(float[] x, float[] y) => Two.Create(1).Predict(x, new(y, 0, x.Length / 3), new(y, x.Length / 3 - 1, x.Length / 3 * 2));
                public static float Step(float[] x, float[] dSum, float[] dValues) => new Two.Trainer(Two.Create(1), new SGD(0.1)).Step(x, d_Sum: dSum, d_Values: dValues);
            }
            """;
        using var program = Consumer.Of(Source).Build(emit: true).AssertClean().Load();
        var outputs = (float[][])program.Call("Test", "Predict", [Batch.Normal(new(1), 15)])!;
        for (var i = 0; i < 5; i++) Assert.Equal(outputs[1][2 * i] + outputs[1][2 * i + 1], outputs[0][i], 1e-6f);
        var error = Assert.Throws<ArgumentException>(() => program.Call("Test", "PredictIntoOne", new float[15], new float[15]));
        Assert.Equal(("Values", "Values overlaps Sum in memory; outputs need a place of their own. (Parameter 'Values')"), (error.ParamName, error.Message));
        // The loss of a network without one is Σ y ∂y.
        var loss = (float)program.Call("Test", "Step", Batch.Normal(new(1), 15), new float[] { 1, 1, 1, 1, 1 }, new float[10])!;
        Assert.Equal(outputs[0].Sum(), loss, 1e-5f);
    }

    [Fact]
    public void InputsAndOutputs_MayHaveTheNamesOfGeneratedLocals()
    {
        using var program = Consumer.Of("""
            [Network]
            public partial class Net
            {
                [Linear(2)] readonly Layer fc;
                (Tensor __y, Tensor ___memory) Forward([Shape(2)] Tensor __n, [Shape(2)] Tensor __x, [Shape(2)] Tensor __packed) => (__n + __x * 10, fc(__packed));
            }
            public static class Test
            {
                public static float[] Predict(float[] x)
                {
                    var y = new float[2];
                    Net.Create().Predict(x, x, x, y, new float[2]);
                    new Net.Trainer(Net.Create(), new SGD(0.1)).Step(x, x, x, y, new float[2]);
                    return y;
                }
            }
            """).Build(emit: true).AssertClean().Load();
        Assert.Equal([11f, 22f], (float[])program.Call("Test", "Predict", [new float[] { 1, 2 }])!);
    }

    [Fact]
    public void GradientsOfSharedLayers_AddUpOverBatches()
    {
        using var networks = new NetworkSet(new Dictionary<string, string>
        {
            ["Shared"] = """
                {
                    [Linear(37)] readonly Layer first, shared;
                    [Parameter(37, 3)] readonly Tensor tied;
                    Tensor Forward([Shape(5)] Tensor x)
                    {
                        var h = first(x);
                        for (int i = 0; i < 3; i++) h = Tanh(shared(h));
                        return MatMul(h, tied) + MatMul(shared(h), tied);
                    }
                }
                """,
        }, ForwardCases.Blocks);
        var (subject, reference) = networks["Shared"];
        subject.Randomize(1);
        var (one, two) = (Batch.Random(subject.Info, reference.Loss, 9, 1), Batch.Random(subject.Info, reference.Loss, 9, 2));
        subject.Backward(one);
        var first = subject.GradientValues;
        subject.Backward(two);
        var second = subject.GradientValues;
        subject.Accumulate(one, 1);
        foreach (var (name, values) in subject.GradientValues)
            values.AssertClose([.. first[name].Zip(second[name], (a, b) => a + b)], 1e-6, name);
    }

    /// <summary>What PyTorch's documentation says of its functions, by numbers that follow from it.</summary>
    [Theory]
    [InlineData("Softmax(x, 0)", "0.5,0.880797,0.268941,0.5,0.119203,0.731059")]
    [InlineData("Transpose(x)", "1,1,3,1,2,3")]
    [InlineData("Permute(Reshape(x, 1, 2, 3), 2, 0, 1)", "1,1,3,1,2,3")]
    [InlineData("Concat(1, x, x)", "1,3,2,1,3,2,1,1,3,1,1,3")]
    [InlineData("Gather(x, 1, 2, 0, 2)", "2,1,2,3,1,3")]
    [InlineData("Slice(x, 1, -2, 3)", "3,2,1,3")]
    [InlineData("Split(x, [1, 2], axis: 1)[1]", "3,2,1,3")]
    [InlineData("Sum(x, 0)", "2,4,5")]
    [InlineData("Mean(x, 1)", "2,1.666667")]
    [InlineData("Max(x, 1)", "3,3")]
    [InlineData("Min(x, 0, keep: true)", "1,1,2")]
    [InlineData("Where(x >= 2, x, -x)", "-1,3,2,-1,-1,3")]
    [InlineData("Mask(x, Equal(x, 1), 9f)", "9,3,2,9,9,3")]
    [InlineData("MatMul(x, Transpose(x))", "14,10,10,11")]
    [InlineData("Einsum(\"ij,kj->ik\", x, x)", "14,10,10,11")]
    [InlineData("Einsum(\"ij->j\", x)", "2,4,5")]
    [InlineData("x - Mean(x, 1, keep: true)", "-1,1,0,-0.666667,-0.666667,1.333333")]
    [InlineData("(x > 1) * 4 + (x <= 1) / 2", "0.5,4,4,0.5,0.5,4")]
    [InlineData("Maximum(x, 2) - Minimum(x, 2)", "1,1,0,1,1,1")]
    [InlineData("Maximum(x, -1e9f)", "1,3,2,1,1,3")]
    [InlineData("Minimum(x / 100000000, 1) * 100000000", "1,3,2,1,1,3")]
    [InlineData("Where(Equal(x, 1), -1e9f, 1f)", "-1e9,1,1,-1e9,-1e9,1")]
    [InlineData("Softmax(x + Where(x > 1, 0f, float.NegativeInfinity))", "0,0.731059,0.268941,0,0,1")]
    [InlineData("Minimum(Mask(x, x > 2, float.PositiveInfinity), 7)", "1,7,2,1,1,7")]
    [InlineData("Where(Equal(Maximum(Log(1 - x), x), Maximum(Log(1 - x), x)), 1f, 2f)", "1,2,2,1,1,2")]
    [InlineData("Where(Equal(Minimum(x, Log(1 - x)), Minimum(x, Log(1 - x))), 1f, 2f)", "1,2,2,1,1,2")]
    [InlineData("Where(Equal(Minimum(Log(1 - x), 5), Minimum(Log(1 - x), 5)), 1f, 2f)", "1,2,2,1,1,2")]
    [InlineData("Where(Equal(Mask(x, x > 1, float.NaN), x), 1f, 2f)", "1,2,2,1,1,2")]
    public void Function_GivesWhatPyTorchDoes(string expression, string expected)
    {
        var source = $$"""
            using static NetGen.Functions;
            [Network] public partial class Net { Tensor Forward([Shape(2, 3)] Tensor x) => {{expression}}; }
            public static class Test { public static float[] Run(float[] x) { var y = new float[Net.OutputSize]; Net.Create().Predict(x, y); return y; } }
            """;
        using var program = Consumer.Of(source).Build(emit: true).AssertClean().Load();
        var y = (float[])program.Call("Test", "Run", [new float[] { 1, 3, 2, 1, 1, 3 }])!;
        var numbers = expected.Split(',').Select(n => float.Parse(n, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(numbers.Length, y.Length);
        for (var i = 0; i < y.Length; i++) Assert.Equal(numbers[i], y[i], 1e-5f);
    }

    [Theory]
    [InlineData("return x / MathF.Sqrt(4) + (float)Math.Pow(2, 3);", "8.5,9.5,9")]
    [InlineData("foreach (var size in Sizes) x *= size; return x;", "6,18,12")]
    [InlineData("return Sizes.Length switch { 1 => x, > 1 and < 3 => x * 2, _ => -x };", "2,6,4")]
    [InlineData("return Sizes.Length is 2 or 3 ? x * 3 : x;", "3,9,6")]
    [InlineData("switch (Mode) { case \"other\": return x; case \"twice\" when Sizes[1] == 3: x *= 2; break; default: return -x; } return x;", "2,6,4")]
    [InlineData("for (var i = 0; i < 3; i++) switch (i) { case 0: continue; case 1: x += 1; break; default: return x * 10; } return x;", "20,40,30")]
    [InlineData("return Part(x) + Slice(x, 0, 0, Math.Min(3, 7));", "2,6,4")]
    [InlineData("float[] factors = { 2, 3 }; foreach (var factor in factors) x *= factor * Factors[1]; return x;", "24,72,48")]
    [InlineData("foreach (var size in Sizes[1..]) x *= size; foreach (var size in Sizes[..^1]) x *= size; return x + Sizes[^2];", "8,20,14")]
    [InlineData("return Same<Tensor>(x) * Same(2);", "2,6,4")]
    [InlineData("return Mode == \"twice\" && Mode != \"other\" ? x * 2 : x;", "2,6,4")]
    public void Constants_AreComputedAsByCSharp(string statements, string expected)
    {
        var source = $$"""
            using System;
            using static NetGen.Functions;
            [Network] public partial class Net
            {
                static readonly int[] Sizes = [2, 3];
                static readonly int[] Factors = { 1, 2 };
                internal static readonly string Mode = "twice";
                Tensor Forward([Shape(3)] Tensor x) { {{statements}} }
                static T Same<T>(T x) => x;
                static Tensor Part(Tensor x) => Slice(x, 0, 0, Math.Max(Sizes[0], Sizes[1]));
            }
            public static class Test { public static float[] Run(float[] x) { var y = new float[Net.OutputSize]; Net.Create().Predict(x, y); return y; } }
            """;
        using var program = Consumer.Of(source).Build(emit: true).AssertClean().Load();
        var y = (float[])program.Call("Test", "Run", [new float[] { 1, 3, 2 }])!;
        Assert.Equal(expected, string.Join(',', y.Select(v => v.ToString(System.Globalization.CultureInfo.InvariantCulture))));
    }

    [Theory]
    [InlineData("Tensor? sum = null; for (var i = 1; i < 3; i++) sum = sum is null ? x : sum + x * i; return sum!;", "3,9,6")]
    [InlineData("Tensor? sum = null; for (var i = 1; i < 3; i++) sum = sum == null ? x : sum + x * i; return sum!;", "3,9,6")]
    [InlineData("Tensor? sum = null; for (var i = 1; i < 3; i++) { if (null != sum) sum += x * i; else sum = x; } return sum!;", "3,9,6")]
    [InlineData("Tensor? y = null; y ??= x * 2; y ??= x * 3; return y ?? x;", "2,6,4")]
    [InlineData("return Scaled(x) + Scaled(x, x);", "2,12,6")]
    [InlineData("return Added(x) + Added(x, x);", "3,9,6")]
    [InlineData("return Left(x) + Left(x, null) - 2 * attention(x) + x;", "1,3,2")]
    public void Null_IsATensorThatIsLeftOut(string statements, string expected)
    {
        var source = $$"""
            #nullable enable
            using static NetGen.Functions;
            [Network] public partial class Net
            {
                {{(statements.Contains("attention", StringComparison.Ordinal) ? "[MultiheadAttention(1)] readonly Layer attention;" : "")}}
                Tensor Forward([Shape(1, 3)] Tensor x) { {{statements}} }
                static Tensor Scaled(Tensor x, Tensor? scale = null) { if (scale is not null) x *= scale; return x; }
                static Tensor Added(Tensor x, Tensor? y = null) => y is { } other ? x + other : y switch { null => x, _ => x * 7 };
                {{(statements.Contains("attention", StringComparison.Ordinal) ? "Tensor Left(Tensor x, Tensor? memory = null) => attention(x, memory);" : "")}}
            }
            public static class Test { public static float[] Run(float[] x) { var y = new float[Net.OutputSize]; Net.Create().Predict(x, y); return y; } }
            """;
        using var program = Consumer.Of(source).Build(emit: true).AssertClean().Load();
        var y = (float[])program.Call("Test", "Run", [new float[] { 1, 3, 2 }])!;
        Assert.Equal(expected, string.Join(',', y.Select(v => v.ToString(System.Globalization.CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void SizesOfABlocksUse_AreArgumentsOfFunctions()
    {
        using var program = Consumer.Of("""
            using static NetGen.Functions;
            [Network, Input(6), Use(typeof(Part), Arguments = [2])] public partial class Net;
            [Block] class Part { const int Twice = 2 * Arg.A; Tensor Forward(Tensor x) { var size = Arg.A; return Slice(x, 0, size, Twice); } }
            public static class Test { public static float[] Run(float[] x) { var y = new float[Net.OutputSize]; Net.Create().Predict(x, y); return y; } }
            """).Build(emit: true).AssertClean().Load();
        Assert.Equal([3f, 4f], (float[])program.Call("Test", "Run", [new float[] { 1, 2, 3, 4, 5, 6 }])!);
    }

    [Fact]
    public void Model_HasTheStepsWithLoopsUnrolledAndConstantsComputed()
    {
        var model = Models.Single("""
            using static NetGen.Functions;
            [Network] partial class Net
            {
                [Linear(4)] readonly Layer fc;
                Tensor Forward([Shape(4)] Tensor x)
                {
                    for (int i = 1; i <= 2; i++) x = fc(x) * (i / 4f);
                    return x;
                }
            }
            """);
        Assert.Equal(["Shape"], model.Elements.Select(e => e.Kind));
        Assert.Equal(["0(0)", "Constant()", "*(1,2)", "0(3)", "Constant()", "*(4,5)"],
            model.Forward!.Steps.Select(step => $"{step.Function?.Kind ?? $"{step.Layer}"}({string.Join(",", step.Inputs)})"));
        Assert.Equal([0.25f, 0.5f], model.Forward.Steps.Where(step => step.Function?.Kind == "Constant").Select(step => (float)step.Function!.Positional[0].Scalar!));
    }

    [Fact]
    public void Operators_MayFollowEachOther_AsManyAsThereAre()
    {
        var source = $$"""
            [Network] public partial class Net { [Linear(4)] readonly Layer a; Tensor Forward([Shape(4)] Tensor x) { var n = 1; return a(x) * ({{Repeated("n", 3000)}}) {{Repeated("+ x", 3000)}}; } }
            """;
        Assert.Equal(3000f, Assert.Single(Models.Single(source).Forward!.Steps, step => step.Function?.Kind == "Constant").Function!.Positional[0].Scalar);
        Consumer.Of(source).Build().AssertClean();

        static string Repeated(string text, int times) => string.Join(text[0] == '+' ? " " : " + ", Enumerable.Repeat(text, times));
    }

    [Theory]
    [InlineData("return {0}x{1};", "-(", ")")]
    [InlineData("return {0}x{1};", "Tanh(", ")")]
    [InlineData("return x * ({0}n{1});", "-(", ")")]
    [InlineData("return x * ({0}2{1});", "n == 2 ? n : (", ")")]
    public void Nesting_ThatIsTooDeep_IsAnError(string statements, string before, string after)
    {
        foreach (var times in new[] { 200, 1500 })
        {
            string text = string.Concat(Enumerable.Repeat(before, times)), end = string.Concat(Enumerable.Repeat(after, times));
            var source = $"using static NetGen.Functions; [Network] public partial class Net {{ Tensor Forward([Shape(4)] Tensor x) {{ {((before + statements).Contains("n =", StringComparison.Ordinal) || statements.Contains("}n{", StringComparison.Ordinal) ? "var n = 1;" : "")} {statements.Replace("{0}", text, StringComparison.Ordinal).Replace("{1}", end, StringComparison.Ordinal)} }} }}";
            var build = Consumer.Of(source).Build();
            if (times == 200) build.AssertClean();
            else Assert.Equal("NG0052", Assert.Single(build.NetGenDiagnostics).Id);
        }
    }

    [Fact]
    public void Properties_AreReadAsMethodsAre()
    {
        var model = Models.Single("""
            using System.Linq;
            using static NetGen.Functions;
            [Network] partial class Net
            {
                [Parameter(4)] readonly Tensor scale;
                static int Twice => 2 * Sizes.Half;
                static int[] Parts { get; } = [3, 5];
                Tensor Scaled { get { var most = ReLU(scale); return most * Twice; } }
                float Last { get => Parts[^1]; }
                Tensor Forward([Shape(4)] Tensor x)
                {
                    foreach (var part in Parts) x *= part;
                    return x * Scaled + Last;
                }
            }
            static class Sizes { public static int Half { get; } = 7; }
            """);
        Assert.Equal([3f, 5f, 14f, 5f], model.Forward!.Steps.Where(step => step.Function?.Kind == "Constant").Select(step => (float)step.Function!.Positional[0].Scalar!));
        Assert.Contains(model.Forward.Steps, step => step.Function?.Kind == "ReLU");
    }

    [Fact]
    public void Forward_ThatIsCalled_SaysThatItIsnt() => Assert.Contains("Predict", Assert.Throws<InvalidOperationException>(() => Functions.ReLU(1f)).Message, StringComparison.Ordinal);
}
