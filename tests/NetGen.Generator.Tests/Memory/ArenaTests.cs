using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layouts;
using NetGen.Generator.Memory;
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
        var fused = Fuser.Fuse(graph, [graph.Output]);
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
        var fused = Fuser.Fuse(graph, [graph.Output]);
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

    /// <summary>What is in the arena while a kernel runs: its results, and what earlier ones gave and it or a later one reads.</summary>
    static IEnumerable<Value> Live(FusedGraph fused, int kernel)
    {
        var read = fused.Groups.Skip(kernel).SelectMany(group => group.Inputs).Select(value => value.Storage).ToHashSet();
        return fused.Groups.Take(kernel + 1)
            .SelectMany((group, i) => group.Values.Where(value => group.IsStored(value) && (i == kernel || read.Contains(value))))
            .Where(value => value.Type.Batched && value != fused.Graph.Output.Storage);
    }

    static NetGen.Generator.Parsing.NetworkModel Zoo(string[] files)
    {
        var consumer = new Consumer();
        foreach (var file in files) consumer = consumer.With(file, File.ReadAllText(Path.Combine(Repository.Root, "samples", "Zoo", file)));
        return Assert.Single(Models.All(consumer));
    }
}
