using NetGen.Generator.Tests.Gradients;

namespace NetGen.Generator.Tests.Forward;

/// <summary>Networks with a Forward: a class's attributes and body by name.</summary>
static class ForwardCases
{
    /// <summary>What the networks use.</summary>
    public const string Blocks = """
        using static NetGen.Functions;
        [Block, LayerNorm, Linear(Arg.A), GELU, Linear(Arg.Input)] class FeedForward;
        [Block] class Residual2
        {
            [LayerNorm] readonly Layer norm;
            [Linear(Arg.Input)] readonly Layer fc;
            Tensor Forward(Tensor x) => x + Tanh(fc(norm(x)));
        }
        [Block] class Sized
        {
            [Linear(2 * Arg.A)] readonly Layer up;
            [Linear(Arg.Input)] readonly Layer down;
            internal Tensor Forward(Tensor x) => down(ReLU(up(x)));
        }
        [Block] class Cross
        {
            [Linear(9)] readonly Layer left, right;
            [Linear(9)] readonly Layer unused;
            public (Tensor Sum, Tensor Product, Tensor Other) Forward(Tensor a, Tensor b)
            {
                var (l, r) = (left(a), right(b));
                return (l + r, l * r, unused(a));
            }
        }

        """;

    /// <summary>Networks that others have as fields.</summary>
    public const string Networks = """
        [Network, Input(6), Linear(5), ReLU, Linear(3, Name = "out"), Loss(Loss.MSE)] public partial class StackPart;
        [Network] public partial class ForwardPart
        {
            [Linear(6)] readonly Layer fc;
            internal (Tensor, Tensor) Forward([Shape(6)] Tensor x, [Shape(2)] Tensor y) => (fc(x) * Sum(y), y);
        }

        """;

    /// <summary>Networks of functions that have kernels for devices too.</summary>
    public static Dictionary<string, string> OfDevices { get; } = new (string Name, string Body)[]
    {
        ("DeviceRows", "Sum(x * Tanh(x), -1) * Max(x, 2) - Mean(x / (x * x + 1), -1) + Min(x, 2)"),
        ("DeviceElements", "Where(x > 0.3f, x * 2, Exp(x)) - Maximum(x, Abs(x) - 1) * (x <= 0.5f) + 1 / (Sqrt(x * x + 1) - 0.5f)"),
        ("DeviceWhole", "x * 2 - Log(x * x + 1) + Minimum(x, Sigmoid(x)) / 3 + Where(NotEqual(x, 0), 1f, 2f) * x"),
        ("DeviceCompared", "Where(Equal(x, x), x, Tanh(x)) * (x >= Sigmoid(x)) + Mask(x, x < 0, 0.5f) / (2 - Tanh(x))"),
    }.ToDictionary(c => c.Name, c => $"{{ Tensor Forward([Shape(2, 3, 6, Gradient = true)] Tensor x) => {c.Body}; }}", StringComparer.Ordinal);

    public static Dictionary<string, string> Layers { get; } = NetworkCases.Select(OfLayers(), OfMemories(), OfTexts(), OfVocabularies());

    public static Dictionary<string, string> Functions { get; } = NetworkCases.Select(OfFunctions(), OfDevices);

    static IEnumerable<KeyValuePair<string, string>> OfLayers()
    {
        yield return new("OneLayer", "{ [Linear(5)] readonly Layer fc; Tensor Forward([Shape(7, Gradient = true)] Tensor x) => fc(x); }");
        yield return new("Residuals", """
            [Loss(Loss.CrossEntropy)] {
                [Linear(17)] readonly Layer stem, middle;
                [Linear(4)] readonly Layer _head;
                Tensor Forward([Shape(7, Gradient = true)] Tensor x)
                {
                    var h = ReLU(stem(x));
                    h += middle(h);
                    return _head(h);
                }
            }
            """);
        yield return new("Experts", """
            [Loss(Loss.MSE)] {
                [MixtureOfExperts(3, 7)] readonly Layer experts;
                Tensor Forward([Shape(6, 10, Gradient = true)] Tensor x)
                {
                    for (int i = 0; i < 2; i++) x += experts(x);
                    return x;
                }
            }
            """);
        yield return new("TwoTowers", """
            {
                [Linear(33)] readonly Layer left, right;
                [Linear(1)] readonly Layer head;
                Tensor Forward([Shape(20)] Tensor a, [Shape(3)] Tensor b) => head(Concat(ReLU(left(a)), ReLU(right(b))));
            }
            """);
        yield return new("TwoTowers_InputGradient", """
            [Loss(Loss.MSE)] {
                [Linear(5)] readonly Layer left, right;
                [Conv2d(3, 3)] readonly Layer conv;
                Tensor Forward([Shape(20, Gradient = true)] Tensor a, [Shape(2, 5, 4)] Tensor image, [Shape(3)] Tensor b) =>
                    Tanh(left(a)) * right(b) + Sum(Sum(conv(image), -1), -1, keep: true);
            }
            """);
        yield return new("TwoOutputs", """
            {
                [Linear(9)] readonly Layer body;
                [Linear(3)] readonly Layer mean;
                [Linear(2)] readonly Layer other;
                (Tensor Mean, Tensor Other) Forward([Shape(5, Gradient = true)] Tensor x)
                {
                    var h = Tanh(body(x));
                    return (mean(h), Reshape(other(h), 1, 2));
                }
            }
            """);
        yield return new("InputAsOutput", "{ [Linear(5)] readonly Layer fc; (Tensor, Tensor) Forward([Shape(7, Gradient = true)] Tensor x) => (x, fc(x)); }");
        yield return new("UsedTwice", """
            {
                [Linear(9)] readonly Layer first, shared;
                Tensor Forward([Shape(5, Gradient = true)] Tensor x)
                {
                    var h = first(x);
                    for (int i = 0; i < 3; i++) h = Tanh(shared(h));
                    return h;
                }
            }
            """);
        // Were a value written out wherever it is used, there would be 3⁴⁰ of them.
        yield return new("UsedAgainAndAgain", """
            {
                [Linear(9)] readonly Layer first;
                Tensor Forward([Shape(5, Gradient = true)] Tensor x)
                {
                    x = first(x);
                    for (int i = 0; i < 40; i++) x = x - 0.1f * x * Tanh(x);
                    return x;
                }
            }
            """);
        yield return new("Arrays", """
            {
                const int Count = 3;
                [Linear(12), Count(Count)] readonly Layer[] hidden;
                [LayerNorm, Count(Count)] readonly Layer[] norms;
                [Use(typeof(FeedForward), Arguments = [8]), Count(2)] readonly Layer[] blocks;
                Tensor Forward([Shape(5, Gradient = true)] Tensor x)
                {
                    for (int i = 0; i < hidden.Length; i++) x = Step(x, i);
                    foreach (var block in blocks) x += block(x);
                    return x;
                }
                Tensor Step(Tensor x, int i) => i % 2 == 0 ? SiLU(norms[i](hidden[i](x))) : Scaled(norms[i](hidden[i](x)), 1f / (1 + i));
                static Tensor Scaled(Tensor x, float by) => by * x;
            }
            """);
        yield return new("Blocks", """
            {
                [Use(typeof(Residual2)), Count(2)] readonly Layer[] residuals;
                [Repeat(typeof(Residual2), 2)] readonly Layer more;
                [Use(typeof(Sized), Arguments = [5])] readonly Layer sized;
                readonly Cross cross, again;
                [Linear(9)] readonly Layer stem;
                Tensor Forward([Shape(6, Gradient = true)] Tensor x)
                {
                    foreach (var block in residuals) x = block(x);
                    x = sized(more(x));
                    var (sum, product, _) = cross.Forward(x, stem(x));
                    var (_, _, other) = again.Forward(sum, product);
                    return cross.Forward(x, stem(x)).Sum + other;
                }
            }
            """);
        yield return new("Networks", """
            {
                [Use(typeof(StackPart)), Count(2)] readonly Layer[] parts;
                readonly ForwardPart part;
                readonly StackPart? own;
                Tensor Forward([Shape(6, Gradient = true)] Tensor x, [Shape(2)] Tensor y)
                {
                    var (a, b) = part.Forward(x, y);
                    return parts[0](x) + parts[1](a) * Sum(b);
                }
                StackPart? Own => own;
            }
            """);
        yield return new("StackOfForwardBlocks", "[Input(6, Gradient = true), Residual(typeof(Residual2)), Repeat(typeof(Residual2), 2), Use(typeof(Sized), Arguments = [4])]");
        yield return new("Language", """
            {
                const bool Deep = true;
                [Linear(8)] readonly Layer a, b, c;
                Tensor Forward([Shape(5, Gradient = true)] Tensor x)
                {
                    Tensor[] all = [a(x), b(x)];
                    Tensor total = 0f;
                    int n = 0;
                    while (true)
                    {
                        if (n == all.Length) break;
                        total = n == 0 ? all[n] : total - all[n];
                        n++;
                    }
                    (Tensor Left, Tensor Right) pair = (total, x);
                    Tensor Local(Tensor t) => -t * 2 + total;
                    if (Deep && n > 1) pair = (Local(pair.Left), x);
                    return Deep ? Abs(pair.Left) + c(pair.Right) / 2 : pair.Left;
                }
            }
            """);
        yield return new("Images", """
            [Loss(Loss.CrossEntropy)] {
                [Conv2d(17, 3, Padding = 1)] readonly Layer conv1;
                [Conv2d(17, 3, Padding = 1)] readonly Layer conv2;
                [GroupNorm(1)] readonly Layer norm;
                [Linear(3)] readonly Layer head;
                [Parameter(17, 1, 1)] readonly Tensor scale;
                Tensor Forward([Shape(2, 6, 5, Gradient = true)] Tensor x)
                {
                    var h = ReLU(norm(conv1(x)));
                    h = h * scale + conv2(h);
                    return head(Flatten(Concat(Mean(Mean(h, -1), -1), Max(Flatten(h), 0))));
                }
            }
            """);
    }

    static IEnumerable<KeyValuePair<string, string>> OfFunctions()
    {
        // Each on a positive and a negative range, so that none is at its edge for all.
        foreach (var (name, body) in new (string, string)[]
        {
            ("Activations", "ReLU6(x) + LeakyReLU(x, 0.2f) + ELU(x) + GELU(x) + GELU(x, tanh: true) + Softplus(x) + Hardswish(x) + Hardsigmoid(x) + Mish(x) + Sigmoid(x)"),
            ("Elementary", "Exp(x) + Log(Abs(x) + 1) * Sqrt(x * x + 0.5f)"),
            ("Constants", "(2 * x + 1) / 4 - (3 - x) * 0.5f + 1 / (x * x + 1) + 2 / (x * x + 3) - -x"),
            ("Quotients", "x / (x * x + 1) - x * Tanh(x)"),
            ("Broadcast_Parameters", "x * p + q - x / (r * r + 1)"),
            ("Broadcast_Values", "x * Mean(x, 0, keep: true) + Sum(x, 1, keep: true) * Max(x, 2, keep: true)"),
            ("Comparisons", "Where(x > 0.3f, x * 2, 0) + Where(x < Tanh(x), p, x) + (x >= -x) * x + (x <= 1) * x + Where(Equal(x, 1), x, 1) + Where(NotEqual(x, x), 1f, 2f) * x"),
            ("Mask", "Mask(x, x > 1, -7f) + Mask(p, x < 0, 0.5f)"),
            ("Extremes", "Maximum(x, Tanh(x)) + Minimum(x, p) + Maximum(x, 0.5f) - Minimum(x, 0.1f) + Maximum(p, q)"),
            ("Sums", "Sum(x, 0) * Sum(x, 0, keep: true) + Sum(Sum(x, 0), 1, keep: true) + Sum(x)"),
            ("Means", "Mean(x, 1, keep: true) * Mean(x, -1, keep: true) + Mean(x)"),
            ("MaxMin", "Max(x, 1, keep: true) + Min(x, 0, keep: true) * Max(x) - Min(x) + Max(x, -1, keep: true)"),
            ("Softmax", "Softmax(x) + Softmax(x, 0) * LogSoftmax(x, 1) - LogSoftmax(x)"),
            ("Transposed", "Transpose(Transpose(x)) * x + Transpose(Tanh(Transpose(x, 0, 2)), 0, 2) + Permute(Sigmoid(Permute(x, 1, 2, 0)), 2, 0, 1)"),
            ("Slices", "Slice(x, 0, 1, 2) * Slice(p, 1, 0, 1) + Sum(Slice(x, 1, -2, 3) * Slice(x, 1, 0, 3, 2)) + Sum(Slice(x, 2, 1, 6, 3) * Slice(x, 2, 0, 2))"),
            ("Gathered", "Gather(x, 2, 0, 1, 4, 4, 2, 3) * Gather(x, 1, 2, 2, 0) + Gather(x, 0, 1)"),
            ("Splits", "Combined(x)"),
            ("Concats", "Concat(x, x * 2) + Concat(0, p, p) * Slice(Concat(1, Slice(x, 1, 0, 1), Slice(x, 1, 1, 3)), 0, 0, 1)"),
            ("Concat_LastAxis", "Concat(-1, x, p, x)"),
            ("MatMuls", "MatMul(x, Transpose(x)) * 0.1f"),
            ("MatMul_Parameter", "MatMul(x, m)"),
            ("MatMul_Broadcast", "MatMul(x, Transpose(Slice(x, 0, 0, 1)))"),
            ("MatMul_Vectors", "MatMul(x, v) + MatMul(v, Transpose(x))"),
            ("Einsum_Attention", "Einsum(\"hqd,hkd->hqk\", x, Tanh(x))"),
            ("Einsum_Sum", "Einsum(\"abc->b\", x)"),
            ("Einsum_Mixed", "Einsum(\"abc,cd->dba\", x, m) + Einsum(\"abc,bc->a\", x, Sum(x, 0))"),
            ("Buffer", "x * b + p"),
        })
        {
            yield return new(name, $$"""
                {
                    {{Field(body, 'p', "[Parameter(2, 3, 6)] readonly Tensor p;")}}
                    {{Field(body, 'q', "[Parameter(6)] readonly Tensor q;")}}
                    {{Field(body, 'r', "[Parameter(3, 1)] readonly Tensor r;")}}
                    {{Field(body, 'm', "[Parameter(6, 5)] readonly Tensor m;")}}
                    {{Field(body, 'v', "[Parameter(6)] readonly Tensor v;")}}
                    {{Field(body, 'b', "[Buffer(3, 6, Init = Init.Constant, Value = 2f)] readonly Tensor b;")}}
                    Tensor Forward([Shape(2, 3, 6, Gradient = true)] Tensor x) => {{body}};
                    static Tensor Combined(Tensor x)
                    {
                        var (a, b, c) = Split(x, 3, axis: 1);
                        var rest = Split(x, [1, 2, 3], axis: -1);
                        Tensor sum = a * b - c;
                        foreach (var part in rest) sum += Mean(part, -1, keep: true);
                        return sum * Sum(rest[1 + 1] * rest.Length);
                    }
                }
                """);
        }
        yield return new("Vectors", """
            {
                [Linear(6)] readonly Layer a, b;
                [Parameter(6, 4)] readonly Tensor m;
                (Tensor, Tensor, Tensor) Forward([Shape(5, Gradient = true)] Tensor x) =>
                    (MatMul(a(x), b(x)), MatMul(a(x), m), Einsum("i,j->ij", a(x), b(x)) + MatMul(Reshape(a(x), 6, 1), Reshape(b(x), 1, -1)));
            }
            """);
        yield return new("Attention", """
            {
                const int Heads = 2, Tokens = 5, Width = 6;
                [Parameter(Width, 3 * Width)] readonly Tensor qkv;
                [Parameter(Width, Width)] readonly Tensor projection;
                [Parameter(Tokens, Width)] readonly Tensor positions;
                [Buffer(Tokens, Tokens)] readonly Tensor mask;
                [LayerNorm] readonly Layer norm;
                Tensor Forward([Shape(Tokens, Width, Gradient = true)] Tensor x)
                {
                    x += positions;
                    var (q, k, v) = Split(MatMul(norm(x), qkv), 3, axis: 1);
                    var scores = MatMul(Head(q), Transpose(Head(k))) / 1.7f;
                    var weights = Softmax(Mask(scores, mask > 0.9f, -1e9f));
                    return x + MatMul(Reshape(Transpose(MatMul(weights, Head(v)), 0, 1), Tokens, Width), projection);
                }
                static Tensor Head(Tensor x) => Transpose(Reshape(x, Tokens, Heads, Width / Heads), 0, 1);
            }
            """);
    }

    /// <summary>Attention to another sequence, longer or shorter, of as many features or others.</summary>
    static IEnumerable<KeyValuePair<string, string>> OfMemories()
    {
        foreach (var (queries, keys, features, memory, arguments) in new[]
        {
            (5, 9, 24, 24, "3"), (9, 5, 24, 24, "3, Causal = true"), (1, 4, 8, 8, "2"), (5, 1, 6, 6, "1, Causal = true"), (7, 33, 40, 40, "4, KeyValueHeads = 2"),
            (40, 35, 12, 12, "2, KeyValueHeads = 1, Causal = true"), (3, 70, 34, 34, "1, Causal = true, Bias = false"), (6, 5, 12, 7, "3"), (4, 8, 8, 20, "2, KeyValueHeads = 1, Bias = false"),
        })
        {
            yield return new($"Memory_{queries}x{keys}_{features}_{memory}_{arguments.Split(',')[0]}", $$"""
                {
                    [MultiheadAttention({{arguments}})] readonly Layer cross;
                    Tensor Forward([Shape({{queries}}, {{features}}, Gradient = true)] Tensor x, [Shape({{keys}}, {{memory}})] Tensor memory) => cross(x, memory);
                }
                """);
        }
        yield return new("Memory_Decoder", """
            [Loss(Loss.CrossEntropy)] {
                [TransformerDecoderLayer(2, 20), Count(2)] readonly Layer[] layers;
                [Linear(4)] readonly Layer head;
                Tensor Forward([Shape(5, 12, Gradient = true)] Tensor x, [Shape(7, 12)] Tensor memory)
                {
                    foreach (var layer in layers) x = layer(x, memory);
                    return head(x);
                }
            }
            """);
        yield return new("Memory_DecoderNormFirst", """
            {
                [TransformerEncoderLayer(2, 9)] readonly Layer encoder;
                [TransformerDecoderLayer(2, 9, NormFirst = true, Rotary = true, KeyValueHeads = 1, Activation = FeedForwardActivation.SwiGLU, Norm = Norm.RMSNorm)] readonly Layer decoder;
                Tensor Forward([Shape(6, 8, Gradient = true)] Tensor x, [Shape(3, 8)] Tensor memory) => decoder(x, encoder(memory));
            }
            """);
        // Its parameters once, and what reaches them and the memory from both calls.
        yield return new("Memory_Twice", """
            {
                [MultiheadAttention(2)] readonly Layer cross;
                [Linear(8)] readonly Layer fc;
                Tensor Forward([Shape(4, 8, Gradient = true)] Tensor x, [Shape(6, 8)] Tensor y) => cross(cross(x, fc(y)), fc(y)) + cross(memory: x, x: x);
            }
            """);
    }

    /// <summary>Inputs of ids, whose embeddings are used more than once, and by a matrix product.</summary>
    static IEnumerable<KeyValuePair<string, string>> OfTexts()
    {
        yield return new("Text", "{ [Embedding(7, 5)] readonly Layer e; Tensor Forward([Shape(4)] Tensor ids) => Tanh(e(ids)); }");
        yield return new("Text_Shared", """
            [Loss(Loss.CrossEntropy)] {
                [Embedding(9, 6)] readonly Layer tokens;
                [MultiheadAttention(2)] readonly Layer cross;
                [Linear(3)] readonly Layer head;
                Tensor Forward([Shape(5)] Tensor a, [Shape(3)] Tensor b) => head(cross(tokens(a), tokens(b)));
            }
            """);
        yield return new("Text_Tied", """
            [Loss(Loss.CrossEntropy)] {
                [Embedding(37, 6)] readonly Layer tokens, others;
                [TransformerDecoderLayer(2, 8)] readonly Layer decoder;
                [TiedLinear("tokens", Bias = true)] readonly Layer head;
                Tensor Forward([Shape(5)] Tensor a, [Shape(4)] Tensor b) => head(decoder(tokens(a) * 2, tokens(b) + others(b)));
            }
            """);
        // The gradient of the second use is there before that of the product.
        yield return new("Text_TiedBetween", """
            {
                [Embedding(21, 6)] readonly Layer tokens;
                [TiedLinear("tokens")] readonly Layer head;
                (Tensor, Tensor) Forward([Shape(5)] Tensor a, [Shape(4)] Tensor b)
                {
                    var logits = head(tokens(a));
                    return (logits, tokens(b) * Sum(logits));
                }
            }
            """);
    }

    /// <summary>Inputs of ids of different vocabularies, and beside inputs of numbers.</summary>
    static IEnumerable<KeyValuePair<string, string>> OfVocabularies()
    {
        yield return new("Vocabularies_Translator", """
            [Loss(Loss.CrossEntropy)] {
                [Embedding(9, 6)] readonly Layer words;
                [Embedding(13, 6)] readonly Layer others;
                [TransformerDecoderLayer(2, 8)] readonly Layer decoder;
                [TiedLinear("others")] readonly Layer head;
                Tensor Forward([Shape(4)] Tensor source, [Shape(5)] Tensor target) => head(decoder(others(target), words(source)));
            }
            """);
        yield return new("Vocabularies_Segments", """
            [Loss(Loss.CrossEntropy)] {
                [Embedding(21, 6)] readonly Layer tokens;
                [Embedding(2, 6)] readonly Layer segments;
                [TransformerEncoderLayer(2, 8)] readonly Layer encoder;
                [Linear(3)] readonly Layer head;
                Tensor Forward([Shape(5)] Tensor text, [Shape(5)] Tensor segment) => head(encoder(tokens(text) + segments(segment)));
            }
            """);
        yield return new("Vocabularies_Block", """
            {
                [Embedding(5, 4)] readonly Layer first;
                readonly Embedded second;
                Tensor Forward([Shape(3)] Tensor a, [Shape(3)] Tensor b) => first(a) * second.Forward(b);
                [Block] class Embedded
                {
                    [Embedding(7, 4)] readonly Layer table;
                    internal Tensor Forward(Tensor ids) => Tanh(table(ids));
                }
            }
            """);
        yield return new("Mixed_IdsFirst", """
            [Loss(Loss.MSE)] {
                [Embedding(7, 5)] readonly Layer e;
                [Linear(5)] readonly Layer fc;
                Tensor Forward([Shape(4)] Tensor ids, [Shape(6, Gradient = true)] Tensor x) => Tanh(e(ids)) * fc(x);
            }
            """);
        yield return new("Mixed_NumbersFirst", """
            {
                [Embedding(7, 5)] readonly Layer e;
                [Embedding(3, 5, PaddingIndex = 1)] readonly Layer f;
                [LayerNorm] readonly Layer norm;
                Tensor Forward([Shape(4, 1, Gradient = true)] Tensor mask, [Shape(4)] Tensor ids, [Shape(2, 5)] Tensor x, [Shape(2)] Tensor kinds) =>
                    Concat(norm(e(ids)) * mask, x * f(kinds));
            }
            """);
        yield return new("Mixed_Image", """
            [Loss(Loss.CrossEntropy)] {
                [Conv2d(4, 3, Padding = 1)] readonly Layer conv;
                [Embedding(6, 4)] readonly Layer kind;
                [Linear(3)] readonly Layer head;
                Tensor Forward([Shape(2, 6, 6)] Tensor image, [Shape(1)] Tensor of) => head(Flatten(ReLU(conv(image)) * Reshape(kind(of), 4, 1, 1)));
            }
            """);
    }

    static string Field(string body, char name, string declaration) => Enumerable.Range(0, body.Length).Any(i => body[i] == name
        && !(i > 0 && char.IsLetter(body[i - 1])) && !(i + 1 < body.Length && (char.IsLetter(body[i + 1]) || body[i + 1] == ':'))) && !Quoted(body, name) ? declaration : "";

    // Letters in the pattern of an Einsum aren't fields.
    static bool Quoted(string body, char name) => body.Contains('"', StringComparison.Ordinal) && name is 'b' or 'a';
}
