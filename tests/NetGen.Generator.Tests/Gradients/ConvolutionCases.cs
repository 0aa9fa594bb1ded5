namespace NetGen.Generator.Tests.Gradients;

/// <summary>Networks with convolutions, of sizes around those of vectors, panels, tiles and chunks.</summary>
static class ConvolutionCases
{
    public static IEnumerable<KeyValuePair<string, string>> All()
    {
        // One channel and few, whose runs are unrolled; a row that is cut into chunks that differ; rows that share a tile.
        yield return Case("OneChannel", "1, 9, 17", "Conv2d(6, 5, Padding = 2)");
        yield return Case("ThreeChannels_Stride", "3, 13, 11", "Conv2d(17, 7, Stride = 2, Padding = 3)");
        yield return Case("Chunks", "2, 3, 31", "Conv2d(33, 3, Padding = 1)");
        yield return Case("SmallImage", "5, 3, 4", "Conv2d(40, 3, Padding = 1)");
        yield return Case("OnePixel", "4, 3, 3", "Conv2d(5, 3)");
        yield return Case("OneByOne", "17, 5, 7", "Conv2d(24, 1)");
        yield return Case("OneByOne_Stride", "16, 7, 6", "Conv2d(8, 1, Stride = 2, Bias = false)");
        yield return Case("Rectangle", "3, 6, 9", "Conv2d(7, 1, 4, Padding = Padding.Same)");
        yield return Case("Dilated", "4, 11, 10", "Conv2d(9, 3, Padding = 2, Dilation = 2)");
        yield return Case("Dilated_Stride", "2, 12, 9", "Conv2d(3, 3, Dilation = 3, Stride = 2, Padding = 1)");
        yield return Case("StrideBeyondKernel", "2, 9, 8", "Conv2d(5, 2, Stride = 3)");
        yield return Case("SameOfEvenKernel", "2, 5, 6", "Conv2d(4, 4, Padding = Padding.Same)");
        yield return Case("Groups", "6, 5, 5", "Conv2d(8, 3, Padding = 1, Groups = 2)");
        yield return Case("Groups_WholeVectors", "8, 4, 5", "Conv2d(64, 3, Padding = 1, Groups = 2)");
        yield return Case("Groups_OneByOne", "9, 4, 4", "Conv2d(12, 1, Groups = 3, Stride = 2)");
        yield return Case("Groups_ManyRows", "6, 11, 5", "Conv2d(8, 3, Padding = 1, Groups = 2), ReLU, Conv2d(40, 3, Padding = 1)");
        yield return Case("Depthwise_FewRows", "48, 5, 4", "Conv2d(48, 3, Padding = 1, Groups = 48), ReLU, Conv2d(3, 3, Padding = 1)");
        yield return Case("Depthwise", "16, 6, 7", "Conv2d(16, 3, Padding = 1, Groups = 16)");
        yield return Case("Depthwise_Stride", "5, 7, 6", "Conv2d(5, 3, Padding = 1, Stride = 2, Groups = 5)");
        yield return Case("Depthwise_Multiplier", "3, 5, 4", "Conv2d(6, 3, Padding = 1, Groups = 3)");
        yield return Case("Depthwise_Large", "20, 3, 17", "Conv2d(20, 5, Padding = 2, Groups = 20, Bias = false), ReLU, Conv2d(2, 3)");
        yield return Case("Depthwise_Many", "150, 4, 3", "Conv2d(150, 3, Padding = 1, Dilation = 2, Groups = 150), Tanh");
        yield return Case("Depthwise_Sequence", "6, 19", "Conv1d(6, 4, Stride = 3, Groups = 6)");
        yield return Case("Concat", "2, 4, 5", "Conv2d(6, 1, Name = \"a\"), Conv2d(9, 3, Padding = 1), Concat(\"a\"), ReLU, Conv2d(3, 3, Padding = 1), Concat(\"a\")");
        yield return Case("Concat_WholeVectors", "3, 3, 4", "Conv2d(16, 1, Name = \"a\"), Tanh, Conv2d(160, 1), Concat(\"a\"), Conv2d(2, 2)");
        yield return Case("Residual", "4, 5, 6", "Conv2d(18, 3, Padding = 1, Name = \"a\"), ReLU, Conv2d(18, 3, Padding = 1), Add(\"a\"), ReLU, Conv2d(4, 1)");
        yield return Case("Gate", "3, 4, 5", "Conv2d(20, 3, Padding = 1), Gate(typeof(Excitation), Arguments = [6]), ReLU, Conv2d(2, 1)");
        yield return Case("Sequence", "4, 20", "Conv1d(6, 3, Padding = 1)");
        yield return Case("Sequence_Stride", "3, 33", "Conv1d(18, 5, Stride = 2, Dilation = 2, Padding = 3)");
        yield return Case("Transposed", "8, 5, 5", "ConvTranspose2d(4, 4, Stride = 2, Padding = 1)");
        yield return Case("Transposed_OutputPadding", "3, 4, 5", "ConvTranspose2d(18, 3, Stride = 2, Padding = 1, OutputPadding = 1)");
        yield return Case("Transposed_OutputPaddingBelowDilation", "3, 4, 5", "Tanh, ConvTranspose2d(6, 2, Padding = 1, OutputPadding = 2, Dilation = 3)");
        yield return Case("Transposed_StrideBeyondKernel", "2, 3, 4", "ConvTranspose2d(5, 2, Stride = 3)");
        yield return Case("Transposed_Dilated", "4, 4, 3", "ConvTranspose2d(6, 3, Dilation = 2, Padding = 1, Bias = false)");
        yield return Case("Transposed_Groups", "4, 3, 4", "ConvTranspose2d(6, 3, Groups = 2, Stride = 2)");
        // What is fused into the store, and what isn't.
        yield return Case("Stack", "1, 10, 10", "Conv2d(8, 3, Padding = 1), ReLU, Conv2d(12, 3, Stride = 2), Tanh, Conv2d(20, 2), Sigmoid, Flatten, Linear(5)");
        yield return Case("Stack_Softplus", "2, 6, 6", "Conv2d(6, 3), Softplus, Conv2d(3, 3, Padding = 1)");
        yield return Case("PReLU", "2, 5, 6", "Conv2d(18, 3, Padding = 1), PReLU(18), Conv2d(4, 1), PReLU");
        yield return Case("Dropout", "2, 5, 4", "Conv2d(6, 3, Padding = 1), Dropout(0.3f), Conv2d(3, 2)");
        yield return Case("RowOpsBetween", "2, 4, 5", "Conv2d(6, 3, Padding = 1), ReLU, LayerNorm, Conv2d(3, 3), Sigmoid, Flatten, Linear(3)");
        yield return Case("LinearFirst", "1, 7", "Linear(8), Conv1d(5, 3, Padding = 1)");
        yield return Case("ElementwiseFirst", "3, 6, 5", "Tanh, Conv2d(4, 3), SiLU, Reshape(6, 8), Conv1d(5, 3), ReLU");
        yield return Case("ToVectorAndBack", "2, 3, 3", "Conv2d(20, 3), Flatten, Linear(12), ReLU, Reshape(12, 1, 1), ConvTranspose2d(5, 3), Reshape(5, 9), Conv1d(2, 2)");
        yield return new("Convolution_NoInputGradient", "[Input(1, 8, 8), Conv2d(6, 3), ReLU, Conv2d(4, 3, Stride = 2), Flatten, Linear(3), Loss(Loss.CrossEntropy)]");
    }

    static KeyValuePair<string, string> Case(string name, string input, string layers) => new($"Convolution_{name}", $"[Input({input}, Gradient = true), {layers}]");
}
