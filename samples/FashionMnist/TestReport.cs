using NetGen.Data;
using NetGen.Reporting;
using Spectre.Console;
using static System.FormattableString;
using static NetGen.Samples.SampleProgram;

namespace NetGen.Samples;

/// <summary>What a sample shows of a network that classifies Fashion-MNIST.</summary>
static class TestReport
{
    const int Shown = 24;

    /// <summary>Prints a network's layers.</summary>
    public static void Describe(NetworkInfo info)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("layer").AddColumn("").AddColumn("output", c => c.RightAligned())
            .AddColumn("parameters", c => c.RightAligned()).AddColumn("FLOPs", c => c.RightAligned());
        foreach (var layer in info.Layers)
            table.AddRow(layer.Name, layer.Kind, Invariant($"{string.Join(" × ", layer.OutputShape)}"), Invariant($"{layer.Parameters:N0}"), Invariant($"{layer.Flops:N0}"));
        table.AddRow("", "", "", Invariant($"[bold]{info.ParameterCount:N0}[/]"), Invariant($"[bold]{info.Flops:N0}[/]"));
        AnsiConsole.Write(table);
    }

    /// <summary>Prints how often a network is right, class by class.</summary>
    public static void Print(Evaluation evaluation)
    {
        var confusion = evaluation.Confusion!;
        var table = new Table().Border(TableBorder.Simple).AddColumn("class").AddColumn("right", c => c.RightAligned()).AddColumn("of", c => c.RightAligned())
            .AddColumn("accuracy", c => c.RightAligned());
        for (var c = 0; c < FashionMnist.Classes.Length; c++)
            table.AddRow(FashionMnist.Classes[c], Invariant($"{confusion[c, c]:N0}"), Invariant($"{confusion.Count(c):N0}"), Invariant($"{confusion.ClassAccuracy(c):0.0 %}"));
        var right = Enumerable.Range(0, confusion.Classes).Sum(c => confusion[c, c]);
        table.AddRow("[bold]all[/]", Invariant($"[bold]{right:N0}[/]"), Invariant($"[bold]{confusion.Total:N0}[/]"), Invariant($"[bold]{evaluation.Accuracy:0.00 %}[/]"));
        AnsiConsole.Write(table);
        Say($"Test accuracy {evaluation.Accuracy:0.0000}, loss {evaluation.Loss:0.0000}");
    }

    /// <summary>Draws the learning curve, the confusion matrix, and what a network that was read back from its file says of some test images.</summary>
    public static void Draw<TNetwork>(string folder, ulong seed, FitResult result, Evaluation evaluation, TNetwork reloaded, ImageDataset test)
        where TNetwork : class, ITrainable<TNetwork, int>
    {
        LearningCurve.Save(Picture("learning-curve.png"), result.History, "Fashion-MNIST: learning curve");
        ConfusionMatrixPicture.Save(Picture("confusion-matrix.png"), evaluation.Confusion!, FashionMnist.Classes, "Fashion-MNIST: confusion matrix");

        // Predictions of the network that was read back from its file, for a few test images drawn at random.
        var chosen = RandomOrder.Permutation(test.Count, seed).AsSpan(0, Math.Min(Shown, test.Count));
        var (inputs, outputs) = (TNetwork.Info.InputSize, TNetwork.Info.OutputSize);
        var x = new float[chosen.Length * inputs];
        var labels = new int[chosen.Length];
        var y = new float[chosen.Length * outputs];
        test.Read(chosen, x, labels);
        reloaded.Predict(x, y);
        var samples = new List<SampleImage>();
        for (var i = 0; i < chosen.Length; i++)
        {
            var logits = y.AsSpan(i * outputs, outputs);
            var best = BestOf(logits, out var probability);
            samples.Add(new(test.Image(chosen[i]), FashionMnist.Classes[best], FashionMnist.Classes[labels[i]], probability));
        }
        SampleGrid.Save(Picture("predictions.png"), samples, FashionMnist.Side, FashionMnist.Side, title: "Fashion-MNIST: predictions");

        Say($"");
        Say($"Read back from its file, the network says:");
        foreach (var sample in samples.Take(6))
            Say($"  {sample.Actual,-12} → {sample.Predicted,-12} {sample.Confidence,7:0.0 %}{(sample.Actual == sample.Predicted ? "" : "   wrong")}");
        Say($"");
        Say($"Written to {folder}: classifier.safetensors, learning-curve.png, confusion-matrix.png, predictions.png");

        string Picture(string name) => Path.Combine(folder, name);
    }

    static int BestOf(ReadOnlySpan<float> logits, out double probability)
    {
        var best = 0;
        for (var c = 1; c < logits.Length; c++)
        {
            if (logits[c] > logits[best])
                best = c;
        }
        double sum = 0;
        foreach (var logit in logits)
            sum += Math.Exp(logit - logits[best]);
        probability = 1 / sum;
        return best;
    }
}
