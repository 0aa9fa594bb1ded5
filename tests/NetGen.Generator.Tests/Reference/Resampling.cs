using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Tests.Reference;

/// <summary>Images of other sizes in double precision, from their definitions: [n, channels, height, width].</summary>
static class Resampling
{
    public static double[] Evaluate(Value value, double[] x) => value.Op switch
    {
        PixelShuffle shuffle => Shuffle(value, x, shuffle),
        Bilinear b => Interpolate(x, Layout.Sizes(value.Inputs[0].Shape), (b.Height, b.Width), b.AlignCorners, transposed: false),
        BilinearGradient b when value.Inputs[0].Shape.Axes is var large =>
            Interpolate(x, Layout.Sizes(value.Shape), (large[1], large[2]), b.AlignCorners, transposed: true),
        _ => throw new NotSupportedException($"The reference doesn't know the op {value.Op}."),
    };

    static double[] Shuffle(Value value, double[] x, PixelShuffle op)
    {
        // The larger image: [channels, height, width], of which the other has blocks as channels.
        var (channels, height, width) = Layout.Sizes(op.Back ? value.Inputs[0].Shape : value.Shape);
        var (result, r) = (new double[x.Length], op.Factor);
        for (var i = 0; i < x.Length; i++)
        {
            var (column, row, channel, sample) = (i % width, i / width % height, i / width / height % channels, i / width / height / channels);
            var of = channel * r * r + row % r * r + column % r;
            var place = ((sample * channels * r * r + of) * (height / r) + row / r) * (width / r) + column / r;
            if (op.Back) result[place] = x[i];
            else result[i] = x[place];
        }
        return result;
    }

    static double[] Interpolate(double[] x, (int Channels, int Height, int Width) small, (int Height, int Width) large, bool alignCorners, bool transposed)
    {
        var (smaller, larger) = (small.Height * small.Width, large.Height * large.Width);
        var planes = x.Length / (transposed ? larger : smaller);
        var result = new double[planes * (transposed ? smaller : larger)];
        for (var plane = 0; plane < planes; plane++)
        {
            for (var pixel = 0; pixel < larger; pixel++)
            {
                foreach (var (row, vertical) in Weights(pixel / large.Width, small.Height, large.Height, alignCorners))
                {
                    foreach (var (column, horizontal) in Weights(pixel % large.Width, small.Width, large.Width, alignCorners))
                    {
                        var (from, to) = (plane * smaller + row * small.Width + column, plane * larger + pixel);
                        if (transposed) result[from] += vertical * horizontal * x[to];
                        else result[to] += vertical * horizontal * x[from];
                    }
                }
            }
        }
        return result;
    }

    /// <summary>The two places around one of the result's, and what each counts.</summary>
    static (int Place, double Weight)[] Weights(int place, int from, int to, bool alignCorners)
    {
        var at = alignCorners ? (to == 1 ? 0 : place * (from - 1.0) / (to - 1)) : Math.Max(0, (place + 0.5) * from / to - 0.5);
        var before = Math.Min((int)at, from - 1);
        return [(before, 1 - (at - before)), (Math.Min(before + 1, from - 1), at - before)];
    }
}
