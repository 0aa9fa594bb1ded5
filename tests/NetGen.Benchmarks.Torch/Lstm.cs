using NetGen.Onnx.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using NN = TorchSharp.torch.nn;

namespace NetGen.Benchmarks.Torch;

/// <summary>The states of a long short-term memory.</summary>
sealed class Lstm : Layer
{
    readonly LSTM lstm;

    public Lstm(LstmModel model) : base(nameof(Lstm))
    {
        lstm = NN.LSTM(model.Features, model.Hidden, batchFirst: true);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => lstm.call(input).Item1;
}
