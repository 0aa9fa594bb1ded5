using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Ops;
using NetGen.Generator.Parsing;
using NetGen.Generator.Tests.Forward;
using NetGen.Generator.Tests.Gradients;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Gpu.Tests;

/// <summary>What is fused, that every op has a kernel, and that nothing changes for those who don't reference NetGen.Gpu.</summary>
public sealed class LoweringTests
{
    /// <summary>Ops of passes that graphs for GPUs don't go through.</summary>
    static readonly Type[] OfProcessors =
    [
        typeof(Repack), typeof(WinogradConvolution), typeof(WinogradWeights), typeof(WinogradProducts), typeof(WinogradWeightGradient), typeof(WinogradGradientInParts),
        typeof(PooledConvolution), typeof(SmallWinogradConvolution), typeof(SmallWinogradWeights), typeof(Phases),
    ];

    /// <summary>What decoders are made of, which processors run.</summary>
    static readonly Type[] OfDecoders = [typeof(Cache), typeof(CachedAttention), typeof(CachedRow), typeof(SourceKeys), typeof(SourceRows)];

    const string Cnn = """
        [Network, Input(1, 28, 28)]
        [Conv2d(32, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2), Conv2d(64, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2)]
        [Flatten, Linear(128), ReLU, Dropout(0.25f), Linear(10)]
        [Loss(Loss.CrossEntropy)]
        public partial class Cnn;
        """;

    /// <summary>Every op is in a network of the cases, which are all lowered.</summary>
    [Fact]
    public void EveryOp_HasAKernel()
    {
        var seen = new HashSet<Type>();
        foreach (var (cases, blocks) in new[]
        {
            (NetworkCases.OfRows, ""), (NetworkCases.OfImages, StructureCases.Blocks), (NetworkCases.OfBlocks, StructureCases.Blocks),
            (NetworkCases.OfSequences, NetworkCases.SequenceBlocks), (NetworkCases.OfMixtures, NetworkCases.SequenceBlocks), (NetworkCases.OfRecurrences, RecurrentCases.Blocks),
            (ForwardCases.Functions, ForwardCases.Blocks), (ForwardCases.Layers, ForwardCases.Blocks + ForwardCases.Networks),
            (SequenceLengthCases.OfOne.ToDictionary(c => c.Key, c => SequenceLengthCases.With(c.Value, null)), SequenceLengthCases.Blocks),
            (SequenceLengthCases.OfSeveral.ToDictionary(c => c.Key, c => SequenceLengthCases.With(c.Value, null, null)), SequenceLengthCases.Blocks),
        })
        {
            var compilation = Consumer.Of(blocks + string.Concat(cases.Select(c => NetworkSet.Declare(c.Key, c.Value)))).CreateCompilation();
            foreach (var name in cases.Keys)
            {
                seen.UnionWith(Lowered(DeclarationParser.Parse(compilation.GetTypeByMetadataName(name)!, compilation, TestContext.Current.CancellationToken)!.Model!));
            }
        }
        var all = typeof(Op).Assembly.GetTypes().Where(t => !t.IsAbstract && typeof(Op).IsAssignableFrom(t)).Except(OfProcessors).Except(OfDecoders);
        Assert.Empty(all.Except(seen).Select(t => t.Name).Order(StringComparer.Ordinal));
    }

    /// <summary>The ops of a network that is lowered.</summary>
    static IEnumerable<Type> Lowered(NetworkModel model)
    {
        var lowered = GpuLowering.Lower(model, inputGradient: true, fuses: true, TestContext.Current.CancellationToken);
        return lowered.Inference.Values.Concat(lowered.Training.Graph.Values).Select(v => v.Op.GetType());
    }

    /// <summary>What is of positions is counted by these, what is of samples by samples, and attention has a group for each of a sample's tiles.</summary>
    [Fact]
    public void SamplesOfAnyLength_AreCountedByPositions()
    {
        var network = Lower("[Network, Sequence(4, Max = 40), Linear(6), ScaledDotProductAttention(2), MeanPositions, Linear(3)] public partial class Free;", "Free", fuses: true);
        Assert.Equal(["Linear", "Attention", "MeanPositions", "Linear"], network.Forward.Select(Ops));
        Assert.Equal([40, null, null, null], network.Forward.Select(k => k.Counts?.Max));
        Assert.Equal(("2", "2", "n"), (network.Forward[1].Grid.X, network.Forward[1].Grid.Y, network.Forward[1].Grid.Z));
        // Of a sample there are the means; what positions have is in an arena of theirs.
        Assert.Equal([32L], network.InferenceArena.FloatsPerPosition);
        Assert.Equal(16, network.InferenceArena.FloatsPerSample);
    }

    [Fact]
    public void OpWithoutAKernel_IsToldByItsValue()
    {
        var x = new Value(0, "x", new Input(new Shape(3, 4, 4)), [], new(new Shape(3, 4, 4)), 0);
        foreach (var op in new Op[] { new OnImages(), new OfItsOwn() })
        {
            var value = new Value(1, "y", op, [x], x.Type, 5);
            var context = new KernelContext(new NetworkGraph([x, value], x, value, null, []), new KernelNames([]), training: true) { Gpu = new GpuKernels(GpuPolicy.Large) };
            var missing = Assert.Throws<NoGpuKernelException>(() => op.LowerGpu(new Group([value], [value]), context));
            Assert.Same(value, missing.Value);
        }
    }

    /// <summary>An op on images, whose kernel for processors knows of layouts that GPUs haven't.</summary>
    sealed record OnImages : Op
    {
        public override NetGen.Generator.Graph.ValueType Infer(System.Collections.Immutable.ImmutableArray<Value> inputs) => inputs[0].Type;

        public override Form ResultForm => Form.Image;

        public override string Formula(Value result, System.Collections.Immutable.ImmutableArray<string> inputs) => "";

        public override Kernel Lower(Group group, KernelContext context) => throw new InvalidOperationException("This isn't to be reached.");
    }

    /// <summary>An op with a kernel for processors that isn't one of those that serve many ops.</summary>
    sealed record OfItsOwn : Op
    {
        public override NetGen.Generator.Graph.ValueType Infer(System.Collections.Immutable.ImmutableArray<Value> inputs) => inputs[0].Type;

        public override string Formula(Value result, System.Collections.Immutable.ImmutableArray<string> inputs) => "";

        public override Kernel Lower(Group group, KernelContext context) => new(context.NameOf("OfItsOwn", group, []), "", [], []);
    }

    [Fact]
    public void Layers_AreFused()
    {
        var network = Lower(Cnn, "Cnn", fuses: true);
        Assert.Equal(
            ["Convolution_Normalize_ReLU", "MaxPool2", "Convolution_Normalize_ReLU", "MaxPool2", "Linear_ReLU", "Linear"],
            network.Forward.Select(Ops));
        // What follows from parameters alone is computed when they have changed.
        Assert.Equal(2, network.Derived.Length);
        // Groups share memory where their threads add up what they have, and only there.
        Assert.All(network.Derived, k => Assert.Equal(0, k.SharedFloats));
        Assert.All(network.Train.Where(k => k.Group.Anchor is BatchMean), k => Assert.NotEqual(0, k.SharedFloats));
        // A loss and its gradient are one kernel, as are two passes over a batch normalisation's image, and the sum of a weight's gradient has two.
        Assert.Single(network.Train, k => k.Group.Anchor is LossOp);
        // Maxima come before the normalisation, whose image isn't stored; backwards, the pixels get what reaches the normalisation's input at once.
        Assert.Equal(["ScaledMaxPool2_Normalize_ReLU", "ScaledMaxPool2_Normalize_ReLU"], network.Train.Select(Ops).Where(ops => ops.StartsWith("ScaledMaxPool2_", StringComparison.Ordinal)));
        Assert.Equal(2, network.Train.Count(k => Ops(k) == "ScaledMaxPool2Gradient_NormalizeGradient"));
        Assert.Equal(2, network.Train.Count(k => k.Group.Anchor is ChannelMoments));
        Assert.Equal(2, network.Train.Count(k => k.Group.Anchor is BatchMean));
        Assert.Equal(29, network.Train.Length);
        Assert.Equal(11, Lower(Cnn, "Cnn", fuses: false).Forward.Length);
    }

    [Fact]
    public void Chain_IsOneKernel()
    {
        var network = Lower("[Network, Input(64), ReLU, Tanh, SiLU, Hardswish] public partial class Chain;", "Chain", fuses: true);
        Assert.Single(network.Forward);
    }

    [Theory]
    [InlineData("Input(64), Hardswish, LeakyReLU(0.1f), Softplus, Tanh, SiLU", 3)]
    // Not all threads of the last group have an element, and there is nothing to cut in a function or two.
    [InlineData("Input(65), Hardswish, LeakyReLU(0.1f), Softplus, Tanh, SiLU", 0), InlineData("Input(64), Tanh, SiLU", 0)]
    public void Chain_OfManyFunctions_IsInParts(string layers, int barriers)
    {
        var kernel = Assert.Single(Lower($"[Network, {layers}] public partial class Chain;", "Chain", fuses: true).Forward);
        Assert.Equal(barriers, kernel.Body.Count(s => s is GroupBarrier));
    }

    [Fact]
    public void Experts_AreOneLaunch_WithWhatFollows()
    {
        var network = Lower("[Network, Input(6, 9), MixtureOfExperts(4, 40)] public partial class Mixture;", "Mixture", fuses: true);
        Assert.Equal(
            ["Linear", "ExpertTable", "ExpertTable", "ExpertTable", "ExpertShares", "ExpertRows", "ExpertLinear_SiLU", "ExpertLinear_Multiply", "ExpertLinear", "ExpertSum"],
            network.Forward.Select(Ops));
        // Of each expert's rows a tile may be filled in part.
        Assert.Equal(["n * 12 / 64 + 4", "n * 12 / 64 + 4", "n * 12 / 32 + 4"], network.Forward.Where(k => k.Group.Anchor is ExpertLinear).Select(k => k.Grid.Y));
        Assert.Equal(3, network.Train.Count(k => k.Group.Anchor is ExpertOuterProducts));
        // Of very many experts there are some at a time.
        var many = Lower("[Network, Input(6, 9), MixtureOfExperts(70, 4)] public partial class Many;", "Many", fuses: true);
        Assert.Equal(9, many.Forward.Count(k => k.Group.Anchor is ExpertLinear));
    }

    [Fact]
    public void Tile_IsThatOfTheNetwork()
    {
        var network = Lower("[Network(GpuTile = [128, 64, 8, 8, 4]), Input(64), Linear(70), Linear(20)] public partial class Tiles;", "Tiles", fuses: true);
        // A side of 20 has the tile of narrow products.
        Assert.Equal([(16, 16), (8, 8)], network.Forward.Select(k => k.Threads));
        Assert.Equal(["(n + 127) / 128", "(n + 31) / 32"], network.Forward.Select(k => k.Grid.Y));
    }

    [Fact]
    public void Residual_IsPartOfTheConvolution()
    {
        var network = Lower("""
            [Block, Conv2d(8, 3, Padding = 1), BatchNorm] class Body;
            [Network, Input(8, 6, 6), Residual(typeof(Body)), ReLU] public partial class Residual;
            """, "Residual", fuses: true);
        Assert.Equal(["Convolution_Normalize_Add_ReLU"], network.Forward.Select(Ops));
    }

    [Fact]
    public void OtherFiles_AreTheSame_WithTheReferenceAndWithout()
    {
        var (with, without) = (Files(GpuNetworks.Consumer(Cnn)), Files(Consumer.Of(Cnn)));
        Assert.Equal(["Cnn.Gpu.g.cs", "NetGen.Gpu.g.cs"], with.Keys.Except(without.Keys).Order(StringComparer.Ordinal));
        foreach (var (name, text) in without) Assert.Equal(text, with[name]);
    }

    static Dictionary<string, string> Files(Consumer consumer) => consumer.CreateDriver()
        .RunGenerators(consumer.CreateCompilation(), TestContext.Current.CancellationToken).GetRunResult().GeneratedTrees
        .ToDictionary(tree => Path.GetFileName(tree.FilePath), tree => tree.ToString());

    static GpuLoweredNetwork Lower(string source, string name, bool fuses)
    {
        var compilation = Consumer.Of(source).CreateCompilation();
        return GpuLowering.Lower(DeclarationParser.Parse(compilation.GetTypeByMetadataName(name)!, compilation, default)!.Model!, inputGradient: false, fuses, default);
    }

    static string Ops(GpuKernel kernel) => string.Join("_", kernel.Group.Values.Select(v => v.Op.ToString()));
}
