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
            vector: true)),
        new("NG0005", (d, v) => Set(() => d.Input = Pick(v, "Input(0)", "Input(-1)", "Input(3, 0)", "Input(int.MinValue, 2)", "Input(0, 0, 0, 0)"))),
        new("NG0006", (d, v) => Insert(d, v, "Linear(int.MaxValue)", vector: true)),
        new("NG0006", (d, v) => Set(() => d.Input = Pick(v, "Input(int.MaxValue)", "Input(65536, 65536)",
            "Input(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue)", "Input(1, 536870913)"))),
        new("NG0007", (d, v) => d.Output.Length > 1 && d.Loss is null && Set(() => d.Layers.Add($"Linear({1 + v % 9})"))),
        new("NG0008", (d, v) => Set(() => d.Layers.Add($"Reshape({Pick(v, $"{Size(d) + 1}", "-1, -1", $"-1, {Size(d) + 1}", $"2, {Size(d)}", "46341, 46341", $"{int.MaxValue}, {int.MaxValue}")})")) && Drop(d)),
        new("NG0024", (d, v) => Set(() => d.Layers.Add(Pick(v, "Reshape", "Reshape(1, 1, 1, 1, -1)", "Reshape()"))) && Drop(d)),
        new("NG0024", (d, v) => Set(() => d.Input = Pick(v, "Input", "Input(1, 1, 1, 1, 1)", "Input(null)", "Input(new int[0])"))),
        new("NG0009", (d, v) => d.Output.Length > 1 && Set(() => d.Loss = Pick(v, "Loss(Loss.CrossEntropy)", "Loss(Loss.NLL)"))),
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
            "Linear(3, BiasInit = (Init)(-1))"), vector: true)),
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
            "Linear(3, BiasInit = Init.HeNormal)", "Linear(3, WeightGain = 2f)", "Linear(3, BiasValue = 1f)"), vector: true)),
        new("NG0025", (d, v) => Set(() => d.Layers.Insert(v % (d.Layers.Count + 1), "global::Outside.Square")) && Drop(d)),
    ];

    static string Pick(int variant, params ReadOnlySpan<string> choices) => choices[variant % choices.Length];

    static int Size(Draft draft) => draft.Output.Aggregate(1, (a, b) => a * b);

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

    /// <summary>Puts a layer anywhere, or where a vector is.</summary>
    static bool Insert(Draft draft, int variant, string layer, bool vector = false)
    {
        for (var i = 0; i < draft.Shapes.Count; i++)
        {
            var place = (variant + i) % draft.Shapes.Count;
            if (vector && draft.Shapes[place].Length != 1) continue;
            draft.Layers.Insert(place, layer);
            return true;
        }
        return false;
    }
}
