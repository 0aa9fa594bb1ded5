namespace NetGen.Generator.Tests.RandomNetworks;

/// <summary>A mistake that a user can make, and the diagnostic that it gets.</summary>
/// <param name="Id">The diagnostic.</param>
/// <param name="Apply">Puts the mistake in, by a number that varies it; false where the declaration has no place for it.</param>
sealed record Fault(string Id, Func<Draft, int, bool> Apply)
{
    public static readonly Fault[] All =
    [
        new("NG0001", (d, _) => Set(() => d.Input = "")),
        new("NG0002", (d, _) => Header(d, h => h.Replace("partial ", ""))),
        new("NG0003", (d, _) => d.Frame is { Container: 0, IsFileScoped: false } && Set(() => d.After = $"\nnamespace {d.Frame.Namespace} {{ [ReLU] partial class {d.Frame.Name} {{ }} }}\n")),
        new("NG0004", (d, _) => Set(() => (d.Input, d.Layers[0]) = (d.Layers[0], d.Input))),
        new("NG0005", (d, v) => Insert(d, v, Pick(v, "Linear(0)", "Linear(-1)", "LayerNorm(0)", "LayerNorm(4, -2)", "PReLU(0)", "Linear(int.MinValue)"),
            rank: 1)),
        new("NG0005", (d, v) => Set(() => d.Input = Pick(v, "Input(0)", "Input(-1)", "Input(3, 0)", "Input(int.MinValue, 2)", "Input(0, 0, 0, 0)"))),
        new("NG0006", (d, v) => Insert(d, v, "Linear(int.MaxValue)", rank: 1)),
        new("NG0006", (d, v) => Set(() => d.Input = Pick(v, "Input(int.MaxValue)", "Input(65536, 65536)",
            "Input(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue)", "Input(1, 536870913)"))),
        new("NG0007", (d, v) => d.Output.Length > 2 && d.Loss is null && Set(() => d.Layers.Add($"Linear({1 + v % 9})"))),
        new("NG0008", (d, v) => Set(() => d.Layers.Add($"Reshape({Pick(v, $"{Size(d) + 1}", "-1, -1", $"-1, {Size(d) + 1}", $"2, {Size(d)}", "46341, 46341", $"{int.MaxValue}, {int.MaxValue}")})")) && Drop(d)),
        new("NG0024", (d, v) => Set(() => d.Layers.Add(Pick(v, "Reshape", "Reshape(1, 1, 1, 1, -1)", "Reshape()"))) && Drop(d)),
        new("NG0024", (d, v) => Set(() => d.Input = Pick(v, "Input", "Input(1, 1, 1, 1, 1)", "Input(null)", "Input(new int[0])"))),
        new("NG0009", (d, v) => d.Output.Length > 2 && Set(() => d.Loss = Pick(v, "Loss(Loss.CrossEntropy)", "Loss(Loss.NLL)"))),
        new("NG0009", (d, v) => d.Output.Length == 1 && d.Output[0] > 1 && Set(() => d.Layers.Add("Softmax"))
            && Set(() => d.Loss = Pick(v, "Loss(Loss.CrossEntropy)", "Loss(Loss.NLL)"))),
        new("NG0009", (d, _) => Set(() => d.Layers.Add("Sigmoid")) && Set(() => d.Loss = "Loss(Loss.BCEWithLogits)")),
        new("NG0010", (d, v) => Set(() => d.Layers.InsertRange(v % (d.Layers.Count + 1), ["ReLU(Name = \"twice\")", "Tanh(Name = \"twice\")"]))),
        new("NG0010", (d, v) => Set(() => d.Layers.InsertRange(0, ["ReLU(Name = \"1\")", "Tanh"]))),
        new("NG0011", (d, _) => Set(() => d.Network = "")),
        new("NG0012", (d, v) => Insert(d, v, $"Dropout({Pick(v, "1f", "-0.01f", "1.5f", "float.NaN", "float.PositiveInfinity", "float.NegativeInfinity")})")),
        new("NG0015", (d, v) => Header(d, h => h.Replace("sealed ", "").Replace("partial class",
            Pick(v, "static partial class", "abstract partial class", "partial record", "partial struct", "partial interface", "partial record struct",
            "partial record class")))
            && Set(() => d.Frame = d.Frame with { Body = " { }" })),
        new("NG0015", (d, v) => Set(() => d.Frame = d.Frame with { Body = Pick(v, $" {{ public {d.Frame.Name}(int a) {{ }} }}", "<T> { }", "(int size) { public int Size => size; }", " { public required int Must { get; set; } }") })),
        new("NG0016", (d, v) => Set(() => d.Frame = d.Frame with { Body = $" {{ public {Pick(v, "int Info => 1;", "void Predict() { }", "const int InputSize = 3;", "class Trainer;", "int Flops;", "static void Create(int a) { }", "int get_Info() => 1;")} }}" })
            && Header(d, h => h)),
        new("NG0017", (d, v) => Insert(d, v, $"ReLU(Name = {Pick(v, "\"\"", "\"a.b\"", "\"a b\"", "\"\\n\"", "\"\\u2028\"", "\"\\\"\"", "\"*/\"", "\"😀\"", "\"a-b\"", "\"</code>\"", "\"\\0\"", "@\"\\\"", "\"{0}\"")})")),
        new("NG0018", (d, v) => Insert(d, v, Pick(v, "LeakyReLU(float.NaN)", "ELU(float.PositiveInfinity)", "Softplus(0f)", "Softplus(1f, float.NaN)",
            "Softplus(-1f)", "PReLU(Value = float.NaN)", "LayerNorm(Epsilon = -1f)", "LayerNorm(Epsilon = float.NaN)"))),
        new("NG0018", (d, v) => Insert(d, v, Pick(v, "Linear(3, WeightInit = (Init)77)", "Linear(3, WeightInit = Init.Constant, WeightValue = float.NaN)",
            "Linear(3, WeightInit = Init.HeNormal, WeightGain = float.PositiveInfinity)",
            "Linear(3, BiasInit = (Init)(-1))"), rank: 1)),
        new("NG0018", (d, v) => Set(() => d.Loss = Pick(v, "Loss((Loss)99)", "Loss(Loss.MSE, LabelSmoothing = 0.5f)", "Loss(Loss.MSE, Delta = 2f)",
            "Loss(Loss.Huber, Delta = 0f)", "Loss(Loss.Huber, Delta = float.NaN)", "Loss((Loss)(-1))"))),
        new("NG0018", (d, v) => d.Output is [> 1] && Set(() => d.Loss = Pick(v, "Loss(Loss.CrossEntropy, LabelSmoothing = 1.5f)",
            "Loss(Loss.CrossEntropy, LabelSmoothing = float.NaN)", "Loss(Loss.CrossEntropy, LabelSmoothing = -0.1f)"))),
        new("NG0019", (d, v) => Set(() => d.Layers.Insert(v % d.Layers.Count + 1, $"Input({LayerStack.Text(d.Output)})"))),
        new("NG0019", (d, _) => Set(() => d.Layers.Add("Loss(Loss.MSE)")) && Set(() => d.Loss ??= "Loss(Loss.L1)")),
        new("NG0019", (d, _) => d.Loss is not null && Set(() => d.Layers.AddRange([d.Loss!, "Tanh"])) && Drop(d)),
        new("NG0020", (d, v) => Insert(d, v, Pick(v, "PReLU(4099)", "LayerNorm(4099)", "LayerNorm(1, 1, 1, 1, 4099)"))),
        new("NG0021", (d, _) => Set(d.Layers.Clear)),
        new("NG0022", (d, v) => Insert(d, v, Pick(v, "Linear(3, Bias = false, BiasInit = Init.Zeros)", "Linear(3, WeightValue = 1f)",
            "Linear(3, BiasInit = Init.HeNormal)", "Linear(3, WeightGain = 2f)", "Linear(3, BiasValue = 1f)"), rank: 1)),
        new("NG0025", (d, v) => Set(() => d.Layers.Insert(v % (d.Layers.Count + 1), "global::Outside.Square")) && Drop(d)),
        new("NG0005", (d, v) => Insert(d, v, Pick(v, "MaxPool2d(0)", "AvgPool1d(-1)", "AdaptiveAvgPool2d(0)", "Upsample(0)", "PixelShuffle(-2)", "GroupNorm(0)",
            "Repeat(typeof(Plain), 0)", "Parallel")) && Plain(d)),
        new("NG0005", (d, v) => Insert(d, v, Pick(v, "Conv2d(0, 3)", "Conv2d(3, 0)", "Conv2d(3, 1, Stride = 0)", "Conv2d(3, 1, Dilation = -1)",
            "Conv2d(3, 1, Groups = 0)", "ConvTranspose2d(-1, 2)"), rank: 3)),
        new("NG0006", (d, v) => Insert(d, v, Pick(v, "Conv2d(int.MaxValue, 1)", "Upsample(30000)", "ZeroPad2d(int.MaxValue)", "AdaptiveAvgPool2d(46341)",
            "ConvTranspose2d(int.MaxValue, 1)"), rank: 3)),
        new("NG0012", (d, v) => Insert(d, v, $"Dropout2d({Pick(v, "1f", "-1f", "float.NaN")})", rank: 3)),
        new("NG0018", (d, v) => Insert(d, v, Pick(v, "MaxPool2d(2, Padding = 2)", "AvgPool1d(3, Padding = -1)", "ZeroPad2d(-1)",
            "Upsample(2, AlignCorners = true)", "Upsample(2, Mode = (UpsampleMode)9)", "Parallel(typeof(Plain), Join = (Join)7)")) && Plain(d)),
        new("NG0018", (d, v) => Insert(d, v, Pick(v, "Conv2d(3, 1, Padding = -2)", "Conv2d(3, 1, Stride = 2, Padding = Padding.Same)",
            "ConvTranspose2d(3, 2, OutputPadding = 1)", "BatchNorm(Momentum = 1.5f)", "BatchNorm(Epsilon = float.NaN)", "InstanceNorm(Epsilon = -1f)", "LocalResponseNorm(1, Beta = float.NaN)"), rank: 3)),
        new("NG0020", (d, v) => Insert(d, v, Pick(v, "Conv1d(2, 1)", "MaxPool2d(1)", "Upsample(2)", "PixelShuffle(1)", "AdaptiveAvgPool1d",
            "ConvTranspose2d(2, 1)", "Dropout1d", "InstanceNorm"), rank: 1)),
        new("NG0020", (d, v) => Insert(d, v, Pick(v, "Conv2d(2, 99)", "MaxPool2d(99)", "AvgPool2d(99)", "GroupNorm(4099)", "Conv2d(4099, 1, Groups = 4099)",
            "PixelShuffle(4099)", "LocalResponseNorm(9999)", "Conv1d(1, 1)", "ConvTranspose2d(1, 1, Padding = 99)"), rank: 3)),
        new("NG0020", (d, v) => Insert(d, v, Pick(v, "BatchNorm", "GroupNorm(1)", "LocalResponseNorm(1)", "Conv2d(1, 1)"), rank: 4)),
        new("NG0030", (d, v) => Insert(d, v, Pick(v, "Add(\"nowhere\")", "Concat(\"nowhere\")", "Add(null!)", "Concat(\"own\", Name = \"own\")"))),
        new("NG0031", (d, v) => Set(() => d.Layers.InsertRange(0, ["Identity(Name = \"ours\")", "Flatten", "Linear(4099)"]))
            && Set(() => d.Layers.InsertRange(3, [Pick(v, "Add(\"ours\")", "Reshape(1, 4099), Concat(\"ours\")")]))),
        new("NG0031", (d, v) => Declare(d, "[Block, Flatten, Linear(4099)] class Wide;") && Insert(d, v, Pick(v, "Residual(typeof(Wide))", "Gate(typeof(Wide))",
            "Parallel(typeof(Wide), typeof(Plain), Join = Join.Sum)")) && Plain(d)),
        new("NG0032", (d, v) => Insert(d, v, $"Use(typeof({Pick(v, "string", "int[]", "global::System.Collections.Generic.List<int>", "NotABlock")}))")
            && Declare(d, "class NotABlock;")),
        new("NG0033", (d, v) => Declare(d, Pick(v, "[Block, Use(typeof(Endless))] class Endless;",
            "[Block, Tanh, Residual(typeof(More))] class Endless; [Block, Use(typeof(Endless))] class More;"))
            && Insert(d, v, "Use(typeof(Endless))")),
        new("NG0034", (d, v) => Declare(d, Pick(v, "[Block, Input(3), ReLU] class Whole;", "[Block, ReLU, Loss(Loss.MSE)] class Whole;"))
            && Insert(d, v, "Use(typeof(Whole))")),
        new("NG0035", (d, v) => Insert(d, v, Pick(v, "Linear(Arg.A)", "Linear(2 * Arg.Input)", "Linear(Arg.H)"), rank: 1)),
        new("NG0035", (d, v) => Declare(d, "[Block, Flatten, Linear(Arg.B)] class Open;")
            && Insert(d, v, Pick(v, "Use(typeof(Open))", "Use(typeof(Open), Arguments = [3])", "Parallel(typeof(Open))"))),
    ];

    static string Pick(int variant, params ReadOnlySpan<string> choices) => choices[variant % choices.Length];

    static int Size(Draft draft) => draft.Output.Aggregate(1, (a, b) => a * b);

    /// <summary>Declares a block for layers to use.</summary>
    static bool Declare(Draft draft, string block) => Set(() => draft.Blocks.Add(block));

    static bool Plain(Draft draft) => Declare(draft, "[Block, Tanh] class Plain;");

    static bool Set(Action change)
    {
        change();
        return true;
    }

    static bool Drop(Draft draft)
    {
        draft.Loss = null;
        return true;
    }

    static bool Header(Draft draft, Func<string, string> change)
    {
        draft.Frame = draft.Frame with { Header = change(draft.Frame.Header) };
        return true;
    }

    /// <summary>Puts a layer anywhere, or where the shape has so many axes.</summary>
    static bool Insert(Draft draft, int variant, string layer, int rank = 0)
    {
        for (var i = 0; i < draft.Shapes.Count; i++)
        {
            var place = (variant + i) % draft.Shapes.Count;
            if (rank > 0 && draft.Shapes[place].Length != rank) continue;
            draft.Layers.Insert(place, layer);
            return true;
        }
        return false;
    }
}
