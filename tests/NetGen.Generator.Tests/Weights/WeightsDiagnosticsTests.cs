using System.Collections.Immutable;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Weights;

/// <summary>What is wrong with a file of weights: on the attribute that names it, with the tensors and their shapes.</summary>
public sealed class WeightsDiagnosticsTests
{
    const string Layers = "[Network, Input(4), Linear(3), ReLU, Linear(2)]\n";

    [Fact]
    public void File_ThatTheProjectDoesNotHave_IsNG0040() => Check(
        "NG0040", "mlp.safetensors",
        "'Weights(\"mlp.safetensors\")' names a file that isn't found: it isn't one of the project's weights: add <NetGenWeights Include=\"mlp.safetensors\" /> to the project file");

    [Fact]
    public void File_OfAnotherName_IsNG0040_AndTheOthersAreNamed() => Check(
        "NG0040", "mlp.safetensors",
        "'Weights(\"mlp.safetensors\")' names a file that isn't found: it isn't one of the project's weights: add <NetGenWeights Include=\"mlp.safetensors\" /> to the project file, "
        + "which has 'weights/other-mlp.safetensors', 'Mlp.safetensors'",
        WeightsText.Sound("weights/other-mlp.safetensors", WeightsText.Tensors), WeightsText.Sound("Mlp.safetensors", WeightsText.Tensors));

    [Fact]
    public void File_ThatIsNotThere_IsNG0040() => Check(
        "NG0040", "mlp.safetensors",
        "'Weights(\"mlp.safetensors\")' names a file that isn't found: the project has <NetGenWeights Include=\"mlp.safetensors\" />, but no such file is there",
        WeightsText.Missing("mlp.safetensors"));

    [Fact]
    public void File_OfWhichThereAreTwo_IsNG0040() => Check(
        "NG0040", "mlp.safetensors",
        "'Weights(\"mlp.safetensors\")' names a file that isn't found: it may be each of 'a/mlp.safetensors', 'b/mlp.safetensors': name more of its path",
        WeightsText.Sound("a/mlp.safetensors", WeightsText.Tensors), WeightsText.Sound("b/mlp.safetensors", WeightsText.Tensors));

    [Fact]
    public void Null_IsNG0040() => Expect.Diagnostic(
        Layers + "[{|NG0040:Weights(null!)|}] public partial class Mlp;",
        "'Weights(\"\")' names a file that isn't found: it isn't one of the project's weights: add <NetGenWeights Include=\"\" /> to the project file");

    [Fact]
    public void DamagedFile_IsNG0041_WithTheReason() => Check(
        "NG0041", "mlp.safetensors",
        $"'Weights(\"mlp.safetensors\")' names a file that isn't a sound safetensors file: {WeightsText.Cut}",
        WeightsText.Damaged("mlp.safetensors", WeightsText.Cut));

    [Fact]
    public void Tensors_ThatAreMissingMisshapenAndTooMany_AreNG0042_WithBothShapes() => Check(
        "NG0042", "mlp.safetensors",
        "'Weights(\"mlp.safetensors\")' doesn't fit 'Mlp': '2.weight' has shape [2, 5] in the file and [2, 3] in the network; '2.bias' of shape [2] is missing; "
        + "'4.bias' of shape [2] is not the network's",
        WeightsText.Sound("mlp.safetensors", WeightsText.Other));

    [Fact]
    public void Tensor_OfIntegers_IsNG0042() => Check(
        "NG0042", "mlp.safetensors",
        "'Weights(\"mlp.safetensors\")' doesn't fit 'Mlp': '0.bias' is of type I64, and floats are needed (F32, F16, BF16 or F64)",
        WeightsText.Sound("mlp.safetensors", WeightsText.Tensors.SetItem(1, ("0.bias", "I64", [3]))));

    [Fact]
    public void Checkpoint_IsNG0042_WithTheWayToItsWeights() => Check(
        "NG0042", "mlp.safetensors",
        "'Weights(\"mlp.safetensors\")' doesn't fit 'Mlp': it is a checkpoint, with an optimizer's state beside the weights: read it with a trainer's LoadCheckpoint, or Fit with Resume, "
        + "and name a file that the network's Save writes then",
        WeightsText.Checkpoint("mlp.safetensors"));

    [Fact]
    public void ManyFaults_AreCounted() => Check(
        "NG0042", "mlp.safetensors",
        "'Weights(\"mlp.safetensors\")' doesn't fit 'Mlp': '0.weight' of shape [3, 4] is missing; '0.bias' of shape [3] is missing; '2.weight' of shape [2, 3] is missing; "
        + "'2.bias' of shape [2] is missing; 'a' of shape [1] is not the network's; 'b' of shape [1] is not the network's; and 1 more",
        WeightsText.Sound("mlp.safetensors", [("c", "F32", [1]), ("a", "F32", [1]), ("b", "F32", [1])]));

    [Fact]
    public void CountOfBatches_BesideRunningStatistics_IsNoFault()
    {
        ImmutableArray<(string, string, int[])> tensors =
        [
            ("0.weight", "F32", [3, 4]), ("0.bias", "F32", [3]), ("1.weight", "F32", [3]), ("1.bias", "F32", [3]), ("1.running_mean", "F32", [3]),
                ("1.running_var", "F32", [3]),
            ("1.num_batches_tracked", "I64", []),
        ];
        var consumer = Consumer.Of("[Network, Input(4), Linear(3), BatchNorm, Weights(\"mlp.safetensors\")] public partial class Mlp;");
        (consumer with { CompilesKernels = false, Weights = [WeightsText.Sound("mlp.safetensors", tensors)] }).Build().AssertClean();
    }

    [Theory]
    [InlineData("mlp.safetensors")]
    [InlineData("./trained/mlp.safetensors")]
    [InlineData("../trained/mlp.safetensors")]
    [InlineData("trained\\mlp.safetensors")]
    public void File_IsFoundByTheEndOfItsPath(string path)
    {
        var consumer = Consumer.Of($"{Layers}[Weights(@\"{path}\")] public partial class Mlp;");
        var build = (consumer with
        {
            CompilesKernels = false,
            Weights = [WeightsText.Sound("models/trained/mlp.safetensors",
            WeightsText.Tensors)]
        }).Build().AssertClean();
        Assert.Contains(Uri.EscapeDataString("models/trained/mlp.safetensors"), build.File("Mlp.Weights.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_WithoutNetwork_AreNG0011() => Expect.Diagnostics("[{|NG0011:Weights(\"mlp.safetensors\")|}] public class Mlp;");

    [Fact]
    public void Default_ThatTheClassHasItself_IsNG0016()
    {
        Expect.Diagnostics(
            Layers + "[Weights(\"mlp.safetensors\")] public partial class Mlp { public int {|NG0016:Default|} => 1; }", WeightsText.Fitting);
        (Consumer.Of(Layers + "public partial class Mlp { public int Default => 1; }") with { CompilesKernels = false }).Build().AssertClean();
    }

    [Fact]
    public void FaultOfTheNetworkItself_ComesFirst() => Expect.Diagnostics(
        "[Network, Input(4), {|NG0005:Linear(0)|}, Weights(\"mlp.safetensors\")] public partial class Mlp;");

    static void Check(string id, string path, string message, params ImmutableArray<WeightsText> files)
    {
        var source = $"{Layers}[{{|{id}:Weights(\"{path}\")|}}] public partial class Mlp;";
        foreach (var isBuild in (bool[])[false, true])
        {
            Expect.Diagnostic(source, message, consumer => consumer with { IsBuild = isBuild, CompilesKernels = false, Weights = [.. files] });
        }
    }
}
