namespace NetGen.Generator.Tests.Gradients;

/// <summary>Networks in which values are used more than once: shortcuts, branches, taps and gates.</summary>
static class StructureCases
{
    /// <summary>The blocks that the networks use.</summary>
    public const string Blocks = """
        [Block] class Empty;
        [Block, Linear(Arg.A), Tanh, Linear(Arg.Input)] class Bottleneck;
        [Block, Linear(Arg.A)] class Projection;
        [Block, Linear(Arg.Input)] class Square;
        [Block, Linear(Arg.A), SiLU, Linear(Arg.A)] class Widening;
        [Block, LayerNorm, SiLU, Linear(Arg.Input)] class Normalized;
        [Block, Residual(typeof(Normalized)), Tanh] class Layer;
        [Block, Flatten, Linear(Arg.A), ReLU, Linear(Arg.Input), Sigmoid] class Excitation;
        [Block, Flatten, Linear(Arg.A), Sigmoid, Reshape(Arg.A, 1, 1)] class ImageExcitation;
        [Block, AdaptiveAvgPool2d, Flatten, Linear(Arg.A), ReLU, Linear(Arg.Input), Sigmoid] class PooledExcitation;
        [Block, Identity(Name = "x"), LayerNorm, Linear(Arg.A), Tanh, Concat("x")] class Dense;
        [Block, Reshape(4, Arg.A), LayerNorm] class Rows;
        [Block, Tanh] class Squash;
        [Block, Sigmoid] class Gating;
        [Block, Linear(Arg.A), Dropout(0.3f)] class Dropping;

        """;

    public static IEnumerable<KeyValuePair<string, string>> All()
    {
        // Sizes around those of vectors and panels, with the shortcut from the caller's memory and from the arena.
        foreach (var size in new[] { 1, 5, 16, 17, 33, 48, 100 })
        {
            yield return new($"Residual_{size}", $"[Input({size}, Gradient = true), Residual(typeof(Bottleneck), Arguments = [7])]");
            yield return new($"Residual_AfterLinear_{size}", $"[Input(3, Gradient = true), Linear({size}), Residual(typeof(Normalized)), Linear(2)]");
        }
        // The product's input is an operand of its epilogue too.
        foreach (var size in new[] { 20, 33, 100 })
        {
            yield return new($"Residual_OfLinear_{size}", $"[Input({size}, Gradient = true), Residual(typeof(Square)), Residual(typeof(Square))]");
        }
        yield return new("Residual_Large", "[Input(200), Residual(typeof(Bottleneck), Arguments = [130]), ReLU, Linear(3)]");
        yield return new("Residual_OfItself", "[Input(5, Gradient = true), Residual(typeof(Empty)), Linear(3)]");
        yield return new("Residual_Projection",
            "[Input(6, Gradient = true), Residual(typeof(Widening), Projection = typeof(Projection), Arguments = [19]), ReLU, Linear(3)]");
        yield return new("Repeat_Residuals", "[Input(9, Gradient = true), Repeat(typeof(Layer), 3), Linear(4), Loss(Loss.CrossEntropy)]");
        yield return new("Repeat_FirstArguments", "[Input(4, Gradient = true), Repeat(typeof(Widening), 3, FirstArguments = [5], Arguments = [17])]");
        foreach (var (first, second) in new[] { (3, 5), (16, 16), (17, 31), (150, 10) })
        {
            yield return new($"Concat_{first}_{second}",
                $"[Input({first}, Gradient = true), Tanh(Name = \"a\"), Linear({second}), Concat(\"a\"), Linear(3)]");
            yield return new($"Concat_AtTheEnd_{first}_{second}",
                $"[Input({first}, Gradient = true), Identity(Name = \"a\"), Linear({second}), Concat(\"a\")]");
        }
        yield return new("Concat_OfItself", "[Input(2, 3, Gradient = true), Identity(Name = \"a\"), Concat(\"a\")]");
        yield return new("Concat_Images", "[Input(3, 2, 5, Gradient = true), SiLU(Name = \"a\"), Tanh, Concat(\"a\"), LayerNorm, Concat(\"a\"), Softmax]");
        yield return new("Concat_Dense", "[Input(5, Gradient = true), Repeat(typeof(Dense), 4, Arguments = [6]), Linear(3)]");
        // Two kernels of the same ops on operands of the same sizes, which read them in another order.
        yield return new("Taps_OfTheSameOps", """
            [Input(5, Gradient = true), Softmax(Name = "a"), Softmax(Name = "b"), Add("a"), Add("a")]
            [Softmax(Name = "c"), Softmax(Name = "d"), Add("c"), Add("d")]
            """);
        yield return new("Taps_Encoder", """
            [Input(20, Gradient = true), Linear(17, Name = "a"), ReLU, Linear(9, Name = "b"), SiLU, Linear(5), Tanh]
            [Linear(9), Concat("b"), Linear(17), Add("a"), Linear(2)]
            """);
        yield return new("Taps_OfTheInput", "[Input(7, Gradient = true), Identity(Name = \"x\"), Linear(7), Tanh, Add(\"x\"), Linear(7), Add(\"x\")]");
        yield return new("Parallel_Concat",
            "[Input(8, Gradient = true), Parallel(typeof(Projection), typeof(Widening), typeof(Squash), Arguments = [13]), ReLU, Linear(3)]");
        yield return new("Parallel_Sum",
            "[Input(11, Gradient = true), Parallel(typeof(Squash), typeof(Normalized), typeof(Bottleneck), Arguments = [4], Join = Join.Sum), Linear(3)]");
        yield return new("Parallel_NormalizedSum",
            "[Input(11, Gradient = true), Parallel(typeof(Projection), typeof(Projection), Arguments = [6], Join = Join.Sum), BatchNorm, Linear(3)]");
        yield return new("Parallel_Rows", "[Input(4, 6, Gradient = true), Parallel(typeof(Rows), typeof(Empty), Arguments = [6]), Flatten, Linear(3)]");
        yield return new("Parallel_One", "[Input(4, Gradient = true), Parallel(typeof(Squash))]");
        foreach (var shape in new[] { "3, 4, 5", "17, 2, 3", "4, 33", "40, 19", "1, 5, 3", "5, 1, 1" })
        {
            var name = shape.Replace(", ", "_", StringComparison.Ordinal);
            yield return new($"Gate_{name}", $"[Input({shape}, Gradient = true), Gate(typeof(Excitation), Arguments = [6])]");
            yield return new($"Gate_Image_{name}",
                $"[Input({shape}, Gradient = true), Tanh, Gate(typeof(ImageExcitation), Arguments = [{shape.Split(',')[0]}]), SiLU]");
        }
        yield return new("Gate_EachValue", "[Input(12, Gradient = true), Linear(9), Gate(typeof(Gating)), Gate(typeof(Normalized)), Linear(3)]");
        yield return new("Gate_OfItself", "[Input(3, 5, Gradient = true), Gate(typeof(Empty)), Gate(typeof(Squash))]");
        yield return new("Gate_Slopes", "[Input(3, 7, Gradient = true), PReLU(3), Gate(typeof(Excitation), Arguments = [4]), PReLU(3)]");
        yield return new("Dropout_InParallel", """
            [Input(6, Gradient = true), Parallel(typeof(Dropping), typeof(Dropping), Arguments = [9], Join = Join.Sum)]
            [Residual(typeof(Dropping), Arguments = [9]), Linear(3)]
            """);
    }
}
