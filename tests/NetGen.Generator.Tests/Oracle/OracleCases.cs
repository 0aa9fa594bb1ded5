namespace NetGen.Generator.Tests.Oracle;

/// <summary>The declarations of what PyTorch's values are compared with.</summary>
static class OracleCases
{
    /// <summary>Layers, by the names of their files.</summary>
    public static Dictionary<string, string> Layers { get; } = new(StringComparer.Ordinal)
    {
        ["linear_b3_5to7"] = "[Input(5, Gradient = true), Linear(7)]",
        ["linear_b64_784to128"] = "[Input(784, Gradient = true), Linear(128)]",
        ["linear_nobias_b17_33to65"] = "[Input(33, Gradient = true), Linear(65, Bias = false)]",
        ["rmsnorm_48"] = "[Input(7, 48, Gradient = true), RMSNorm(Epsilon = 1e-6f)]",
        ["groupnorm_4of12"] = "[Input(12, 5, 5, Gradient = true), GroupNorm(4)]",
        ["layernorm_48"] = "[Input(7, 48, Gradient = true), LayerNorm]",
        ["conv2d_3x3"] = "[Input(3, 9, 9, Gradient = true), Conv2d(8, 3, Padding = 1)]",
        ["conv2d_5x5valid"] = "[Input(1, 12, 12, Gradient = true), Conv2d(6, 5)]",
        ["conv2d_7x7s2p3"] = "[Input(3, 17, 17, Gradient = true), Conv2d(16, 7, Stride = 2, Padding = 3)]",
        ["conv2d_1x1"] = "[Input(16, 6, 6, Gradient = true), Conv2d(24, 1)]",
        ["conv2d_dilated"] = "[Input(4, 10, 10, Gradient = true), Conv2d(4, 3, Padding = Padding.Same, Dilation = 2)]",
        ["conv2d_groups2"] = "[Input(6, 8, 8, Gradient = true), Conv2d(8, 3, Padding = 1, Groups = 2)]",
        ["conv2d_depthwise"] = "[Input(16, 11, 11, Gradient = true), Conv2d(16, 3, Padding = 1, Groups = 16)]",
        ["conv2d_wide"] = "[Input(32, 14, 14, Gradient = true), Conv2d(64, 3, Padding = 1)]",
        ["conv1d_k3"] = "[Input(4, 20, Gradient = true), Conv1d(6, 3, Padding = 1)]",
        ["convtranspose2d_k4s2p1"] = "[Input(8, 5, 5, Gradient = true), ConvTranspose2d(4, 4, Stride = 2, Padding = 1)]",
        ["act_relu"] = Activation("ReLU"),
        ["act_leakyrelu"] = Activation("LeakyReLU(0.1f)"),
        ["act_elu"] = Activation("ELU"),
        ["act_gelu"] = Activation("GELU"),
        ["act_gelu_tanh"] = Activation("GELU(Tanh = true)"),
        ["act_silu"] = Activation("SiLU"),
        ["act_tanh"] = Activation("Tanh"),
        ["act_sigmoid"] = Activation("Sigmoid"),
        ["act_softplus"] = Activation("Softplus"),
        ["act_hardswish"] = Activation("Hardswish"),
        ["act_hardsigmoid"] = Activation("Hardsigmoid"),
        ["act_mish"] = Activation("Mish"),
        ["act_softmax"] = Activation("Softmax"),
        ["act_logsoftmax"] = Activation("LogSoftmax"),
        ["act_prelu"] = Activation("PReLU(5)"),
        ["multiheadattention_24h4"] = "[Input(7, 24, Gradient = true), MultiheadAttention(4)]",
        ["transformerencoderlayer"] =
            "[Input(6, 32, Gradient = true), TransformerEncoderLayer(4, 64, NormFirst = true, Activation = FeedForwardActivation.GELU)]",
        ["lstm_6to10"] = "[Input(7, 6, Gradient = true), LSTM(10)]",
        ["gru_6to10"] = "[Input(7, 6, Gradient = true), GRU(10)]",
        ["maxpool2d_2"] = "[Input(3, 8, 8, Gradient = true), MaxPool2d(2)]",
        ["maxpool2d_3s2p1"] = "[Input(3, 9, 9, Gradient = true), MaxPool2d(3, Stride = 2, Padding = 1)]",
        ["avgpool2d_2"] = "[Input(3, 8, 8, Gradient = true), AvgPool2d(2)]",
        ["globalavgpool"] = "[Input(5, 7, 7, Gradient = true), AdaptiveAvgPool2d(1)]",
    };

    /// <summary>Losses, by the names of their files.</summary>
    public static Dictionary<string, string> Losses { get; } = new(StringComparer.Ordinal)
    {
        ["loss_crossentropy"] = OfLoss(10, "CrossEntropy"),
        ["loss_crossentropy_smooth"] = OfLoss(10, "CrossEntropy, LabelSmoothing = 0.1f"),
        ["loss_crossentropy_ignore"] = OfLoss(10, "CrossEntropy, IgnoreIndex = -100"),
        ["loss_mse"] = OfLoss(4, "MSE"),
        ["loss_l1"] = OfLoss(4, "L1"),
        ["loss_huber"] = OfLoss(4, "Huber"),
        ["loss_bcewithlogits"] = OfLoss(4, "BCEWithLogits"),
        ["loss_nll"] = OfLoss(10, "NLL"),
        ["loss_kldiv"] = OfLoss(10, "KLDivergence"),
    };

    /// <summary>A parameter's name here: the module that PyTorch's attention is wrapped in for its three inputs has none.</summary>
    public static string Named(string parameter) => "0." + (parameter.StartsWith("m.", StringComparison.Ordinal) ? parameter[2..] : parameter);

    static string Activation(string layer) => $"[Input(5, 9, Gradient = true), {layer}]";

    static string OfLoss(int size, string loss) => $"[Input({size}, Gradient = true), Flatten, Loss(Loss.{loss})]";
}
