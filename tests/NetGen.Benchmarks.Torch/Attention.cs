using NetGen.Onnx.Models;
using NN = TorchSharp.torch.nn;
using TorchModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using TorchTensor = TorchSharp.torch.Tensor;

namespace NetGen.Benchmarks.Torch;

/// <summary>PyTorch's fused attention alone.</summary>
sealed class Attention(AttentionModel model) : TorchModule(nameof(Attention))
{
    public override TorchTensor forward(TorchTensor input)
    {
        long samples = input.shape[0];
        TorchTensor[] parts = input.chunk(3, dim: -1);
        TorchTensor y = NN.functional.scaled_dot_product_attention(Heads(parts[0]), Heads(parts[1]), Heads(parts[2]));
        return y.transpose(1, 2).reshape(samples, model.Positions, model.Heads * model.HeadSize);

        TorchTensor Heads(TorchTensor part) => part.reshape(samples, model.Positions, model.Heads, model.HeadSize).transpose(1, 2);
    }
}
