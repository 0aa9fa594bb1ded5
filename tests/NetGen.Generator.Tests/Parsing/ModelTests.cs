using NetGen.Generator.Parsing;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Parsing;

/// <summary>What a declaration is read as.</summary>
public sealed class ModelTests
{
    /// <summary><c>Init.HeNormal</c>, which both the runtime and the generator have.</summary>
    const int HeNormal = 6;

    [Fact]
    public void Elements_AreInSourceOrder_AcrossBrackets()
    {
        var model = Models.Single("""
            [Network, Input(1, 28, 28)]
            [Flatten] [Linear(128), ReLU, System.Serializable, Dropout(0.25f),
             Linear(10)]
            [Loss(Loss.CrossEntropy)]
            public partial class Mlp;
            """);
        Assert.Equal(["Input(1, 28, 28)", "Flatten", "Linear(128)", "ReLU", "Dropout(0.25)", "Linear(10)", "Loss(CrossEntropy)"],
            model.Elements.Select(element => element.Display()));
    }

    [Fact]
    public void Arguments_ArePlainValues()
    {
        var model = Models.Single("""
            [Network, Input(Sizes.Side, Sizes.Side * 2, Gradient = true)]
            [Linear(features: (int)Sizes.Kind.Two, WeightInit = Init.HeNormal, Name = "fc" + "1", BiasValue = 1)]
            [LeakyReLU, LayerNorm, Reshape(new int[] { 2, -1 }), Reshape([3, 4]), PReLU(Name = null)]
            public partial class Mlp;
            static class Sizes { public const int Side = 3; public enum Kind { One, Two } }
            """);
        Assert.Equal(
        [
            new("Input", [new(null, [3, 6])], [new("Gradient", new(true))]),
            new("Linear", [new(1)], [new("WeightInit", new(HeNormal)), new("Name", new("fc1")), new("BiasValue", new(1f))]),
            new("LeakyReLU", [new(0.01f)], []),
            new("LayerNorm", [new(null, [])], []),
            new("Reshape", [new(null, [2, -1])], []),
            new("Reshape", [new(null, [3, 4])], []),
            new("PReLU", [new(1)], [new("Name", new(null))]),
        ], model.Elements);
    }

    [Fact]
    public void Numbers_AreTheNearestFloat()
    {
        static IEnumerable<ElementModel> Of(string f) =>
            Models.Single($"[Network, Input(4), Dropout(0.1{f}), LayerNorm(Epsilon = 1e-6{f}), Softplus(2.7{f}, 3{f}), Linear(2, BiasValue = 0.3{f})] partial class Mlp;").Elements;
        Assert.Equal(Of("f"), Of(""));
    }

    [Fact]
    public void Null_InPlaceOfAnArray_IsAnEmptyOne() =>
        Assert.Equal(new("LayerNorm", [new(null, [])], []), Models.Single("[Network, Input(4), LayerNorm(null!)] partial class Mlp;").Elements[1]);

    [Fact]
    public void Attributes_AreToldByTheirSymbols()
    {
        var model = Models.SingleOf("""
            using Net = NetGen.NetworkAttribute;
            using Full = NetGen.LinearAttribute;
            using NG = NetGen;
            namespace Other { sealed class InputAttribute : System.Attribute; }
            namespace A
            {
                using Other;
                [Net, global::NetGen.Input(4), Full(8), NG.ReLU, NG::LinearAttribute(3), Input]
                partial class Mlp;
            }
            """);
        Assert.Equal(["Input(4)", "Linear(8)", "ReLU", "Linear(3)"], model.Elements.Select(element => element.Display()));
    }

    [Fact]
    public void Attributes_BehindConditions_AreThoseThatAreCompiled() => Assert.Equal(
        ["Input(4)", "Linear(3)"],
        Models.Single("[Network, Input(4)]\n#if NEVER\n[ReLU]\n#endif\n[Linear(3)]\npartial class Mlp;").Elements.Select(element => element.Display()));

    [Theory]
    [InlineData("[Network, Input(4), ReLU] partial class Mlp;", "", "Mlp", "internal")]
    [InlineData("[Network, Input(4), ReLU] public sealed partial class Mlp { }", "", "Mlp", "public")]
    [InlineData("namespace A.B; [Network, Input(4), ReLU] public partial class Mlp;", "A.B", "Mlp", "public")]
    [InlineData("namespace A { namespace B.C { [Network, Input(4), ReLU] internal partial class Mlp; } }", "A.B.C", "Mlp", "internal")]
    [InlineData("namespace @namespace.@event; [Network, Input(4), ReLU] public partial class @class;", "@namespace.@event", "@class", "public")]
    [InlineData("[Network, Input(4), ReLU] public partial class @record;", "", "@record", "public")]
    [InlineData("[Network, Input(4), ReLU] public partial class Ünïcode;", "", "Ünïcode", "public")]
    public void Type_KeepsItsNames(string source, string space, string name, string accessibility)
    {
        Assert.Equal(new(space, name, accessibility, "partial class", []), Models.Single(source).Type);
        Consumer.Of(source).Build().AssertClean();
    }

    [Theory]
    [InlineData("static partial class Nets { [Network, Input(4), ReLU] private partial class Mlp; }", null, "partial class Nets", 0)]
    [InlineData("partial struct Box<T, @in> where T : class { [Network, Input(4), ReLU] public partial class Mlp; }",
        "internal", "partial struct Box<T, @in>", 2)]
    [InlineData("readonly ref partial struct Box { [Network, Input(4), ReLU] public partial class Mlp; }", "internal", "partial struct Box", 0)]
    [InlineData("abstract partial class @event<T> { [Network, Input(4), ReLU] private protected partial class Mlp; }",
        null, "partial class @event<T>", 1)]
    [InlineData("partial record Box(int A) { [Network, Input(4), ReLU] protected internal partial class Mlp; }", "internal", "partial record Box", 0)]
    [InlineData("readonly partial record struct Box<T>(int A) { [Network, Input(4), ReLU] internal partial class Mlp; }",
        "internal", "partial record struct Box<T>", 1)]
    [InlineData("partial interface Box { [Network, Input(4), ReLU] partial class Mlp; }", "internal", "partial interface Box", 0)]
    [InlineData("partial class Box { [Network, Input(4), ReLU] protected partial class Mlp; }", null, "partial class Box", 0)]
    [InlineData("public partial class Box { [Network, Input(4), ReLU] public partial class Mlp; }", "public", "partial class Box", 0)]
    public void Containers_CanBeContinued(string source, string? reach, string header, int arity)
    {
        var type = Models.Single("namespace A; " + source).Type;
        Assert.Equal(reach, type.Reach);
        var container = Assert.Single(type.Containers);
        Assert.Equal(header, container.Header);
        Assert.Equal(arity, container.Arity);

        // The header compiles beside the declaration.
        Consumer.Of("namespace A; " + source)
            .With("Other.cs", $"namespace A {{ {container.Header} {{ partial class Mlp {{ static int Answer() => 42; }} }} }}").Build().AssertClean();
    }

    [Fact]
    public void Containers_AreOutermostFirst() => Assert.Equal(
        [new("partial class A", "A", 0), new("partial struct B<T>", "B", 1), new("partial interface C", "C", 0)],
        Models.Single("partial class A { partial struct B<T> { partial interface C { [Network, Input(4), ReLU] partial class Mlp; } } }").Type.Containers);
}
