using System.Globalization;
using NetGen.Generator.Lowering;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Budgets;

/// <summary>Every emitted method stays within what the JIT optimises.</summary>
public sealed class BudgetTests(ITestOutputHelper output)
{
    public static TheoryData<string, string> Networks => new()
    {
        { "Tiny", "[Input(4), Linear(16), Tanh, Linear(3), Loss(Loss.CrossEntropy)]" },
        { "Mlp", "[Input(784), Linear(128), ReLU, Linear(10), Loss(Loss.CrossEntropy)]" },
        { "Perceptron", "[Input(2), Linear(1), Sigmoid, Loss(Loss.MSE)]" },
        // As large as is still unrolled completely, in each direction.
        { "WideUnrolled", "[Input(1), Linear(4096), Loss(Loss.MSE)]" },
        { "WiderUnrolled", "[Input(1), Linear(8192), GELU, Loss(Loss.MSE)]" },
        { "SquareUnrolled", "[Input(64), Linear(64), GELU, Linear(32), Mish, Loss(Loss.MSE)]" },
        { "LongUnrolled", "[Input(512), Linear(16), SiLU, Loss(Loss.MSE)]" },
        { "DeepUnrolled", $"[Input(8), {string.Concat(Enumerable.Repeat("Linear(8), Mish, ", 8))}Loss(Loss.MSE)]" },
        { "Large", "[Input(4096), Linear(4096), GELU, Linear(1000), Loss(Loss.CrossEntropy, LabelSmoothing = 0.1f)]" },
        { "SmallTiles", "[Input(8), Linear(8), Mish, Mish, Linear(17), GELU, Linear(16, Bias = false), Softplus, Loss(Loss.Huber)]" },
        {
            "ManyActivations",
            "[Input(33), Linear(33), GELU(Tanh = true), Mish, ELU, SiLU, Hardswish, Softplus, Sigmoid, Tanh, LeakyReLU, PReLU, GELU, Loss(Loss.MSE)]"
        },
        { "WideRow", "[Input(1000), LayerNorm, LogSoftmax, Loss(Loss.KLDivergence)]" },
        { "WideRows", "[Input(7, 1000), LayerNorm, Softmax, LayerNorm(7, 1000), LogSoftmax, Loss(Loss.MSE)]" },
        { "RowsOf127", "[Input(5, 127), LayerNorm, GELU, Softmax, Loss(Loss.BCEWithLogits)]" },
        { "Classes", "[Input(127), LogSoftmax, Loss(Loss.NLL)]" },
        { "FewChannels", "[Input(64, 7), PReLU(64), Loss(Loss.L1)]" },
        { "ManyChannels", "[Input(512, 7), PReLU(512), Mish, PReLU(512), Loss(Loss.MSE)]" },
        { "VeryManyChannels", "[Input(4096, 1, 3), Dropout(0.1f), PReLU(4096), Loss(Loss.Huber)]" },
        { "LongChannels", "[Input(3, 1001), PReLU(3), Dropout(0.5f), GELU, Loss(Loss.MSE)]" },
        {
            "PooledImages",
            "[Input(33, 20, 21, Gradient = true), SiLU, MaxPool2d(3, Stride = 2, Padding = 1), GELU, Mish, AvgPool2d(3, Stride = 1, Padding = 1), Loss(Loss.MSE)]"
        },
        {
            "PooledChannels",
            "[Input(60, 9, 9, Gradient = true), MaxPool2d(4, Stride = 3, Padding = 2, CeilMode = true), AvgPool2d(3, Stride = 2, Padding = 1), Sigmoid, "
                + "Loss(Loss.MSE)]"
        },
        { "PooledWidely", "[Input(20, 30, 31, Gradient = true), Tanh, MaxPool2d(9, Stride = 1, Padding = 4), AdaptiveAvgPool2d(11), GELU, Loss(Loss.MSE)]" },
        { "PooledEvenly", "[Input(250, 16, 16, Gradient = true), GELU, MaxPool2d(4), Mish, Upsample(3), Sigmoid, AvgPool2d(2), Loss(Loss.MSE)]" },
        { "BatchNorms", "[Input(1023, 5, 5), BatchNorm, ReLU, BatchNorm, Flatten, Linear(100), BatchNorm, Loss(Loss.MSE)]" },
        { "GroupNorms", "[Input(1022, 5, 5), GroupNorm(14), GELU, InstanceNorm(Affine = true), Mish, Loss(Loss.MSE)]" },
        { "NarrowNorms", "[Input(127, 5, 5), BatchNorm, Mish, GroupNorm(1), GELU, LocalResponseNorm(8, Beta = 0.6f), RMSNorm, Loss(Loss.MSE)]" },
        { "ResponseNorms", "[Input(1000, 5, 5), LocalResponseNorm(5), LocalResponseNorm(9, Beta = 0.3f), Loss(Loss.MSE)]" },
        {
            "Decoder",
            "[Input(300), Embedding(1000, 96, Name = \"e\"), PositionalEmbedding, TransformerDecoderLayer(32, 200, KeyValueHeads = 2), MultiheadAttention(1, Causal = true), "
                + "TiedLinear(\"e\"), Loss(Loss.CrossEntropy)]"
        },
        {
            "EncoderDecoder",
            "{ [Embedding(500, 96)] readonly Layer e; [TransformerDecoderLayer(32, 200, KeyValueHeads = 2)] readonly Layer d; [MultiheadAttention(1, Causal = true)] readonly Layer m; "
                + "[TiedLinear(\"e\")] readonly Layer head; Tensor Forward([Shape(130)] Tensor a, [Shape(77)] Tensor b) => head(m(d(e(a), e(b)), e(b))); }"
        },
        { "Recurrent", "[Input(30, 100), LSTM(200, Bidirectional = true), GRU(128, Layers = 2), RNN(40), Loss(Loss.MSE)]" },
        { "LongChain", "{ [Linear(100)] readonly Layer a; Tensor Forward([Shape(30)] Tensor x) { x = a(x); for (int i = 0; i < 300; i++) x += x * 0.1f; return x; } }" },
        { "OneEach", "[Input(100), PReLU(100), Dropout(0.5f), Linear(100), PReLU(100), Loss(Loss.MSE)]" },
    };

    [Theory, MemberData(nameof(Networks))]
    public void Methods_StayWithinTheLimitsOfTheJit(string name, string declaration)
    {
        var source = declaration[0] == '{' ? $"[Network] public partial class {name} {declaration}" : $"[Network] {declaration} public partial class {name};";
        var build = (Consumer.Of(source) with { CompilesAllWidths = true }).Build(emit: true).AssertClean();
        using var assembly = new MemoryStream([.. build.Image]);
        var methods = MethodSizes.Read(assembly).ToList();
        var largest = methods.MaxBy(m => m.Bytes)!;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{methods.Count} methods, {methods.Sum(m => m.Bytes):N0} bytes of IL; the largest: {largest}"));
        var beyond = methods.Where(m => m.Bytes > UnrollPolicy.MethodBytes || m.MultiplyAdds > UnrollPolicy.MethodMultiplyAdds
            || m.Locals > UnrollPolicy.MethodLocals || m.LocalReferences > UnrollPolicy.MethodLocalReferences);
        Assert.Empty(beyond);
    }

    [Fact]
    public void Methods_AreMeasured()
    {
        using var file = File.OpenRead(typeof(BudgetTests).Assembly.Location);
        var method = MethodSizes.Read(file).Single(m => m.Name == $"{nameof(BudgetTests)}.{nameof(Sample)}");
        // Each of the three arguments is read once.
        Assert.Equal((1, 1), (method.Calls, method.MultiplyAdds));
        Assert.InRange(method.LocalReferences, 3, 6);
        Assert.Equal(5, Sample(1, 2, 3));
    }

    static float Sample(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);
}
