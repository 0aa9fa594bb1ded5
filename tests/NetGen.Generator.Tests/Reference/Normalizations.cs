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
            ChannelMoments => PerChannel(values => (values.Average(), values.Sum(v => Square(v - values.Average())))),
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
            BatchInputFactor op => Numbers(c => -operands[3][c] * operands[2][c] * operands[1][c] / (samples * op.Pixels)),
            BatchInputOffset op => Numbers(c => -operands[3][c] * operands[0][c] / (samples * op.Pixels) - operands[2][c] * operands[1][c]),
            NormalizeGradient => Map((i, c) => operands[0][i] * operands[2][c] + operands[1][i] * operands[3][c] + operands[4][c]),
            _ => null,
        };

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
            return [.. operands[0].Chunk(pixels).Zip(operands[1].Chunk(pixels)).SelectMany((pair, i) => new[]
            {
                pair.First.Sum(),
                pair.First.Zip(pair.Second, (dy, x) => dy * (x - operands[2][i % channels]) * operands[3][i % channels]).Sum(),
            })];
        }

        // Mean and sum of squared differences over the batch, of the samples' moments or of vectors.
        (double Mean, double Squares) Batch(int operand, bool ofMoments, int pixels, int channel)
        {
            if (!ofMoments)
            {
                var column = Column(operands[operand], value.Size, channel);
                return (column.Average(), column.Sum(v => Square(v - column.Average())));
            }
            var means = Column(operands[operand], 2 * value.Size, 2 * channel);
            var squares = Column(operands[operand], 2 * value.Size, 2 * channel + 1);
            return (means.Average(), squares.Sum() + pixels * means.Sum(m => Square(m - means.Average())));
        }

        double[] Column(double[] rows, int pitch, int column) => [.. Enumerable.Range(0, samples).Select(i => rows[i * pitch + column])];
    }

    static double Square(double x) => x * x;
}
