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
        differentiated = GradientBuilder.Differentiate(training, ((dynamic)ElementReader.Read(model.Elements[0])).Gradient);
    }

    public LossSettings? Loss { get; }

    public double[] Predict(Batch batch, IReadOnlyDictionary<string, double[]> parameters, double rounding = 0) =>
        new Interpreter(inference, new(batch, parameters, Loss, Rounding: rounding))[inference.Output];

    public Outcome Backward(Batch batch, IReadOnlyDictionary<string, double[]> parameters, double scale = 1, ulong seed = 0, ulong step = 0,
        double rounding = 0)
    {
        var interpreter = new Interpreter(differentiated.Graph, new(batch, parameters, Loss, scale, seed, step, rounding));
        return new(interpreter.Loss, interpreter[differentiated.Graph.Output],
            differentiated.ParameterGradients.ToDictionary(p => p.Parameter.FullName(), p => interpreter[p.Gradient]),
            differentiated.InputGradient is { } dx ? interpreter[dx] : null)
        {
            LossMagnitude = interpreter.LossMagnitude,
            RunningStatistics = differentiated.Graph.Values.Where(v => v.Op is Ops.UpdateRunningMean or Ops.UpdateRunningVariance)
                .ToDictionary(v => v.Inputs[1].FullName(), v => interpreter[v]),
        };
    }

    /// <summary>
    /// The gradient of the loss by central differences: (L(v + h) − L(v − h)) / 2h for each parameter and each element of the input, or for some of each
    /// tensor where it has many elements. NaN stands for those left out.
    /// </summary>
    public Outcome Differences(Batch batch, IReadOnlyDictionary<string, double[]> parameters, int most, ulong seed = 0, ulong step = 0)
    {
        var gradients = parameters.ToDictionary(p => p.Key, p => Each(p.Value));
        return new(LossNow(), [], gradients, Each(batch.X));

        double LossNow() => new Interpreter(training, new(batch, parameters, Loss, 1, seed, step)).Loss;

        double[] Each(double[] values)
        {
            var gradient = new double[values.Length];
            Array.Fill(gradient, double.NaN);
            // A step coprime to most sizes, so that the elements chosen don't lie in one column.
            var stride = values.Length <= most ? 1 : values.Length / most | 1;
            for (var i = 0; i < values.Length; i += stride)
            {
                var (value, h) = (values[i], 1e-5 * Math.Max(1, Math.Abs(values[i])));
                values[i] = value + h;
                var above = LossNow();
                values[i] = value - h;
                var below = LossNow();
                values[i] = value;
                gradient[i] = (above - below) / (2 * h);
            }
            return gradient;
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
    public static string FullName(this Value value) => ((Ops.Parameter)value.Op).FullName;
}
