using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Tests.Reference;

/// <summary>Mixtures of experts in double precision, from their definitions: a choice of a position after the other.</summary>
static class MixtureFunctions
{
    /// <summary>The result of an op; null for others.</summary>
    /// <param name="value">The op.</param>
    /// <param name="operands">Its inputs.</param>
    /// <param name="evaluated">Gives any value.</param>
    /// <param name="samples">How many samples there are.</param>
    public static double[]? Evaluate(Value value, double[][] operands, Func<Value, double[]> evaluated, int samples)
    {
        double[] PerSample(Func<Func<int, double[]>, IEnumerable<double>> compute) =>
            [.. Enumerable.Range(0, samples).SelectMany(sample => compute(input => Part(value.Inputs[input], operands[input], sample)))];
        IEnumerable<double> Row(double[] rows, int row, int input = 0) => rows.Skip(row * value.Inputs[input].Shape.Last).Take(value.Inputs[input].Shape.Last);
        switch (value.Op)
        {
            case ExpertTable op:
                return PerSample(of => Table(of(0), value.Inputs[0].Shape.Last, op.Chosen));
            case ExpertShares op:
                return PerSample(of => Choices(of(1), value.Inputs[0].Shape, op.Chosen).SelectMany((choices, t) =>
                    Softmax([.. choices.Select(choice => of(0)[t * value.Inputs[0].Shape.Last + choice.Expert])])));
            case ExpertSharesGradient op:
                return PerSample(of => Choices(of(2), op.Shape, value.Inputs[1].Shape.Last).SelectMany((choices, t) =>
                {
                    var (ds, s) = (Row(of(0), t).ToArray(), Row(of(1), t).ToArray());
                    var gradient = new double[op.Shape.Last];
                    for (var k = 0; k < s.Length; k++) gradient[choices[k].Expert] = s[k] * (ds[k] - ds.Zip(s, (a, b) => a * b).Sum());
                    return gradient;
                }));
            case ExpertRows op:
                return PerSample(of =>
                {
                    var rows = new double[value.Size];
                    ForEach(of(1), value.Inputs[0].Shape.Axes[0], op.Chosen, (t, k, row) => Row(of(0), t)
                        .Select(x => operands.Length > 2 ? x * of(2)[t * op.Chosen + k] : x).ToArray().CopyTo(rows, row * value.Shape.Last));
                    return rows;
                });
            case ExpertSum op:
                return PerSample(of =>
                {
                    var sums = new double[value.Size];
                    ForEach(of(1), value.Shape.Axes[0], op.Chosen, (t, k, row) =>
                    {
                        for (var i = 0; i < value.Shape.Last; i++)
                        {
                            sums[t * value.Shape.Last + i] += of(0)[row * value.Shape.Last + i] * (operands.Length > 2 ? of(2)[t * op.Chosen + k] : 1);
                        }
                    });
                    return sums;
                });
            case ExpertProducts op:
                return PerSample(of =>
                {
                    var products = new double[value.Size];
                    ForEach(of(2), value.Shape.Axes[0], op.Chosen, (t, k, row) => products[t * op.Chosen + k] = Row(of(0), t).Zip(Row(of(1), row), (a, b) => a * b).Sum());
                    return products;
                });
            case ExpertCounts op:
                return PerSample(of => Enumerable.Range(0, op.Experts).Select(e => (double)of(0).Take((of(0).Length - op.Experts - 1) / 3).Count(choice => choice == e)));
            case ExpertBalance op:
                return PerSample(of => [Balance(op.Weight, op.Chosen, of(0), operands[1]).Loss]);
            case ExpertBalanceGradient op:
                return PerSample(of => Balance(op.Weight, op.Chosen, of(1), operands[2]).Gradient.Select(g => g * of(0)[0]));
            case ExpertLinear:
                return PerSample(of => Enumerable.Range(0, value.Shape.Axes[0]).SelectMany(row =>
                {
                    var (x, weight) = (Row(of(0), row).ToArray(), operands[2 + ExpertOf(of(1), value.Shape.Axes[0], row)]);
                    return Enumerable.Range(0, value.Shape.Last).Select(o => x.Select((v, i) => v * weight[o * x.Length + i]).Sum());
                }));
            case ExpertOuterProducts:
                return OuterProducts(value, 0, evaluated, samples);
            case OtherOuterProducts op:
                return OuterProducts(value.Inputs[0], op.Expert, evaluated, samples);
            default:
                return null;
        }
    }

    static double[] Part(Value value, double[] all, int sample) => value.Type.Batched ? all[(sample * value.Size)..((sample + 1) * value.Size)] : all;

    static double[] Softmax(double[] x)
    {
        var powers = x.Select(v => Math.Exp(v - x.Max())).ToArray();
        return [.. powers.Select(p => p / powers.Sum())];
    }

    static IEnumerable<double> Table(double[] logits, int experts, int chosen)
    {
        var choices = logits.Chunk(experts).SelectMany((row, t) => Enumerable.Range(0, experts).OrderByDescending(e => row[e]).Take(chosen).Select(e => (Expert: e, Position: t))).ToList();
        var rows = Enumerable.Range(0, choices.Count).OrderBy(c => choices[c].Expert).ToList();
        return [.. choices.Select(c => (double)c.Expert), .. choices.Select((_, c) => (double)rows.IndexOf(c)), .. rows.Select(c => (double)choices[c].Position),
            .. Enumerable.Range(0, experts + 1).Select(e => (double)choices.Count(c => c.Expert < e))];
    }

    static List<(int Expert, int Row)[]> Choices(double[] table, Shape logits, int chosen)
    {
        var rows = logits.Axes[0] * chosen;
        return [.. Enumerable.Range(0, rows).Select(c => ((int)table[c], (int)table[rows + c])).Chunk(chosen)];
    }

    static void ForEach(double[] table, int positions, int chosen, Action<int, int, int> choice)
    {
        for (var c = 0; c < positions * chosen; c++) choice(c / chosen, c % chosen, (int)table[positions * chosen + c]);
    }

    static int ExpertOf(double[] table, int rows, int row) => table.Skip(3 * rows).Count(first => first <= row) - 1;

    static (double Loss, double[] Gradient) Balance(double weight, int chosen, double[] logits, double[] counts)
    {
        var (experts, positions) = (counts.Length, logits.Length / counts.Length);
        var part = counts.Select(count => count * chosen / counts.Sum()).ToArray();
        var shares = logits.Chunk(experts).Select(Softmax).ToList();
        double Used(double[] p) => p.Zip(part, (a, b) => a * b).Sum();
        return (weight * experts * shares.Average(Used), [.. shares.SelectMany(p => p.Select((share, e) => weight * experts / positions * share * (part[e] - Used(p))))]);
    }

    static double[] OuterProducts(Value value, int expert, Func<Value, double[]> evaluated, int samples)
    {
        var (dy, x, table) = (value.Inputs[0], value.Inputs[1], value.Inputs[2]);
        var (outputs, inputs) = (dy.Shape.Last, x.Shape.Last);
        var sums = new double[outputs * inputs];
        for (var sample = 0; sample < samples; sample++)
        {
            var (g, v, rows) = (Part(dy, evaluated(dy), sample), Part(x, evaluated(x), sample), Part(table, evaluated(table), sample));
            for (var row = 0; row < x.Shape.Axes[0]; row++)
            {
                if (ExpertOf(rows, x.Shape.Axes[0], row) != expert) continue;
                for (var i = 0; i < sums.Length; i++) sums[i] += g[row * outputs + i / inputs] * v[row * inputs + i % inputs];
            }
        }
        return sums;
    }
}
