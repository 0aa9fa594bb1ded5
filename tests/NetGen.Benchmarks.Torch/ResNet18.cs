using TorchSharp.Modules;
using static TorchSharp.torch;
using NN = TorchSharp.torch.nn;
using TorchModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using TorchTensor = TorchSharp.torch.Tensor;

namespace NetGen.Benchmarks.Torch;

/// <summary>torchvision's ResNet-18, and its form for small images.</summary>
sealed class ResNet18 : TorchModule
{
    readonly Conv2d conv1;
    readonly BatchNorm2d bn1;
    readonly Sequential layer1, layer2, layer3, layer4;
    readonly Linear fc;
    readonly bool pooled;

    public ResNet18(bool smallImages, int classes) : base(nameof(ResNet18))
    {
        pooled = !smallImages;
        conv1 = smallImages ? NN.Conv2d(3, 64, 3, padding: 1, bias: false) : NN.Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false);
        bn1 = NN.BatchNorm2d(64);
        layer1 = Stage(64, 64, stride: 1);
        layer2 = Stage(64, 128, stride: 2);
        layer3 = Stage(128, 256, stride: 2);
        layer4 = Stage(256, 512, stride: 2);
        fc = NN.Linear(512, classes);
        RegisterComponents();
    }

    public override TorchTensor forward(TorchTensor input)
    {
        TorchTensor x = NN.functional.relu(bn1.call(conv1.call(input)), inplace: true);
        if (pooled) x = NN.functional.max_pool2d(x, 3, stride: 2, padding: 1);
        x = layer4.call(layer3.call(layer2.call(layer1.call(x))));
        return fc.call(NN.functional.adaptive_avg_pool2d(x, 1).flatten(1));
    }

    static Sequential Stage(int inChannels, int channels, int stride) =>
        NN.Sequential(new BasicBlock(inChannels, channels, stride), new BasicBlock(channels, channels, 1));

    sealed class BasicBlock : TorchModule
    {
        readonly Conv2d conv1, conv2;
        readonly BatchNorm2d bn1, bn2;
        readonly Sequential? downsample;

        public BasicBlock(int inChannels, int channels, int stride) : base(nameof(BasicBlock))
        {
            conv1 = NN.Conv2d(inChannels, channels, 3, stride: stride, padding: 1, bias: false);
            bn1 = NN.BatchNorm2d(channels);
            conv2 = NN.Conv2d(channels, channels, 3, padding: 1, bias: false);
            bn2 = NN.BatchNorm2d(channels);
            if (inChannels != channels) downsample = NN.Sequential(NN.Conv2d(inChannels, channels, 1, stride: stride, bias: false), NN.BatchNorm2d(channels));
            RegisterComponents();
        }

        public override TorchTensor forward(TorchTensor input)
        {
            TorchTensor y = NN.functional.relu(bn1.call(conv1.call(input)), inplace: true);
            y = bn2.call(conv2.call(y));
            return NN.functional.relu(y.add_(downsample is null ? input : downsample.call(input)), inplace: true);
        }
    }
}
