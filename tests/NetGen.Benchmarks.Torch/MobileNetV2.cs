using NetGen.Onnx.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;
using NN = TorchSharp.torch.nn;
using TorchModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using TorchTensor = TorchSharp.torch.Tensor;

namespace NetGen.Benchmarks.Torch;

/// <summary>torchvision's MobileNetV2.</summary>
sealed class MobileNetV2 : TorchModule
{
    readonly Sequential features, classifier;

    public MobileNetV2() : base(nameof(MobileNetV2))
    {
        List<TorchModule> blocks = [Activated(3, 32, kernel: 3, stride: 2)];
        int channels = 32;
        foreach ((int expansion, int outChannels, int count, int stride) in MobileNetV2Model.Stages)
            for (int block = 0; block < count; block++)
            {
                blocks.Add(new InvertedResidual(channels, outChannels, expansion, block == 0 ? stride : 1));
                channels = outChannels;
            }
        blocks.Add(Activated(channels, 1280, kernel: 1));
        features = NN.Sequential(blocks);
        classifier = NN.Sequential(NN.Dropout(0.2), NN.Linear(1280, 1000));
        RegisterComponents();
    }

    public override TorchTensor forward(TorchTensor input) => classifier.call(NN.functional.adaptive_avg_pool2d(features.call(input), 1).flatten(1));

    static Sequential Activated(int inChannels, int channels, int kernel, int stride = 1, int groups = 1) => NN.Sequential(
        NN.Conv2d(inChannels, channels, kernel, stride: stride, padding: kernel / 2, groups: groups, bias: false),
        NN.BatchNorm2d(channels),
        NN.ReLU6(inplace: true));

    sealed class InvertedResidual : TorchModule
    {
        readonly Sequential conv;
        readonly bool residual;

        public InvertedResidual(int inChannels, int channels, int expansion, int stride) : base(nameof(InvertedResidual))
        {
            int hidden = expansion * inChannels;
            List<TorchModule> layers = expansion > 1 ? [Activated(inChannels, hidden, kernel: 1)] : [];
            layers.Add(Activated(hidden, hidden, kernel: 3, stride, groups: hidden));
            layers.AddRange([NN.Conv2d(hidden, channels, 1, bias: false), NN.BatchNorm2d(channels)]);
            conv = NN.Sequential(layers);
            residual = stride == 1 && inChannels == channels;
            RegisterComponents();
        }

        public override TorchTensor forward(TorchTensor input) => residual ? conv.call(input).add_(input) : conv.call(input);
    }
}
