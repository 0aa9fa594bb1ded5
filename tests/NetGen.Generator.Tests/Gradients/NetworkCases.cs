namespace NetGen.Generator.Tests.Gradients;

/// <summary>The networks on which generated code is compared with the interpreter: declarations by name.</summary>
static class NetworkCases
{
    /// <summary>Sizes around those of vectors, panels and tiles.</summary>
    static readonly int[] Sizes = [1, 3, 5, 7, 16, 17, 31, 32, 33, 48, 49, 100];

    static readonly string[] Activations =
    [
        "ReLU", "ReLU6", "LeakyReLU(0.1f)", "ELU(0.7f)", "GELU", "GELU(Tanh = true)", "SiLU", "Tanh", "Sigmoid", "Softplus", "Softplus(2f, 3f)", "Hardswish",
        "Hardsigmoid", "Mish", "PReLU",
    ];

    /// <summary>The smallest batches, and those around the tiles' heights and the blocks of inference.</summary>
    public static int[] BatchSizes { get; } = [1, 2, 3, 5, 12, 13, 14, 15, 26, 27, 64, 65];

    /// <summary>Networks of layers on vectors and rows.</summary>
    public static Dictionary<string, string> OfRows { get; } = Select(Linears(), Sequences(), Elementwise(), RowOps(), Codes(), Losses(), Stacks());

    /// <summary>Networks of layers on the positions of sequences.</summary>
    public static Dictionary<string, string> OfSequences { get; } = Select(Embeddings(), Positions(), Blocks(), Attentions());

    /// <summary>Networks with mixtures of experts.</summary>
    public static Dictionary<string, string> OfMixtures { get; } = Select(Mixtures());

    /// <summary>Networks of recurrent layers.</summary>
    public static Dictionary<string, string> OfRecurrences { get; } = Select(RecurrentCases.All());

    /// <summary>The blocks that they use.</summary>
    public const string SequenceBlocks = "[Block, LayerNorm, Linear(4 * Arg.Input), GELU, Linear(Arg.A)] class FeedForward;\n"
        + "[Block, TransformerDecoderLayer(4, 20, NormFirst = true, Norm = Norm.RMSNorm, Activation = FeedForwardActivation.SwiGLU, Rotary = true, KeyValueHeads = 2, Bias = false)] class Llama;\n";

    /// <summary>Networks of blocks, taps and branches.</summary>
    public static Dictionary<string, string> OfBlocks { get; } = Select(StructureCases.All());

    /// <summary>Networks of layers on images.</summary>
    public static Dictionary<string, string> OfImages { get; } = Select(ConvolutionCases.All(), PoolingCases.All(), ResamplingCases.All(), Normalizations(),
        GroupNormalizations());

    /// <summary>All cases; a fifth of each kind in a process that <see cref="WidthTests"/> started, and another fifth for each width.</summary>
    internal static Dictionary<string, string> Select(params IEnumerable<KeyValuePair<string, string>>[] kinds) => kinds.SelectMany(c => c)
        .Where((_, i) => WidthTests.ExpectedBits is not { } bits || i % 5 == bits / 128).ToDictionary(StringComparer.Ordinal);

    /// <summary>Each size as input and as output, with neighbours near and far in the list.</summary>
    static IEnumerable<KeyValuePair<string, string>> Linears()
    {
        foreach (var distance in new[] { 1, 7 })
        {
            for (var i = 0; i < Sizes.Length; i++)
            {
                var (inputs, outputs) = (Sizes[i], Sizes[(i + distance) % Sizes.Length]);
                var bias = (i + distance) % 3 != 0;
                yield return new($"Linear_{inputs}_{outputs}{(bias ? "" : "_NoBias")}",
                    $"[Input({inputs}, Gradient = true), Linear({outputs}, Bias = {(bias ? "true" : "false")})]");
            }
        }
        // Multiples of the narrower vectors that leave a panel's padding untouched.
        foreach (var outputs in new[] { 4, 8, 40, 44, 56 }) yield return new($"Linear_6_{outputs}", $"[Input(6, Gradient = true), Linear({outputs})]");
        // Without the input's gradient, the first layer's backward pass is another.
        yield return new("Linear_33_17_NoInputGradient", "[Input(33), Linear(17), Tanh, Linear(5)]");
    }

    /// <summary>
    /// Linear layers on the rows of a sample, which end where vectors do or between them, and where there is padding behind the last or none.
    /// </summary>
    static IEnumerable<KeyValuePair<string, string>> Sequences()
    {
        (int Rows, int Inputs, int Outputs)[] sizes =
        [
            (1, 5, 7), (3, 5, 7), (3, 5, 16), (3, 16, 5), (16, 3, 1), (16, 1, 3), (2, 24, 40), (4, 33, 65), (13, 17, 31), (5, 32, 48), (7, 48, 150), (64, 8, 20), (3, 16, 129),
        ];
        foreach (var (rows, inputs, outputs) in sizes)
        {
            yield return new($"Rows_{rows}_{inputs}_{outputs}", $"[Input({rows}, {inputs}, Gradient = true), Linear({outputs})]");
            yield return new($"Rows_{rows}_{inputs}_{outputs}_Between",
                $"[Input({rows}, {inputs}, Gradient = true), Tanh, Linear({outputs}, Bias = {(rows % 2 == 0 ? "true" : "false")}), GELU, Linear({inputs}), Flatten, Linear(3)]");
        }
        // What a Linear takes into its store: activations, a slope, and the sum with what came before.
        yield return new("Rows_Fused", "[Input(3, 5, Gradient = true), Linear(7), SiLU, PReLU, Linear(5), ReLU, Dropout(0.3f), Linear(9), Sigmoid]");
        yield return new("Rows_Slopes", "[Input(3, 5, Gradient = true), Linear(3), PReLU(3), Linear(1), PReLU(3)]");
        yield return new("Rows_Add", "[Input(5, 7, Gradient = true), Linear(9, Name = \"a\"), Tanh, Linear(9), Add(\"a\"), Linear(20, Name = \"b\"), SiLU, Linear(20), Add(\"b\")]");
        yield return new("Rows_Reshaped", "[Input(30, Gradient = true), Linear(24), Reshape(2, 12), Linear(10), Reshape(5, 4), Linear(3), Reshape(15), Linear(33)]");
        yield return new("Rows_BetweenNorms", "[Input(6, 9, Gradient = true), LayerNorm, Linear(11), RMSNorm, Softmax, Linear(17), LayerNorm(6, 17), Linear(2)]");
        yield return new("Rows_OfConvolutions",
            "[Input(3, 12, Gradient = true), Conv1d(5, 3, Padding = 1), Linear(7), ReLU, Conv1d(4, 3), Linear(2), Flatten, Linear(3), Loss(Loss.CrossEntropy)]");
        yield return new("Rows_NoInputGradient", "[Input(5, 100), Linear(200), Tanh, Linear(3), Loss(Loss.MSE)]");
    }

    /// <summary>Layers on the positions of a sequence.</summary>
    static IEnumerable<KeyValuePair<string, string>> Positions()
    {
        foreach (var shape in new[] { "1, 3", "3, 5", "4, 16", "16, 1", "7, 33", "3, 150" })
        {
            var name = Identifier(shape);
            yield return new($"PositionalEmbedding_{name}", $"[Input({shape}, Gradient = true), PositionalEmbedding]");
            yield return new($"SinusoidalPositions_{name}", $"[Input({shape}, Gradient = true), SinusoidalPositions]");
            yield return new($"MeanPositions_{name}", $"[Input({shape}, Gradient = true), MeanPositions]");
            yield return new($"MaxPositions_{name}", $"[Input({shape}, Gradient = true), MaxPositions]");
            yield return new($"SelectPosition_{name}", $"[Input({shape}, Gradient = true), SelectPosition]");
            yield return new($"SwiGLU_{name}", $"[Input({shape}, Gradient = true), SwiGLU({3 + shape.Length})]");
        }
        yield return new("PositionalEmbedding_Fused", "[Input(3, 7, Gradient = true), Tanh, PositionalEmbedding, PReLU(3), SiLU, PositionalEmbedding, Dropout(0.2f)]");
        yield return new("PositionalEmbedding_FusedLong", "[Input(20, 9, Gradient = true), PReLU(20), PositionalEmbedding, Tanh]");
        yield return new("PositionalEmbedding_AfterLinear", "[Input(6, 5, Gradient = true), Linear(6), PositionalEmbedding, ReLU, Linear(3)]");
        yield return new("PositionalEmbedding_BetweenConvolutions", "[Input(3, 8, Gradient = true), Conv1d(5, 3), PositionalEmbedding, Tanh, Conv1d(2, 3)]");
        yield return new("PositionalEmbedding_Slopes", "[Input(1, 16, Gradient = true), PositionalEmbedding, PReLU, LayerNorm]");
        yield return new("Positions_Text", "[Input(6), Embedding(9, 12), PositionalEmbedding, LayerNorm, SwiGLU(20), SelectPosition(2), Linear(9), Loss(Loss.CrossEntropy)]");
        yield return new("Positions_Mean", "[Input(5), Embedding(9, 7), PositionalEmbedding, Linear(12), GELU, MeanPositions, Linear(4), Loss(Loss.CrossEntropy)]");
        yield return new("Positions_OfConvolutions", "[Input(3, 8, Gradient = true), Conv1d(5, 3), MeanPositions, Linear(3)]");
        yield return new("MaxPositions_OfEqual", "[Input(5, 20, Gradient = true), ReLU6, Linear(18), ReLU, MaxPositions, Linear(3)]");
        yield return new("SelectPosition_OfConvolutions", "[Input(3, 8, Gradient = true), Conv1d(5, 3), SelectPosition(0), Linear(3)]");
        yield return new("SwiGLU_Vector", "[Input(9, Gradient = true), SwiGLU(17), Linear(3)]");
        yield return new("SwiGLU_Wide", "[Input(4, 40, Gradient = true), LayerNorm, SwiGLU(107)]");
    }

    /// <summary>Blocks of transformers but for the attention, whose width is a position's.</summary>
    static IEnumerable<KeyValuePair<string, string>> Blocks()
    {
        yield return new("Rows_Residual", "[Input(5, 6, Gradient = true), Residual(typeof(FeedForward), Arguments = [6]), Linear(3)]");
        yield return new("Rows_Repeat", "[Input(3, 16), Repeat(typeof(FeedForward), 3, Arguments = [16], Name = \"layers\"), MeanPositions, Linear(4), Loss(Loss.CrossEntropy)]");
    }

    static IEnumerable<KeyValuePair<string, string>> Embeddings()
    {
        foreach (var (positions, vocabulary, features) in new[] { (1, 2, 1), (3, 7, 5), (8, 11, 16), (5, 100, 33), (2, 3, 150), (16, 40, 4) })
        {
            yield return new($"Embedding_{positions}_{vocabulary}_{features}", $"[Input({positions}), Embedding({vocabulary}, {features})]");
        }
        yield return new("Embedding_Padding", "[Input(6), Embedding(9, 7, PaddingIndex = 0), Tanh, Linear(4), LayerNorm, Linear(9), Loss(Loss.CrossEntropy)]");
        foreach (var (positions, vocabulary, features) in new[] { (3, 7, 5), (4, 40, 16), (5, 33, 12), (2, 100, 33) })
        {
            yield return new($"TiedLinear_{positions}_{vocabulary}_{features}",
                $"[Input({positions}), Embedding({vocabulary}, {features}, Name = \"wte\"), LayerNorm, Linear({features}), GELU, TiedLinear(\"wte\"), Loss(Loss.CrossEntropy)]");
        }
        yield return new("TiedLinear_Twice", "[Input(5), Embedding(20, 20, Name = \"wte\"), TiedLinear(\"wte\"), Tanh, TiedLinear(\"wte\"), Loss(Loss.CrossEntropy)]");
        yield return new("TiedLinear_OfOnePosition", "[Input(5), Embedding(20, 6, Name = \"wte\"), SelectPosition, TiedLinear(\"wte\"), Loss(Loss.CrossEntropy)]");
        yield return new("Embedding_LastIsPadding", "[Input(4), Embedding(3, 20, PaddingIndex = 2), Flatten, Linear(3), Loss(Loss.MSE)]");
    }

    /// <summary>Every activation alone on inputs of each rank, and after a Linear, into which it is fused.</summary>
    static IEnumerable<KeyValuePair<string, string>> Elementwise()
    {
        string[] shapes = ["7", "5, 9", "2, 3, 17", "3, 2, 5, 11", "100", "16", "3, 100"];
        for (var i = 0; i < Activations.Length; i++)
        {
            var name = Identifier(Activations[i]);
            yield return new($"{name}_Alone", $"[Input({shapes[i % shapes.Length]}, Gradient = true), {Activations[i]}]");
            // Every other one with a second activation fused.
            var second = i % 2 == 0 ? "" : $", {Activations[(i + 5) % Activations.Length]}";
            yield return new($"{name}_Fused", $"[Input(7, Gradient = true), Linear({Sizes[3 + i % 8]}), {Activations[i]}{second}, Linear(3)]");
        }
        foreach (var shape in new[] { "33", "5, 9", "3, 16", "17, 2, 1, 3" })
        {
            yield return new($"PReLU_Channels_{Identifier(shape)}", $"[Input({shape}, Gradient = true), PReLU({shape.Split(',')[0]})]");
        }
        yield return new("PReLU_Channels_Fused", "[Input(9, Gradient = true), Linear(33), PReLU(33), Linear(4)]");
        yield return new("Copy_Alone", "[Input(2, 3, 5, Gradient = true), Flatten]");
        yield return new("Reshape_Between",
            "[Input(2, 3, 5, Gradient = true), Tanh, Flatten, Linear(24), Reshape(2, -1, 3), LayerNorm, Reshape(24), SiLU, Linear(2)]");
    }

    static IEnumerable<KeyValuePair<string, string>> RowOps()
    {
        foreach (var shape in new[] { "1", "3", "16", "33", "5, 7", "2, 3, 2, 31", "2, 150" })
        {
            var name = Identifier(shape);
            yield return new($"Softmax_{name}", $"[Input({shape}, Gradient = true), Softmax]");
            yield return new($"LogSoftmax_{name}", $"[Input({shape}, Gradient = true), LogSoftmax]");
            if (shape != "1") yield return new($"LayerNorm_{name}", $"[Input({shape}, Gradient = true), LayerNorm]");
        }
        yield return new("LayerNorm_Plain", "[Input(3, 17, Gradient = true), LayerNorm(Affine = false)]");
        yield return new("LayerNorm_NoBias", "[Input(3, 33, Gradient = true), LayerNorm(Bias = false, Epsilon = 0.01f)]");
        yield return new("LayerNorm_TwoAxes", "[Input(4, 3, 5, Gradient = true), LayerNorm(3, 5)]");
        yield return new("LayerNorm_Everything", "[Input(3, 5, 7, Gradient = true), LayerNorm(3, 5, 7)]");
        yield return new("LayerNorm_OneElement", "[Input(4, 1, Gradient = true), LayerNorm]");
        yield return new("LayerNorm_AfterLinear", "[Input(7, Gradient = true), Linear(49), LayerNorm, ReLU, Linear(3)]");
        yield return new("Softmax_Fused", "[Input(7, Gradient = true), Linear(33), Softmax, Linear(3), LogSoftmax]");
    }

    /// <summary>Positions and sizes of heads around those of tiles, vectors and panels.</summary>
    static IEnumerable<KeyValuePair<string, string>> Attentions()
    {
        (int Positions, int Heads, int KeyValueHeads, int Size)[] shapes = [(1, 1, 1, 1), (3, 2, 2, 5), (9, 3, 3, 8), (14, 1, 1, 16), (33, 4, 2, 7), (40, 2, 1, 33), (65, 1, 1, 20)];
        foreach (var (positions, heads, keyValueHeads, size) in shapes)
        {
            foreach (var causal in new[] { false, true })
            {
                var groups = keyValueHeads == heads ? "" : $", KeyValueHeads = {keyValueHeads}";
                yield return new($"Attention_{positions}_{heads}x{size}{(keyValueHeads == heads ? "" : $"_{keyValueHeads}")}{(causal ? "_Causal" : "")}",
                    $"[Input({positions}, {(heads + 2 * keyValueHeads) * size}, Gradient = true), ScaledDotProductAttention({heads}{groups}{(causal ? ", Causal = true" : "")})]");
            }
        }
        yield return new("Attention_First", "[Input(5, 12), ScaledDotProductAttention(2), Linear(3)]");
        yield return new("Attention_Between", "[Input(5, 12, Gradient = true), Tanh, ScaledDotProductAttention(2), GELU, LayerNorm, Flatten, Linear(3)]");
        foreach (var (length, features, options) in new[]
        {
            (1, 3, "1"), (5, 12, "3, Causal = true"), (13, 34, "2"), (33, 16, "4, KeyValueHeads = 2"), (40, 12, "4, Causal = true, KeyValueHeads = 1"), (64, 8, "2, Bias = false"),
        })
        {
            yield return new($"MultiheadAttention_{length}_{features}_{options.Split(',')[0]}", $"[Input({length}, {features}, Gradient = true), MultiheadAttention({options})]");
        }
        yield return new("MultiheadAttention_Between",
            "[Input(7, 5), Linear(12), MultiheadAttention(3, Causal = true), Tanh, MultiheadAttention(2), Flatten, Linear(4), Loss(Loss.CrossEntropy)]");
        foreach (var (positions, heads, keyValueHeads, size) in new[] { (1, 1, 1, 2), (3, 2, 2, 6), (5, 4, 2, 16), (9, 2, 1, 34), (12, 1, 1, 64) })
        {
            yield return new($"Rotary_{positions}_{heads}x{size}_{keyValueHeads}", $"[Input({positions}, {(heads + 2 * keyValueHeads) * size}, Gradient = true), " +
                $"ScaledDotProductAttention({heads}, KeyValueHeads = {keyValueHeads}, Causal = {(size > 16 ? "true" : "false")}, Rotary = true{(heads == 4 ? ", RotaryBase = 500f" : "")})]");
        }
        yield return new("Rotary_Multihead", "[Input(6), Embedding(9, 12), MultiheadAttention(3, Causal = true, Rotary = true), Linear(9), Loss(Loss.CrossEntropy)]");
        yield return new("Rotary_Llama", "[Input(7), Embedding(11, 24), SinusoidalPositions, Repeat(typeof(Llama), 2), RMSNorm, Linear(11), Loss(Loss.CrossEntropy)]");
        yield return new("Encoder_SwiGLU", "[Input(5, 12, Gradient = true), TransformerEncoderLayer(2, 17, Activation = FeedForwardActivation.SwiGLU, Dropout = 0.2f, Rotary = true)]");
        yield return new("Encoder_RMSNorm", "[Input(5, 12, Gradient = true), TransformerEncoderLayer(3, 17, Norm = Norm.RMSNorm, Epsilon = 1e-3f), Linear(2)]");
        yield return new("Encoder_PreNorm",
            "[Input(9, 12, Gradient = true), TransformerEncoderLayer(3, 20, NormFirst = true, Activation = FeedForwardActivation.GELU), Linear(2)]");
        yield return new("Encoder_PostNorm", "[Input(5, 8, Gradient = true), TransformerEncoderLayer(2, 19, Dropout = 0.2f), " +
            "TransformerEncoderLayer(2, 19, Bias = false, Activation = FeedForwardActivation.SiLU)]");
        yield return new("Decoder", "[Input(18, 16, Gradient = true), " +
            "TransformerDecoderLayer(4, 24, NormFirst = true, KeyValueHeads = 2, Activation = FeedForwardActivation.GELUTanh), LayerNorm, Linear(6)]");
        // The second function of a name has a number, which the two heads of keys are in another function's.
        yield return new("Attention_Names", "[Input(20, 16, Gradient = true), MultiheadAttention(4), MultiheadAttention(4, KeyValueHeads = 2), Linear(3)]");
    }

    static IEnumerable<KeyValuePair<string, string>> Mixtures()
    {
        // Experts with many rows, with few and with none; sizes around those of vectors and panels.
        foreach (var (positions, features, options) in new[]
        {
            (1, 5, "3, 7"), (6, 16, "4, 32, Activation = FeedForwardActivation.ReLU"), (17, 33, "5, 40, TopK = 3, BalanceLoss = 0.5f"), (29, 12, "2, 49, TopK = 1, BalanceLoss = 50"),
            (5, 34, "9, 17, TopK = 9, Activation = FeedForwardActivation.GELU"), (40, 8, "3, 33, BalanceLoss = 0"),
        })
        {
            yield return new($"Mixture_{positions}_{features}_{options.Split(',')[0]}", $"[Input({positions}, {features}, Gradient = true), MixtureOfExperts({options})]");
        }
        yield return new("Mixture_Vector", "[Input(9, Gradient = true), MixtureOfExperts(4, 17), Linear(3), Loss(Loss.MSE)]");
        yield return new("Mixture_OneOfVector", "[Input(7), MixtureOfExperts(3, 5, TopK = 1, Activation = FeedForwardActivation.SiLU), Linear(3), Loss(Loss.CrossEntropy)]");
        yield return new("Mixture_Text", "[Input(6), Embedding(9, 12), MixtureOfExperts(4, 20), RMSNorm, MixtureOfExperts(3, 8, TopK = 1, BalanceLoss = 2), Linear(9), Loss(Loss.CrossEntropy)]");
        yield return new("Mixture_Decoder", "[Input(7), Embedding(11, 24), TransformerDecoderLayer(4, 20, Experts = 5, NormFirst = true, Norm = Norm.RMSNorm, " +
            "Activation = FeedForwardActivation.SwiGLU, Rotary = true, KeyValueHeads = 2, Bias = false, Dropout = 0.1f), RMSNorm, Linear(11), Loss(Loss.CrossEntropy)]");
        yield return new("Mixture_Encoder", "[Input(5, 12, Gradient = true), TransformerEncoderLayer(2, 17, Experts = 3, ExpertsPerToken = 1, Bias = false), Linear(2)]");
    }

    static IEnumerable<KeyValuePair<string, string>> Normalizations()
    {
        foreach (var shape in new[] { "3", "16", "33", "5, 7", "2, 150" })
        {
            yield return new($"RMSNorm_{Identifier(shape)}", $"[Input({shape}, Gradient = true), RMSNorm]");
        }
        yield return new("RMSNorm_Plain", "[Input(3, 17, Gradient = true), RMSNorm(Affine = false, Epsilon = 0.01f)]");
        yield return new("RMSNorm_TwoAxes", "[Input(4, 3, 5, Gradient = true), RMSNorm(3, 5)]");
        yield return new("RMSNorm_AfterLinear", "[Input(7, Gradient = true), Linear(49), RMSNorm, ReLU, Linear(3)]");
        string[] shapes = ["1", "5", "16", "33", "100", "3, 7", "17, 1", "33, 40", "1, 4, 4", "5, 3, 6", "16, 5, 5", "20, 1, 9", "70, 4, 3", "130, 2, 2"];
        foreach (var shape in shapes) yield return new($"BatchNorm_{Identifier(shape)}", $"[Input({shape}, Gradient = true), BatchNorm]");
        yield return new("BatchNorm_Plain", "[Input(9, 3, 4, Gradient = true), BatchNorm(Affine = false, Epsilon = 0.01f), Tanh]");
        yield return new("BatchNorm_PlainVector", "[Input(19, Gradient = true), BatchNorm(Affine = false, Momentum = 0.5f), Sigmoid, Linear(3)]");
        yield return new("BatchNorm_NoInputGradient", "[Input(6, 5, 5), BatchNorm, ReLU, Flatten, Linear(7)]");
        // A bias before a batch normalisation would have no gradient but rounding errors.
        yield return new("BatchNorm_Twice",
            "[Input(20, 3, 5, Gradient = true), BatchNorm, SiLU, BatchNorm(Momentum = 1f), Tanh, Flatten, Linear(33, Bias = false), " +
            "BatchNorm, ReLU, Linear(3), Loss(Loss.MSE)]");
        yield return new("BatchNorm_BetweenLinears",
            "[Input(7, Gradient = true), Linear(33, Bias = false), BatchNorm, ReLU, " +
            "Linear(48, Bias = false), BatchNorm, Tanh, Linear(5), Loss(Loss.CrossEntropy)]");
    }

    static IEnumerable<KeyValuePair<string, string>> GroupNormalizations()
    {
        (string, int)[] grouped = [("12", 3), ("33", 1), ("5, 7", 5), ("6, 40", 2), ("16, 3, 5", 4), ("20, 4, 4", 10), ("70, 2, 3", 7), ("130, 3, 1", 1)];
        foreach (var (shape, groups) in grouped)
        {
            yield return new($"GroupNorm_{Identifier(shape)}_{groups}", $"[Input({shape}, Gradient = true), GroupNorm({groups})]");
        }
        yield return new("GroupNorm_Plain", "[Input(18, 3, 4, Gradient = true), GroupNorm(6, Affine = false, Epsilon = 0.01f), SiLU]");
        yield return new("GroupNorm_Between", "[Input(32, 3, 4, Gradient = true), Tanh, GroupNorm(4), PReLU(32), GroupNorm(8), ReLU, Flatten, Linear(5)]");
        yield return new("GroupNorm_AfterLinear", "[Input(7, Gradient = true), Linear(40), GroupNorm(8), Tanh, Linear(3)]");
        yield return new("GroupNorm_NoInputGradient", "[Input(6, 5, 5), GroupNorm(2), Flatten, Linear(3)]");
        // Kernels that read around a normalised image need its border, and gradients of it have none.
        yield return new("Norms_BetweenConvolutions",
            "[Input(3, 7, 6, Gradient = true), Conv2d(20, 3, Padding = 1, Bias = false), BatchNorm, ReLU, Conv2d(12, 3, Padding = 1), GroupNorm(4), SiLU, " +
            "Conv2d(17, 3, Padding = 1), LocalResponseNorm(3, Alpha = 1f), MaxPool2d(2), Conv2d(9, 2, Bias = false), BatchNorm, Flatten, Linear(3)]");
        yield return new("Norms_OfSequences",
            "[Input(3, 20, Gradient = true), BatchNorm, Conv1d(20, 3, Padding = 1, Bias = false), InstanceNorm, Tanh, " +
            "Conv1d(6, 3, Padding = 2), RMSNorm, Flatten, Linear(3)]");
        // Two numbers for each channel have the shape of the image.
        yield return new("GroupNorm_TwoPixels", "[Input(16, 2, Gradient = true), GroupNorm(2), Tanh]");
        // The number that a sample's divergence has meets vectors that lie as images do.
        yield return new("GroupNorm_Code", "[Input(28, Gradient = true), GroupNorm(7), Reparameterize(Beta = 0.3f)]");
        yield return new("GroupNorm_CodeOfWholeVectors", "[Input(64, Gradient = true), GroupNorm(4), Reparameterize, Linear(3)]");
        yield return new("InstanceNorm_Images", "[Input(5, 6, 7, Gradient = true), InstanceNorm]");
        yield return new("InstanceNorm_Sequences", "[Input(33, 9, Gradient = true), InstanceNorm(Affine = true), GELU]");
        yield return new("LocalResponseNorm_Images", "[Input(20, 3, 4, Gradient = true), LocalResponseNorm(5, Alpha = 0.5f)]");
        yield return new("LocalResponseNorm_Even", "[Input(33, 7, Gradient = true), LocalResponseNorm(4, Alpha = 2f, Beta = 0.6f, K = 2f), Tanh]");
        yield return new("LocalResponseNorm_Vector", "[Input(16, Gradient = true), LocalResponseNorm(3, Alpha = 1f, Beta = 1f), Linear(3)]");
        // Behind the last value lies what the activation makes of zeros.
        yield return new("LocalResponseNorm_AfterLinear", "[Input(5, Gradient = true), Linear(8), Sigmoid, LocalResponseNorm(5, Alpha = 1f), Linear(3)]");
        yield return new("LocalResponseNorm_Wide", "[Input(150, 2, 2, Gradient = true), Sigmoid, LocalResponseNorm(37, Alpha = 3f, Beta = 0.5f)]");
        yield return new("LocalResponseNorm_All", "[Input(3, 5, 2, Gradient = true), LocalResponseNorm(6, Alpha = 1f)]");
    }

    /// <summary>Codes of variational autoencoders: alone, between layers, with losses of each kind, and without the divergence.</summary>
    static IEnumerable<KeyValuePair<string, string>> Codes()
    {
        foreach (var size in new[] { 1, 5, 16, 33 }) yield return new($"Reparameterize_{size}", $"[Input({2 * size}, Gradient = true), Reparameterize]");
        yield return new("Reparameterize_Between", "[Input(6, Gradient = true), Linear(38), Reparameterize(Beta = 0.3f), Tanh, Linear(4), Loss(Loss.BCEWithLogits)]");
        yield return new("Reparameterize_Classes", "[Input(6, Gradient = true), Linear(8), Reparameterize, Linear(5), Loss(Loss.CrossEntropy)]");
        yield return new("Reparameterize_Twice",
            "[Input(6, Gradient = true), Reparameterize, Linear(4), Reparameterize(Beta = 0.1f), Linear(5), Loss(Loss.MSE)]");
        yield return new("Reparameterize_Alone", "[Input(6, Gradient = true), Reparameterize(Beta = 0), Linear(5), Loss(Loss.MSE)]");
    }

    static IEnumerable<KeyValuePair<string, string>> Losses()
    {
        string[] labelled =
        [
            "Loss.CrossEntropy",
            "Loss.CrossEntropy, LabelSmoothing = 0.1f",
            "Loss.CrossEntropy, LabelSmoothing = 1f, IgnoreIndex = 1",
            "Loss.NLL, IgnoreIndex = -1",
        ];
        for (var i = 0; i < labelled.Length; i++)
        {
            foreach (var classes in new[] { 2, 17, 100 })
            {
                var name = $"{labelled[i].Split(',')[0][5..]}{i}_{classes}";
                yield return new(name, $"[Input({classes}, Gradient = true), Flatten, Loss({labelled[i]})]");
                var logs = labelled[i].StartsWith("Loss.NLL", StringComparison.Ordinal) ? "LogSoftmax, " : "";
                var rows = classes == 100 ? 2 : 5;
                yield return new($"{name}_Positions", $"[Input({rows}, {classes}, Gradient = true), Reshape({rows}, {classes}), Loss({labelled[i]})]");
                if (classes == 17) yield return new($"{name}_Positions_AfterLinear", $"[Input(4, 6, Gradient = true), Linear({classes}), {logs}Loss({labelled[i]})]");
                if (classes == 17) yield return new($"{name}_AfterLinear", $"[Input(5, Gradient = true), Linear({classes}), {logs}Loss({labelled[i]})]");
            }
        }
        foreach (var loss in new[] { "MSE", "L1", "Huber", "BCEWithLogits", "KLDivergence" })
        {
            foreach (var shape in new[] { "1", "16", "3, 5", "150" })
            {
                yield return new($"{loss}_{Identifier(shape)}", $"[Input({shape}, Gradient = true), Reshape({shape}), Loss(Loss.{loss})]");
            }
            yield return new($"{loss}_AfterLinear",
                $"[Input(5, Gradient = true), Linear(10), {(loss == "KLDivergence" ? "LogSoftmax, " : "")}Loss(Loss.{loss})]");
        }
        yield return new("Huber_Delta", "[Input(17, Gradient = true), Flatten, Loss(Loss.Huber, Delta = 0.3f)]");
    }

    static IEnumerable<KeyValuePair<string, string>> Stacks()
    {
        yield return new("Stack_Tiny", "[Input(4), Linear(16), Tanh, Linear(3), Loss(Loss.CrossEntropy)]");
        yield return new("Stack_Perceptron", "[Input(3, Gradient = true), Linear(1), Sigmoid, Loss(Loss.MSE)]");
        yield return new("Stack_OneOutput", "[Input(12, Gradient = true), Linear(1), Tanh, Tanh, Sigmoid, Loss(Loss.MSE)]");
        yield return new("Stack_Deep",
            "[Input(7, Gradient = true), Linear(31), SiLU, Linear(33), GELU, Linear(17), Tanh, Linear(48), Mish, Linear(5), Loss(Loss.Huber)]");
        yield return new("Stack_Images",
            "[Input(1, 8, 9, Gradient = true), Flatten, Linear(49), LayerNorm, SiLU, Linear(32), PReLU, Linear(10), Loss(Loss.CrossEntropy, LabelSmoothing = 0.2f)]");
        yield return new("Stack_Sequences",
            "[Input(5, 12, Gradient = true), LayerNorm, Tanh, Softmax, Flatten, Linear(100), Softplus, Linear(100), ELU, Linear(7), Loss(Loss.BCEWithLogits)]");
        yield return new("Stack_Dropout",
            "[Input(19, Gradient = true), Dropout(0.2f), Linear(33), Tanh, Dropout(0.5f), Linear(17), Dropout(0.1f), Linear(3), Loss(Loss.MSE)]");
        yield return new("Stack_DropoutAtTheEnds", "[Input(3, 7, Gradient = true), Dropout(0.5f), LayerNorm, Dropout(0.3f)]");
    }

    static string Identifier(string text) => new([.. text.Where(c => char.IsLetterOrDigit(c) || c == ',').Select(c => c == ',' ? '_' : c)]);
}
