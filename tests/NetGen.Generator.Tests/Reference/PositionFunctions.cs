using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Tests.Reference;

/// <summary>Positions that are added or turned by, in double precision, from their definitions.</summary>
static class PositionFunctions
{
    /// <summary>The result of an op on its input; null for other ops.</summary>
    public static double[]? Evaluate(Value value, double[] x)
    {
        var (positions, features) = (value.Shape.Axes[0], value.Shape.Last);
        return value.Op switch
        {
            AddSinusoids => [.. x.Select((number, i) => number + Sinusoid(i / features % positions, i % features, features))],
            RotaryPositions op => [.. Enumerable.Range(0, x.Length / features).SelectMany(row =>
                Turned(op, x[(row * features)..((row + 1) * features)], row % positions))],
            _ => null,
        };
    }

    /// <summary>At each position of a sample what it has at the places of a kernel, feature by feature.</summary>
    public static double[] Windows(double[] x, int features, WindowAxis axis)
    {
        var windows = new double[x.Length * axis.Kernel];
        ForEach(x.Length / features, features, axis, (row, window) => windows[window] = x[row]);
        return windows;
    }

    /// <summary>The same pairs the other way.</summary>
    public static double[] OfWindows(double[] windows, int features, WindowAxis axis)
    {
        var x = new double[windows.Length / axis.Kernel];
        ForEach(x.Length / features, features, axis, (row, window) => x[row] += windows[window]);
        return x;
    }

    /// <summary>The largest number of each column.</summary>
    public static double[] Maxima(double[] x, int columns) => [.. Enumerable.Range(0, columns).Select(column => x.Where((_, i) => i % columns == column).Max())];

    /// <summary>What reaches the rows from the gradient of their columns' largest numbers: the first one gets it, or equal ones share it.</summary>
    public static double[] OfMaxima(double[] dy, double[] x, bool isShared)
    {
        var dx = new double[x.Length];
        var maxima = Maxima(x, dy.Length);
        for (var column = 0; column < dy.Length; column++)
        {
            var places = Enumerable.Range(0, x.Length).Where(i => i % dy.Length == column && x[i] == maxima[column]).ToList();
            foreach (var place in isShared ? places : places.Take(1)) dx[place] = dy[column] / (isShared ? places.Count : 1);
        }
        return dx;
    }

    /// <summary>Visits the indices of every number of a sample and of where a window has it.</summary>
    static void ForEach(int positions, int features, WindowAxis axis, Action<int, int> visit)
    {
        for (var p = 0; p < positions; p++)
        {
            for (var place = 0; place < axis.Kernel; place++)
            {
                var from = p + place * axis.Dilation - axis.Before;
                if (from < 0 || from >= positions) continue;
                for (var feature = 0; feature < features; feature++) visit(from * features + feature, (p * features + feature) * axis.Kernel + place);
            }
        }
    }

    public static double Sinusoid(int position, int feature, int features)
    {
        var angle = position / Math.Pow(10000, (double)(feature / 2 * 2) / features);
        return feature % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle);
    }

    static double[] Turned(RotaryPositions op, double[] row, int position)
    {
        var half = op.HeadSize / 2;
        double[] result = [.. row];
        for (var head = 0; head < op.Turned; head++)
        {
            for (var i = 0; i < half; i++)
            {
                var (a, b) = (head * op.HeadSize + i, head * op.HeadSize + half + i);
                var angle = position * Math.Pow(op.Base, -2.0 * i / op.HeadSize) * (op.Inverse ? -1 : 1);
                (result[a], result[b]) = (row[a] * Math.Cos(angle) - row[b] * Math.Sin(angle), row[a] * Math.Sin(angle) + row[b] * Math.Cos(angle));
            }
        }
        return result;
    }
}
