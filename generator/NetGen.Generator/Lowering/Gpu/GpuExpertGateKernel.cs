using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>What a mixture's gate computes from its logits beside the choices: shares, the loss that balances experts, and their gradients.</summary>
static class GpuExpertGateKernel
{
    /// <summary>The softmax over a position's choices, of which the first has the largest logit.</summary>
    public static GpuKernel Shares(Group group)
    {
        var result = group.Values[0];
        var table = GpuExpertTable.Of(result.Inputs[1]);
        return OfPositions(group, table, [Pointer("logits", result.Inputs[0]), GpuExpertTable.Argument(result.Inputs[1]), Pointer("shares", result)], code =>
        {
            code.Add(new LetInt("first", GpuExpertTable.Expert($"row * {Text(table.Chosen)}")));
            var largest = code.Let("largest", new Load(Logit(table, "row", "first")));
            code.Let("sum", Expr.Zero);
            EachChoice(code, table, body =>
            {
                var share = body.Let("share", Expr.Exp(new Load(Logit(table, "row", "expert")) - largest));
                body.Add(new StoreScalar(Choice("shares", table), share));
                body.Add(new Set("sum", new Local("sum") + share));
            });
            EachChoice(code, table, body => body.Add(new StoreScalar(Choice("shares", table), new Load(Choice("shares", table)) / new Local("sum"))), experts: false);
        });
    }

    /// <summary>s (∂s − Σ ∂s s) for the logits of a position's choices, 0 for its others.</summary>
    public static GpuKernel SharesGradient(Group group)
    {
        var result = group.Values[0];
        var table = GpuExpertTable.Of(result.Inputs[2]);
        KernelArgument[] arguments =
        [
            Pointer("dshares", result.Inputs[0]), Pointer("shares", result.Inputs[1]), GpuExpertTable.Argument(result.Inputs[2]), Pointer("dlogits", result),
        ];
        return OfPositions(group, table, arguments, code =>
        {
            EachExpert(code, table, body => body.Add(new StoreScalar(Logit(table, "row", "e", "dlogits"), Expr.Zero)));
            var (share, gradient) = (new Load(Choice("shares", table)), new Load(Choice("dshares", table)));
            code.Let("sum", Expr.Zero);
            EachChoice(code, table, body => body.Add(new Set("sum", new Local("sum") + gradient * share)), experts: false);
            EachChoice(code, table, body => body.Add(new StoreScalar(Logit(table, "row", "expert", "dlogits"), share * (gradient - new Local("sum")))));
        });
    }

    /// <summary>How many of a sample's positions chose an expert: a thread or a group looks through the sample's choices for it.</summary>
    public static GpuKernel Counts(Group group)
    {
        var result = group.Values[0];
        var table = GpuExpertTable.Of(result.Inputs[0]);
        var starts = table.Free is null ? Array.Empty<KernelArgument>() : [GpuSequence.Starts(result.Inputs[0].Inputs[0])];
        return GpuRowKernel.Build(group, Name(group, table), Summary(group), [GpuExpertTable.Argument(result.Inputs[0]), .. starts, Pointer("counts", result), new(Binding.Samples, "n")],
            table.Experts, table.Free is { } free ? free.Max * table.Rows : table.Rows, (code, shared) =>
            {
                code.Add(new Integer($"int expert = row - sample * {Text(table.Experts)}"));
                if (table.Free is not null) GpuSequence.Sample(code, "sample");
                var (first, length) = table.Free is null ? ("sample", Text(table.Rows)) : ("start", $"length * {Text(table.Rows)}");
                var sum = GpuRowKernel.Sum(code, "choice", length, shared, body =>
                {
                    body.Add(new LetInt("chosen", GpuExpertTable.Expert($"{first} * {Text(table.Rows)} + choice")));
                    return new Chosen("chosen == expert", Expr.One);
                });
                GpuRowKernel.Store(code, shared, new Address("counts", 0, "row"), sum);
            });
    }

    /// <summary>A sample's part of the loss: the mean over its positions of what the experts' uses are, weighed by the softmax of its logits.</summary>
    public static GpuKernel Balance(Group group, ExpertBalance op)
    {
        var result = group.Values[0];
        var table = TableOf(result.Inputs[0], op.Chosen);
        return GpuRowKernel.Build(group, Name(group, table), Summary(group),
            [Pointer("logits", result.Inputs[0]), Pointer("counts", result.Inputs[1]), Pointer("loss", result), new(Binding.Samples, "n")], 1, table.Positions, (code, shared) =>
            {
                var sum = GpuRowKernel.Sum(code, "t", table.Positions, shared, body =>
                {
                    body.Add(new Integer($"int position = sample * {Text(table.Positions)} + t"));
                    return Use(body, table, "position").Used;
                });
                GpuRowKernel.Store(code, shared, new Address("loss", 0, "sample"), Factor(table, op.Weight) * sum);
            });
    }

    /// <summary>p (f − Σ f p) of a position's softmax p, times what reaches the loss and its factors.</summary>
    public static GpuKernel BalanceGradient(Group group, ExpertBalanceGradient op)
    {
        var result = group.Values[0];
        var table = TableOf(result, op.Chosen);
        KernelArgument[] arguments =
        [
            Pointer("gradient", result.Inputs[0]), Pointer("logits", result.Inputs[1]), Pointer("counts", result.Inputs[2]), Pointer("dlogits", result),
        ];
        return OfPositions(group, table, arguments, code =>
        {
            var (used, share) = Use(code, table, "row");
            var mean = code.Let("mean", used);
            var factor = code.Let("factor", Factor(table, op.Weight) * new Load(new Address("gradient", 0, "sample")));
            EachExpert(code, table, body => body.Add(new StoreScalar(Logit(table, "row", "e", "dlogits"), share * factor * (new Load(new Address("counts", 0, "e")) - mean))));
        });
    }

    /// <summary>Declares what a position's softmax needs.</summary>
    /// <returns>Σ counts p, and the softmax p of expert <c>e</c>.</returns>
    static (Expr Used, Expr Share) Use(Code code, GpuExpertTable table, string position)
    {
        code.Let("largest", new Load(new Address("logits", 0, position, table.Experts)));
        code.For("e", "1", Text(table.Experts), 1, body => body.Add(new Set("largest", Expr.Max(new Local("largest"), new Load(Logit(table, position, "e"))))));
        code.Let("all", Expr.Zero);
        code.Let("used", Expr.Zero);
        var share = Expr.Exp(new Load(Logit(table, position, "e")) - new Local("largest"));
        EachExpert(code, table, body =>
        {
            body.Let("share", share);
            body.Add(new Set("all", new Local("all") + new Local("share")));
            body.Add(new Set("used", new Local("used") + new Local("share") * new Load(new Address("counts", 0, "e"))));
        });
        return (new Local("used") / new Local("all"), share / new Local("all"));
    }

    /// <summary>weight · experts / positions, by the choices of one position that all together have made.</summary>
    static Expr Factor(GpuExpertTable table, float weight) => new Number(weight * table.Experts / table.Positions) / new Converted($"({table.AllPositions})");

    /// <summary>A kernel of which each thread has a position, <c>row</c>.</summary>
    static GpuKernel OfPositions(Group group, GpuExpertTable table, KernelArgument[] arguments, Action<Code> body) =>
        table.Counted(GpuRowKernel.Build(group, Name(group, table), Summary(group), [.. arguments, new(Binding.Samples, "n")], table.Positions, 1, (code, _) => body(code)));

    static void EachExpert(Code code, GpuExpertTable table, Action<Code> body) => code.For("e", "0", Text(table.Experts), 1, body);

    /// <summary>Each choice <c>k</c> of a position.</summary>
    static void EachChoice(Code code, GpuExpertTable table, Action<Code> body, bool experts = true) => code.For("k", "0", Text(table.Chosen), 1, choice =>
    {
        if (experts) choice.Add(new LetInt("expert", GpuExpertTable.Expert($"row * {Text(table.Chosen)} + k")));
        body(choice);
    });

    static Address Choice(string name, GpuExpertTable table) => new(name, 0, $"row * {Text(table.Chosen)} + k");

    static Address Logit(GpuExpertTable table, string position, string expert, string name = "logits") =>
        new(name, 0, $"{position} * {Text(table.Experts)} + {expert}");

    /// <summary>The table's sizes, of an op that knows the logits.</summary>
    static GpuExpertTable TableOf(Value logits, int chosen) => new(logits.Shape.Axes[0], logits.Shape.Last, chosen, logits.Type.Sequence);

    static KernelArgument Pointer(string name, Value value) => new(Binding.Pointer, name, value);

    static string Name(Group group, GpuExpertTable table) => $"{group.Anchor}_{Text(table.Positions)}x{Text(table.Experts)}_{Text(table.Chosen)}";

    static string Summary(Group group) => $"{Formulas.Of(group)}, {group.Values[0].Type}.";

    static string Text(int number) => LayerBuilder.Text(number);
}
