using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;

namespace NetGen.Generator.Ops;

/// <summary>
/// A loss of each sample, from the output and the target, and what layers add to it, one number a sample each. Its mean is taken over the batch outside of the
/// graph.
/// </summary>
abstract record LossOp : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(1));

    /// <summary>What the sum over samples is divided by.</summary>
    public virtual LossMean Mean => LossMean.Samples;

    public override long Flops(Value result) => result.Inputs[0].Size;

    public sealed override string Formula(Value result, ImmutableArray<string> inputs) =>
        string.Join(" + ", inputs.Skip(2).Prepend($"{Symbol}({string.Join(", ", inputs.Take(2))})"));

    /// <summary>Its name in formulas.</summary>
    public abstract string Symbol { get; }
}

/// <summary>What reaches a number that is added to each sample's loss: the sample's share of the mean.</summary>
sealed record PenaltyGradient : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[0].Type;

    public override string Formula(Value result, ImmutableArray<string> inputs) => "scale";

    public override Kernel Lower(Group group, KernelContext context) => LossKernel.PenaltyGradient(group, context);
}

/// <summary>What a sum of losses is divided by.</summary>
enum LossMean
{
    /// <summary>Nothing: the loss is a sum.</summary>
    Sum,

    /// <summary>The number of samples.</summary>
    Samples,

    /// <summary>The number of labels that count.</summary>
    Labels,
}

/// <summary>The gradient of a loss's mean with respect to the output; computed together with the loss.</summary>
/// <param name="Of">The loss.</param>
sealed record LossGradient(LossOp Of) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[1].Type;

    public override bool IsCompanion => true;

    public override long Flops(Value result) => result.Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"∂{Of.Formula(result.Inputs[0], [inputs[1], inputs[2]])}/∂{inputs[1]}";

    public override string Label => $"{Of}Gradient";
}

/// <summary>A loss that is a sum of terms, one for each element.</summary>
/// <param name="Name">Its name in formulas.</param>
/// <param name="Term">The term, of the output (argument 0) and the target (argument 1).</param>
/// <param name="TermGradient">Its derivative by the output.</param>
/// <param name="MeanOfElements">Whether the terms of a sample are averaged rather than summed.</param>
/// <param name="IsSum">Whether the loss of the batch is a sum too.</param>
sealed record ElementwiseLoss(string Name, Expr Term, Expr TermGradient, bool MeanOfElements = true, bool IsSum = false) : LossOp
{
    public override LossMean Mean => IsSum ? LossMean.Sum : LossMean.Samples;

    public override Kernel Lower(Group group, KernelContext context) => LossKernel.Elementwise(group, this, context);

    public override string Symbol => Name;

    public override string Label => Name;
}

/// <summary>−log softmax(x)[label] (<paramref name="Logits"/>) or −x[label], of a vector x or summed over the rows of one.</summary>
/// <param name="Logits">Whether the output holds logits, rather than log-probabilities.</param>
/// <param name="Smoothing">The share of the target that is spread over all classes.</param>
/// <param name="IgnoreIndex">The label of samples, or of rows, that don't count.</param>
sealed record LabelLoss(bool Logits, float Smoothing, int IgnoreIndex) : LossOp
{
    public override LossMean Mean => LossMean.Labels;

    public override string Symbol => Logits ? "cross_entropy" : "nll";

    public override Kernel Lower(Group group, KernelContext context) => LossKernel.Labels(group, this, context);

    public override string Label => Logits ? "CrossEntropy" : "NLL";
}
