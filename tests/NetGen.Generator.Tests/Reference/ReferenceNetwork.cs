using NetGen.Generator.Autodiff;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Tests.Reference;

/// <summary>A declared network in double precision: its graphs, evaluated by the <see cref="Interpreter"/>.</summary>
sealed class ReferenceNetwork
{
    readonly NetworkGraph inference;
    readonly NetworkGraph training;
    readonly DifferentiatedGraph differentiated;

    public ReferenceNetwork(NetworkModel model)
    {
        Loss = LossSettings.Of(model);
        inference = GraphBuilder.Inference(model);
        training = GraphBuilder.ForTraining(model);
        differentiated = GradientBuilder.Differentiate(training, model.Elements.Any(element => element.IsInput() && InputModel.Read(element).Gradient));
    }

    /// <summary>Networks by their names, from declarations as those of a <see cref="NetworkSet"/>, of which no program is made.</summary>
    public static Dictionary<string, ReferenceNetwork> Of(IReadOnlyDictionary<string, string> declarations, string blocks = "") =>
        NetworkSet.ModelsOf(declarations, NetworkSet.Project(declarations, blocks).CreateCompilation()).ToDictionary(model => model.Key, model => new ReferenceNetwork(model.Value));

    public LossSettings? Loss { get; }

    /// <summary>How many numbers one of its parameters has; null where it has none of the name, or only as parts.</summary>
    public int? CountOf(string parameter) => inference.Values.FirstOrDefault(v => v.Op is Ops.Parameter { Part: null } && v.FileName() == parameter)?.Size;

    public double[] Predict(Batch batch, IReadOnlyDictionary<string, double[]> parameters, double rounding = 0, int roundingSeed = 0) =>
        new Interpreter(inference, new(batch, parameters, Loss, Rounding: rounding, RoundingSeed: roundingSeed))[inference.Output];

    public Outcome Backward(Batch batch, IReadOnlyDictionary<string, double[]> parameters, double scale = 1, ulong seed = 0, ulong step = 0,
        double rounding = 0, int roundingSeed = 0)
    {
        var interpreter = new Interpreter(differentiated.Graph, new(batch, parameters, Loss, scale, seed, step, rounding, roundingSeed));
        return new(interpreter.Loss, interpreter[differentiated.Graph.Output],
            // The parts of a tensor follow each other.
            differentiated.ParameterGradients.GroupBy(p => p.Parameter.FileName())
                .ToDictionary(tensor => tensor.Key, tensor => tensor.Count() == 1 ? interpreter[tensor.Single().Gradient] : [.. tensor.SelectMany(p => interpreter[p.Gradient])]),
            differentiated.InputGradient is { } dx ? interpreter[dx] : null)
        {
            LossMagnitude = interpreter.LossMagnitude,
            RunningStatistics = differentiated.Graph.Values.Where(v => v.Op is Ops.UpdateRunningMean or Ops.UpdateRunningVariance)
                .ToDictionary(v => v.Inputs[1].FileName(), v => interpreter[v]),
        };
    }

    /// <summary>The derivative of the loss along a direction by central differences, (L(v + h d) − L(v − h d)) / 2h.</summary>
    /// <param name="batch">The samples and their targets.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="values">v: one of the parameters, or the batch's input. It is moved meanwhile, and then as it was.</param>
    /// <param name="direction">d, of length 1.</param>
    public double DerivativeAlong(Batch batch, IReadOnlyDictionary<string, double[]> parameters, double[] values, double[] direction)
    {
        var (before, h) = ((double[])values.Clone(), 1e-5 * Math.Max(1, values.Zip(direction, (v, d) => Math.Abs(v * d)).Max()));
        var (above, below) = (LossAt(h), LossAt(-h));
        before.CopyTo(values, 0);
        return (above - below) / (2 * h);

        double LossAt(double distance)
        {
            for (var i = 0; i < values.Length; i++) values[i] = before[i] + distance * direction[i];
            return new Interpreter(training, new(batch, parameters, Loss)).Loss;
        }
    }
}

/// <summary>What a forward and backward pass gives.</summary>
/// <param name="Loss">The mean loss.</param>
/// <param name="Output">The output in training mode.</param>
/// <param name="Gradients">The parameters' gradients by name, in PyTorch's order.</param>
/// <param name="InputGradient">The input's gradient, where it was asked for.</param>
sealed record Outcome(double Loss, double[] Output, IReadOnlyDictionary<string, double[]> Gradients, double[]? InputGradient)
{
    /// <summary>How large the loss would be if the samples' losses all had one sign: a sum whose terms cancel is as exact as its terms.</summary>
    public double LossMagnitude { get; init; }

    /// <summary>The running statistics after the pass, by name.</summary>
    public IReadOnlyDictionary<string, double[]> RunningStatistics { get; init; } = new Dictionary<string, double[]>();
}

static class ValueExtensions
{
    /// <summary>The name of a parameter in files.</summary>
    public static string FileName(this Value value) => ((Ops.Parameter)value.Op).FileName;
}
