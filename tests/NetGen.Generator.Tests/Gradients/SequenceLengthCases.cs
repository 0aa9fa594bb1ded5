using System.Text.RegularExpressions;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>Networks whose samples have as many positions as they like, and the same ones of samples that all have as many.</summary>
static class SequenceLengthCases
{
    /// <summary>The most positions of a sample, and of one's second input.</summary>
    public const int Max = 21, MaxOfSecond = 13;

    /// <summary>What their declarations need.</summary>
    public const string Blocks = "using static NetGen.Functions;\n[Block, Linear(8), ReLU, LayerNorm] class Sub;\n";

    const string Layer = "TransformerEncoderLayer(2, 12)";

    /// <summary>
    /// Of one input: <c>{0}</c> is its attribute where it is ids, <c>{1:3}</c> where it is 3 numbers at each position, <c>{2}</c> and <c>{2:3}</c> that of a
    /// Forward's ids and numbers. <c>{layer of x}</c> is a convolution of positions, which are the last axis where all samples have as many.
    /// </summary>
    public static Dictionary<string, string> OfOne { get; } = NetworkCases.Select(new Dictionary<string, string>
    {
        ["Classifier"] = $"[{{0}}, Embedding(11, 8), PositionalEmbedding, {Layer}, MeanPositions, Linear(3), Loss(Loss.CrossEntropy)]",
        ["First"] = $"[{{0}}, Embedding(11, 16), SinusoidalPositions, LayerNorm, {Layer}, SelectPosition(0), Linear(3), Loss(Loss.CrossEntropy)]",
        ["Decoder"] = "[{0}, Embedding(11, 24, Name = \"wte\"), PositionalEmbedding, TransformerDecoderLayer(4, 32, NormFirst = true, Activation = FeedForwardActivation.GELU, KeyValueHeads = 2), LayerNorm, TiedLinear(\"wte\"), Loss(Loss.CrossEntropy)]",
        ["Rotary"] = "[{0}, Embedding(11, 80), TransformerDecoderLayer(2, 40, Norm = Norm.RMSNorm, Activation = FeedForwardActivation.SwiGLU, Rotary = true, Bias = false), Linear(11), LogSoftmax, Loss(Loss.NLL)]",
        ["Values"] = "[{1:3}, Linear(8), Tanh, Residual(typeof(Sub)), Linear(2), Loss(Loss.MSE)]",
        ["Lstm"] = "[{1:5}, LSTM(6, Bidirectional = true), SelectPosition, Linear(3), Loss(Loss.CrossEntropy)]",
        ["Gru"] = "[{1:4}, GRU(16, Layers = 2), LayerNorm, Linear(4), Loss(Loss.CrossEntropy)]",
        ["Rnn"] = "[{1:4}, RNN(7), MeanPositions, Linear(2), Loss(Loss.MSE)]",
        ["Attention"] = "[{1:12}, ScaledDotProductAttention(2), Linear(3), Loss(Loss.MSE)]",
        ["Experts"] = "[{1:8}, MixtureOfExperts(4, 12, BalanceLoss = 0), Linear(3), Loss(Loss.CrossEntropy)]",
        ["Mixtral"] = "[{0}, Embedding(11, 16), TransformerDecoderLayer(2, 20, Experts = 3, ExpertsPerToken = 1, BalanceLoss = 0, Norm = Norm.RMSNorm, Activation = FeedForwardActivation.SwiGLU, Bias = false), MeanPositions, Linear(3), Loss(Loss.CrossEntropy)]",
        ["Functions"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(11, 12)] readonly Layer tokens;
                [Parameter(12)] readonly Tensor scale;
                [Parameter(1, 12)] readonly Tensor offset;
                [Buffer(12, Init = Init.Constant, Value = 0.5f)] readonly Tensor half;
                [MultiheadAttention(2)] readonly Layer attention;
                [Linear(11)] readonly Layer head;
                Tensor Forward([{2}] Tensor ids)
                {
                    var x = tokens(ids);
                    x = (x - Mean(x, -1, keep: true)) * scale + offset;
                    var (a, b) = Split(attention(x), 2, axis: -1);
                    var c = Concat(-1, Slice(x, 1, 2, 9, 3), Gather(b, 1, 5, 0, 1));
                    return head(Concat(1, a * Sigmoid(b), c) * half * Max(x, 1, keep: true) - offset);
                }
            }
            """,
        ["Cross"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(11, 8)] readonly Layer tokens;
                [TransformerEncoderLayer(2, 12)] readonly Layer encoder;
                [MultiheadAttention(2)] readonly Layer cross;
                [Linear(11)] readonly Layer head;
                Tensor Forward([{2}] Tensor ids)
                {
                    var x = tokens(ids);
                    return head(x + ReLU(cross(x, encoder(x))));
                }
            }
            """,
        ["TextCnn"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(11, 8)] readonly Layer tokens;
                [Conv1d(16, 3, Padding = Padding.Same), Count(2)] readonly Layer[] convolutions;
                [Conv1d(5, 1)] readonly Layer narrow;
                [MeanPositions] readonly Layer mean;
                [Linear(3)] readonly Layer head;
                Tensor Forward([{2}] Tensor ids)
                {
                    var x = tokens(ids);
                    foreach (var layer in convolutions) x = ReLU({layer of x});
                    return head(mean({narrow of x}));
                }
            }
            """,
        ["MaxOverTime"] = "[{1:3}, Linear(18), ReLU, MaxPositions, Linear(3), Loss(Loss.CrossEntropy)]",
        ["OverPositions"] = """
            [Loss(Loss.MSE)]
            {
                [Linear(33)] readonly Layer wide;
                [Linear(5)] readonly Layer head;
                Tensor Forward([{2:4}] Tensor x)
                {
                    var y = ReLU(wide(x)) - Max(x, axis: -1, keep: true);
                    y = y - Max(y, axis: 0, keep: true);
                    return head(Concat(Min(y, axis: 0), Sum(Tanh(y), axis: 0), Mean(y, axis: 0), Max(Sum(x, -1), 0), Max(Mean(x, -1, keep: true), 0)));
                }
            }
            """,
        ["SoftmaxOverPositions"] = """
            [Loss(Loss.MSE)]
            {
                [Linear(33)] readonly Layer wide;
                [Linear(1, Bias = false)] readonly Layer score;
                [Linear(5)] readonly Layer head;
                Tensor Forward([{2:4}] Tensor x)
                {
                    var y = wide(x);
                    var pooled = Sum(y * Softmax(score(Tanh(y)), axis: 0), axis: 0);
                    var weights = Softmax(Sum(x * 5, -1), 0) + Softmax(Max(x, -1), -1);
                    y = y * pooled + Softmax(y * 9 + 100, axis: 0) - LogSoftmax(y, axis: -2) * 0.2f;
                    return head(y + Sum(x, -1, keep: true) * Sum(weights * Mean(x, 1)));
                }
            }
            """,
        ["OverAll"] = """
            [Loss(Loss.MSE)]
            {
                [Linear(33)] readonly Layer wide;
                [Linear(3)] readonly Layer head;
                Tensor Forward([{2:4}] Tensor x)
                {
                    var y = ReLU(wide(x)) - 1;
                    return head(x / (1 + Abs(Max(y))) + Concat(Sum(y) * 0.1f, Mean(x * x), Min(y), Max(Sum(x, -1))) * (Min(x) + Mean(Max(y, 1, keep: true))));
                }
            }
            """,
        ["Convolutions"] = """
            [Loss(Loss.MSE)]
            {
                [Conv1d(20, 4, Padding = Padding.Same, Dilation = 3)] readonly Layer even;
                [Conv1d(33, 5, Padding = 8, Dilation = 4, Bias = false)] readonly Layer dilated;
                [Conv1d(3, 2, Padding = Padding.Same)] readonly Layer pairs;
                Tensor Forward([{2:3}] Tensor x)
                {
                    var a = Tanh({even of x});
                    var b = {dilated of a};
                    return {pairs of b} + x;
                }
            }
            """,
        ["WideConvolution"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Conv1d(40, 45, Padding = 22)] readonly Layer wide;
                [LSTM(6)] readonly Layer states;
                [Linear(4)] readonly Layer head;
                Tensor Forward([{2:17}] Tensor x)
                {
                    var y = GELU({wide of x});
                    return head(states(y));
                }
            }
            """,
        ["TwiceConvolved"] = """
            [Loss(Loss.MSE)]
            {
                [Conv1d(9, 3, Padding = 1)] readonly Layer same;
                [SelectPosition] readonly Layer last;
                Tensor Forward([{2:9}] Tensor x)
                {
                    var y = SiLU({same of x});
                    return last({same of y});
                }
            }
            """,
    });

    /// <summary>
    /// Of several inputs: <c>{s}</c> and <c>{t}</c> are inputs of ids, <c>{s:3}</c> is one of 3 numbers at each position, whose gradient is computed;
    /// <c>{u}</c> is <c>{t}</c> with the most positions of <c>{s}</c>; <c>{layer of x}</c> as above.
    /// </summary>
    public static Dictionary<string, string> OfSeveral { get; } = NetworkCases.Select(new Dictionary<string, string>
    {
        ["Translator"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(11, 16)] readonly Layer english;
                [Embedding(9, 16)] readonly Layer german;
                [SinusoidalPositions] readonly Layer positions;
                [TransformerEncoderLayer(2, 20)] readonly Layer encoder;
                [TransformerDecoderLayer(2, 20), Count(2)] readonly Layer[] decoder;
                [TiedLinear("german")] readonly Layer head;
                Tensor Forward([{s}] Tensor source, [{t}] Tensor target)
                {
                    var memory = encoder(positions(english(source)));
                    var x = positions(german(target));
                    foreach (var layer in decoder) x = layer(x, memory);
                    return head(x);
                }
            }
            """,
        ["SameMost"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(11, 40)] readonly Layer tokens;
                [PositionalEmbedding] readonly Layer positions;
                [Linear(20)] readonly Layer narrow;
                [MultiheadAttention(4, Causal = true, KeyValueHeads = 2)] readonly Layer own, other;
                [MultiheadAttention(2, Bias = false)] readonly Layer back;
                [Linear(5)] readonly Layer head;
                Tensor Forward([{s}] Tensor source, [{u}] Tensor target)
                {
                    var (x, memory) = (tokens(target), positions(tokens(source)));
                    x = own(x, x) + other(x, narrow(memory));
                    return head(memory + back(memory, x));
                }
            }
            """,
        ["Recurrent"] = """
            [Loss(Loss.MSE)]
            {
                [GRU(7)] readonly Layer encoder;
                [SelectPosition] readonly Layer last;
                [Linear(6)] readonly Layer start;
                [LSTM(6, Bidirectional = true)] readonly Layer decoder;
                [Linear(2)] readonly Layer head;
                Tensor Forward([{s:3}] Tensor source, [{t:6}] Tensor target) => head(decoder(target * start(last(encoder(source))) + target));
            }
            """,
        ["Pooled"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [ScaledDotProductAttention(2)] readonly Layer attention;
                [MultiheadAttention(2)] readonly Layer cross;
                [Linear(4)] readonly Layer narrow;
                [LayerNorm] readonly Layer norm;
                [MeanPositions] readonly Layer mean;
                [Linear(3)] readonly Layer head;
                Tensor Forward([{s:12}] Tensor a, [{t:4}] Tensor b) => head(norm(Concat(mean(cross(narrow(a), b)), Max(attention(a), 0), mean(b))));
            }
            """,
        ["Features"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(11, 8)] readonly Layer tokens;
                [TransformerEncoderLayer(2, 12)] readonly Layer encoder;
                [MeanPositions] readonly Layer mean;
                [Linear(8)] readonly Layer wide;
                [Linear(3)] readonly Layer head;
                Tensor Forward([Shape(5, Gradient = true)] Tensor features, [{s}] Tensor ids, [Shape(8)] Tensor others)
                {
                    var x = encoder(tokens(ids) * Mean(features) + wide(features));
                    return head(mean(x) + others * wide(features));
                }
            }
            """,
        ["Captions"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(9, 16)] readonly Layer words;
                [TransformerDecoderLayer(2, 20)] readonly Layer decoder;
                [MultiheadAttention(4, Causal = true)] readonly Layer causal;
                [Linear(9)] readonly Layer head;
                Tensor Forward([{s}] Tensor caption, [Shape(6, 10, Gradient = true)] Tensor patches)
                {
                    var x = decoder(words(caption), patches);
                    return head(x + causal(x, patches));
                }
            }
            """,
        ["Latents"] = """
            [Loss(Loss.MSE)]
            {
                [Parameter(6, 8)] readonly Tensor latents;
                [MultiheadAttention(2)] readonly Layer ofFirst, ofSecond;
                [MultiheadAttention(1, Causal = true)] readonly Layer causal;
                [Linear(3)] readonly Layer head;
                Tensor Forward([{s:8}] Tensor a, [{t:5}] Tensor b)
                {
                    var x = ofFirst(latents, a);
                    return head(Mean(x + ofSecond(x, b) * causal(x, a), axis: 0));
                }
            }
            """,
        ["Experts"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(11, 16)] readonly Layer words;
                [Embedding(3, 16)] readonly Layer kinds;
                [TransformerEncoderLayer(2, 12, Experts = 3, BalanceLoss = 0.5f, Norm = Norm.RMSNorm, Activation = FeedForwardActivation.SwiGLU, Bias = false)] readonly Layer encoder;
                [TransformerDecoderLayer(2, 12, Experts = 4, ExpertsPerToken = 1, BalanceLoss = 0.25f, Norm = Norm.RMSNorm, Activation = FeedForwardActivation.SwiGLU, Bias = false)] readonly Layer decoder;
                [MeanPositions] readonly Layer mean;
                [MixtureOfExperts(2, 8, BalanceLoss = 0.125f)] readonly Layer gist;
                [Linear(9)] readonly Layer head;
                Tensor Forward([{s}] Tensor source, [{t}] Tensor target, [Shape(1)] Tensor kind)
                {
                    var memory = encoder(words(source));
                    return head(decoder(words(target) + kinds(kind), memory) + gist(mean(memory)));
                }
            }
            """,
        ["Convolved"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(11, 8)] readonly Layer words;
                [Embedding(9, 6)] readonly Layer others;
                [Conv1d(12, 3, Padding = Padding.Same)] readonly Layer ofWords;
                [Conv1d(12, 4, Padding = Padding.Same, Dilation = 2)] readonly Layer ofOthers;
                [MultiheadAttention(3)] readonly Layer cross;
                [Conv1d(5, 5, Padding = 2)] readonly Layer head;
                Tensor Forward([{s}] Tensor source, [{t}] Tensor target)
                {
                    var (a, b) = (words(source), others(target));
                    var x = ReLU({ofOthers of b});
                    var y = x + cross(x, {ofWords of a});
                    return {head of y};
                }
            }
            """,
        ["OfGradient"] = """
            {
                [TransformerEncoderLayer(2, 8, BalanceLoss = 0.5f, Experts = 3, Bias = false)] readonly Layer encoder;
                [MultiheadAttention(3)] readonly Layer cross;
                Tensor Forward([{s:8}] Tensor source, [{t:9}] Tensor target) => cross(target, encoder(source));
            }
            """,
    });

    /// <summary>The network of samples of a length, or of any.</summary>
    public static string With(string layers, int? length)
    {
        var text = layers.Replace("{0}", length is null ? $"Sequence(Max = {Max})" : $"Input({length})", StringComparison.Ordinal)
            .Replace("{2}", length is null ? $"Sequence(Max = {Max})" : $"Shape({length})", StringComparison.Ordinal);
        return Regex.Replace(Convolved(text, length is null), @"\{([12]):(\d+)\}", match => length is null ? $"Sequence({match.Groups[2].Value}, Max = {Max}, Gradient = true)"
            : $"{(match.Groups[1].Value == "1" ? "Input" : "Shape")}({length}, {match.Groups[2].Value}, Gradient = true)");
    }

    /// <summary>The network of several inputs, of samples whose inputs have these lengths, or any.</summary>
    public static string With(string layers, int? ofFirst, int? ofSecond) => Regex.Replace(Convolved(layers, ofFirst is null), @"\{([stu])(:(\d+))?\}", match =>
    {
        var (input, numbers) = (match.Groups[1].Value, match.Groups[3].Value);
        var gradient = numbers.Length == 0 ? "" : ", Gradient = true";
        if (ofFirst is null) return $"Sequence({(numbers.Length == 0 ? "" : numbers + ", ")}Max = {(input == "t" ? MaxOfSecond : Max)}{gradient})";
        return $"Shape({(input == "s" ? ofFirst : ofSecond)}{(numbers.Length == 0 ? "" : ", " + numbers)}{gradient})";
    });

    /// <summary>
    /// Calls of convolutions, which take [positions, features] where there are as many positions as a sample has, and else [channels, length].
    /// </summary>
    static string Convolved(string layers, bool isFree) => Regex.Replace(layers, @"\{(\w+) of (\w+)\}", isFree ? "$1($2)" : "Transpose($1(Transpose($2)))");
}
