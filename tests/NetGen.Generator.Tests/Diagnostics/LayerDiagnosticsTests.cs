using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Diagnostics;

/// <summary>The diagnostics that the compiler's passes find: each on the attribute at fault, with the layer, the shapes and the way out.</summary>
public sealed class LayerDiagnosticsTests
{
    [Theory]
    [InlineData("Input(4), {|NG0005:Linear(0)|}", "'Linear(0)' sets features to 0: a size must be at least 1")]
    [InlineData("Input(4), ReLU, {|NG0005:Linear(-3, Name = \"fc\")|}", "'fc: Linear(-3)' sets features to -3: a size must be at least 1")]
    [InlineData("{|NG0005:Input(4, 0)|}, Flatten, Linear(3)", "'Input(4, 0)' sets a size of its shape to 0: a size must be at least 1")]
    [InlineData("{|NG0005:Input(int.MinValue)|}, Linear(3)", "'Input(-2147483648)' sets a size of its shape to -2147483648: a size must be at least 1")]
    [InlineData("Input(4), {|NG0005:Reshape(2, -2)|}", "'Reshape(2, -2)' sets a size of its shape to -2: a size must be at least 1")]
    [InlineData("Input(4), {|NG0005:Reshape(-1, 0)|}", "'Reshape(-1, 0)' sets a size of its shape to 0: a size must be at least 1")]
    [InlineData("Input(4), {|NG0005:Reshape(-1, int.MinValue)|}",
        "'Reshape(-1, -2147483648)' sets a size of its shape to -2147483648: a size must be at least 1")]
    [InlineData("Input(4), {|NG0005:LayerNorm(0)|}", "'LayerNorm(0)' sets a size of its normalized shape to 0: a size must be at least 1")]
    [InlineData("Input(4, 2), {|NG0005:GroupNorm(0)|}", "'GroupNorm(0)' sets groups to 0: a size must be at least 1")]
    [InlineData("Input(4, 2), {|NG0005:LocalResponseNorm(-1)|}", "'LocalResponseNorm(-1)' sets size to -1: a size must be at least 1")]
    [InlineData("Input(4), {|NG0005:RMSNorm(0)|}", "'RMSNorm(0)' sets a size of its normalized shape to 0: a size must be at least 1")]
    public void Size_MustBePositive(string elements, string message) => Expect.Diagnostic(Network(elements), message);

    [Theory]
    [InlineData("{|NG0006:Input(65536, 65536)|}, Flatten, Linear(1)")]
    [InlineData("{|NG0006:Input(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue)|}, Flatten, Linear(1)")]
    [InlineData("{|NG0006:Input(65536, 65536, 65536, 65536)|}, Flatten, Linear(1)")]
    [InlineData("Input(65536), {|NG0006:Linear(65536)|}")]
    [InlineData("Input(2), {|NG0006:Linear(int.MaxValue)|}")]
    [InlineData("Input(20000), Linear(20000), {|NG0006:Linear(20000)|}")]
    public void Size_MustNotOverflow(string elements) => Expect.Diagnostics(Network(elements));

    [Theory]
    [InlineData("Input(1, 28, 28), {|NG0007:Linear(128)|}", "'Linear(128)' needs a vector, but its input has shape [1, 28, 28]: put [Flatten] before it")]
    [InlineData("Input(1, 28, 28), ReLU, Reshape(1, 1, 28, 28), {|NG0007:Linear(2, Name = \"out\")|}",
        "'out: Linear(2)' needs a vector, but its input has shape [1, 1, 28, 28]: put [Flatten] before it")]
    public void Linear_OfAnImage_NeedsAVector(string elements, string message) => Expect.Diagnostic(Network(elements), message);

    [Theory]
    [InlineData("Input(12), {|NG0020:MultiheadAttention(3)|}", "'MultiheadAttention(3)' doesn't fit an input of shape [12]: it takes a sequence, [positions, features]")]
    [InlineData("Input(5, 12), {|NG0020:MultiheadAttention(5)|}",
        "'MultiheadAttention(5)' doesn't fit an input of shape [5, 12]: 12 features can't be cut into 5 equal heads")]
    [InlineData("Input(5, 12), {|NG0020:TransformerDecoderLayer(4, 8, KeyValueHeads = 3)|}",
        "'TransformerDecoderLayer(4, 8)' doesn't fit an input of shape [5, 12]: 4 heads can't share 3 heads of keys and values in equal parts")]
    [InlineData("Input(5, 12), {|NG0005:MultiheadAttention(0)|}", null)]
    [InlineData("Input(5, 12), {|NG0018:MultiheadAttention(3, KeyValueHeads = -1)|}", null)]
    [InlineData("Input(5, 12), {|NG0005:TransformerEncoderLayer(3, 0)|}", null)]
    [InlineData("Input(5, 12), {|NG0018:TransformerEncoderLayer(3, 8, Activation = (FeedForwardActivation)7)|}", null)]
    [InlineData("Input(5, 12), {|NG0012:TransformerEncoderLayer(3, 8, Dropout = 1f)|}", null)]
    public void Attention_NeedsASequenceThatItsHeadsDivide(string elements, string? message)
    {
        if (message is null) Expect.Diagnostics(Network(elements));
        else Expect.Diagnostic(Network(elements), message);
    }

    [Theory]
    [InlineData("Input(12), {|NG0008:Reshape(3, 5)|}",
        "'Reshape(3, 5)' can't reshape [12], which has 12 values: the new shape has 15; one size may be -1 and is then computed")]
    [InlineData("Input(12), {|NG0008:Reshape(-1, -1)|}", "'Reshape(-1, -1)' can't reshape [12], which has 12 values: only one size may be -1")]
    [InlineData("Input(2, 6), {|NG0008:Reshape(-1, 5)|}",
        "'Reshape(-1, 5)' can't reshape [2, 6], which has 12 values: the sizes given don't divide that, so that the one left open isn't a whole number")]
    public void Reshape_MustAddUp(string elements, string message) => Expect.Diagnostic(Network(elements), message);

    [Fact]
    public void Reshape_MayOverflowNoNumber() => Expect.Diagnostics(Network("Input(4), {|NG0008:Reshape(65536, 65536, 65536, 65536)|}"));

    [Theory]
    [InlineData("Input(1, 1, 2), ReLU, {|NG0009:Loss(Loss.CrossEntropy)|}",
        "'Loss(CrossEntropy)' doesn't fit an output of shape [1, 1, 2]: it needs a vector with a value for each class, or a row of them for each position; put [Flatten] before it")]
    [InlineData("Input(4), Linear(1), {|NG0009:Loss(Loss.NLL)|}",
        "'Loss(NLL)' doesn't fit an output of shape [1]: it needs at least two classes; use BCEWithLogits for a single yes or no")]
    [InlineData("Input(4), Linear(3), Softmax, {|NG0009:Loss(Loss.CrossEntropy)|}",
        "'Loss(CrossEntropy)' doesn't fit an output of shape [3]: it needs logits, and contains the softmax itself; leave out [Softmax]")]
    [InlineData("Input(4), Linear(3), Softmax, Dropout, {|NG0009:Loss(Loss.CrossEntropy)|}",
        "'Loss(CrossEntropy)' doesn't fit an output of shape [3]: it needs logits, and contains the softmax itself; leave out [Softmax]")]
    [InlineData("Input(4), Linear(4), Softmax, Reshape(2, 2), {|NG0009:Loss(Loss.CrossEntropy)|}",
        "'Loss(CrossEntropy)' doesn't fit an output of shape [2, 2]: it needs logits, and contains the softmax itself; leave out [Softmax]")]
    [InlineData("Input(2, 2), Sigmoid, Flatten, {|NG0009:Loss(Loss.BCEWithLogits)|}",
        "'Loss(BCEWithLogits)' doesn't fit an output of shape [4]: it needs logits, and contains the sigmoid itself; leave out [Sigmoid]")]
    [InlineData("Input(4), Linear(3), Softmax, {|NG0009:Loss(Loss.KLDivergence)|}",
        "'Loss(KLDivergence)' doesn't fit an output of shape [3]: it needs log-probabilities; use [LogSoftmax]")]
    [InlineData("Input(4), Linear(3), {|NG0009:Loss(Loss.NLL)|}",
        "'Loss(NLL)' doesn't fit an output of shape [3]: it needs log-probabilities, and a linear layer gives any numbers, of which the loss has no lower bound; use CrossEntropy, or put [LogSoftmax] before it")]
    [InlineData("Input(4), Linear(6), Reshape(2, 3), Dropout, {|NG0009:Loss(Loss.NLL)|}",
        "'Loss(NLL)' doesn't fit an output of shape [2, 3]: it needs log-probabilities, and a linear layer gives any numbers, of which the loss has no lower bound; use CrossEntropy, or put [LogSoftmax] before it")]
    [InlineData("Input(4), Linear(3), {|NG0009:Loss(Loss.KLDivergence)|}",
        "'Loss(KLDivergence)' doesn't fit an output of shape [3]: it needs log-probabilities, and a linear layer gives any numbers, of which the loss has no lower bound; put [LogSoftmax] before it")]
    [InlineData("Input(4), Linear(3), {|NG0018:Loss(Loss.MSE, IgnoreIndex = 0)|}",
        "'Loss(MSE)' sets IgnoreIndex to 0: it must be left out but for CrossEntropy and NLL")]
    public void Loss_MustFitTheOutput(string elements, string message) => Expect.Diagnostic(Network(elements), message);

    [Theory]
    [InlineData("1.0", "1"), InlineData("1f", "1"), InlineData("1e300", "Infinity")]
    [InlineData("-0.5f", "-0.5")]
    [InlineData("float.NaN", "NaN")]
    [InlineData("float.PositiveInfinity", "Infinity")]
    public void Dropout_IsAProbabilityBelowOne(string value, string shown) => Expect.Diagnostic(
        Network($"Input(4), Linear(3), {{|NG0012:Dropout({value})|}}"),
        $"'Dropout({shown})' drops values with probability {shown}: it must be at least 0 and less than 1");

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("a.b", "it contains a dot")]
    [InlineData("a b", "it contains a space")]
    [InlineData("a\\nb", "it contains other characters")]
    [InlineData("\\\"", "it contains other characters")]
    public void Name_IsAWord(string name, string reason)
    {
        var diagnostic = Assert.Single(Expect.Diagnostics(Network($"Input(4), {{|NG0017:Linear(3, Name = \"{name}\")|}}")));
        var message = diagnostic.GetMessage(null);
        Assert.EndsWith($", because {reason}: use letters, digits and underscores", message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
    }

    [Theory]
    [InlineData("Linear(3), {|NG0018:LeakyReLU(float.NaN)|}")]
    [InlineData("Linear(3), {|NG0018:LeakyReLU(float.PositiveInfinity)|}")]
    [InlineData("Linear(3), {|NG0018:ELU(float.NegativeInfinity)|}")]
    [InlineData("Linear(3), {|NG0018:Softplus(0f)|}")]
    [InlineData("Linear(3), {|NG0018:Softplus(-1f)|}")]
    [InlineData("Linear(3), {|NG0018:Softplus(1f, float.NaN)|}")]
    [InlineData("Linear(3), {|NG0018:PReLU(Value = float.NaN)|}")]
    [InlineData("Linear(3), {|NG0018:LayerNorm(Epsilon = -1e-5f)|}")]
    [InlineData("Linear(3), {|NG0018:LayerNorm(Epsilon = float.NaN)|}")]
    [InlineData("Linear(3), {|NG0018:RMSNorm(Epsilon = float.PositiveInfinity)|}")]
    [InlineData("Linear(3), {|NG0018:BatchNorm(Epsilon = -1e-5f)|}")]
    [InlineData("Linear(3), {|NG0018:BatchNorm(Momentum = 1.1f)|}")]
    [InlineData("Linear(3), {|NG0018:BatchNorm(Momentum = float.NaN)|}")]
    [InlineData("Linear(4), {|NG0018:GroupNorm(2, Epsilon = float.NaN)|}")]
    [InlineData("Reshape(2, 2), {|NG0018:InstanceNorm(Epsilon = -1f)|}")]
    [InlineData("Linear(3), {|NG0018:LocalResponseNorm(3, Alpha = -1f)|}")]
    [InlineData("Linear(3), {|NG0018:LocalResponseNorm(3, Beta = float.NaN)|}")]
    [InlineData("Linear(3), {|NG0018:LocalResponseNorm(3, K = float.PositiveInfinity)|}")]
    [InlineData("{|NG0018:Reparameterize(Beta = -1f)|}")]
    [InlineData("{|NG0018:Reparameterize(Beta = float.NaN)|}")]
    [InlineData("{|NG0018:Linear(3, WeightInit = Init.Constant, WeightValue = float.NaN)|}")]
    [InlineData("{|NG0018:Linear(3, WeightInit = Init.HeUniform, WeightGain = float.PositiveInfinity)|}")]
    [InlineData("{|NG0018:Linear(3, WeightInit = (Init)77)|}")]
    [InlineData("{|NG0018:Linear(3, BiasInit = (Init)(-1))|}")]
    [InlineData("Linear(3), {|NG0018:Loss((Loss)99)|}")]
    [InlineData("Linear(3), {|NG0018:Loss(Loss.CrossEntropy, LabelSmoothing = 1.5f)|}")]
    [InlineData("Linear(3), {|NG0018:Loss(Loss.CrossEntropy, LabelSmoothing = float.NaN)|}")]
    [InlineData("Linear(3), {|NG0018:Loss(Loss.MSE, LabelSmoothing = 0.1f)|}")]
    [InlineData("Linear(3), {|NG0018:Loss(Loss.Huber, Delta = 0f)|}")]
    [InlineData("Linear(3), {|NG0018:Loss(Loss.Huber, Delta = float.PositiveInfinity)|}")]
    [InlineData("Reshape(2, 2), {|NG0005:ScaledDotProductAttention(0)|}")]
    [InlineData("Reshape(2, 2), {|NG0005:ScaledDotProductAttention(1, KeyValueHeads = -1)|}")]
    [InlineData("Linear(24), Reshape(2, 12), {|NG0018:ScaledDotProductAttention(3, KeyValueHeads = 2)|}")]
    public void Argument_MustBeInItsRange(string elements) => Expect.Diagnostics(Network("Input(4), " + elements));

    [Theory]
    [InlineData("Linear(5), {|NG0020:Reparameterize|}",
        "'Reparameterize' doesn't fit an input of shape [5]: it needs a vector of means followed by as many logarithms of variances")]
    [InlineData("Linear(128), {|NG0020:PReLU(3)|}",
        "'PReLU(3)' doesn't fit an input of shape [128]: it learns 1 slope for all values, or 128, one for each element of the first axis")]
    [InlineData("Linear(128), {|NG0020:LayerNorm(64)|}",
        "'LayerNorm(64)' doesn't fit an input of shape [128]: the normalized shape must be the sizes of the input's last axes; leave it out for the last one")]
    [InlineData("Linear(6), {|NG0020:ScaledDotProductAttention(2)|}", "'ScaledDotProductAttention(2)' doesn't fit an input of shape [6]: " +
        "it takes [positions, features], and the features are the queries, keys and values of its heads side by side: a multiple of 6")]
    [InlineData("Linear(16), Reshape(2, 8), {|NG0020:ScaledDotProductAttention(2)|}", "'ScaledDotProductAttention(2)' doesn't fit an input of shape [2, 8]: " +
        "it takes [positions, features], and the features are the queries, keys and values of its heads side by side: a multiple of 6")]
    [InlineData("Reshape(2, 2), {|NG0020:LayerNorm(2, 2, 2)|}",
        "'LayerNorm(2, 2, 2)' doesn't fit an input of shape [2, 2]: " +
        "the normalized shape must be the sizes of the input's last axes; leave it out for the last one")]
    [InlineData("Linear(128), {|NG0020:RMSNorm(64)|}",
        "'RMSNorm(64)' doesn't fit an input of shape [128]: the normalized shape must be the sizes of the input's last axes; leave it out for the last one")]
    [InlineData("Reshape(1, 2, 2, 1), {|NG0020:BatchNorm|}",
        "'BatchNorm' doesn't fit an input of shape [1, 2, 2, 1]: it normalises the channels of [channels], [channels, length] or [channels, height, width]")]
    [InlineData("Reshape(1, 2, 2, 1), {|NG0020:InstanceNorm|}",
        "'InstanceNorm' doesn't fit an input of shape [1, 2, 2, 1]: it normalises the channels of [channels], [channels, length] or [channels, height, width]")]
    [InlineData("Reshape(1, 2, 2, 1), {|NG0020:LocalResponseNorm(1)|}", "'LocalResponseNorm(1)' doesn't fit an input of shape [1, 2, 2, 1]: " +
        "it normalises the channels of [channels], [channels, length] or [channels, height, width]")]
    [InlineData("{|NG0020:GroupNorm(3)|}", "'GroupNorm(3)' doesn't fit an input of shape [4]: 4 channels can't be cut into 3 equal groups")]
    [InlineData("{|NG0020:GroupNorm(4)|}", "'GroupNorm(4)' doesn't fit an input of shape [4]: each group is a single value, of which nothing would be left")]
    [InlineData("{|NG0020:InstanceNorm|}", "'InstanceNorm' doesn't fit an input of shape [4]: each group is a single value, of which nothing would be left")]
    [InlineData("{|NG0020:LocalResponseNorm(9)|}",
        "'LocalResponseNorm(9)' doesn't fit an input of shape [4]: a window of 9 channels is more than twice as wide as there are channels")]
    public void Layer_MustFitItsInput(string elements, string message) => Expect.Diagnostic(Network("Input(4), " + elements), message);

    [Theory]
    [InlineData("BiasInit = Init.XavierUniform",
        "sets BiasInit to XavierUniform, which needs the two sides of a matrix: use Default, Zeros or Constant for a bias")]
    [InlineData("WeightValue = 1f", "sets WeightValue, but WeightInit is Default: set WeightInit = Init.Constant")]
    [InlineData("WeightInit = Init.Zeros, WeightGain = 2f", "sets WeightGain, but WeightInit is Zeros: use a gain with a Xavier or He initialisation")]
    [InlineData("BiasValue = 1f", "sets BiasValue, but BiasInit is Default: set BiasInit = Init.Constant")]
    [InlineData("WeightInit = Init.Constant", "sets WeightInit to Constant, but no WeightValue: set this too, or use Init.Zeros")]
    [InlineData("BiasInit = Init.Constant, WeightInit = Init.Constant, WeightValue = 0f", "sets BiasInit to Constant, but no BiasValue: set this too, or use Init.Zeros")]
    [InlineData("Bias = false, BiasInit = Init.Zeros", "initialises a bias that it doesn't have: leave out BiasInit and BiasValue, or Bias = false")]
    public void Initializer_MustFitItsParameter(string arguments, string problem) =>
        Expect.Diagnostic(Network($"Input(4), {{|NG0022:Linear(3, {arguments})|}}"), $"'Linear(3)' {problem}");

    [Theory]
    [InlineData("{|NG0024:Input|}, ReLU", "'Input()' has rank 0: give it 1 to 4 sizes, without the batch")]
    [InlineData("{|NG0024:Input(1, 2, 3, 4, 5)|}, ReLU", "'Input(1, 2, 3, 4, 5)' has rank 5: give it 1 to 4 sizes, without the batch")]
    [InlineData("Input(4), {|NG0024:Reshape()|}", "'Reshape()' has rank 0: give it 1 to 4 sizes, without the batch")]
    public void Rank_IsOneToFour(string elements, string message) => Expect.Diagnostic(Network(elements), message);

    [Fact]
    public void Errors_OfTheDeclarationAndOfItsLayers_AreShownTogether() =>
        Expect.Diagnostics("[Network, Input(4, 2, 2), {|NG0007:Linear(3)|}] public class {|NG0002:Mlp|};");

    static string Network(string elements) => $"[Network, {elements}] public partial class Mlp;";
}
