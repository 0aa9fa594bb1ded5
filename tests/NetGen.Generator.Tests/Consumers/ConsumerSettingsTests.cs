using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Consumers;

/// <summary>Generated code compiles without a word, and runs, whatever the project around it sets and declares.</summary>
public sealed class ConsumerSettingsTests
{
    /// <summary>A network with a kernel of nearly every kind.</summary>
    const string Layers = """
        [global::NetGen.Network, global::NetGen.Input(3, 7, Gradient = true)]
        [global::NetGen.PReLU(3), global::NetGen.LayerNorm, global::NetGen.Flatten, global::NetGen.Linear(17), global::NetGen.Tanh, global::NetGen.Dropout(0.25f)]
        [global::NetGen.Linear(5, Bias = false), global::NetGen.LogSoftmax, global::NetGen.Loss(global::NetGen.Loss.NLL)]
        """;

    const string Source = $"namespace My.App\n{{\n/// <summary>A network.</summary>\n{Layers}\npublic partial class Mlp {{ }}\n}}\n";

    /// <summary>Simple names that generated code uses, or that its parts have.</summary>
    static readonly string[] Names =
    [
        "System", "NetGen", "Vector512", "Vector256", "Vector128", "Math", "MathF", "Program", "Workers", "VectorMath", "Philox", "Losses", "Panels",
            "Guard", "Inference", "TrainingPass",
        "ParameterSet", "NetworkInfo", "TrainingInfo", "LayerInfo", "ParameterInfo", "Initializer", "Init", "Loss", "MethodImpl", "MethodImplAttribute",
            "MethodImplOptions", "SkipLocalsInit", "Span",
        "ReadOnlySpan", "GC", "ActivationPool", "ITrainable", "Optimizer", "TrainerOptions", "FitResult", "IDataset", "FitOptions", "ParameterLayout",
            "ParameterRole", "Arena", "V512", "Generated", "Mlp", "DecodingInfo", "ILanguageModel", "IEncoderDecoder", "SourceInfo", "IdsInfo", "Keys", "Scratch",
    ];

    static readonly Dictionary<string, Func<Consumer, Consumer>> Settings = new()
    {
        ["NullableOff"] = c => c with { Nullable = NullableContextOptions.Disable },
        ["NullableWarnings"] = c => c with { Nullable = NullableContextOptions.Warnings },
        ["NullableAnnotations"] = c => c with { Nullable = NullableContextOptions.Annotations },
        ["Checked"] = c => c with { CheckOverflow = true },
        ["CheckedDebug"] = c => c with { CheckOverflow = true, Optimization = OptimizationLevel.Debug },
        ["WarningsAsErrors"] = c => c with { WarningsAsErrors = true, RequireDocumentation = true },
        ["NoDocumentation"] = c => c with { Documentation = DocumentationMode.None },
        ["OneWidth"] = c => c with { Vectors = "128" },
        ["TwoWidths"] = c => c with { Vectors = " 256 , 512" },
        ["CSharp12"] = c => c with { LanguageVersion = LanguageVersion.CSharp12 },
        ["CSharp13"] = c => c with { LanguageVersion = LanguageVersion.CSharp13 },
        ["Latest"] = c => c with { LanguageVersion = LanguageVersion.Latest },
        ["Preview"] = c => c with { LanguageVersion = LanguageVersion.Preview },
        ["ClsCompliant"] = c => c.With("Assembly.cs", "[assembly: global::System.CLSCompliant(true)]")
            // Attributes with arrays, as [Input(3, 7)] has one, are the user's to allow.
            .With("Network.cs", "#pragma warning disable CS3016\n" + Source),
        ["NotClsCompliant"] = c => c.With("Assembly.cs", "[assembly: global::System.CLSCompliant(false)]"),
        ["ModuleSkipsLocalsInit"] = c => c.With("Assembly.cs", "[module: global::System.Runtime.CompilerServices.SkipLocalsInit]"),
        // What generated code could mistake for what it means: the same simple names in every place where it might look.
        ["NamesInTheNamespace"] = c => c.With("Names.cs", $"namespace My.App {{ {Types("internal")} }}"),
        ["NamesInTheParentNamespace"] = c => c.With("Names.cs", $"namespace My {{ {Types("internal")} }}"),
        ["NamesInTheGlobalNamespace"] = c => c.With("Names.cs", Types("internal", "System", "NetGen", "My")),
        ["NamesInTheClass"] = c => c.With("Names.cs", $"namespace My.App {{ partial class Mlp {{ {Types("private", "Mlp")} }} }}"),
        ["Namespaces"] = c => c.With("Names.cs", string.Concat(Names.Where(n => n != "Mlp" && n != "Program").Select(n => $"namespace My.App.{n} {{ class Other {{ }} }}\n"))),
        ["NamespacesWithNetworks"] = c => c.With("Names.cs", string.Concat(new[] { "Vector512", "Workers", "VectorMath", "MethodImpl", "System",
            "MlpProgram", "V512" }
            .Select(n => $"namespace My.App.{n} {{ [global::NetGen.Network, global::NetGen.Input(2), global::NetGen.ReLU] partial class Other; }}\n"))),
        ["GlobalNamespacesWithNetworks"] = c => c.With("Names.cs", string.Concat(new[] { "Vector512", "Workers", "Philox", "MethodImplOptions", "My", "In" }
            .Select(n => $"namespace {n} {{ [global::NetGen.Network, global::NetGen.Input(2), global::NetGen.ReLU] partial class Other; }}\n"))
            + "[global::NetGen.Network, global::NetGen.Input(2), global::NetGen.ReLU] partial class Global;"),
        ["NamesThatEncodeAlike"] = c => c.With("Names.cs", string.Concat(new[] { "A.B_C", "A.B.C", "A_B.C", "A_B_C", "A__B.C" }
            .Select(n => $"namespace {n} {{ [global::NetGen.Network, global::NetGen.Input(2), global::NetGen.ReLU] partial class Other; }}\n"))
            + "namespace Deep { partial class Box1 { [global::NetGen.Network, global::NetGen.Input(2), global::NetGen.ReLU] partial class N; } partial class Box<T> { [global::NetGen.Network, global::NetGen.Input(2), global::NetGen.ReLU] partial class N; } "
            + "partial class Box { [global::NetGen.Network, global::NetGen.Input(2), global::NetGen.ReLU] partial class N; } [global::NetGen.Network, global::NetGen.Input(2), global::NetGen.ReLU] partial class Box__N; }"),
        ["GlobalUsingAliases"] = c => c.With("Names.cs", string.Concat(Names.Where(n => n is not ("Mlp" or "NetGen" or "System")).Select(n => $"global using {n} = global::Clash.Type;\n")) + "namespace Clash { class Type { } }"),
        ["GlobalUsingStatic"] = c => c.With("Names.cs", $"global using static global::Clash.Statics; namespace Clash {{ public static class Statics {{ {Types("public", "Statics")} public static int Sum(int a) => a; }} }}"),
        ["ExtensionMethods"] = c => c.With("Names.cs", """
            internal static class Extensions
            {
                public static void Store(this global::System.Runtime.Intrinsics.Vector512<float> v, object o) { }
                public static float ToScalar(this global::System.Runtime.Intrinsics.Vector512<float> v) => 0;
            }
            """),
        ["BaseClassWithMembers"] = c =>
            c.With("Names.cs", "namespace My.App { partial class Mlp : Base { } public class Base { public int Workers; public virtual int Sum => 1; protected static int Guard() => 2; public class Vector512 { } } }"),
    };

    [Theory]
    [InlineData("", "V128, V256, V512"), InlineData("256", "V256"), InlineData("128,512,128", "V128, V512"), InlineData("1024", "V128, V256, V512")]
    public void Kernels_AreForTheWidthsThatTheProjectNames(string vectors, string files)
    {
        var build = (new Consumer().With("Network.cs", Source) with { Vectors = vectors }).Build();
        Assert.Equal(files, string.Join(", ", build.FileNames.Select(name => name.Split('.')[^3]).Where(part => part[0] == 'V').Order(StringComparer.Ordinal)));
        Assert.Equal(vectors == "1024" ? ["NG0026"] : [], build.NetGenDiagnostics.Select(d => d.Id));
    }

    static string Types(string accessibility, params string[] but) =>
        string.Concat(Names.Where(name => name != "Mlp" && !but.Contains(name)).Select(name => $"/** <summary>A name.</summary> */ {accessibility} sealed class {name} {{ }}\n"));

    public static TheoryData<string> Cases => [.. Settings.Keys];

    [Theory, MemberData(nameof(Cases))]
    public void GeneratedCode_CompilesAndRuns(string setting)
    {
        var consumer = Settings[setting](new Consumer { CompilesAllWidths = true }.With("Network.cs", Source));
        using var program = consumer.Build(emit: true).AssertClean().Load();
        AssertRuns(program.Type("My.App.Mlp"));
    }

    [Theory]
    [InlineData("#nullable enable\n", "[Network, Input(3), Linear(2)]", "")]
    [InlineData("#nullable enable\n", "[Network]", "[Linear(2)] readonly Layer fc; Tensor Forward([Shape(3)] Tensor x) => fc(x);")]
    [InlineData("", "[Network, Input(3), Linear(2)]", "")]
    public void MembersOfTheUsers_ThatNothingSets_AreNoWarningOfGeneratedCode(string nullable, string layers, string forward)
    {
        var source = $"{nullable}using NetGen;\nnamespace My.App;\n/// <summary>A network.</summary>\n{layers}\npublic partial class Mlp\n{{\n    internal string Note {{ get; set; }}\n"
            + $"    internal string Other {{ get; }}\n    internal Tensor Act {{ get; }}\n    internal string field;\n    internal string Read() => field = Note;\n    {forward}\n}}\n";
        (new Consumer().With("Network.cs", source) with { WarningsAsErrors = true }).Build(emit: true).AssertClean();
    }

    [Theory]
    [InlineData("[Network] public partial class Net { [Linear(2)] readonly Layer fc; Tensor Forward([Shape(3)] Tensor x, [Shape(3)] Tensor _y) => fc(x); }")]
    [InlineData("[Network] public partial class Net { [Linear(2)] readonly Layer fc; public (Tensor logits, Tensor _value) Forward([Shape(3, Gradient = true)] Tensor x) => (fc(x), x); }")]
    [InlineData("[Network] public partial class Net { [LSTM(2)] readonly Layer fc; Tensor Forward([Sequence(3, Max = 9)] Tensor x) => fc(x); }")]
    [InlineData("[Network] public partial class Net { public readonly Part part; [Embedding(9, 2)] public readonly Layer e; public Tensor Forward([Sequence(Max = 9)] Tensor ids) => part.Forward(e(ids)); } "
        + "[Block] public class Part { [Linear(2)] public readonly Layer fc; public Tensor Forward(Tensor x) => fc(x); }")]
    [InlineData("[Network, Input(9), Embedding(7, 12), PositionalEmbedding, TransformerDecoderLayer(3, 20), Linear(7), Loss(Loss.CrossEntropy)] public partial class Net;")]
    [InlineData("[Network(DescribeOnly = true), Input(9), Linear(7)] public partial class Net;")]
    [InlineData("[assembly: ExportNetwork(typeof(Net))] [Network, Input(9), Linear(7)] public partial class Net;")]
    [InlineData("[Network, Input(4), Linear(3), ReLU, Linear(2), Weights(\"mlp.safetensors\")] public partial class Net;")]
    public void GeneratedCode_OfAProjectThatIsClsCompliant_CompilesWithoutAWord(string source)
    {
        // Sizes, which are arrays, and tensors are what the user writes.
        var consumer = Consumer.Of("#pragma warning disable CS3001, CS3002, CS3003, CS3016\n" + source).With("Assembly.cs", "[assembly: System.CLSCompliant(true)]");
        (WeightsText.Fitting(consumer) with { WarningsAsErrors = true, CompilesKernels = false }).Build().AssertClean();
    }

    [Theory]
    [InlineData("NullableOff"), InlineData("Checked"), InlineData("WarningsAsErrors"), InlineData("CSharp12"), InlineData("NamesInTheNamespace"), InlineData("NamesInTheClass")]
    public void GeneratedCode_OfADecoder_CompilesAndContinues(string setting)
    {
        const string Decoder = """
            namespace My.App
            {
            /// <summary>A network.</summary>
            [global::NetGen.Network, global::NetGen.Input(9), global::NetGen.Embedding(7, 12), global::NetGen.PositionalEmbedding]
            [global::NetGen.TransformerDecoderLayer(3, 20), global::NetGen.Linear(7), global::NetGen.Loss(global::NetGen.Loss.CrossEntropy)]
            public partial class Mlp { }
            }

            """;
        var consumer = Settings[setting](new Consumer().With("Network.cs", Decoder)).With("Network.cs", Decoder);
        using var program = consumer.Build(emit: true).AssertClean().Load();
        Assert.Equal(9, TrainingRuns.LanguageSubject.Create(program.Type("My.App.Mlp")).Generate([3, 4], new SamplingOptions { MaxTokens = 9, Overlap = 4 }).Count());
    }

    [Fact]
    public void Twins_InAssembliesThatShareInternals_DontMeet()
    {
        // The friend's name is known only once it is made.
        var name = "Friend" + Guid.NewGuid().ToString("N");
        var build = new Consumer().With("Network.cs", Source)
            .With("Internal.cs", $"[assembly: global::System.Runtime.CompilerServices.InternalsVisibleTo(\"{name}\")] namespace My.App {{ [global::NetGen.Network, global::NetGen.Input(2), global::NetGen.ReLU] partial class Twin; }}").Build().AssertClean();
        var twin = new Consumer { MoreReferences = [build.Compilation.ToMetadataReference()] }.With("Network.cs", Source);
        var compilation = twin.CreateCompilation().WithAssemblyName(name);
        twin.CreateDriver().RunGeneratorsAndUpdateCompilation(compilation, out var output, out _, TestContext.Current.CancellationToken);
        Assert.Empty(output.GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity > DiagnosticSeverity.Hidden));
    }

    [Theory]
    [InlineData("Input(4), ReLU"), InlineData("Input(4), Linear(3)"), InlineData("Input(400), Linear(1000), ReLU, Linear(700)"), InlineData("Input(4), Embedding(9, 3)")]
    public void Prediction_IntoItsOwnInput_IsRefused_OfOneSampleAsOfSeveral(string layers)
    {
        using var program = new Consumer().With("Network.cs", $"using NetGen; namespace My.App; [Network, {layers}] public partial class Mlp;").Build(emit: true).AssertClean().Load();
        var subject = Subject.Create(program.Type("My.App.Mlp"));
        var (x, y) = (subject.Info.InputSize, subject.Info.OutputSize);
        var memory = new float[6 * (x + y)];
        foreach (var samples in new[] { 1, 2 })
        {
            foreach (var first in new[] { 0, samples * x - 1, -samples * y + 1 })
            {
                Assert.Throws<ArgumentException>("y", () => subject.Predict(memory.AsSpan(2 * y, samples * x), memory.AsSpan(2 * y + first, samples * y)));
            }
            subject.Predict(memory.AsSpan(2 * y, samples * x), memory.AsSpan(2 * y + samples * x, samples * y));
            subject.Predict(memory.AsSpan(2 * y, samples * x), memory.AsSpan((2 - samples) * y, samples * y));
            Array.Clear(memory);
        }
    }

    /// <summary>Predicts, takes a training step, and finds numbers.</summary>
    static void AssertRuns(Type network)
    {
        var subject = Subject.Create(network);
        var batch = Batch.Random(subject.Info, new LossSettings(LossKind.NLL, 0, -100, 1), 13, seed: 3);
        subject.Train(new SGD());
        Assert.True(float.IsFinite(subject.Step(batch)));
        Assert.All(subject.Predict(batch.SinglesOfX), y => Assert.True(float.IsFinite(y)));
    }
}
