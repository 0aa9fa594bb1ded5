using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Tests.Reference;

/// <summary>The functions of tensors in double precision, element by element from their definitions.</summary>
static class Tensors
{
    /// <summary>What an op gives; null for one that isn't a function of tensors.</summary>
    public static double[]? Evaluate(Value value, double[][] operands, int samples)
    {
        return value.Op switch
        {
            SumOfGradients => Each(operands, v => v[0] + v[1]),
            Difference or Below => Each(operands, v => v[0] - v[1]),
            Quotient => Each(operands, v => v[0] / v[1]),
            QuotientGradient => Each(operands, v => -v[0] * v[1] / v[2]),
            Compare c => Each(operands, v => Holds(c.Name, v[0], v[1]) ? 1 : 0),
            CompareConstant c => Each(operands, v => Holds(c.Name, v[0], c.With) ? 1 : 0),
            Choose => Each(operands, v => v[0] != 0 ? v[1] : v[2]),
            ChooseConstant c => Each(operands, v => v[0] != 0 == c.ConstantFirst ? c.Constant : v[1]),
            ChooseConstants c => Each(operands, v => v[0] != 0 ? c.Then : c.Otherwise),
            Extreme e => Each(operands, v => e.IsMax ? Math.Max(v[0], v[1]) : Math.Min(v[0], v[1])),
            ExtremeGradient e => Each(operands, v => v[1] == v[2] ? v[0] / 2 : v[1] > v[2] == e.IsMax ? v[0] : 0),
            Strided s => PerSample((x, y) => ForEach(s, (at, from) => y[at] = x[from])),
            StridedGradient g => PerSample((dy, dx) => ForEach(g.Of, (at, from) => dx[from] += dy[at])),
            JoinAlong join => Joined(value, join.Axis, operands, samples),
            ReduceRows r => PerSample((x, y) =>
            {
                for (var row = 0; row < y.Length; row++) y[row] = Reduced(r.Kind, Row(x, row, y.Length));
            }),
            ReduceRowsGradient r => [.. Enumerable.Range(0, samples).SelectMany(s => RowsGradient(r, operands, s, value.Size))],
            MatMul m => Products(value, m, operands, samples),
            _ => null,
        };

        double[] PerSample(Action<double[], double[]> compute)
        {
            var batched = value.Inputs[0].Type.Batched;
            return [.. Enumerable.Range(0, samples).SelectMany(s =>
            {
                var result = new double[value.Size];
                compute(batched ? Sample(operands[0], s, samples) : operands[0], result);
                return result;
            })];
        }
    }

    static double[] Sample(double[] values, int sample, int samples) => values[(values.Length / samples * sample)..(values.Length / samples * (sample + 1))];

    static double[] Row(double[] values, int row, int rows) => Sample(values, row, rows);

    static double[] Each(double[][] operands, Func<double[], double> function) =>
        [.. Enumerable.Range(0, operands[0].Length).Select(i => function([.. operands.Select(values => values[i])]))];

    static bool Holds(string comparison, double left, double right) => comparison switch
    {
        ">" => left > right,
        "<" => left < right,
        ">=" => left >= right,
        "<=" => left <= right,
        "==" => left == right,
        _ => left != right,
    };

    /// <summary>Each place of the result, and the one of the input that it is taken from.</summary>
    static void ForEach(Strided op, Action<int, int> visit)
    {
        for (var at = 0; at < op.Shape.Size; at++)
        {
            var (from, rest) = (op.First, at);
            for (var axis = op.Shape.Rank - 1; axis >= 0; axis--)
            {
                from += rest % op.Shape.Axes[axis] * op.Strides[axis];
                rest /= op.Shape.Axes[axis];
            }
            visit(at, from);
        }
    }

    static double[] Joined(Value value, int axis, double[][] operands, int samples)
    {
        var inner = value.Shape.Axes.Skip(axis + 1).Aggregate(1, (a, b) => a * b);
        var blocks = value.Shape.Axes.Take(axis).Aggregate(1, (a, b) => a * b);
        var result = new List<double>();
        for (var block = 0; block < samples * blocks; block++)
        {
            for (var i = 0; i < operands.Length; i++)
            {
                var length = value.Inputs[i].Shape.Axes[axis] * inner;
                result.AddRange(operands[i].Skip(block * length).Take(length));
            }
        }
        return [.. result];
    }

    static double Reduced(Reduction kind, double[] row) => kind switch { Reduction.Sum => row.Sum(), Reduction.Mean => row.Average(), _ => row.Max() };

    static IEnumerable<double> RowsGradient(ReduceRowsGradient op, double[][] operands, int sample, int size)
    {
        var length = op.Shape.Last;
        for (var i = 0; i < size; i++)
        {
            var row = (sample * size + i) / length;
            var dy = operands[0][row];
            if (op.Kind == Reduction.Max)
            {
                var x = operands[1][(row * length)..((row + 1) * length)];
                yield return x[i % length] == operands[2][row] ? dy / x.Count(v => v == operands[2][row]) : 0;
            }
            else
            {
                yield return op.Kind == Reduction.Mean ? dy / length : dy;
            }
        }
    }

    static double[] Products(Value value, MatMul op, double[][] operands, int samples)
    {
        var result = new double[samples * value.Size];
        for (var i = 0; i < result.Length; i++)
        {
            var (sample, matrix, row, column) = (i / value.Size, i % value.Size / (op.M * op.N), i / op.N % op.M, i % op.N);
            for (var k = 0; k < op.K; k++)
            {
                var a = Element(0, op.TransposesA ? k * op.M + row : row * op.K + k, op.M * op.K);
                var b = Element(1, op.TransposesB ? column * op.K + k : k * op.N + column, op.K * op.N);
                result[i] += a * b;
            }

            double Element(int operand, int index, int size) => operands[operand][((value.Inputs[operand].Type.Batched ? sample : 0) * op.Matrices + matrix) * size + index];
        }
        return result;
    }
}
