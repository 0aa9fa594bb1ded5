using NetGen.Onnx;
using NetGen.Onnx.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using NN = TorchSharp.torch.nn;
using TorchModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using TorchTensor = TorchSharp.torch.Tensor;

namespace NetGen.Benchmarks.Torch;

/// <summary>The raced networks as PyTorch's modules, written as its users write them; the names of their parameters are the models'.</summary>
static class Modules
{
    /// <summary>A module with the network's tensors.</summary>
    /// <exception cref="NotSupportedException">There is no module for the network's model.</exception>
    public static TorchModule Of(RacedNetwork network)
    {
        TorchModule module = network.Model switch
        {
            PerceptronModel perceptron => Perceptron(perceptron),
            LeNet5Model => LeNet5(),
            SmallCnnModel => SmallCnn(),
            ResNet18Model resNet => new ResNet18(resNet.SmallImages, resNet.Classes),
            MobileNetV2Model => new MobileNetV2(),
            GptModel gpt => new Gpt(gpt),
            LstmModel lstm => new Lstm(lstm),
            AttentionModel attention => new Attention(attention),
            Model model => throw new NotSupportedException($"There is no module for {model.Name}."),
        };
        Load(module, network.Tensors);
        return module;
    }

    static Sequential Perceptron(PerceptronModel model)
    {
        List<TorchModule> layers = [];
        for (int i = 1; i < model.Sizes.Length; i++)
        {
            if (i > 1) layers.Add(model.Activation == Activation.ReLU ? NN.ReLU() : NN.Tanh());
            layers.Add(NN.Linear(model.Sizes[i - 1], model.Sizes[i]));
        }
        return NN.Sequential(layers);
    }

    static Sequential LeNet5() => NN.Sequential(
        NN.Conv2d(1, 6, 5, padding: 2), NN.ReLU(), NN.MaxPool2d(2),
        NN.Conv2d(6, 16, 5), NN.ReLU(), NN.MaxPool2d(2),
        NN.Flatten(), NN.Linear(400, 120), NN.ReLU(), NN.Linear(120, 84), NN.ReLU(), NN.Linear(84, 10));

    static Sequential SmallCnn() => NN.Sequential(
        NN.Conv2d(1, 32, 3, padding: 1), NN.BatchNorm2d(32), NN.ReLU(), NN.MaxPool2d(2),
        NN.Conv2d(32, 64, 3, padding: 1), NN.BatchNorm2d(64), NN.ReLU(), NN.MaxPool2d(2),
        NN.Flatten(), NN.Linear(3136, 128), NN.ReLU(), NN.Linear(128, 10));

    static void Load(TorchModule module, ITensorSource tensors)
    {
        using IDisposable scope = no_grad();
        // What batch normalisation counts its batches in is an integer, and nothing depends on it.
        var values = module.named_parameters().Select(named => (named.name, tensor: (TorchTensor)named.parameter))
            .Concat(module.named_buffers().Select(named => (named.name, tensor: named.buffer)).Where(named => named.tensor.dtype == ScalarType.Float32));
        foreach ((string name, TorchTensor target) in values)
        {
            using TorchTensor source = tensor(tensors.Values(name, [.. target.shape.Select(length => (int)length)]), target.shape);
            target.copy_(source);
        }
    }
}
