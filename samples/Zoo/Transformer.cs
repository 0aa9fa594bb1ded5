using static NetGen.Functions;

namespace NetGen.Samples.Zoo;

/// <summary>
/// A text in another language, from the text and what has been written of it so far. Vaswani, Shazeer, Parmar, Uszkoreit, Jones, Gomez, Kaiser and Polosukhin
/// 2017, "Attention is all you need", the base model for English and German.
/// </summary>
/// <remarks>
/// 37,000 word pieces that both languages share, texts of 256 of them; the embeddings of source and target and the output's matrix are one. Normalisation is
/// after attention and feed-forward network, and labels are smoothed. It is described, and not made, so that the zoo builds fast. 63,082,496 parameters, which
/// the paper gives as 65 million.
/// </remarks>
[Network(DescribeOnly = true), Loss(Loss.CrossEntropy, LabelSmoothing = 0.1)]
public partial class Transformer
{
    const int Positions = 256, Width = 512;

    // Width^-½, with which the embeddings times Width^½ are as large as the positions, and logits are about 1.
    [Embedding(37000, Width, Deviation = 0.04419417)] readonly Layer embedding;
    [SinusoidalPositions] readonly Layer positions;
    [TransformerEncoderLayer(8, 2048, Dropout = 0.1), Count(6)] readonly Layer[] encoder;
    [TransformerDecoderLayer(8, 2048, Dropout = 0.1), Count(6)] readonly Layer[] decoder;
    [TiedLinear("embedding")] readonly Layer head;

    Tensor Forward([Shape(Positions)] Tensor source, [Shape(Positions)] Tensor target)
    {
        var memory = Embedded(source);
        foreach (var layer in encoder) memory = layer(memory);
        var x = Embedded(target);
        foreach (var layer in decoder) x = layer(x, memory);
        return head(x);
    }

    Tensor Embedded(Tensor text) => Dropout(positions(embedding(text) * MathF.Sqrt(512)), 0.1);
}
