using NetGen.Generator.Graph;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Parsing;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Structure;

/// <summary>Parameters of nested layers are called as PyTorch calls those of nested modules, and summaries list the layers under these names.</summary>
public sealed class NestedNamesTests
{
    const string Blocks = """

        [Block, Linear(4, Name = "fc"), ReLU, Linear(4, Bias = false)] class B;
        [Block, LayerNorm] class C;
        [Block, Linear(Arg.A, Bias = false), LayerNorm] class Downsample;
        [Block, Linear(Arg.A, Bias = false, Name = "conv1"), LayerNorm(Name = "bn1"), ReLU]
        [Linear(Arg.A, Bias = false, Name = "conv2"), LayerNorm(Name = "bn2")] class Body;
        [Block, Residual(typeof(Body), Projection = typeof(Downsample), Name = "", Arguments = [Arg.A]), ReLU] class BasicBlock;
        """;

    [Theory]
    [InlineData("ReLU, Use(typeof(B))", "1.fc.weight 1.fc.bias 1.2.weight")]
    [InlineData("Use(typeof(B), Name = \"body\")", "body.fc.weight body.fc.bias body.2.weight")]
    [InlineData("Use(typeof(B), Name = \"\")", "fc.weight fc.bias 2.weight")]
    [InlineData("Gate(typeof(B))", "0.fc.weight 0.fc.bias 0.2.weight")]
    [InlineData("Residual(typeof(C))", "0.0.weight 0.0.bias")]
    [InlineData("Residual(typeof(Downsample), Projection = typeof(B), Arguments = [4])", "0.0.weight 0.1.weight 0.1.bias")]
    [InlineData("Linear(5), Residual(typeof(B), Projection = typeof(Downsample), Arguments = [4], Name = \"r\")",
        "0.weight 0.bias r.fc.weight r.fc.bias r.2.weight r.downsample.0.weight r.downsample.1.weight r.downsample.1.bias")]
    [InlineData("Repeat(typeof(C), 2)", "0.0.0.weight 0.0.0.bias 0.1.0.weight 0.1.0.bias")]
    [InlineData("Repeat(typeof(C), 2, Name = \"\")", "0.0.weight 0.0.bias 1.0.weight 1.0.bias")]
    [InlineData("Parallel(typeof(C), typeof(Downsample), Arguments = [3], Name = \"mix\")",
        "mix.0.0.weight mix.0.0.bias mix.1.0.weight mix.1.1.weight mix.1.1.bias")]
    [InlineData("Parallel(typeof(C), typeof(C), PartName = \"branch\", Name = \"mix\")",
        "mix.branch1.0.weight mix.branch1.0.bias mix.branch2.0.weight mix.branch2.0.bias")]
    [InlineData("Repeat(typeof(C), 2, PartName = \"layer\", Name = \"\")", "layer1.0.weight layer1.0.bias layer2.0.weight layer2.0.bias")]
    [InlineData("Repeat(typeof(BasicBlock), 2, Arguments = [3], Name = \"layer1\")", """
        layer1.0.conv1.weight layer1.0.bn1.weight layer1.0.bn1.bias layer1.0.conv2.weight layer1.0.bn2.weight layer1.0.bn2.bias
        layer1.0.downsample.0.weight layer1.0.downsample.1.weight layer1.0.downsample.1.bias
        layer1.1.conv1.weight layer1.1.bn1.weight layer1.1.bn1.bias layer1.1.conv2.weight layer1.1.bn2.weight layer1.1.bn2.bias
        """)]
    public void Parameters_HaveTheNamesOfNestedModules(string layers, string names)
    {
        var graph = GraphBuilder.Inference(Models.Single($"[Network, Input(4), {layers}] public partial class Net;{Blocks}"));
        Assert.Equal(names.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries), graph.Parameters.Select(parameter => parameter.Value.FileName()));
    }

    [Fact]
    public void Summary_ListsEveryLayerInside_AndWhatJoinsThem()
    {
        var graph = GraphBuilder.Inference(Models.Single($$"""
            [Network, Input(4), Repeat(typeof(BasicBlock), 1, Arguments = [3], Name = "layer1"), Use(typeof(B), Name = "")]
            [Parallel(typeof(C), typeof(C)), Linear(2)]
            public partial class Net;{{Blocks}}
            """));
        Assert.Equal(
        [
            "layer1.0.conv1 Linear(3) [3] 12", "layer1.0.bn1 LayerNorm [3] 6", "layer1.0.2 ReLU [3] 0",
            "layer1.0.conv2 Linear(3) [3] 9", "layer1.0.bn2 LayerNorm [3] 6",
            "layer1.0.downsample.0 Linear(3) [3] 12", "layer1.0.downsample.1 LayerNorm [3] 6", "layer1.0 Residual(typeof(Body)) [3] 0", "layer1.0.1 ReLU [3] 0",
            "fc Linear(4) [4] 16", "1 ReLU [4] 0", "2 Linear(4) [4] 16",
            "2.0.0 LayerNorm [4] 8", "2.1.0 LayerNorm [4] 8", "2 Parallel(typeof(C), typeof(C)) [8] 0", "3 Linear(2) [2] 18",
        ], graph.Layers.Select(layer => $"{layer.Name} {layer.Kind.Replace("()", "", StringComparison.Ordinal)} {layer.Output.Shape} {layer.Parameters}"));
        Assert.Equal(graph.Layers.Sum(layer => layer.Parameters), graph.Parameters.Sum(parameter => (long)parameter.Op.Shape.Size));
        Assert.Equal(graph.Layers.Sum(layer => layer.Flops), graph.Values.Sum(value => value.Op.Flops(value)));
    }

    [Fact]
    public void NamesThatMeet_AreAnError() => Expect.Diagnostic("""
        [Network, Input(4), Linear(4, Name = "fc"), Use(typeof(B), Name = "")] public partial class Net;
        [Block, {|NG0010:Linear(4, Name = "fc")|}] class B;
        """,
        "'fc: Linear(4)' in 'B', used by 'Use(typeof(B))' of 'Net' is named \"fc.weight\", and so is 'fc: Linear(4)': give one of them another Name");

    [Fact]
    public void Identifiers_AreValidAndUnique() => Consumer.Of("""
        [Network, Input(4)]
        [Linear(4, Name = "a_0"), Linear(4, Name = "a"), Linear(4, Name = "A"), Use(typeof(B), Name = "class")]
        [Repeat(typeof(B), 2, Name = "layer1"), Repeat(typeof(B), 1, Name = "layer")]
        [Repeat(typeof(B), 11, Name = "1"), Residual(typeof(B), Name = ""), Use(typeof(B), Name = "9")]
        [Use(typeof(B), Name = "a_"), Gate(typeof(B), Name = "int")]
        [Loss(Loss.CrossEntropy)]
        public partial class Net;
        [Block, Linear(4, Name = "class"), Use(typeof(C), Name = "0"), ReLU(Name = "weight")] class B;
        [Block, Linear(4), Linear(4, Name = "01"), Linear(4, Name = "weight")] class C;
        """).Build().AssertClean();
}
