using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Tests.Reference;

/// <summary>Recurrences in double precision, from their definitions: a position after the other.</summary>
static class RecurrentFunctions
{
    /// <summary>The result of an op; null for others.</summary>
    /// <param name="value">The op.</param>
    /// <param name="operands">Its inputs.</param>
    /// <param name="evaluated">Gives any value.</param>
    public static double[]? Evaluate(Value value, double[][] operands, Func<Value, double[]> evaluated) => value.Op switch
    {
        Recurrence op => Run(op, value, evaluated).Select(p => p.State),
        RecurrenceGates => Run(Of(value), value.Inputs[0], evaluated).Select(p => p.Gates),
        RecurrenceMemory => Run(Of(value), value.Inputs[0], evaluated).Select(p => p.Memory),
        RecurrenceGradient op => Gradient(op.Of, value, evaluated).Select(p => p.OfProduct),
        RecurrenceInputGradient => Gradient(((RecurrenceGradient)value.Inputs[0].Op).Of, value.Inputs[0], evaluated).Select(p => p.OfInput),
        PositionBefore op => Shifted(operands[0], value.Shape.Axes[0], value.Shape.Last, op.Reverse),
        _ => null,
    };

    static Recurrence Of(Value companion) => (Recurrence)companion.Inputs[0].Op;

    static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>All positions of all samples, in the order in which they are in memory.</summary>
    static Positions<Step> Run(Recurrence op, Value result, Func<Value, double[]> evaluated)
    {
        var (x, weight, bias) = (evaluated(result.Inputs[0]), evaluated(result.Inputs[1]), result.Inputs.Length > 2 ? evaluated(result.Inputs[2]) : null);
        var (positions, h) = (result.Shape.Axes[0], op.Hidden);
        var sums = op.Gates * h;
        var steps = new Step[x.Length / sums];
        for (var sample = 0; sample < steps.Length / positions; sample++)
        {
            var (state, memory) = (new double[h], new double[h]);
            foreach (var t in Order(positions, op.Reverse))
            {
                double[] a = x[((sample * positions + t) * sums)..((sample * positions + t + 1) * sums)], s = new double[sums];
                for (var i = 0; i < sums; i++)
                {
                    s[i] = bias?[i] ?? 0;
                    for (var k = 0; k < h; k++) s[i] += weight[i * h + k] * state[k];
                }
                double[] Part(Func<int, double> element) => [.. Enumerable.Range(0, h).Select(element)];
                double Sum(int gate, int i) => a[gate * h + i] + s[gate * h + i];
                var (before, memoryBefore) = (state, memory);
                double[] gates = [];
                switch (op.Cell)
                {
                    case RecurrentCell.LSTM:
                        double[] input = Part(i => Sigmoid(Sum(0, i))), forget = Part(i => Sigmoid(Sum(1, i))), candidate = Part(i => Math.Tanh(Sum(2, i))), output = Part(i => Sigmoid(Sum(3, i)));
                        memory = Part(i => forget[i] * memoryBefore[i] + input[i] * candidate[i]);
                        var next = memory;
                        state = Part(i => output[i] * Math.Tanh(next[i]));
                        gates = [.. input, .. forget, .. candidate, .. output];
                        break;
                    case RecurrentCell.GRU:
                        double[] reset = Part(i => Sigmoid(Sum(0, i))), update = Part(i => Sigmoid(Sum(1, i))), product = Part(i => s[2 * h + i]);
                        var proposed = Part(i => Math.Tanh(a[2 * h + i] + reset[i] * product[i]));
                        state = Part(i => (1 - update[i]) * proposed[i] + update[i] * before[i]);
                        gates = [.. reset, .. update, .. proposed, .. product];
                        break;
                    default:
                        state = Part(i => op.Cell == RecurrentCell.ReLU ? Math.Max(0, Sum(0, i)) : Math.Tanh(Sum(0, i)));
                        break;
                }
                steps[sample * positions + t] = new(state, gates, memory, before, memoryBefore);
            }
        }
        return new(steps);
    }

    /// <summary>The chain rule through each position, from the last one on.</summary>
    static Positions<StepGradient> Gradient(Recurrence op, Value gradient, Func<Value, double[]> evaluated)
    {
        var result = gradient.Inputs[1];
        var (dy, weight) = (evaluated(gradient.Inputs[0]), evaluated(result.Inputs[1]));
        var (positions, h) = (result.Shape.Axes[0], op.Hidden);
        var steps = Run(op, result, evaluated).All;
        var gradients = new StepGradient[steps.Length];
        for (var sample = 0; sample < steps.Length / positions; sample++)
        {
            double[] ofState = new double[h], ofMemory = new double[h];
            foreach (var t in Order(positions, !op.Reverse))
            {
                var step = steps[sample * positions + t];
                double[] ofSums = new double[op.Gates * h], ofInputs = new double[op.Gates * h], carried = new double[h];
                for (var i = 0; i < h; i++)
                {
                    var d = dy[(sample * positions + t) * h + i] + ofState[i];
                    double Gate(int gate) => step.Gates[gate * h + i];
                    switch (op.Cell)
                    {
                        case RecurrentCell.LSTM:
                            var (input, forget, candidate, output, bounded) = (Gate(0), Gate(1), Gate(2), Gate(3), Math.Tanh(step.Memory[i]));
                            var c = d * output * (1 - bounded * bounded) + ofMemory[i];
                            Set(0, c * candidate * input * (1 - input));
                            Set(1, c * step.MemoryBefore[i] * forget * (1 - forget));
                            Set(2, c * input * (1 - candidate * candidate));
                            Set(3, d * bounded * output * (1 - output));
                            ofMemory[i] = c * forget;
                            break;
                        case RecurrentCell.GRU:
                            var (reset, update, proposed, product) = (Gate(0), Gate(1), Gate(2), Gate(3));
                            var n = d * (1 - update) * (1 - proposed * proposed);
                            Set(0, n * product * reset * (1 - reset));
                            Set(1, d * (step.Before[i] - proposed) * update * (1 - update));
                            Set(2, n);
                            ofSums[2 * h + i] = n * reset;
                            carried[i] = d * update;
                            break;
                        default:
                            Set(0, op.Cell == RecurrentCell.ReLU ? step.State[i] > 0 ? d : 0 : d * (1 - step.State[i] * step.State[i]));
                            break;
                    }

                    void Set(int gate, double value) => ofSums[gate * h + i] = ofInputs[gate * h + i] = value;
                }
                ofState = carried;
                for (var i = 0; i < ofSums.Length; i++)
                {
                    for (var k = 0; k < h; k++) ofState[k] += weight[i * h + k] * ofSums[i];
                }
                gradients[sample * positions + t] = new(ofSums, ofInputs);
            }
        }
        return new(gradients);
    }

    static IEnumerable<int> Order(int positions, bool reverse) => Enumerable.Range(0, positions).Select(t => reverse ? positions - 1 - t : t);

    static double[] Shifted(double[] x, int positions, int length, bool reverse) => [.. Enumerable.Range(0, x.Length).Select(i =>
    {
        var t = i / length % positions;
        return t == (reverse ? positions - 1 : 0) ? 0 : x[reverse ? i + length : i - length];
    })];

    sealed record Step(double[] State, double[] Gates, double[] Memory, double[] Before, double[] MemoryBefore);

    sealed record StepGradient(double[] OfProduct, double[] OfInput);

    sealed record Positions<T>(T[] All)
    {
        public double[] Select(Func<T, double[]> part) => [.. All.SelectMany(part)];
    }
}
