using NetGen;
using NetGen.Samples;
using Spectre.Console;

// The first lesson: what one neuron can learn, what it can't, and what the size of a step does.
if (args is not ([] or [not ("-h" or "--help") and not ['-', ..]]))
{
    Console.Error.WriteLine("usage: Perceptron [FOLDER]    draws gradient-descent.png there; default: output");
    return args is ["-h" or "--help"] ? 0 : 1;
}

const int Rounds = 1000;
var table = new Table().Border(TableBorder.Simple)
    .AddColumn("").AddColumn("perceptron of 1957").AddColumn("one neuron, by gradient").AddColumn("hidden layer of 4");
foreach (var problem in Problem.All)
{
    var rosenblatt = new Rosenblatt();
    var rounds = rosenblatt.Learn(problem, Rounds);
    var byRule = Verdict(problem.Right(i => rosenblatt.Fires(Problem.Input(i))), rounds is { } r ? $"{r} rounds" : $"{Rounds} rounds");

    var neuron = Neuron.Create(seed: 1957);
    var trainer = new Neuron.Trainer(neuron, new SGD(1));
    var loss = 0f;
    for (var step = 0; step < Rounds; step++)
        loss = trainer.Step(Problem.Inputs, problem.Targets);
    var byGradient = Verdict(problem.Right(i => Predict(neuron, Problem.Input(i)) > 0), FormattableString.Invariant($"loss {loss:0.000}"));

    var layers = TwoLayers.Create(seed: 1957);
    var layersTrainer = new TwoLayers.Trainer(layers, new SGD(1));
    for (var step = 0; step < Rounds; step++)
        loss = layersTrainer.Step(Problem.Inputs, problem.Targets);
    var byLayers = Verdict(problem.Right(i => Predict(layers, Problem.Input(i)) > 0), FormattableString.Invariant($"loss {loss:0.000}"));
    table.AddRow($"[bold]{problem.Name}[/]", byRule, byGradient, byLayers);
}
AnsiConsole.Write(table);
Console.WriteLine("""
    No line separates XOR's ones from its zeros. The perceptron of 1957 goes round in circles for ever; the neuron that
    follows the gradient settles where it answers ½ to everything, at a loss of ln 2 = 0.693. A hidden layer bends the line.
    """);
Console.WriteLine();

var paths = Descent.Rates.Select(r => Descent.Path(r.Rate)).ToArray();
for (var i = 0; i < paths.Length; i++)
{
    var (name, rate) = Descent.Rates[i];
    var (first, last) = (Descent.Loss(paths[i][0].Slope, paths[i][0].Offset), Descent.Loss(paths[i][^1].Slope, paths[i][^1].Offset));
    Console.WriteLine(FormattableString.Invariant($"{name,-9}  learning rate {rate,-4}  {paths[i].Count - 1} steps: loss {first:0.00} → {last:0.0000}"));
}
var picture = Path.GetFullPath(Path.Combine(args.Length == 1 ? args[0] : "output", "gradient-descent.png"));
try
{
    Descent.Draw(picture, paths);
}
catch (IOException e)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}
Console.WriteLine($"Drawn: {picture}");
return 0;

static string Verdict(int right, string detail) => right == 4 ? $"[green]4 of 4[/], {detail}" : $"[red]{right} of 4[/], {detail}";

static float Predict<TNetwork>(TNetwork network, ReadOnlySpan<float> x) where TNetwork : class, INetwork<TNetwork>
{
    Span<float> y = stackalloc float[1];
    network.Predict(x, y);
    return y[0];
}
