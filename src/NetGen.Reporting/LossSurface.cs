using System.Globalization;
using ScottPlot;

namespace NetGen.Reporting;

/// <summary>The steps of a descent over a loss surface.</summary>
/// <param name="Title">What is written above its panel.</param>
/// <param name="Points">The parameters after each step, the starting point first.</param>
public sealed record DescentPath(string Title, IReadOnlyList<(double X, double Y)> Points);

/// <summary>A part of the plane of two parameters.</summary>
/// <param name="Left">The least value of the first parameter.</param>
/// <param name="Right">The greatest value of the first parameter.</param>
/// <param name="Bottom">The least value of the second parameter.</param>
/// <param name="Top">The greatest value of the second parameter.</param>
public readonly record struct SurfaceArea(double Left, double Right, double Bottom, double Top);

/// <summary>The picture of a loss over two parameters, with the paths of descents on it: one panel for each path.</summary>
public static class LossSurface
{
    const int Panel = 380;
    const int Cells = 160;
    const int Contours = 14;

    /// <summary>Draws the surface with each path and writes them as a PNG file.</summary>
    /// <remarks>Colours and contour lines are spaced by the logarithm of the loss above its least value, so that the bottom of a valley is seen too.</remarks>
    /// <param name="path">The file. Its folder is created; a file that is there already is replaced.</param>
    /// <param name="loss">The loss at two parameters; finite everywhere in <paramref name="area"/>.</param>
    /// <param name="area">The part of the plane that is drawn.</param>
    /// <param name="descents">The paths, a panel each. They may leave the area.</param>
    /// <param name="horizontal">The first parameter's name.</param>
    /// <param name="vertical">The second parameter's name.</param>
    /// <param name="title">What is written above.</param>
    /// <param name="subtitle">What is written below the title.</param>
    /// <exception cref="ArgumentException">There is no path, a path is empty, the area is, or the loss isn't finite somewhere.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Save(
        string path, Func<double, double, double> loss, SurfaceArea area, IReadOnlyList<DescentPath> descents,
        string horizontal = "w", string vertical = "b", string title = "Gradient descent", string subtitle = "")
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(descents);
        if (descents.Count == 0 || descents.Any(d => d.Points.Count == 0))
            throw new ArgumentException("At least one path with at least one point is needed.", nameof(descents));
        if (!(area.Left < area.Right && area.Bottom < area.Top))
            throw new ArgumentException($"{area} is empty: its left needs to be below its right, and its bottom below its top.", nameof(area));

        var grid = Evaluate(loss, area);
        using var figure = new Figure((2 * Figure.Margin) + (descents.Count * Panel), Figure.Top + Panel + 24, title, subtitle);
        for (var i = 0; i < descents.Count; i++)
        {
            using var plot = Draw(grid, area, descents[i], horizontal, i == 0 ? vertical : "");
            figure.Draw(plot, Figure.Margin + (i * Panel), Figure.Top, Panel, Panel + 12);
        }
        figure.Save(path);
    }

    static Coordinates3d[,] Evaluate(Func<double, double, double> loss, SurfaceArea area)
    {
        var grid = new Coordinates3d[Cells + 1, Cells + 1];
        var least = double.PositiveInfinity;
        var greatest = double.NegativeInfinity;
        for (var row = 0; row <= Cells; row++)
        {
            for (var column = 0; column <= Cells; column++)
            {
                var x = area.Left + ((area.Right - area.Left) * column / Cells);
                var y = area.Bottom + ((area.Top - area.Bottom) * row / Cells);
                var z = loss(x, y);
                if (!double.IsFinite(z))
                    throw new ArgumentException(
                        string.Create(CultureInfo.InvariantCulture, $"The loss at ({x}, {y}) is {z}; it needs to be finite."), nameof(loss));
                grid[row, column] = new(x, y, z);
                least = Math.Min(least, z);
                greatest = Math.Max(greatest, z);
            }
        }
        // A thousandth of the range keeps the logarithm of the lowest point finite.
        var offset = Math.Max((greatest - least) * 1e-3, double.Epsilon);
        for (var row = 0; row <= Cells; row++)
        {
            for (var column = 0; column <= Cells; column++)
            {
                var point = grid[row, column];
                grid[row, column] = new(point.X, point.Y, Math.Log(point.Z - least + offset));
            }
        }
        return grid;
    }

    static Plot Draw(Coordinates3d[,] grid, SurfaceArea area, DescentPath descent, string horizontal, string vertical)
    {
        var plot = Figure.Plot(descent.Title, horizontal, vertical);
        plot.HideGrid();
        // A heat map's first row is its top.
        var values = new double[Cells + 1, Cells + 1];
        for (var row = 0; row <= Cells; row++)
        {
            for (var column = 0; column <= Cells; column++)
                values[row, column] = grid[Cells - row, column].Z;
        }
        var map = plot.Add.Heatmap(values);
        map.Rectangle = new CoordinateRect(area.Left, area.Right, area.Bottom, area.Top);
        map.Smooth = true;
        map.Colormap = new Depths();

        var lines = plot.Add.ContourLines(grid, Contours);
        lines.LineColor = Colors.White.WithAlpha(.55);
        lines.LineWidth = 1;
        lines.LabelStyle.IsVisible = false;

        var points = descent.Points.TakeWhile(p => double.IsFinite(p.X) && double.IsFinite(p.Y)).Select(p => new Coordinates(p.X, p.Y)).ToArray();
        var steps = plot.Add.Scatter(points, Palette.Orange);
        steps.LineWidth = 1.8f;
        steps.MarkerSize = 5;
        Mark(plot, points[0], MarkerShape.FilledCircle, 10, Palette.Ink);
        Mark(plot, points[^1], MarkerShape.FilledDiamond, 12, Palette.Orange);
        plot.Axes.SetLimits(area.Left, area.Right, area.Bottom, area.Top);
        return plot;
    }

    static void Mark(Plot plot, Coordinates at, MarkerShape shape, float size, Color color)
    {
        var marker = plot.Add.Marker(at, shape, size, color);
        marker.MarkerStyle.LineColor = Colors.White;
        marker.MarkerStyle.LineWidth = 1.5f;
        marker.MarkerStyle.OutlineColor = Colors.White;
        marker.MarkerStyle.OutlineWidth = 1.5f;
    }

    /// <summary>From a pale valley to dark heights.</summary>
    sealed class Depths : IColormap
    {
        static readonly Color[] Stops = [Color.FromHex("#E0F2FE"), Color.FromHex("#7DD3FC"), Color.FromHex("#2563EB"), Color.FromHex("#1E1B4B")];

        public string Name => "Depths";

        public Color GetColor(double position)
        {
            var place = Math.Clamp(double.IsNaN(position) ? 0 : position, 0, 1) * (Stops.Length - 1);
            var stop = Math.Min((int)place, Stops.Length - 2);
            return Palette.Mix(Stops[stop], Stops[stop + 1], place - stop);
        }
    }
}
