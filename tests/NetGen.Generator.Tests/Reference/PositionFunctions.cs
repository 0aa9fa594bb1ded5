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
