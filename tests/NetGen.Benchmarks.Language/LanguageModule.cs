using NetGen;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using Tensor = TorchSharp.torch.Tensor;

// Not in NetGen, which has a tensor of its own.
namespace LanguageBenchmark;

/// <summary>The network of <c>samples/CharGpt</c> as PyTorch's functions, on parameters with the same names and values.</summary>
sealed class LanguageModule
{
    const int Heads = 4;

    readonly Dictionary<string, Parameter> parameters = new(StringComparer.Ordinal);
    readonly int layers;

    /// <param name="source">The parameters that it starts with.</param>
    public LanguageModule(ParameterSet source)
    {
        foreach (var view in source.Views)
            parameters.Add(view.Info.Name, new Parameter(tensor(view.ToArray(), [.. view.Info.Shape.Select(length => (long)length)])));
        layers = parameters.Keys.Count(name => name.EndsWith("linear1.weight", StringComparison.Ordinal));
    }

    public IEnumerable<Parameter> Parameters => parameters.Values;

    /// <summary>The logits [batch, positions, vocabulary] of ids [batch, positions].</summary>
    public Tensor Forward(Tensor tokens)
    {
        var wte = parameters["wte.weight"];
        var (batch, positions, features) = (tokens.shape[0], tokens.shape[1], wte.shape[1]);
        var x = wte.index_select(0, tokens.reshape(-1)).reshape(batch, positions, features) + parameters["wpe.weight"];
        for (int layer = 0; layer < layers; layer++)
        {
            var name = $"h.{layer}.0.";
            var qkv = Linear(Norm(x, name + "norm1"), parameters[name + "self_attn.in_proj_weight"], parameters[name + "self_attn.in_proj_bias"]);
            var parts = qkv.reshape(batch, positions, 3, Heads, features / Heads).permute(2, 0, 3, 1, 4);
            var attended = F.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: true).transpose(1, 2).reshape(batch, positions, features);
            x += Named(attended, name + "self_attn.out_proj");
            x += Named(F.gelu(Named(Norm(x, name + "norm2"), name + "linear1")), name + "linear2");
        }
        return Norm(x, "ln_f").matmul(wte.t());
    }

    Tensor Named(Tensor x, string name) => Linear(x, parameters[name + ".weight"], parameters[name + ".bias"]);

    Tensor Norm(Tensor x, string name) => F.layer_norm(x, [x.shape[^1]], parameters[name + ".weight"], parameters[name + ".bias"], 1e-5);

    static Tensor Linear(Tensor x, Tensor weight, Tensor bias) => F.linear(x, weight, bias);
}
