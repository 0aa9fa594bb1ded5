using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace NetGen.Reporting;

/// <summary>What a learning curve shows of one epoch. A value that wasn't measured is <see cref="double.NaN"/>.</summary>
/// <param name="Epoch">The number of epochs done.</param>
/// <param name="TrainLoss">The mean loss over the training part.</param>
/// <param name="TrainAccuracy">The share of training samples that were classified correctly, from 0 to 1.</param>
/// <param name="ValidationLoss">The mean loss over the validation part.</param>
/// <param name="ValidationAccuracy">The share of validation samples that were classified correctly, from 0 to 1.</param>
public readonly record struct LearningPoint(
    double Epoch, double TrainLoss, double TrainAccuracy = double.NaN, double ValidationLoss = double.NaN, double ValidationAccuracy = double.NaN);

/// <summary>The picture of a training run: loss and accuracy over the epochs, on the training and the validation part.</summary>
public static class LearningCurve
{
    const int Height = 460;
    const int PanelWidth = 520;

    /// <summary>Draws the curves and writes them as a PNG file. The panel of accuracies is left out where none was measured.</summary>
    /// <param name="path">The file. Its folder is created; a file that is there already is replaced.</param>
    /// <param name="points">The epochs, in order.</param>
    /// <param name="title">What is written above.</param>
    /// <exception cref="ArgumentException">There are no points.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Save(string path, IReadOnlyList<LearningPoint> points, string title = "Learning curve")
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Count == 0)
            throw new ArgumentException("A learning curve needs at least one epoch.", nameof(points));

        var accuracies = points.Any(p => double.IsFinite(p.TrainAccuracy) || double.IsFinite(p.ValidationAccuracy));
        using var figure = new Figure((2 * Figure.Margin) + ((accuracies ? 2 : 1) * PanelWidth), Height, title, Summary(points));
        using var loss = Panel("Loss", points, p => p.TrainLoss, p => p.ValidationLoss, Alignment.UpperRight);
        Draw(figure, loss, 0);
        if (accuracies)
        {
            using var accuracy = Panel("Accuracy", points, p => p.TrainAccuracy, p => p.ValidationAccuracy, Alignment.LowerRight);
            ((NumericAutomatic)accuracy.Axes.Left.TickGenerator).LabelFormatter = v => v.ToString("0.## %", CultureInfo.InvariantCulture);
            Draw(figure, accuracy, 1);
        }
        figure.Save(path);
    }

    static void Draw(Figure figure, Plot plot, int column) =>
        figure.Draw(plot, Figure.Margin + (column * PanelWidth), Figure.Top, PanelWidth, Height - Figure.Top - 8);

    static string Summary(IReadOnlyList<LearningPoint> points)
    {
        var last = points[^1];
        var text = string.Create(CultureInfo.InvariantCulture, $"After epoch {last.Epoch:0.##}: loss {last.TrainLoss:0.0000}");
        if (double.IsFinite(last.TrainAccuracy))
            text += string.Create(CultureInfo.InvariantCulture, $", accuracy {last.TrainAccuracy:0.0 %}");
        if (double.IsFinite(last.ValidationLoss))
            text += string.Create(CultureInfo.InvariantCulture, $"; validation loss {last.ValidationLoss:0.0000}");
        if (double.IsFinite(last.ValidationAccuracy))
            text += string.Create(CultureInfo.InvariantCulture, $", accuracy {last.ValidationAccuracy:0.0 %}");
        return text;
    }

    static Plot Panel(
        string title, IReadOnlyList<LearningPoint> points, Func<LearningPoint, double> train, Func<LearningPoint, double> validation, Alignment legend)
    {
        var plot = Figure.Plot(title, "Epoch", "");
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        var curves = Add(plot, "Training", Palette.Blue, points, train) + Add(plot, "Validation", Palette.Orange, points, validation);
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

    static int Add(Plot plot, string name, Color color, IReadOnlyList<LearningPoint> points, Func<LearningPoint, double> value)
    {
        var known = points.Where(p => double.IsFinite(value(p))).Select(p => new Coordinates(p.Epoch, value(p))).ToArray();
        if (known.Length == 0)
            return 0;

        var curve = plot.Add.Scatter(known, color);
        curve.LegendText = name;
        curve.LineWidth = 2.5f;
        curve.MarkerSize = known.Length <= 40 ? 6 : 0;
        return 1;
    }
}
