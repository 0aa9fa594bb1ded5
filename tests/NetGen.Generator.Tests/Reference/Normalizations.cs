using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Tests.Reference;

/// <summary>The ops of normalisations over channels in double precision, from their definitions.</summary>
static class Normalizations
{
    /// <summary>The value of an op, or null where it is none of these.</summary>
    public static double[]? Evaluate(Value value, double[][] operands, int samples)
    {
        return value.Op switch
        {
            ChannelMoments => PerChannel(Moments),
            BatchMean op => Numbers(c => Batch(0, op.OfMoments, op.Pixels, c).Mean),
            InverseDeviation op => Numbers(c => 1 / Math.Sqrt(Batch(1, op.OfMoments, op.Pixels, c).Squares / (samples * op.Pixels) + op.Epsilon)),
            BatchScale => Numbers(c => operands[2][c] * operands[1][c]),
            BatchShift => Numbers(c => (operands.Length > 2 ? operands[2][c] : 0) - operands[1][c] * operands[0][c]),
            RunningScale op => Numbers(c => (operands.Length > 1 ? operands[1][c] : 1) / Math.Sqrt(operands[0][c] + op.Epsilon)),
            UpdateRunningMean op => Numbers(c => (1 - (double)op.Momentum) * operands[1][c] + op.Momentum * operands[0][c]),
            UpdateRunningVariance op => Numbers(c =>
                (1 - (double)op.Momentum) * operands[1][c] + op.Momentum * Batch(2, op.OfMoments, op.Pixels, c).Squares / (samples * op.Pixels - 1)),
            Normalize => Map((i, c) => operands[0][i] * operands[1][c] + operands[2][c]),
            ChannelGradientSums => GradientSums(),
            BatchBiasGradient op => Numbers(c => op.OfSums ? Column(operands[0], 2 * value.Size, 2 * c).Sum() : Column(operands[0], value.Size, c).Sum()),
            BatchWeightGradient op => Numbers(c => op.OfSums
                ? Column(operands[1], 2 * value.Size, 2 * c + 1).Sum()
                : Column(operands[1], value.Size, c).Zip(Column(operands[2], value.Size, c), (dy, x) => dy * (x - operands[3][c]) * operands[4][c]).Sum()),
            NormalizedBiasGradient => Numbers(_ => 0),
            BatchInputFactor op => Numbers(c => -operands[3][c] * operands[2][c] * operands[1][c] / (samples * op.Pixels)),
            BatchInputOffset op => Numbers(c => -operands[3][c] * operands[0][c] / (samples * op.Pixels) - operands[2][c] * operands[1][c]),
            NormalizeGradient => Map((i, c) => operands[0][i] * operands[2][c] + operands[1][i] * operands[3][c] + operands[4][c]),
            GroupStatistics op => Grouped(op.Groups, c => Group(c, op.Pixels, op.Epsilon)),
            GroupNormalize => Map((i, c) =>
                (operands[0][i] - operands[1][Pair(i)]) * operands[1][Pair(i) + 1] * Weight(2, c) + (operands.Length > 3 ? operands[3][c] : 0)),
            GroupGradientFactors op => Grouped(op.Groups, c => GradientFactors(c, op.Pixels)),
            GroupNormGradient => Map((i, c) =>
                operands[0][i] * operands[2][Pair(i) + 1] * Weight(4, c) + operands[1][i] * operands[3][Pair(i)] + operands[3][Pair(i) + 1]),
            LocalResponseNorm op => LocalResponse(op),
            LocalResponseNormGradient op => LocalResponseGradient(op.Of),
            _ => null,
        };

        // Where the numbers of a value's channel are among those of all samples.
        int Pair(int i) => 2 * (i / (value.Size / value.Shape.Axes[0]));

        double Weight(int operand, int channel) => operands.Length > operand ? operands[operand][channel] : 1;

        // Two numbers for each channel of each sample, from the places of the first numbers of its group's channels.
        double[] Grouped(int groups, Func<int[], (double, double)> numbers)
        {
            var size = value.Shape.Axes[0] / groups;
            return [.. Enumerable.Range(0, samples * groups).Select(g => numbers([.. Enumerable.Range(g * size, size).Select(c => 2 * c)]))
                .SelectMany(pair => Enumerable.Repeat(pair, size)).SelectMany(pair => new[] { pair.Item1, pair.Item2 })];
        }

        (double, double) Group(int[] places, int pixels, double epsilon)
        {
            var mean = places.Average(p => operands[0][p]);
            var squares = places.Sum(p => operands[0][p + 1] + pixels * Square(operands[0][p] - mean));
            return (mean, 1 / Math.Sqrt(squares / (places.Length * pixels) + epsilon));
        }

        (double, double) GradientFactors(int[] places, int pixels)
        {
            var (mean, scale, count) = (operands[1][places[0]], operands[1][places[0] + 1], places.Length * pixels);
            double W(int place) => Weight(2, place / 2 % value.Shape.Axes[0]);
            var factor = -scale * scale * places.Sum(p => operands[0][p + 1] * W(p)) / count;
            return (factor, -scale * places.Sum(p => operands[0][p] * W(p)) / count - mean * factor);
        }

        // k + α/size Σ x² over the window of an element's channel.
        double Divisor(LocalResponseNorm op, double[] x, int i)
        {
            var (pixels, channel) = (value.Size / value.Shape.Axes[0], i % value.Size / (value.Size / value.Shape.Axes[0]));
            var (from, to) = (Math.Max(0, channel - op.Size / 2), Math.Min(value.Shape.Axes[0] - 1, channel + (op.Size - 1) / 2));
            return op.K + (double)op.Alpha / op.Size * Enumerable.Range(from, to - from + 1).Sum(c => Square(x[i + (c - channel) * pixels]));
        }

        double[] LocalResponse(LocalResponseNorm op) =>
            [.. Enumerable.Range(0, samples * value.Size).Select(i => operands[0][i] * Math.Pow(Divisor(op, operands[0], i), -(double)op.Beta))];

        // Each result's share of the gradient goes to all channels of its window.
        double[] LocalResponseGradient(LocalResponseNorm op)
        {
            var (dy, x, dx) = (operands[0], operands[1], new double[samples * value.Size]);
            var pixels = value.Size / value.Shape.Axes[0];
            for (var i = 0; i < dx.Length; i++)
            {
                var divisor = Divisor(op, x, i);
                dx[i] += dy[i] * Math.Pow(divisor, -(double)op.Beta);
                var channel = i % value.Size / pixels;
                for (var c = Math.Max(0, channel - op.Size / 2); c <= Math.Min(value.Shape.Axes[0] - 1, channel + (op.Size - 1) / 2); c++)
                {
                    var other = i + (c - channel) * pixels;
                    dx[other] -= dy[i] * x[i] * op.Beta * Math.Pow(divisor, -(double)op.Beta - 1) * 2 * op.Alpha / op.Size * x[other];
                }
            }
            return dx;
        }

        double[] Numbers(Func<int, double> channel) => [.. Enumerable.Range(0, value.Size).Select(channel)];

        double[] Map(Func<int, int, double> element)
        {
            var run = value.Size / value.Shape.Axes[0];
            return [.. Enumerable.Range(0, samples * value.Size).Select(i => element(i, i % value.Size / run))];
        }

        double[] PerChannel(Func<double[], (double, double)> numbers)
        {
            var pixels = value.Inputs[0].Size / value.Shape.Axes[0];
            return [.. operands[0].Chunk(pixels).Select(numbers).SelectMany(pair => new[] { pair.Item1, pair.Item2 })];
        }

        double[] GradientSums()
        {
            var (channels, pixels) = (value.Shape.Axes[0], value.Inputs[0].Size / value.Shape.Axes[0]);
            return [.. operands[0].Chunk(pixels).Zip(operands[1].Chunk(pixels)).SelectMany((pair, i) =>
            {
                // Statistics of the batch, or pairs of each sample's.
                var (mean, scale) = operands.Length > 3 ? (operands[2][i % channels], operands[3][i % channels]) : (operands[2][2 * i], operands[2][2 * i + 1]);
                return new[] { pair.First.Sum(), pair.First.Zip(pair.Second, (dy, x) => dy * (x - mean) * scale).Sum() };
            })];
        }

        // Mean and sum of squared differences over the batch, of the samples' moments or of vectors.
        (double Mean, double Squares) Batch(int operand, bool ofMoments, int pixels, int channel)
        {
            if (!ofMoments)
            {
                var column = Column(operands[operand], value.Size, channel);
                return Moments(column);
            }
            var means = Column(operands[operand], 2 * value.Size, 2 * channel);
            var squares = Column(operands[operand], 2 * value.Size, 2 * channel + 1);
            var (mean, between) = Moments(means);
            return (mean, squares.Sum() + pixels * between);
        }

        double[] Column(double[] rows, int pitch, int column) => [.. Enumerable.Range(0, samples).Select(i => rows[i * pitch + column])];
    }

    /// <summary>The mean, and the sum of the squared differences from it.</summary>
    static (double Mean, double Squares) Moments(double[] values)
    {
        var mean = values.Average();
        return (mean, values.Sum(value => Square(value - mean)));
    }

    static double Square(double x) => x * x;
}
