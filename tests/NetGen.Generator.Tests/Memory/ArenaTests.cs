using System.Globalization;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layouts;
using NetGen.Generator.Lowering;
using NetGen.Generator.Memory;
using NetGen.Generator.Parsing;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Parsing;

namespace NetGen.Generator.Tests.Memory;

/// <summary>How much memory the activations of networks take.</summary>
public sealed class ArenaTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1.1, "ResNet18.cs", "ResNetBlocks.cs")]
    [InlineData(1.1, "ResNet50.cs", "ResNetBlocks.cs")]
    [InlineData(1.1, "MobileNetV2.cs")]
    [InlineData(1.15, "DenseNet121.cs")]
    [InlineData(1.1, "UNet.cs")]
    public void Inference_TakesHardlyMoreThanWhatLivesAtOnce(double most, params string[] files)
    {
        var graph = LayoutPass.Apply(GraphBuilder.Inference(Zoo(files)));
        var fused = Bands.Of(Fuser.Fuse(graph, [graph.Output]));
        var plan = ActivationPlan.ForInference(fused);
        var largest = Enumerable.Range(0, fused.Groups.Length).Max(kernel => Live(fused, kernel).Sum(value => (long)value.Type.ArenaFloats));
        output.WriteLine($"{plan.FloatsPerSample} floats a sample, {largest} live at once, {(double)plan.FloatsPerSample / largest:0.000}");
        Assert.InRange(plan.FloatsPerSample, largest, most * largest);
    }

    [Theory]
    [InlineData("ResNet18.cs", "ResNetBlocks.cs")]
    [InlineData("DenseNet121.cs")]
    public void ValuesThatLiveAtOnce_HavePlacesOfTheirOwn(params string[] files)
    {
        var graph = LayoutPass.Apply(GraphBuilder.Inference(Zoo(files)));
        var fused = Bands.Of(Fuser.Fuse(graph, [graph.Output]));
        var plan = ActivationPlan.ForInference(fused);
        for (var kernel = 0; kernel < fused.Groups.Length; kernel++)
        {
            var end = 0L;
            foreach (var value in Live(fused, kernel).OrderBy(value => plan.Offsets[value]))
            {
                Assert.True(plan.Offsets[value] >= end, $"{value} overlaps another value at kernel {kernel}");
                end = plan.Offsets[value] + value.Type.ArenaFloats;
            }
        }
    }

    /// <summary>
    /// Twice as many positions more take twice as much more memory, in the arenas and in what a thread has for itself, of which tiles of fewer queries take a
    /// little less: nothing has a number for each pair of positions. There are more of them than the gradient takes at a time, for which its memory grows no
    /// more.
    /// </summary>
    [Theory]
    [InlineData("[Network, Input({0}, 32), MultiheadAttention(4), Linear(3), Loss(Loss.MSE)] public partial class Net;")]
    [InlineData("[Network, Input({0}, 32), TransformerDecoderLayer(4, 48, KeyValueHeads = 2, Rotary = true), Loss(Loss.MSE)] public partial class Net;")]
    [InlineData("[Network, Sequence(32, Max = {0}), TransformerEncoderLayer(4, 48), MeanPositions, Loss(Loss.MSE)] public partial class Net;")]
    [InlineData("[Network, Loss(Loss.MSE)] public partial class Net { [MultiheadAttention(4)] readonly Layer attention; Tensor Forward([Shape({0}, 32)] Tensor x, [Shape({0}, 24)] Tensor memory) => attention(x, memory); }")]
    public void Attention_TakesMemoryThatGrowsWithThePositions_NotWithTheirSquare(string source)
    {
        var sizes = new[] { 512, 1024, 2048 }.Select(positions => Floats(source.Replace("{0}", positions.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))).ToList();
        foreach (var name in sizes[0].Keys)
        {
            var (first, second, third) = (sizes[0][name], sizes[1][name], sizes[2][name]);
            output.WriteLine($"{name}: {first}, {second}, {third}");
            Assert.InRange(third - second, 1.9 * (second - first), 2 * (second - first));
        }
    }

    /// <summary>The floats of the arenas for a sample, and the most that a kernel asks for beside them, in inference and in training.</summary>
    static Dictionary<string, long> Floats(string source)
    {
        var network = Compiler.Lower(Assert.Single(Models.All(Consumer.Of(source))), VectorWidths.All, default);
        return new()
        {
            ["inference"] = network.InferenceArena.FloatsPerSample,
            ["training"] = network.TrainingArena.FloatsPerSample,
            ["scratch of inference"] = Scratch(network.Forward),
            ["scratch of training"] = Scratch(network.Stages.SelectMany(stage => stage).SelectMany(run => run.Calls)),
        };
    }

    static long Scratch(IEnumerable<KernelCall> calls) =>
        calls.SelectMany(call => call.Kernel.Variants).SelectMany(variant => variant.Functions).SelectMany(function => function.Body).OfType<LetScratch>().Max(scratch => (long)scratch.Floats);

    /// <summary>What is in the arena while a kernel runs: its results, and what earlier ones gave and it or a later one reads.</summary>
    static IEnumerable<Value> Live(FusedGraph fused, int kernel)
    {
        var read = fused.Groups.Skip(kernel).SelectMany(group => group.Inputs).Select(value => value.Storage).ToHashSet();
        return fused.Groups.Take(kernel + 1)
            .SelectMany((group, i) => group.Values.Where(value => group.IsStored(value) && (i == kernel || read.Contains(value))))
            .Where(value => value.Type.Batched && value != fused.Graph.Output.Storage);
    }

    static NetworkModel Zoo(string[] files)
    {
        var consumer = new Consumer();
        foreach (var file in files) consumer = consumer.With(file, File.ReadAllText(Path.Combine(Repository.Root, "samples", "Zoo", file)));
        return Assert.Single(Models.All(consumer));
    }
}
