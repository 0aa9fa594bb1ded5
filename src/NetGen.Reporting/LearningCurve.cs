using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace NetGen.Reporting;

/// <summary>The picture of a training run: loss and accuracy over the epochs, on the training and the validation part.</summary>
public static class LearningCurve
{
    const int Height = 460;
    const int PanelWidth = 520;

    /// <summary>Draws the curves and writes them as a PNG file. The panel of accuracies is left out where none was measured.</summary>
    /// <param name="path">The file. Its folder is created; a file that is there already is replaced.</param>
    /// <param name="epochs">The epochs, in order: the history of a <see cref="FitResult"/>.</param>
    /// <param name="title">What is written above.</param>
    /// <exception cref="ArgumentException">There are no epochs.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Save(string path, IReadOnlyList<EpochResult> epochs, string title = "Learning curve")
    {
        ArgumentNullException.ThrowIfNull(epochs);
        if (epochs.Count == 0)
            throw new ArgumentException("A learning curve needs at least one epoch.", nameof(epochs));

        var accuracies = epochs.Any(p => Known(p.TrainAccuracy) || Known(p.ValidationAccuracy));
        using var figure = new Figure((2 * Figure.Margin) + ((accuracies ? 2 : 1) * PanelWidth), Height, title, Summary(epochs));
        using var loss = Panel("Loss", epochs, p => p.TrainLoss, p => p.ValidationLoss, Alignment.UpperRight);
        Draw(figure, loss, 0);
        if (accuracies)
        {
            using var accuracy = Panel("Accuracy", epochs, p => p.TrainAccuracy, p => p.ValidationAccuracy, Alignment.LowerRight);
            ((NumericAutomatic)accuracy.Axes.Left.TickGenerator).LabelFormatter = v => v.ToString("0.## %", CultureInfo.InvariantCulture);
            Draw(figure, accuracy, 1);
        }
        figure.Save(path);
    }

    static void Draw(Figure figure, Plot plot, int column) =>
        figure.Draw(plot, Figure.Margin + (column * PanelWidth), Figure.Top, PanelWidth, Height - Figure.Top - 8);

    static string Summary(IReadOnlyList<EpochResult> epochs)
    {
        var last = epochs[^1];
        var text = string.Create(CultureInfo.InvariantCulture, $"After epoch {last.Epoch}: loss {last.TrainLoss:0.0000}");
        if (Known(last.TrainAccuracy))
            text += string.Create(CultureInfo.InvariantCulture, $", accuracy {last.TrainAccuracy:0.0 %}");
        if (Known(last.ValidationLoss))
            text += string.Create(CultureInfo.InvariantCulture, $"; validation loss {last.ValidationLoss:0.0000}");
        if (Known(last.ValidationAccuracy))
            text += string.Create(CultureInfo.InvariantCulture, $", accuracy {last.ValidationAccuracy:0.0 %}");
        return text;
    }

    static Plot Panel(
        string title, IReadOnlyList<EpochResult> epochs, Func<EpochResult, double?> train, Func<EpochResult, double?> validation, Alignment legend)
    {
        var plot = Figure.Plot(title, "Epoch", "");
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        var curves = Add(plot, "Training", Palette.Blue, epochs, train) + Add(plot, "Validation", Palette.Orange, epochs, validation);
        plot.Axes.Margins(0.04, 0.08);
        if (curves > 1)
        {
            var box = plot.ShowLegend(legend);
            box.FontSize = 12;
            box.FontName = Typeface.Name;
            box.OutlineWidth = 0;
            box.ShadowColor = Colors.Transparent;
            box.BackgroundColor = Palette.Paper.WithAlpha(.85);
        }
        return plot;
    }

    static bool Known(double? value) => value is { } v && double.IsFinite(v);

    static int Add(Plot plot, string name, Color color, IReadOnlyList<EpochResult> epochs, Func<EpochResult, double?> value)
    {
        var known = epochs.Where(p => Known(value(p))).Select(p => new Coordinates(p.Epoch, value(p)!.Value)).ToArray();
        if (known.Length == 0)
            return 0;

        var curve = plot.Add.Scatter(known, color);
        curve.LegendText = name;
        curve.LineWidth = 2.5f;
        curve.MarkerSize = known.Length <= 40 ? 6 : 0;
        return 1;
    }
}
