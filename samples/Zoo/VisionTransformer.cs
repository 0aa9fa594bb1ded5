namespace NetGen.Samples.Zoo;

/// <summary>
/// ImageNet's thousand classes by a transformer on patches of an image. Dosovitskiy et al. 2020, "An image is worth 16x16 words: transformers for image
/// recognition at scale", table 1, ViT-B/16.
/// </summary>
/// <remarks>
/// 196 patches of 16 × 16 pixels and a class token, whose last vector is classified; normalisation before attention and feed-forward network. 86,567,656
/// parameters, as torchvision's <c>vit_b_16</c>.
/// </remarks>
[Network, Loss(Loss.CrossEntropy)]
public partial class VisionTransformer
{
    const int Features = 768, Patch = 16, Patches = 224 / Patch * (224 / Patch);

    [Conv2d(Features, Patch, Stride = Patch)] readonly Layer conv_proj;
    [Parameter(1, Features, Init = Init.Zeros)] readonly Tensor class_token;
    [PositionalEmbedding] readonly Layer pos_embedding;
    [TransformerEncoderLayer(12, 3072, NormFirst = true, Activation = FeedForwardActivation.GELU, Epsilon = 1e-6), Count(12)] readonly Layer[] layers;
    [LayerNorm(Epsilon = 1e-6)] readonly Layer ln;
    [SelectPosition(0)] readonly Layer ofClass;
    [Linear(1000)] readonly Layer head;

    Tensor Forward([Shape(3, 224, 224)] Tensor image)
    {
        var patches = Functions.Transpose(Functions.Reshape(conv_proj(image), Features, Patches));
        var x = pos_embedding(Functions.Concat(class_token, patches));
        foreach (var layer in layers) x = layer(x);
        return head(ln(ofClass(x)));
    }
}
