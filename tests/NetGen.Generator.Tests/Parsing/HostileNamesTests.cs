using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Parsing;

/// <summary>Whatever a consumer's types, namespaces and layers are called, the generated code means what it says.</summary>
public sealed class HostileNamesTests
{
    const string Network = "[global::NetGen.Network, global::NetGen.Input(4), global::NetGen.Linear(3), global::NetGen.ReLU, " +
        "global::NetGen.Loss(global::NetGen.Loss.CrossEntropy)] public partial class";

    [Theory]
    [InlineData("System.Numbers")]
    [InlineData("NetGen")]
    [InlineData("NetGen.Runtime")]
    [InlineData("NetGen.Generated")]
    [InlineData("NetGen.Generated.NetGen.System")]
    [InlineData("My.System.NetGen")]
    [InlineData("Program.Info.Mlp.Runtime")]
    public void Namespace_CanBeCalledAnything(string space) =>
        new Consumer().With("Source.cs", $"namespace {space} {{ {Network} Mlp; }}").Build().AssertClean();

    [Theory]
    [InlineData("")]
    [InlineData("namespace A; ")]
    public void Types_CanBeCalledAsThoseThatGeneratedCodeUses(string space)
    {
        string[] names =
        [
            "NetGenOptions", "Vector512", "Vector256", "Vector128", "Vector", "MathF", "Math", "Unsafe", "Workers", "VectorMath", "Guard", "Inference",
            "TrainingPass", "ParameterSet", "NetworkInfo", "LayerInfo", "ParameterInfo", "Initializer", "Init", "ImmutableArray", "Span", "ReadOnlySpan",
            "MlpProgram", "Kernels",
        ];
        var types = string.Concat(names.Select(name => $"public class {name} {{ }}\n"));
        new Consumer().With("Source.cs", $"{space}{Network} Mlp;\n{types}").Build().AssertClean();
    }

    [Fact]
    public void Members_CanBeCalledAsThoseThatGeneratedCodeUses() => new Consumer().With("Source.cs",
        $"#pragma warning disable CS0649\n{Network} Mlp {{ public int NetGen, System, global, Forward, Program, network, x, y, n, seed, path, arena, px, py; }}")
        .Build().AssertClean();

    [Theory]
    [InlineData("Linear(3, Name = \"a\"), Linear(2, Name = \"A\")")]
    [InlineData("Linear(3, Name = \"linear1\"), Linear(2)")]
    [InlineData("Linear(3, Name = \"class\"), Linear(2, Name = \"weight\")")]
    [InlineData("Linear(3, Name = \"7\"), Linear(2, Name = \"_\")")]
    [InlineData("Linear(3, Name = \"Блок\"), Linear(2, Name = \"x\"), LayerNorm(Name = \"loss\"), ReLU(Name = \"y\")")]
    [InlineData("Linear(3, Name = \"n\"), LayerNorm(Name = \"p\"), PReLU(Name = \"g\"), Linear(5, " +
        "Name = \"a\"), Dropout(Name = \"rows\"), Linear(2, Name = \"scale\")")]
    [InlineData("Linear(3, Name = \"pass\"), LayerNorm(Name = \"first\"), PReLU(Name = \"last\"), " +
        "Linear(5, Name = \"once\"), Dropout(Name = \"divisor\"), Linear(2, Name = \"worker\")")]
    [InlineData("Linear(3, Name = \"workers\"), LayerNorm(Name = \"static\"), " +
        "PReLU(Name = \"target\"), Linear(5, Name = \"int\"), Softmax(Name = \"d_x\"), Linear(2, Name = \"Train\")")]
    public void Layers_CanHaveAnyWordForAName(string layers) => Consumer.Of($"[Network, Input(4), {layers}] public partial class Mlp;").Build().AssertClean();

    [Theory]
    [InlineData("Embedding(9, 4, Name = \"tokens\"), PositionalEmbedding(Name = \"positions\"), LayerNorm(Name = \"offsets\"), Linear(4, Name = \"firstPosition\"), Linear(9, Name = \"length\")")]
    [InlineData("Embedding(9, 4, Name = \"lengths\"), TransformerEncoderLayer(2, 8, Name = \"start\"), MeanPositions(Name = \"x\"), Linear(9, Name = \"y\")")]
    public void Layers_OfSequences_CanHaveAnyWordForAName(string layers) =>
        Consumer.Of($"[Network, Sequence(Max = 7), {layers}, Loss(Loss.CrossEntropy)] public partial class Mlp;").Build().AssertClean();

    [Fact]
    public void Names_ThatWarn_WarnInTheSourceOnly() => new Consumer().With("Source.cs",
        $"[assembly: System.CLSCompliant(true)]\n#pragma warning disable CS8981, CS3016\n{Network} mlp;").Build().AssertClean();

    [Fact]
    public void Networks_ThatDifferInCaseArityOrNesting_GoTogether() => Consumer.Of("""
        [Network, Input(4), Linear(3)] public partial class Mlp;
        [Network, Input(4), Linear(3)] public partial class MLP;
        public partial class Box { [Network, Input(4), Linear(3)] public partial class Mlp; }
        public partial class Box<T> { [Network, Input(4), Linear(3)] public partial class Mlp; }
        public partial struct Box<T, U> { [Network, Input(4), Linear(3)] internal partial class mLp; }
        """).With("Space.cs", "namespace Box2 { [NetGen.Network, NetGen.Input(4), NetGen.Linear(3)] public partial class Mlp; }").Build().AssertClean();
}
