using NetGen.Reporting;

namespace NetGen.Samples;

/// <summary>Gradient descent on a surface that can be drawn: the mean squared error of a line over its slope and its offset.</summary>
static class Descent
{
    const int Steps = 30;

    static readonly float[] X = [0f, 0.25f, 0.5f, 0.75f, 1f, 1.25f, 1.5f, 1.75f, 2f];
    static readonly float[] Y = [0.45f, 0.93f, 1.21f, 1.68f, 1.93f, 2.47f, 2.66f, 3.19f, 3.46f];    // about 1.5 x + 0.5

    public static readonly (string Name, double Rate)[] Rates = [("Too small", 0.02), ("Right", 0.3), ("Too large", 0.47)];

    public static double Loss(double slope, double offset)
    {
        double sum = 0;
        for (var i = 0; i < X.Length; i++)
        {
            var error = (slope * X[i]) + offset - Y[i];
            sum += error * error;
        }
        return sum / X.Length;
    }

    /// <summary>The parameters at the start and after each step.</summary>
    public static List<(double Slope, double Offset)> Path(double rate)
    {
        var line = Line.Create();
        var (slope, offset) = (line.Parameters["line.weight"], line.Parameters["line.bias"]);
        slope.CopyFrom([-1.5f]);
        offset.CopyFrom([3.5f]);

        var trainer = new Line.Trainer(line, new SGD(rate));
        List<(double, double)> path = [(-1.5, 3.5)];
        for (var step = 0; step < Steps; step++)
        {
            trainer.Step(X, Y);
            path.Add((slope.ToArray()[0], offset.ToArray()[0]));
        }
        return path;
    }

    public static void Draw(string path, IReadOnlyList<List<(double, double)>> paths) => LossSurface.Save(
        path, Loss, new(-2.5, 5.5, -3.5, 4.5),
        [.. Rates.Zip(paths, (r, points) => new DescentPath(FormattableString.Invariant($"{r.Name}: learning rate {r.Rate}"), points))],
        "slope w", "offset b", "Gradient descent: the mean squared error of y = w x + b",
        $"{Steps} steps from the dark point; the diamond is where they end. The loss is lowest where it is palest; too large a step leaves the picture.");
}
