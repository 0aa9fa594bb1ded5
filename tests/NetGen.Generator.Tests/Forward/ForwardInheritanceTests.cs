using Microsoft.CodeAnalysis.CSharp;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Parsing;

namespace NetGen.Generator.Tests.Forward;

/// <summary>What a Forward has from base classes: methods and properties, of which C# runs the override of the class itself.</summary>
public sealed class ForwardInheritanceTests
{
    [Theory]
    [InlineData("T(a(x))", "override Tensor V(Tensor x) => x * 7;", "a(x) * 7 + 1")]
    [InlineData("T(a(x))", "override sealed Tensor V(Tensor x) => base.V(x) * 2;", "a(x) * 3 * 2 + 1")]
    [InlineData("T(a(x))", "new Tensor V(Tensor x) => x * 7;", "a(x) * 3 + 1")]
    [InlineData("V(a(x))", "new Tensor V(Tensor x) => x * 7;", "a(x) * 7")]
    [InlineData("base.T(a(x))", "override Tensor V(Tensor x) => x * 7;", "a(x) * 7 + 1")]
    [InlineData("a(x) * M()", "override int N => 5;", "a(x) * 50")]
    [InlineData("a(x) * M()", "override int N { get => base.N + 1; }", "a(x) * 30")]
    [InlineData("a(x) * M()", "new int N => 5;", "a(x) * 20")]
    [InlineData("a(x) * S()", "override int Settable { set { } }", "a(x) * 4")]
    [InlineData("a(x) * Settable", "override int Settable { set { } }", "a(x) * 4")]
    [InlineData("Twice(a(x))", "override Tensor V(Tensor x) => x * 7;", "a(x) * 7 * 7")]
    [InlineData("Same(a(x), 2)", "override Tensor G<T>(Tensor x, T by, int more) => x * more;", "a(x) * 5")]
    [InlineData("Abstract(a(x))", "override Tensor A(Tensor x) => ReLU(x);", "ReLU(a(x))")]
    public void VirtualMember_IsTheClassesOwn(string expression, string member, string plain)
    {
        var isAbstract = member.Contains(" A(", StringComparison.Ordinal);
        foreach (var isBlock in new[] { false, true })
        {
            var source = Source(expression, $"protected {member}", isAbstract, isBlock);
            Consumer.Of(source).Build().AssertClean();
            Assert.Equal(Steps(Source(plain, "", false, isBlock), isBlock), Steps(source, isBlock));
        }
    }

    [Fact]
    public void VirtualMember_OfSeveralLevels_IsTheMostDerivedOne()
    {
        using var program = Consumer.Of("""
            using static NetGen.Functions;
            public abstract class Lowest<T> { protected virtual Tensor V(Tensor x, T by) => x * 3; protected Tensor Run(Tensor x, T by) => V(x, by) + 1; }
            public abstract class Middle : Lowest<int> { protected override Tensor V(Tensor x, int by) => base.V(x, by) * by; protected virtual new Tensor Run(Tensor x, int by) => -base.Run(x, by); }
            [Network] public partial class Net : Middle
            {
                protected override Tensor V(Tensor x, int by) => base.V(x, by) * 2;
                protected override Tensor Run(Tensor x, int by) => base.Run(x, by) * 10;
                Tensor Forward([Shape(2)] Tensor x) => Run(x, 5);
            }
            public static class Test { public static float[] Run(float[] x) { var y = new float[2]; Net.Create().Predict(x, y); return y; } }
            """).Build(emit: true).AssertClean().Load();
        // (x · 3 · 5 · 2 + 1) · -10
        Assert.Equal([-310f, -610f], (float[])program.Call("Test", "Run", [new float[] { 1, 2 }])!);
    }

    [Fact]
    public void PartialMember_IsItsImplementation()
    {
        using var program = (Consumer.Of("""
            [Network] public partial class Net
            {
                private partial Tensor Forward([Shape(2)] Tensor x);
                private partial Tensor Scaled<T>(Tensor x, T by);
                private partial int Offset { get; }
            }
            public partial class Net
            {
                private partial Tensor Forward(Tensor x) => Scaled(x, 2) + Offset;
                private partial Tensor Scaled<T>(Tensor x, T by) => x * 10;
                private partial int Offset => 3;
            }
            public static class Test { public static float[] Run(float[] x) { var y = new float[2]; Net.Create().Predict(x, y); return y; } }
            """) with { LanguageVersion = LanguageVersion.CSharp13 }).Build(emit: true).AssertClean().Load();
        Assert.Equal([13f, 23f], (float[])program.Call("Test", "Run", [new float[] { 1, 2 }])!);
    }

    [Fact]
    public void StaticMember_OfATypeParameter_IsRefused() => Expect.Diagnostic("""
        [Network] partial class Net : IScale { Tensor Forward([Shape(4)] Tensor x) => Scaled<Net>(x); static int IScale.N => 7; static Tensor Scaled<T>(Tensor x) where T : IScale => x * {|NG0052:T.N|}; }
        interface IScale { static virtual int N => 3; }
        """, "'T.N' can't be read: which type 'T' is isn't known where Forward is read; call the member of a type, or give a function");

    static string Source(string expression, string member, bool isAbstract, bool isBlock) => $$"""
        using System;
        using static NetGen.Functions;
        public abstract class Root
        {
            protected virtual Tensor V(Tensor x) => x * 3;
            protected Tensor T(Tensor x) => V(x) + 1;
            protected virtual int N => 2;
            protected int M() => N * 10;
            protected virtual int Settable { get => 4; set { } }
            protected int S() => Settable;
            protected Tensor Twice(Tensor x) { Func<Tensor, Tensor> f = V; return f(f(x)); }
            protected virtual Tensor G<T>(Tensor x, T by, int more) => x;
            protected Tensor Same(Tensor x, int by) => G(x, by, more: 5);
            {{(isAbstract ? "protected abstract Tensor A(Tensor x); protected Tensor Abstract(Tensor x) => A(x);" : "")}}
        }
        {{(isBlock ? "[Network] public partial class Net { readonly Part part; Tensor Forward([Shape(4)] Tensor x) => part.Forward(x); } [Block]" : "[Network]")}}
        public partial class {{(isBlock ? "Part" : "Net")}} : Root
        {
            [Linear(4)] readonly Layer a;
            {{member}}
            internal Tensor Forward({{(isBlock ? "" : "[Shape(4)] ")}}Tensor x) => {{expression}};
        }
        """;

    static IEnumerable<string> Steps(string source, bool isBlock)
    {
        var model = Models.Single(source);
        return (isBlock ? Assert.Single(model.Blocks).Forward! : model.Forward!).Steps
            .Select(step => $"{step.Function?.Kind ?? $"{step.Layer}"}({string.Join(",", step.Inputs)}; {string.Join(",", step.Function?.Positional.Select(p => p.Scalar) ?? [])})");
    }
}
