using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Layers;

/// <summary>Recurrent layers: in each direction the products of all inputs, which are one matrix product, and the recurrence on them.</summary>
static class RecurrentLayer
{
    public static Value Build(LayerBuilder builder, RecurrentLayerAttribute attribute, RecurrentCell cell, Value x)
    {
        if (x.Shape.Rank != 2) builder.Fail("NG0020", x.Shape.ToString(), "it takes a sequence, [positions, features]");
        var hidden = builder.PositiveSize(attribute.Hidden, "hidden");
        var layers = builder.PositiveSize(attribute.Layers, "Layers");
        if (!(attribute.Dropout >= 0 && attribute.Dropout < 1)) builder.Fail("NG0012", LayerBuilder.Text(attribute.Dropout));
        if (attribute.Dropout > 0 && layers == 1) builder.Fail("NG0018", "Dropout", LayerBuilder.Text(attribute.Dropout), "0 for a single layer, since it acts between two of them");
        // As PyTorch, from the states' size, whichever the parameter.
        var start = new InitialValues(Init.Default, 0, 0, hidden, hidden);
        for (var layer = 0; layer < layers; layer++)
        {
            if (layer > 0)
            {
                builder.CountLayer();
                x = DropoutLayer.Build(builder, (float)attribute.Dropout, x, ofChannels: false);
            }
            var isLast = layer == layers - 1;
            if (!attribute.Bidirectional)
            {
                x = Direction(x, layer, reverse: false, isResult: isLast);
                continue;
            }
            var (first, second) = (Direction(x, layer, reverse: false, isResult: false), Direction(x, layer, reverse: true, isResult: false));
            builder.CheckSize(2L * first.Size, "its output");
            x = isLast ? builder.Add(new JoinAlong(1), first, second) : builder.AddPart($"both_l{LayerBuilder.Text(layer)}", new JoinAlong(1), first, second);
        }
        return x;

        Value Direction(Value input, int layer, bool reverse, bool isResult)
        {
            var op = new Recurrence(cell, hidden, reverse);
            var suffix = $"l{LayerBuilder.Text(layer)}{(reverse ? "_reverse" : "")}";
            var sums = checked((long)op.Gates * hidden);
            builder.CheckSize(4L * hidden * Math.Max(hidden, (long)input.Shape.Last), $"a weight of [{LayerBuilder.Text(sums)}, {LayerBuilder.Text(Math.Max(hidden, input.Shape.Last))}]");
            builder.CheckSize(4L * hidden * input.Shape.Axes[0], "what it keeps of a sample");
            var weight = Weight("weight_ih_", input.Shape.Last);
            var recurrent = Weight("weight_hh_", hidden);
            Value[] biases = attribute.Bias ? [Bias("bias_ih_"), Bias("bias_hh_")] : [];
            var products = builder.AddPart($"inputs_{suffix}", new Linear(), [input, weight, .. biases.Take(1)]);
            Value[] operands = [products, recurrent, .. biases.Skip(1)];
            return isResult ? builder.Add(op, operands) : builder.AddPart(suffix, op, operands);

            Value Weight(string name, int columns) =>
                builder.Parameter(name + suffix, new Shape((int)sums, columns), ParameterRole.Weight, start, ParameterStorage.Panels);

            Value Bias(string name) => builder.Parameter(name + suffix, new Shape((int)sums), ParameterRole.Bias, start);
        }
    }
}

sealed class LSTMLayer : Layer<LSTMAttribute>
{
    protected override Value Build(LayerBuilder builder, LSTMAttribute attribute, Value x) => RecurrentLayer.Build(builder, attribute, RecurrentCell.LSTM, x);
}

sealed class GRULayer : Layer<GRUAttribute>
{
    protected override Value Build(LayerBuilder builder, GRUAttribute attribute, Value x) => RecurrentLayer.Build(builder, attribute, RecurrentCell.GRU, x);
}

sealed class RNNLayer : Layer<RNNAttribute>
{
    protected override Value Build(LayerBuilder builder, RNNAttribute attribute, Value x) => RecurrentLayer.Build(builder, attribute,
        builder.Defined(attribute.Nonlinearity, "Nonlinearity") == Nonlinearity.ReLU ? RecurrentCell.ReLU : RecurrentCell.Tanh, x);
}
