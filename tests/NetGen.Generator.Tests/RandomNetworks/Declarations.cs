using CsCheck;

namespace NetGen.Generator.Tests.RandomNetworks;

/// <summary>Draws declarations, most of them valid, each from its number.</summary>
static class Declarations
{
    /// <summary>Sizes around those of vectors and panels.</summary>
    static readonly int[] Edges = [1, 2, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65];

    static readonly Gen<int> Sizes = Gen.Frequency((6, Gen.Int[1, 12]), (3, Gen.Int[0, Edges.Length - 1].Select(i => Edges[i])), (1, Gen.Int[13, 100]));

    static readonly Gen<Choice> Choices = Gen.Select(Gen.Int[0, LayerStack.Kinds - 1], Sizes, Gen.Int[0, 63], Gen.Single[0, 1], Gen.Int[0, int.MaxValue],
        (kind, size, variant, number, seed) => new Choice(kind, size, variant, number, seed));

    static readonly Gen<int[]> Inputs = Gen.Frequency(
        (5, Sizes.Array[1]),
        (2, Gen.OneOf(Gen.Int[1, 9], Gen.Int[16, 17]).Array[2]),
        (4, Gen.Select(Gen.Frequency((3, Gen.Int[1, 5]), (1, Gen.Int[16, 17])), Gen.Int[1, 8].Array[2],
            (channels, pixels) => (int[])[channels, .. pixels])),
        (1, Gen.Int[1, 3].Array[4]));

    static readonly Gen<Plan> Plans =
        from input in Inputs
        from layers in Choices.Array[1, 7]
        from loss in Gen.Int[0, 11]
        from names in Gen.Int[0, 1000]
        from frame in Gen.Int[0, 1_000_000]
        from style in Gen.Int[0, 1 << 20]
        from gradient in Gen.Bool
        from fault in Gen.Int[0, 1_000_000]
        select new Plan(input, layers, loss, names, frame, style, gradient, fault);

    /// <summary>The declaration of a number: two of five are valid.</summary>
    public static RandomDeclaration Of(int number) => number % 5 < 2 ? Valid(number) : Faulty(number);

    /// <summary>A valid declaration.</summary>
    public static RandomDeclaration Valid(int number) => Finish(number, Draft(number, out _), null);

    /// <summary>A declaration with one fault.</summary>
    public static RandomDeclaration Faulty(int number)
    {
        for (var i = 0; ; i++)
        {
            // A fault that found no place may have left traces.
            var draft = Draft(number, out var plan);
            var fault = Fault.All[(plan.Fault + i) % Fault.All.Length];
            if (fault.Apply(draft, plan.Fault / Fault.All.Length)) return Finish(number, draft, fault.Id);
        }
    }

    static RandomDeclaration Finish(int number, Draft draft, string? expected) =>
        new(number, draft.Write(), draft.Frame.Metadata, expected, draft.Loss is { } loss && (loss.Contains("Entropy", StringComparison.Ordinal)
            || loss.Contains("NLL", StringComparison.Ordinal)));

    static Draft Draft(int number, out Plan plan)
    {
        plan = Plans.Generate(new PCG(1, (ulong)number), null, out _);
        var blocks = new List<string>();
        var stack = new LayerStack(plan.Input, blocks, depth: 0);
        var shapes = new List<int[]>();
        foreach (var choice in plan.Layers)
        {
            var (before, known) = (stack.Shape, stack.Layers.Count);
            stack.Add(choice);
            for (var i = known; i < stack.Layers.Count; i++) shapes.Add(i == known ? before : [before.Aggregate(1, (a, b) => a * b)]);
        }
        var loss = Loss(plan.Loss, stack.Shape, stack.IsNormalized);
        if (loss is "Loss(Loss.NLL)" or "Loss(Loss.KLDivergence)")
        {
            // They refuse what a linear layer gives.
            shapes.Add(stack.Shape);
            stack.Add(new Choice(17, 1, 0, 0, 0));
        }
        shapes.Add(stack.Shape);
        return new Draft
        {
            Input = $"Input({LayerStack.Text(plan.Input)}{(plan.Gradient ? ", Gradient = true" : "")})",
            Layers = [.. Named(stack.Layers, plan.Names)],
            Loss = loss,
            Blocks = blocks,
            Frame = Frame.Of(number, plan.Frame),
            Shapes = shapes,
            IsNormalized = stack.IsNormalized,
            Style = plan.Style,
        };
    }

    static readonly string[] Names =
    [
        "fc", "Fc", "FC", "fC", "linear0", "Linear0", "relu1", "x", "y", "n", "p", "g", "a", "rows", "first", "last", "once", "pass", "scale", "divisor",
            "worker", "Workers", "Losses",
        "Train", "Forward", "Info", "Training", "Vector512", "nint", "void", "class", "é", "日本", "_", "__", "_1", "1a", "100", "007", "BlockSamples",
            "target", "loss", "Panels", "V512", "V_", "v_",
        "float", "int", "var", "System", "NetGen", "d_x", "ßtraße", "İ", "ı", "d_fc", "weight", "bias", "ｆｃ", "ª", "ǆ", "Math", "d_loss", "v_100", "fc_2",
            "MethodImpl", "ForwardSingle", "x_2", "ARM",
    ];

    static IEnumerable<string> Named(IReadOnlyList<string> layers, int choice) =>
        choice % 2 == 0 ? layers : layers.Select((layer, i) => (choice >> (i % 9) & 3) == 0 || layer.Contains("Name = ", StringComparison.Ordinal) ? layer
            : LayerStack.With(layer, $"Name = \"{Names[(choice + i) % Names.Length]}\""));

    static string? Loss(int choice, int[] output, bool isNormalized)
    {
        var classes = output.Length <= 2 && output[^1] > 1 && !isNormalized;
        return choice switch
        {
            0 => null,
            1 => "Loss(Loss.MSE)",
            2 => "Loss(Loss.L1)",
            3 => "Loss(Loss.Huber)",
            4 => "Loss(Loss.Huber, Delta = 0.25f)",
            5 when !isNormalized => "Loss(Loss.BCEWithLogits)",
            6 when !isNormalized => "Loss(Loss.KLDivergence)",
            7 or 8 when classes => "Loss(Loss.CrossEntropy)",
            9 when classes => "Loss(Loss.CrossEntropy, LabelSmoothing = 0.1f)",
            10 when classes => "Loss(Loss.CrossEntropy, IgnoreIndex = 1)",
            11 when classes => "Loss(Loss.NLL)",
            _ => "Loss(Loss.MSE)",
        };
    }

    sealed record Plan(int[] Input, Choice[] Layers, int Loss, int Names, int Frame, int Style, bool Gradient, int Fault);
}
