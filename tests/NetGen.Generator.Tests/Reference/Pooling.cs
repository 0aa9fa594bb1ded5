using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Tests.Reference;

/// <summary>Poolings and their relatives in double precision, from their definitions, on images [n, channels, height, width].</summary>
static class Pooling
{
    public static double[] Evaluate(Value value, double[][] operands)
    {
        var op = (RegionOp)value.Op;
        var (rows, columns) = (Of(op.Rows), Of(op.Columns));
        var (places, regions) = (op.Rows.Places * op.Columns.Places, op.Rows.Regions * op.Columns.Regions);
        var result = new double[operands[0].Length / value.Inputs[0].Size * value.Size];
        var planes = result.Length / (op is MaxPool or RegionSum ? regions : places);
        for (var region = 0; region < regions; region++)
        {
            var (row, column) = (rows[region / op.Columns.Regions], columns[region % op.Columns.Regions]);
            int[] within = [.. row.Places.SelectMany(y => column.Places.Select(x => y * op.Columns.Places + x))];
            var divisor = (double)row.Divisor * column.Divisor;
            for (var plane = 0; plane < planes; plane++)
            {
                var (first, at) = (plane * places, plane * regions + region);
                switch (op)
                {
                    case MaxPool: result[at] = operands[0][first + Largest(operands[0], first, within)]; break;
                    case MaxPoolGradient: result[first + Largest(operands[1], first, within)] += operands[0][at]; break;
                    case RegionSum:
                        foreach (var i in within) result[at] += operands[0][first + i];
                        result[at] /= divisor;
                        break;
                    case RegionSpread:
                        foreach (var i in within) result[first + i] += operands[0][at] / divisor;
                        break;
                    default: throw new NotSupportedException($"The reference doesn't know the op {op}.");
                }
            }
        }
        return result;
    }

    /// <summary>The first of a region's places that holds its largest value, or the first one that isn't a number.</summary>
    static int Largest(double[] x, int first, int[] within)
    {
        var largest = within[0];
        foreach (var i in within)
        {
            if (x[first + i] > x[first + largest] || (double.IsNaN(x[first + i]) && !double.IsNaN(x[first + largest]))) largest = i;
        }
        return largest;
    }

    /// <summary>The places of each region of an axis, one by one, and what a mean over them is divided by.</summary>
    static (int[] Places, int Divisor)[] Of(RegionAxis axis) => [.. Enumerable.Range(0, axis.Regions).Select(i =>
    {
        int[] places;
        switch (axis)
        {
            case SlidingRegions s:
                int[] window = [.. Enumerable.Range(0, s.Kernel).Select(k => i * s.Stride - s.Padding + k * s.Dilation)];
                places = [.. window.Where(place => place >= 0 && place < s.Places)];
                return (places, s.CountsPadding ? window.Count(place => place < s.Places + s.Padding) : places.Length);
            case AdaptiveRegions a:
                var (begin, end) = (Math.Floor((double)i * a.Places / a.Regions), Math.Ceiling((i + 1.0) * a.Places / a.Regions));
                places = [.. Enumerable.Range(0, a.Places).Where(place => place >= begin && place < end)];
                return (places, places.Length);
            case CopyRegions c: return ([.. Enumerable.Range(0, c.Places).Where(place => place * c.Regions / c.Places == i)], 1);
            case InnerRegions inner: return ([i + inner.Before], 1);
            default: throw new NotSupportedException($"The reference doesn't know the regions {axis}.");
        }
    })];
}
