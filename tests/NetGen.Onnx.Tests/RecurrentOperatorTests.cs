using static NetGen.Onnx.Tests.OperatorCase;

namespace NetGen.Onnx.Tests;

/// <summary>The operators that carry a state from position to position.</summary>
public sealed class RecurrentOperatorTests
{
    [Theory]
    [InlineData(1, 3, 2, false)]
    [InlineData(6, 5, 7, false)]
    [InlineData(6, 5, 7, true)]
    [InlineData(1, 4, 3, true)]
    public void LSTM_IsItsDefinition(int positions, int features, int hidden, bool bidirectional)
    {
        string[] suffixes = bidirectional ? ["", "_reverse"] : [""];
        Assert([positions, features], (graph, x) => graph.LSTM(x, "lstm", hidden, bidirectional), x =>
        {
            NaiveTensor y = NaiveTensor.Of([x.Shape[0], positions, suffixes.Length * hidden], _ => 0);
            for (int sample = 0; sample < x.Shape[0]; sample++)
                for (int direction = 0; direction < suffixes.Length; direction++) Run(x, y, sample, direction);
            return y;
        });

        void Run(NaiveTensor x, NaiveTensor y, int sample, int direction)
        {
            string suffix = suffixes[direction];
            NaiveTensor weight = Tensor($"lstm.weight_ih_l0{suffix}", 4 * hidden, features), recurrent = Tensor($"lstm.weight_hh_l0{suffix}", 4 * hidden, hidden);
            NaiveTensor bias = Tensor($"lstm.bias_ih_l0{suffix}", 4 * hidden), other = Tensor($"lstm.bias_hh_l0{suffix}", 4 * hidden);
            double[] h = new double[hidden], c = new double[hidden];
            for (int step = 0; step < positions; step++)
            {
                int t = direction == 0 ? step : positions - 1 - step;
                double[] before = h;
                double Sum(int gate) => bias[gate] + other[gate] + Enumerable.Range(0, features).Sum(k => weight[gate, k] * x[sample, t, k])
                    + Enumerable.Range(0, hidden).Sum(k => recurrent[gate, k] * before[k]);
                double Sigmoid(int gate) => 1 / (1 + Math.Exp(-Sum(gate)));
                for (int i = 0; i < hidden; i++) c[i] = Sigmoid(hidden + i) * c[i] + Sigmoid(i) * Math.Tanh(Sum(2 * hidden + i));
                h = [.. Enumerable.Range(0, hidden).Select(i => Sigmoid(3 * hidden + i) * Math.Tanh(c[i]))];
                for (int i = 0; i < hidden; i++) y[sample, t, direction * hidden + i] = h[i];
            }
        }
    }

    [Fact]
    public void LSTM_OfAVector_IsRefused()
    {
        OnnxGraph graph = new("case", OperatorCase.Tensors);
        ArgumentException fault = Xunit.Assert.Throws<ArgumentException>(() => graph.LSTM(graph.Input("x", 3), "lstm", 2));
        Xunit.Assert.Contains("takes a sequence", fault.Message, StringComparison.Ordinal);
    }
}
