using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Layers;

/// <summary>The recipe of the loss, the one element that isn't a layer.</summary>
static class LossLayer
{
    static readonly Expr X = new Argument(0), T = new Argument(1), Difference = X - T;

    /// <summary>Whether the target is a label for each sample, or for each row of one, rather than a value for each of the output's.</summary>
    public static bool HasLabels(LossAttribute? attribute) => attribute?.Kind is Loss.CrossEntropy or Loss.NLL;

    public static Value Build(GraphBuilder graph, LayerBuilder builder, LossAttribute attribute, Value output)
    {
        Check(builder, attribute, output);
        var target = graph.Add("target", -1, new Target(HasLabels(attribute)
            ? new(new Shape(output.Shape.Axes.Take(output.Shape.Rank - 1).ToEquatableArray()), Element: ElementType.Int32, Sequence: output.Type.Sequence)
            : new(output.Shape, Sequence: output.Type.Sequence)));
        // The mean is over the labels, of which a sample may have many; what layers add counts for the sample.
        var labels = HasLabels(attribute) && output.Type.Sequence is null ? output.Shape.Size / output.Shape.Last : 1;
        return builder.Add(Op(attribute), [output, target, .. graph.Penalties.Select(penalty => labels == 1 ? penalty : builder.AddPart("penalty", new Affine(labels, 0), penalty))]);
    }

    /// <summary>The loss of a network that declares none: the caller gives the gradient of a loss of its own in place of a target.</summary>
    public static Value FromOutputGradient(GraphBuilder graph, Value output)
    {
        var gradient = graph.Add("target", -1, new Target(new(output.Shape, Sequence: output.Type.Sequence)));
        return graph.Add("loss", -1, new ElementwiseLoss("Σ y ⊙ ∂y", X * T, T, MeanOfElements: false, IsSum: true), [output, gradient, .. graph.Penalties]);
    }

    public static void Check(LayerBuilder builder, LossAttribute attribute, Value output)
    {
        var kind = builder.Defined(attribute.Kind, "kind");
        builder.Within(attribute.LabelSmoothing, 0, 1, "LabelSmoothing");
        builder.Positive(attribute.Delta, "Delta");
        if (attribute.LabelSmoothing != 0 && kind != Loss.CrossEntropy)
        {
            builder.Fail("NG0018", "LabelSmoothing", LayerBuilder.Text(attribute.LabelSmoothing), "left out but for CrossEntropy");
        }
        if (attribute.Delta != 1 && kind != Loss.Huber) builder.Fail("NG0018", "Delta", LayerBuilder.Text(attribute.Delta), "left out but for Huber");
        if (attribute.IgnoreIndex != new LossAttribute(kind).IgnoreIndex && !HasLabels(attribute))
            builder.Fail("NG0018", "IgnoreIndex", LayerBuilder.Text(attribute.IgnoreIndex), "left out but for CrossEntropy and NLL");
        if (HasLabels(attribute) && output.Shape.Rank > 2)
        {
            builder.Fail("NG0009", output.Shape.ToString(), "it needs a vector with a value for each class, or a row of them for each position; put [Flatten] before it");
        }
        if (HasLabels(attribute) && output.Shape.Last < 2)
        {
            builder.Fail("NG0009", output.Shape.ToString(), "it needs at least two classes; use BCEWithLogits for a single yes or no");
        }
        var last = Unshaped(output).Op;
        if (kind == Loss.CrossEntropy && last is Softmax { Log: false })
        {
            builder.Fail("NG0009", output.Shape.ToString(), "it needs logits, and contains the softmax itself; leave out [Softmax]");
        }
        if (kind is Loss.NLL or Loss.KLDivergence && last is Softmax { Log: false })
        {
            builder.Fail("NG0009", output.Shape.ToString(), $"it needs log-probabilities; use [LogSoftmax]{(kind == Loss.NLL ? ", or CrossEntropy on the logits" : "")}");
        }
        if (kind is Loss.NLL or Loss.KLDivergence && last is Linear)
        {
            var way = kind == Loss.NLL ? "use CrossEntropy, or put [LogSoftmax] before it" : "put [LogSoftmax] before it";
            builder.Fail("NG0009", output.Shape.ToString(),
                $"it needs log-probabilities, and a linear layer gives any numbers, of which the loss has no lower bound; {way}");
        }
        if (kind == Loss.BCEWithLogits && last is Sigmoid)
        {
            builder.Fail("NG0009", output.Shape.ToString(), "it needs logits, and contains the sigmoid itself; leave out [Sigmoid]");
        }
    }

    /// <summary>The value of which the output is the numbers, perhaps in another shape.</summary>
    static Value Unshaped(Value output) => output.Op is Reshape ? Unshaped(output.Inputs[0]) : output;

    static LossOp Op(LossAttribute attribute) => attribute.Kind switch
    {
        Loss.CrossEntropy => new LabelLoss(Logits: true, (float)attribute.LabelSmoothing, attribute.IgnoreIndex),
        Loss.NLL => new LabelLoss(Logits: false, 0, attribute.IgnoreIndex),
        Loss.MSE => new ElementwiseLoss("mse", Difference * Difference, Difference * 2),
        Loss.L1 => new ElementwiseLoss("l1", Expr.Abs(Difference), Sign(Difference, Expr.One)),
        Loss.Huber => Huber((float)attribute.Delta),
        // log(1 + eˣ) − t x, whose gradient is σ(x) − t
        Loss.BCEWithLogits => new ElementwiseLoss("bce_with_logits", Expr.Max(X, Expr.Zero) - X * T + Expr.Softplus(-Expr.Abs(X)), Expr.Sigmoid(X) - T),
        Loss.KLDivergence => new ElementwiseLoss("kl_div", Expr.WhereGreater(T, Expr.Zero, T * (Expr.Log(T) - X), Expr.Zero), -T, MeanOfElements: false),
        var kind => throw new InvalidOperationException($"{kind} is not a loss."),
    };

    static ElementwiseLoss Huber(float delta)
    {
        var size = Expr.Abs(Difference);
        return new ElementwiseLoss("huber",
            Expr.WhereGreater(size, delta, (size - 0.5f * delta) * delta, Difference * Difference * 0.5f),
            Expr.WhereGreater(size, delta, Sign(Difference, delta), Difference));
    }

    static Expr Sign(Expr x, Expr magnitude) =>
        Expr.WhereGreater(x, Expr.Zero, magnitude, Expr.WhereGreater(Expr.Zero, x, -magnitude, Expr.Zero));
}
