using System.Reflection;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Structure;

/// <summary>Networks that are checked and described, and not run.</summary>
public sealed class DescribedNetworkTests
{
    /// <summary>GPT-3's largest.</summary>
    const string Large = """
        [Block, TransformerDecoderLayer(96, 49152, NormFirst = true)] public class Layer;
        [Network(DescribeOnly = true), Input(2048), Embedding(50257, 12288, Name = "wte"), PositionalEmbedding]
        [Repeat(typeof(Layer), 96), LayerNorm, TiedLinear("wte"), Loss(Loss.CrossEntropy)]
        public partial class Large;
        """;

    const long Parameters = 174_604_259_328;

    [Fact]
    public void LargeNetwork_IsDescribed()
    {
        var build = Consumer.Of(Large).Build(emit: true).AssertClean();
        Assert.Equal(["Large.Parameters.g.cs", "Large.g.cs"], build.FileNames);
        using var program = build.Load();
        var type = program.Assembly.GetType("Large")!;
        var info = (NetworkInfo)type.GetProperty("Info")!.GetValue(null)!;
        Assert.Equal(Parameters, info.ParameterCount);
        Assert.Equal(Parameters, info.Parameters.Sum(p => (long)p.Count));
        Assert.Equal(Parameters, Constant("ParameterCount"));
        // What isn't a multiple of 16 or 32 is padded.
        Assert.InRange(Constant("ParameterBytes"), 4 * Parameters, 4 * Parameters + 10_000_000);
        Assert.Equal(info.ParameterFloats * sizeof(float), Constant("ParameterBytes"));
        Assert.Equal(Constant("Flops") / 2048, Constant("FlopsPerToken"));
        // Two for each weight of a matrix, and attention.
        Assert.InRange(Constant("FlopsPerToken"), 2 * Parameters, (long)(2.1 * Parameters));
        Assert.InRange(Constant("ArenaBytes"), 2048L * 49152 * sizeof(float), 4L << 30);
        Assert.InRange(Constant("TrainingArenaBytes"), 96 * 12 * 2048L * 12288 * sizeof(float), 1L << 40);
        Assert.Equal(info.Parameters.Select(p => p.Offset).Order(), info.Parameters.Select(p => p.Offset));

        long Constant(string name) => Convert.ToInt64(type.GetField(name)!.GetRawConstantValue(), System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void DescribedNetwork_HasNothingThatRunsIt()
    {
        using var program = Consumer.Of("[Network(DescribeOnly = true), Input(4), Linear(3)] public partial class Small;").Build(emit: true).AssertClean().Load();
        var type = program.Assembly.GetType("Small")!;
        Assert.Empty(type.GetInterfaces());
        Assert.Equal(["ArenaBytes", "Flops", "Info", "InputSize", "OutputSize", "ParameterBytes", "ParameterCount", "TrainingArenaBytes"],
            type.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly).Where(m => m is not MethodInfo).Select(m => m.Name).Order(StringComparer.Ordinal));
        var info = (NetworkInfo)type.GetProperty("Info")!.GetValue(null)!;
        Assert.Equal("0.weight [3, 4]", info.Parameters.Select(p => $"{p.Name} [{string.Join(", ", p.Shape)}]").First());
    }

    [Fact]
    public void DescribedNetwork_MayHaveAForward() =>
        Consumer.Of("[Network(DescribeOnly = true)] public partial class Small { [Linear(3)] readonly Layer a; Tensor Forward([Shape(4)] Tensor x) => a(x); }")
            .Build(emit: true).AssertClean();

    [Fact]
    public void TooManyParameters_AreRefusedWithTheWayOut()
    {
        var build = Consumer.Of(Large.Replace("(DescribeOnly = true)", "", StringComparison.Ordinal).Replace("12288", "6144", StringComparison.Ordinal)
            .Replace("49152", "24576", StringComparison.Ordinal)).Build();
        var error = Assert.Single(build.NetGenDiagnostics);
        Assert.Equal("NG0006", error.Id);
        Assert.EndsWith("and the limit is 536870912, unless the network is only described, [Network(DescribeOnly = true)]; choose smaller sizes",
            error.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[Network(DescribeOnly = true), {|NG0040:Weights("a.safetensors")|}, Input(4), Linear(3)] public partial class Small;""")]
    [InlineData("""[assembly: {|NG0043:ExportNetwork(typeof(Small))|}] [Network(DescribeOnly = true), Input(4), Linear(3)] public partial class Small;""")]
    public void WhatNeedsParameters_IsRefused(string source) => Expect.Diagnostics(source);

    [Theory]
    [InlineData("[Network(DescribeOnly = true), Input(4), {|NG0005:Linear(0)|}] public partial class Small;")]
    [InlineData("[Network(DescribeOnly = true), {|NG0006:Input(65536, 65536)|}, Flatten, Linear(3)] public partial class Small;")]
    public void Shapes_AreChecked(string source) => Expect.Diagnostics(source);
}
