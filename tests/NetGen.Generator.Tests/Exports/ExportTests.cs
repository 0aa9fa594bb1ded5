using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using NetGen.Generator.Tests.Harness;
using NetGen.Runtime;

namespace NetGen.Generator.Tests.Exports;

/// <summary>C functions of networks: what is generated for them, and what is wrong with an attribute.</summary>
public sealed class ExportTests
{
    const string Network = "[Network, Input(2, 3), Flatten, Linear(5)] public partial class TinyNet;\n";

    [Fact]
    public void Header_IsPartOfTheAssembly_AndDeclaresTheFunctions()
    {
        var build = (Consumer.Of($"[assembly: ExportNetwork(typeof(TinyNet))]\n{Network}") with { CompilesKernels = false }).Build(emit: true).AssertClean();
        using var program = build.Load();
        var header = Assert.Single(program.Assembly.GetCustomAttributes<NativeHeaderAttribute>());
        Assert.Equal("tiny_net.h", header.File);
        Assert.Contains("TinyNet: a network from [2, 3] to [5] with 35 parameters.", header.Text, StringComparison.Ordinal);
        Assert.Contains("#define TINY_NET_INPUT_SIZE 6\n#define TINY_NET_OUTPUT_SIZE 5\n", header.Text, StringComparison.Ordinal);
        Assert.Contains("\nint tiny_net_predict(tiny_net *network, const float *x, size_t x_values, float *y, size_t y_values);\n", header.Text,
            StringComparison.Ordinal);
        Assert.Contains("path is a safetensors file with the network's weights.", header.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("\r", header.Text, StringComparison.Ordinal);
        foreach (var function in (string[])["create", "predict", "predict_batch", "input_size", "output_size", "error", "destroy"])
        {
            Assert.Contains($"EntryPoint = \"tiny_net_{function}\"", build.File("TinyNet.Export.g.cs"), StringComparison.Ordinal);
            Assert.Contains($"tiny_net_{function}(", header.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Header_OfANetworkOfIds_TakesIntegers()
    {
        const string Source = "[assembly: ExportNetwork(typeof(Words))]\n[Network, Input(4), Embedding(9, 3), MeanPositions, Linear(2)] public partial class Words;";
        var build = (Consumer.Of(Source) with { CompilesKernels = false }).Build(emit: true).AssertClean();
        using var program = build.Load();
        var header = Assert.Single(program.Assembly.GetCustomAttributes<NativeHeaderAttribute>());
        Assert.Contains("#include <stddef.h>\n#include <stdint.h>\n\n", header.Text, StringComparison.Ordinal);
        Assert.Contains("\nint words_predict(words *network, const int32_t *x, size_t x_values, float *y, size_t y_values);\n", header.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Header_OfANetworkOfIdsAndNumbers_TellsWhichValuesAreIds()
    {
        const string Source = """
            [assembly: ExportNetwork(typeof(Words))]
            [Network] public partial class Words
            {
                [Embedding(9, 3)] readonly Layer e;
                Tensor Forward([Shape(2, 3)] Tensor x, [Shape(2)] Tensor words) => x + e(words);
            }
            """;
        var build = (Consumer.Of(Source) with { CompilesKernels = false }).Build(emit: true).AssertClean();
        using var program = build.Load();
        var header = Assert.Single(program.Assembly.GetCustomAttributes<NativeHeaderAttribute>());
        Assert.Contains("\n * Ids are given as floats that have the bits of their int32_t: 2 of words from 6 on.\n", header.Text, StringComparison.Ordinal);
        Assert.Contains("\nint words_predict(words *network, const float *x, size_t x_values, float *y, size_t y_values);\n", header.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void NetworkWithWeights_IsCreatedWithoutAFile()
    {
        var source = $"[assembly: ExportNetwork(typeof(Mlp), Name = \"my_mlp\")]\n{WeightsText.Network}";
        var build = (WeightsText.Fitting(Consumer.Of(source)) with { CompilesKernels = false }).Build().AssertClean();
        Assert.Contains("Create(path, &Embedded)", build.File("Mlp.Export.g.cs"), StringComparison.Ordinal);
        Assert.Contains("or NULL for these.", build.File("Mlp.Export.g.cs"), StringComparison.Ordinal);
        Assert.Contains("EntryPoint = \"my_mlp_create\"", build.File("Mlp.Export.g.cs"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TinyNet", "tiny_net")]
    [InlineData("MLP", "mlp")]
    [InlineData("MyMLPNet2", "my_mlp_net2")]
    [InlineData("ResNet18", "res_net18")]
    [InlineData("Snake_Case", "snake_case")]
    public void Name_IsTheClassesInLowerCase(string type, string name)
    {
        var source = $"[assembly: ExportNetwork(typeof({type}))]\n[Network, Input(2), Linear(3)] public partial class {type};";
        var build = (Consumer.Of(source) with { CompilesKernels = false }).Build().AssertClean();
        Assert.Contains($"EntryPoint = \"{name}_create\"", build.File($"{type}.Export.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void NestedNetwork_InANamespace_IsExported()
    {
        const string Source = """
            [assembly: ExportNetwork(typeof(A.B.Outer.Net))]
            namespace A.B { public partial class Outer { [Network, Input(2), Linear(3)] internal partial class Net; } }
            """;
        (Consumer.Of(Source) with { CompilesKernels = false }).Build().AssertClean();
    }

    [Theory]
    [InlineData("typeof(string)", "'String' isn't marked with [Network]")]
    [InlineData("null!", "name a class that is marked with [Network]")]
    [InlineData("typeof(Outer<int>.Net)", "'Net' is nested in the generic 'Outer', and so isn't one class: move it out")]
    public void Type_ThatIsNoNetworkToExport_IsNG0043(string type, string reason)
    {
        const string Types = "public partial class Outer<T> { [Network, Input(2), Linear(3)] public partial class Net; }";
        Expect.Diagnostic(
            $"[assembly: {{|NG0043:ExportNetwork({type})|}}]\n{Types}", $"'ExportNetwork({type})' can't give C functions to what it names: {reason}",
            consumer => consumer with { CompilesKernels = false });
    }

    [Fact]
    public void NetworkOfAnotherProject_IsNG0043()
    {
        var library = (Consumer.Of(Network) with { CompilesKernels = false }).Build(emit: true).AssertClean();
        var message = Expect.Diagnostics(
            "[assembly: {|NG0043:ExportNetwork(typeof(TinyNet))|}]",
            consumer => consumer with { MoreReferences = [MetadataReference.CreateFromImage(library.Image)] }).Single().GetMessage(null);
        Assert.EndsWith("export it there, or declare it in this project", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("typeof(TinyNet), Name = \"\"", "")]
    [InlineData("typeof(TinyNet), Name = \"2nd\"", "2nd")]
    [InlineData("typeof(TinyNet), Name = \"a-b\"", "a-b")]
    [InlineData("typeof(TinyNet), Name = \"double\"", "double")]
    public void Name_ThatIsNotOneOfC_IsNG0044(string arguments, string name) => Expect.Diagnostic(
        $"[assembly: {{|NG0044:ExportNetwork({arguments})|}}]\n{Network}",
        $"'ExportNetwork({arguments})' can't begin the names of C functions with '{name}': it isn't a name of C's: set Name to one of letters, digits and underscores",
        consumer => consumer with { CompilesKernels = false });

    [Fact]
    public void Name_ThatIsTaken_IsNG0044() => Expect.Diagnostic(
        $"[assembly: ExportNetwork(typeof(TinyNet)), {{|NG0044:ExportNetwork(typeof(Other), Name = \"tiny_net\")|}}]\n{Network}"
        + "[Network, Input(2), Linear(3)] public partial class Other;",
        "'ExportNetwork(typeof(Other), Name = \"tiny_net\")' can't begin the names of C functions with 'tiny_net': another export has it: set Name to another one",
        consumer => consumer with { CompilesKernels = false });

    [Fact]
    public void TwoNames_OfOneNetwork_AreTwoSetsOfFunctions()
    {
        var source = $"[assembly: ExportNetwork(typeof(TinyNet)), ExportNetwork(typeof(TinyNet), Name = \"other\")]\n{Network}";
        var build = (Consumer.Of(source) with { CompilesKernels = false }).Build().AssertClean();
        Assert.Contains("EntryPoint = \"other_create\"", build.File("TinyNet.Export.g.cs"), StringComparison.Ordinal);
        Assert.Contains("EntryPoint = \"tiny_net_create\"", build.File("TinyNet.Export.g.cs"), StringComparison.Ordinal);
    }
}
