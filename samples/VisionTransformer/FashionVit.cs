namespace NetGen.Samples;

/// <summary>
/// A small vision transformer for images of 28 × 28 pixels in ten classes: 49 patches of 4 × 4 pixels and a class token, whose last vector is classified.
/// Dosovitskiy et al. 2020.
/// </summary>
[Network, Loss(Loss.CrossEntropy, LabelSmoothing = 0.05)]
public partial class FashionVit
{
    const int Features = 64, Patch = 4, Side = 28 / Patch;

    [Conv2d(Features, Patch, Stride = Patch)] readonly Layer patches;
    [Parameter(1, Features, Init = Init.Zeros)] readonly Tensor classToken;
    [PositionalEmbedding] readonly Layer positions;
    [TransformerEncoderLayer(4, 2 * Features, NormFirst = true, Activation = FeedForwardActivation.GELU), Count(5)] readonly Layer[] layers;
    [SelectPosition(0)] readonly Layer ofClass;
    [LayerNorm] readonly Layer norm;
    [Linear(10)] readonly Layer head;

    Tensor Forward([Shape(1, 28, 28)] Tensor image)
    {
        var x = Functions.Transpose(Functions.Reshape(patches(image), Features, Side * Side));
        x = positions(Functions.Concat(classToken, x));
        foreach (var layer in layers) x = layer(x);
        return head(norm(ofClass(x)));
    }
}
