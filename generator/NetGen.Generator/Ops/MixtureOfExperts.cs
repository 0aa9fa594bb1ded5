using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

sealed class MixtureOfExpertsLayer : Layer<MixtureOfExpertsAttribute>
{
    protected override Value Build(LayerBuilder builder, MixtureOfExpertsAttribute attribute, Value x)
    {
        var hidden = builder.PositiveSize(attribute.Hidden, "hidden");
        if (x.Shape.Rank > 2) builder.Fail("NG0007", x.Shape.ToString());
        builder.Defined(attribute.Activation, "Activation");
        var experts = Checked(builder, attribute.Experts, "experts", attribute.TopK, "TopK", (float)attribute.BalanceLoss);
        var isVector = x.Shape.Rank == 1;
        var rows = isVector ? builder.AddPart("row", new Reshape(new Shape(1, x.Size)), x) : x;
        var mixed = Mixed(builder, "", rows, experts, attribute.TopK, hidden, attribute.Activation, (float)attribute.BalanceLoss, value => value);
        return isVector ? builder.Add(new Reshape(new Shape(x.Size)), mixed) : mixed;
    }

    /// <summary>Refuses numbers of experts that make no sense.</summary>
    public static int Checked(LayerBuilder builder, int experts, string argument, int chosen, string chosenArgument, float balance)
    {
        if (experts < 2) builder.Fail("NG0018", argument, LayerBuilder.Text(experts), "at least 2");
        if (chosen < 1 || chosen > experts) builder.Fail("NG0018", chosenArgument, LayerBuilder.Text(chosen), $"from 1 to {LayerBuilder.Text(experts)}, the experts that there are");
        if (!(balance >= 0) || float.IsInfinity(balance)) builder.Fail("NG0018", "BalanceLoss", LayerBuilder.Text(balance), "at least 0");
        return experts;
    }

    /// <summary>Adds the gate, the experts, and in training the loss that balances them.</summary>
    /// <param name="builder">The layer.</param>
    /// <param name="prefix">What the names of its parameters begin with.</param>
    /// <param name="x">The positions, [positions, features].</param>
    /// <param name="experts">How many experts there are.</param>
    /// <param name="chosen">How many of them a position chooses.</param>
    /// <param name="hidden">The features between an expert's layers.</param>
    /// <param name="activation">What is between them.</param>
    /// <param name="balance">The weight of the loss that balances experts.</param>
    /// <param name="dropped">Drops out what is between an expert's layers.</param>
    public static Value Mixed(LayerBuilder builder, string prefix, Value x, int experts, int chosen, int hidden, FeedForwardActivation activation, float balance, Func<Value, Value> dropped)
    {
        var features = x.Shape.Last;
        builder.CheckSize((long)hidden * features, $"its weight of shape [{LayerBuilder.Text(hidden)}, {LayerBuilder.Text(features)}]");
        builder.CheckSize((long)experts * features, $"its weight of shape [{LayerBuilder.Text(experts)}, {LayerBuilder.Text(features)}]");
        builder.CheckSize((long)x.Shape.Axes[0] * chosen * Math.Max(Math.Max(hidden, features), 3), "what its experts compute");
        var gate = Weight("gate", experts, features);
        var names = Enumerable.Range(0, experts).Select(e => $"experts.{LayerBuilder.Text(e)}").ToList();
        // In the order of Mixtral's files: each expert's weights together.
        var isGated = activation == FeedForwardActivation.SwiGLU;
        var weights = names.Select(name => (First: Weight($"{name}.w1", hidden, features), Second: Weight($"{name}.w2", features, hidden),
            Third: isGated ? Weight($"{name}.w3", hidden, features) : null)).ToList();

        var logits = builder.AddPart("logits", new Linear(), x, gate);
        var table = builder.AddPart("choices", new ExpertTable(chosen), logits);
        var shares = builder.AddPart("shares", new ExpertShares(chosen), logits, table);
        var rows = builder.AddPart("rows", new ExpertRows(chosen), x, table);
        var activated = builder.AddPart("activation", TransformerLayer.Of(activation), Product("w1", rows, weights.Select(w => w.First)));
        if (isGated) activated = builder.AddPart("gated", new Combine(Operator.Multiply), Product("w3", rows, weights.Select(w => w.Third!)), activated);
        var results = Product("w2", dropped(activated), weights.Select(w => w.Second));
        if (builder.Training && balance > 0)
        {
            var counts = builder.AddPart("counts", new ExpertCounts(experts), table);
            var used = builder.AddPart("used", new SumSamples(new Shape(experts), new Argument(0), "Σ {0}"), counts);
            builder.AddPenalty(builder.AddPart("balance", new ExpertBalance(chosen, balance), logits, used));
        }
        return builder.Add(new ExpertSum(chosen), results, table, shares);

        Value Product(string part, Value value, IEnumerable<Value> weights) => builder.AddPart(part, new ExpertLinear(), [value, table, .. weights]);

        Value Weight(string name, int outputs, int inputs) => builder.Parameter($"{prefix}{name}.weight", new Shape(outputs, inputs), ParameterRole.Weight,
            new InitialValues(Init.Default, FanIn: inputs, FanOut: outputs), ParameterStorage.Panels);
    }
}
