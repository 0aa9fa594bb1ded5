using NetGen.Onnx.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using NN = TorchSharp.torch.nn;
using TorchModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using TorchTensor = TorchSharp.torch.Tensor;

namespace NetGen.Benchmarks.Torch;

/// <summary>A decoder of text with PyTorch's fused attention.</summary>
sealed class Gpt : TorchModule
{
    readonly Embedding wte, wpe;
    readonly ModuleList<Block> h = [];
    readonly LayerNorm ln_f;
    readonly Linear head;
    readonly TorchTensor positions;

    public Gpt(GptModel model) : base(nameof(Gpt))
    {
        wte = NN.Embedding(model.Ids, model.Features);
        wpe = NN.Embedding(model.Positions, model.Features);
        for (int i = 0; i < model.Layers; i++) h.Add(new Block(model.Features, model.Heads));
        ln_f = NN.LayerNorm(model.Features);
        head = NN.Linear(model.Features, model.Ids, hasBias: false);
        positions = arange(model.Positions);
        RegisterComponents();
    }

    public override TorchTensor forward(TorchTensor input)
    {
        TorchTensor x = wte.call(input) + wpe.call(positions);
        foreach (Block block in h) x = block.call(x);
        return head.call(ln_f.call(x));
    }

    sealed class Block : TorchModule
    {
        readonly DecoderLayer layer;

        public Block(int features, int heads) : base(nameof(Block))
        {
            layer = new DecoderLayer(features, heads);
            RegisterComponents();
        }

        public override TorchTensor forward(TorchTensor input) => layer.call(input);
    }

    sealed class DecoderLayer : TorchModule
    {
        readonly LayerNorm norm1, norm2;
        readonly SelfAttention self_attn;
        readonly Linear linear1, linear2;

        public DecoderLayer(int features, int heads) : base(nameof(DecoderLayer))
        {
            norm1 = NN.LayerNorm(features);
            norm2 = NN.LayerNorm(features);
            self_attn = new SelfAttention(features, heads);
            linear1 = NN.Linear(features, 4 * features);
            linear2 = NN.Linear(4 * features, features);
            RegisterComponents();
        }

        public override TorchTensor forward(TorchTensor input)
        {
            TorchTensor x = input + self_attn.call(norm1.call(input));
            return x + linear2.call(NN.functional.gelu(linear1.call(norm2.call(x))));
        }
    }

    sealed class SelfAttention : TorchModule
    {
        readonly Parameter in_proj_weight, in_proj_bias;
        readonly Linear out_proj;
        readonly int heads;

        public SelfAttention(int features, int heads) : base(nameof(SelfAttention))
        {
            this.heads = heads;
            in_proj_weight = new Parameter(zeros(3 * features, features));
            in_proj_bias = new Parameter(zeros(3 * features));
            out_proj = NN.Linear(features, features);
            RegisterComponents();
        }

        public override TorchTensor forward(TorchTensor input)
        {
            long samples = input.shape[0], length = input.shape[1], features = input.shape[2];
            TorchTensor[] parts = NN.functional.linear(input, in_proj_weight, in_proj_bias).chunk(3, dim: -1);
            TorchTensor y = NN.functional.scaled_dot_product_attention(Heads(parts[0]), Heads(parts[1]), Heads(parts[2]), is_casual: true);
            return out_proj.call(y.transpose(1, 2).reshape(samples, length, features));

            TorchTensor Heads(TorchTensor part) => part.reshape(samples, length, heads, features / heads).transpose(1, 2);
        }
    }
}
