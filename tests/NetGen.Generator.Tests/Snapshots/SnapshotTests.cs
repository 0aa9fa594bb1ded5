using System.Text;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Ops;
using NetGen.Generator.Parsing;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Snapshots;

/// <summary>What is generated for a handful of networks, to the letter, and the graph after each pass.</summary>
public sealed class SnapshotTests
{
    static readonly Dictionary<string, (string Source, string Type)> Networks = new()
    {
        ["Mlp"] = ("namespace Samples;\n[Network, Input(1, 28, 28)]\n[Flatten, Linear(128), ReLU, Linear(10)]\n[Loss(Loss.CrossEntropy)]\npublic partial class Mlp;", "Samples.Mlp"),
        ["Tiny"] = ("[Network, Input(4), Linear(16), Tanh, Linear(3), Loss(Loss.CrossEntropy)]\npublic partial class Tiny;", "Tiny"),
        ["Everything"] = ("""
            namespace Samples.Deep
            {
                [Network]
                [Input(3, 8, Gradient = true)]
                [PReLU(3), LayerNorm, GELU]
                [Reshape(2, 12), Softmax, Dropout(0.25f), Flatten]
                [Linear(20, Name = "hidden", WeightInit = Init.HeNormal, BiasInit = Init.Zeros), SiLU, Linear(5, Bias = false)]
                [Loss(Loss.MSE)]
                internal sealed partial class Everything { public int Own => 1; }
            }
            """, "Samples.Deep.Everything"),
        ["Nested"] = ("namespace Samples;\npublic static partial class Nets<T>\n{\n    [Network, Input(6), Linear(40), Sigmoid, Linear(2), LogSoftmax, Loss(Loss.NLL, IgnoreIndex = 0)]\n    public partial class Inner;\n}", "Samples.Nets`1+Inner"),
        ["Images"] = ("""
            [Network, Input(1, 6, 6)]
            [Conv2d(4, 3, Padding = 1, Bias = false), BatchNorm, ReLU, MaxPool2d(2), Conv2d(20, 2), ReLU, Flatten, Linear(3)]
            [Loss(Loss.CrossEntropy)]
            public partial class Images;
            """, "Images"),
        ["Winograd"] = ("[Network, Input(32, 6, 8), Conv2d(32, 3, Padding = 1), ReLU, Conv2d(32, 3, Bias = false), AdaptiveAvgPool2d(1), Flatten, Linear(2), Loss(Loss.CrossEntropy)]\npublic partial class Winograd;", "Winograd"),
        ["Bands"] = ("[Network, Input(2, 85, 60), Conv2d(32, 1), ReLU, Conv2d(32, 3, Stride = 2, Padding = 1, Groups = 32), Conv2d(4, 1), Loss(Loss.MSE)]\npublic partial class Bands;", "Bands"),
        ["Stem"] = ("[Network, Input(3, 181, 183), Conv2d(16, 7, Stride = 2, Padding = 3, Bias = false), ReLU, MaxPool2d(3, Stride = 2, Padding = 1), Loss(Loss.MSE)]\npublic partial class Stem;", "Stem"),
        ["Recurrent"] = ("[Network, Input(9, 96), LSTM(96), SelectPosition, Linear(3), Loss(Loss.CrossEntropy)]\npublic partial class Recurrent;", "Recurrent"),
        ["TwoTowers"] = ("""
            using static NetGen.Functions;

            [Network]
            public partial class TwoTowers
            {
                [Linear(64)] readonly Layer left, right;
                [Linear(1)] readonly Layer head;

                Tensor Forward([Shape(32)] Tensor a, [Shape(48)] Tensor b) => head(Concat(ReLU(left(a)), ReLU(right(b))));
            }
            """, "TwoTowers"),
        ["Decoder"] = ("""
            namespace Samples;

            [Network, Input(40)]
            [Embedding(28, 24, Name = "wte"), PositionalEmbedding(Name = "wpe")]
            [MultiheadAttention(4, KeyValueHeads = 2, Causal = true, Name = "attention"), LayerNorm, TiedLinear("wte")]
            [Loss(Loss.CrossEntropy)]
            public partial class Decoder;
            """, "Samples.Decoder"),
        ["Translator"] = ("""
            namespace Samples;

            [Network, Loss(Loss.CrossEntropy)]
            public partial class Translator
            {
                [Embedding(28, 24)] readonly Layer tokens;
                [MultiheadAttention(4, KeyValueHeads = 2)] readonly Layer cross;
                [TiedLinear("tokens")] readonly Layer head;

                Tensor Forward([Shape(10)] Tensor source, [Shape(6)] Tensor target) => head(cross(tokens(target), tokens(source)));
            }
            """, "Samples.Translator"),
        ["Classifier"] = ("""
            namespace Samples;

            [Network, Sequence(Max = 40)]
            [Embedding(28, 32, Name = "wte"), PositionalEmbedding(Name = "wpe")]
            [MultiheadAttention(4, Name = "attention"), LayerNorm, MeanPositions, Linear(3)]
            [Loss(Loss.CrossEntropy)]
            public partial class Classifier;
            """, "Samples.Classifier"),
        ["Answers"] = ("""
            namespace Samples;

            [Network, Loss(Loss.CrossEntropy)]
            public partial class Answers
            {
                [Embedding(28, 16)] readonly Layer words;
                [MultiheadAttention(2)] readonly Layer cross;
                [Linear(2)] readonly Layer head;

                Tensor Forward([Sequence(Max = 12)] Tensor question, [Sequence(Max = 20)] Tensor answer) => head(cross(words(answer), words(question)));
            }
            """, "Samples.Answers"),
        ["Lossless"] = ("[Network, Input(5), Linear(33), ELU, Dropout]\npartial class Lossless;", "Lossless"),
    };

    /// <summary>The networks whose kernels are approved for every width of vectors; of the others only those of the widest are, which are much alike.</summary>
    static readonly string[] AllWidths = ["Tiny"];

    public static TheoryData<string> Names => [.. Networks.Keys];

    [Theory, MemberData(nameof(Names))]
    public void GeneratedFiles_AreApproved(string network)
    {
        var build = (Consumer.Of(Networks[network].Source) with { CompilesAllWidths = true }).Build().AssertClean();
        Approval.Verify(network, "Files", string.Concat(build.FileNames.Select(name => name + "\n")));
        var failures = new List<string>();
        foreach (var name in build.FileNames.Where(name => AllWidths.Contains(network) || !(name.EndsWith("V256.g.cs", StringComparison.Ordinal)
            || name.EndsWith("V128.g.cs", StringComparison.Ordinal))))
        {
            if (Record.Exception(() => Approval.Verify(network, name, build.File(name))) is { } failure) failures.Add(failure.Message);
        }
        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
        Assert.All(Approval.FilesOf(network), file => Assert.True(file is "Files" or "Passes" || build.FileNames.Contains(file), $"{file} is approved and not generated any more: delete it."));
    }

    [Theory, MemberData(nameof(Names))]
    public void Passes_AreApproved(string network)
    {
        var (source, type) = Networks[network];
        var compilation = Consumer.Of(source).CreateCompilation();
        var model = DeclarationParser.Parse(compilation.GetTypeByMetadataName(type)!, compilation, TestContext.Current.CancellationToken)!.Model!;
        var forTraining = GraphBuilder.ForTraining(model);
        var lowered = Compiler.Lower(model, VectorWidths.All, TestContext.Current.CancellationToken);
        var training = lowered.Training;
        var text = new StringBuilder();
        Section("Build: inference", lowered.Inference);
        Section("Build: training", forTraining);
        Section("Differentiate", training);
        Section("Fuse: inference", Fuser.Fuse(lowered.Inference, [lowered.Inference.Output]));
        Section("Fuse: training", string.Concat(lowered.Stages.SelectMany(stage => stage).SelectMany(run => run.Calls).Select(call => call.Group + "\n")));
        Section("Plan: parameters", string.Concat(lowered.Parameters.Parameters.Select(p => $"{p.FullName} {p.Shape}: {lowered.Parameters.Offsets[p.FullName]} + {p.Floats}\n")));
        Section("Plan: inference", lowered.InferenceArena);
        Section("Plan: training", lowered.TrainingArena);
        Section("Lower: one sample", string.Concat(lowered.Single.Select(call => call.Kernel.Name + "\n")));
        Section("Lower: a block of samples", string.Concat(lowered.Forward.Select(call => call.Kernel.Name + "\n")));
        Section("Lower: training, by stages", string.Join("barrier\n", lowered.Stages.Select(stage =>
            string.Concat(stage.SelectMany(run => run.Calls).Select(call => call.Kernel.Name + "\n")))));
        if (lowered.Decoding is { } decoding)
        {
            var caches = decoding.OnePosition.Graph.Values.Where(v => v.Op is Cache).Select(v => (Value: v, ((Cache)v.Op).First));
            Section("Plan: caches", string.Concat(caches.OrderBy(p => p.First).Select(p => $"{p.Value}: {p.First} + {p.Value.Size}\n")));
            Positions("one position", decoding.OnePosition);
            Positions("a block of positions", decoding.Block);
            if (decoding.Source is { } ofSource) Positions("the source", ofSource);
        }
        Section("Lower: kernels", string.Concat(lowered.Kernels.Select(kernel =>
            $"{kernel.Name}: {string.Join("; ", kernel.Variants.Select(v => $"{v.Lanes} lanes: {string.Join(", ", v.Functions.Select(f => f.Name))}"))}\n")));
        Approval.Verify(network, "Passes", text.ToString());

        void Positions(string of, DecoderPass pass)
        {
            Section($"Build: {of}", pass.Graph);
            Section($"Plan: {of}", pass.Arena);
            Section($"Lower: {of}", string.Concat(pass.Calls.Select(call => call.Kernel.Name + "\n")));
        }

        void Section(string title, object content) => text.Append($"== {title}\n\n{content.ToString()!.TrimEnd('\n')}\n\n");
    }
}
