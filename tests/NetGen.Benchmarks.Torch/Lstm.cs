using NetGen.Onnx.Models;
using TorchSharp.Modules;
using NN = TorchSharp.torch.nn;
using TorchModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using TorchTensor = TorchSharp.torch.Tensor;

namespace NetGen.Benchmarks.Torch;

/// <summary>The states of a long short-term memory.</summary>
sealed class Lstm : TorchModule
{
    readonly LSTM lstm;

    public Lstm(LstmModel model) : base(nameof(Lstm))
    {
        lstm = NN.LSTM(model.Features, model.Hidden, batchFirst: true);
        RegisterComponents();
    }

    public override TorchTensor forward(TorchTensor input) => lstm.call(input).Item1;
}
