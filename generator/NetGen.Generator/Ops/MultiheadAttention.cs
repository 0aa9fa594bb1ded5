using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

sealed class MultiheadAttentionLayer : MemoryLayer<MultiheadAttentionAttribute>
{
    protected override Value Build(LayerBuilder builder, MultiheadAttentionAttribute attribute, Value x, Value? memory) =>
        Attended(builder, "", x, memory, attribute.Heads, attribute.KeyValueHeads, attribute.Causal, attribute.Bias, attribute.Rotary, (float)attribute.RotaryBase, (float)attribute.Dropout);

    /// <summary>Attention with its two projections.</summary>
    /// <param name="builder">The layer.</param>
    /// <param name="part">What the names of its parameters start with.</param>
    /// <param name="x">The sequence of queries.</param>
    /// <param name="memory">That of keys and values; null where it is the same.</param>
    /// <param name="heads">The heads of queries.</param>
    /// <param name="keyValueHeads">Those of keys and values; 0 for as many.</param>
    /// <param name="causal">Whether a position sees no later one.</param>
    /// <param name="bias">Whether the projections have biases.</param>
    /// <param name="rotary">Whether queries and keys are turned by their positions.</param>
    /// <param name="rotaryBase">What the angles are powers of.</param>
    /// <param name="dropout">The probability with which training drops shares of the softmax.</param>
    public static Value Attended(
        LayerBuilder builder, string part, Value x, Value? memory, int heads, int keyValueHeads, bool causal, bool bias, bool rotary, float rotaryBase, float dropout)
    {
        CheckSequence(builder, x);
        if (memory is not null) CheckSequence(builder, memory);
        var features = x.Shape.Last;
        builder.PositiveSize(heads, "heads");
        builder.NotNegative(keyValueHeads, "KeyValueHeads");
        var pairs = keyValueHeads == 0 ? heads : keyValueHeads;
        if (features % heads != 0)
        {
            builder.Fail("NG0020", x.Shape.ToString(), $"{LayerBuilder.Text(features)} features can't be cut into {LayerBuilder.Text(heads)} equal heads");
        }
        if (heads % pairs != 0)
        {
            builder.Fail("NG0020", x.Shape.ToString(),
                $"{LayerBuilder.Text(heads)} heads can't share {LayerBuilder.Text(pairs)} heads of keys and values in equal parts");
        }
        var width = checked(features / heads * (heads + 2 * pairs));
        // As PyTorch: a matrix for all where they have equally many columns, and one for each else.
        var isSplit = memory is not null && memory.Shape.Last != features;
        if (builder.Has(part + (isSplit ? "in_proj_weight" : "q_proj_weight"))) builder.Fail("NG0054", "was called before with a memory of another width, or without one: use two layers");
        var zeros = new InitialValues(Init.Zeros);
        var op = new Attention(heads, pairs, features / heads, causal, AttentionDropout.Of(builder, dropout));
        var attended = memory is null ? ToItself() : ToMemory(memory);
        return Projected(builder, part + "out_proj", [$"{part}out_proj.weight", $"{part}out_proj.bias"], attended, features, bias,
            new InitialValues(Init.Default, 0, 0, features, features), zeros);

        Value ToItself()
        {
            var projected = Projected(builder, part + "in_proj", [$"{part}in_proj_weight", $"{part}in_proj_bias"], x, width, bias,
                new InitialValues(Init.XavierUniform, 0, 0, features, width), zeros);
            var turned = RotaryPositions.Added(builder, part + "rotary", projected, rotary, rotaryBase, heads, pairs, features / heads);
            return builder.AddPart(part + "attention", op, turned);
        }

        Value ToMemory(Value memory)
        {
            if (rotary) builder.Fail("NG0018", "Rotary", "true", "left out where it is called with a memory, whose positions are others");
            var keyRows = pairs * (features / heads);
            Value[] weights;
            if (!isSplit)
            {
                var shape = new Shape(width, features);
                builder.CheckSize(Shape.LongSize(shape.Axes), $"its weight of shape {shape}");
                weights = builder.ParameterParts(part + "in_proj_weight", shape, keyRows, ParameterRole.Weight, new InitialValues(Init.XavierUniform, 0, 0, features, width));
            }
            else
            {
                weights = [Weight("q", x, features), Weight("k", memory, keyRows), Weight("v", memory, keyRows)];
            }
            Value[]? biases = bias ? builder.ParameterParts(part + "in_proj_bias", new Shape(width), keyRows, ParameterRole.Bias, zeros) : null;
            return builder.AddPart(part + "attention", op, Side(0, "queries", x), Side(1, "keys", memory), Side(2, "values", memory));

            Value Weight(string of, Value from, int rows)
            {
                var shape = new Shape(rows, from.Shape.Last);
                builder.CheckSize(Shape.LongSize(shape.Axes), $"its weight of shape {shape}");
                return builder.Parameter($"{part}{of}_proj_weight", shape, ParameterRole.Weight, new InitialValues(Init.XavierUniform, 0, 0, from.Shape.Last, rows), ParameterStorage.Panels);
            }

            Value Side(int which, string name, Value from) => builder.AddPart(part + name, new Linear(), [from, weights[which], .. biases is null ? Array.Empty<Value>() : [biases[which]]]);
        }
    }

    /// <summary>A fully connected layer on rows.</summary>
    /// <param name="builder">The layer that it is a part of.</param>
    /// <param name="name">What comments call its result.</param>
    /// <param name="parameters">The names of weight and bias.</param>
    /// <param name="x">Its input.</param>
    /// <param name="features">Its outputs.</param>
    /// <param name="bias">Whether it has a bias.</param>
    /// <param name="weightStart">How the weight starts.</param>
    /// <param name="biasStart">How the bias starts.</param>
    public static Value Projected(LayerBuilder builder, string name, string[] parameters, Value x, int features, bool bias, InitialValues weightStart, InitialValues biasStart)
    {
        var shape = new Shape(features, x.Shape.Last);
        builder.CheckSize(Shape.LongSize(shape.Axes), $"its weight of shape {shape}");
        var weight = builder.Parameter(parameters[0], shape, ParameterRole.Weight, weightStart, ParameterStorage.Panels);
        return bias
            ? builder.AddPart(name, new Linear(), x, weight, builder.Parameter(parameters[1], new Shape(features), ParameterRole.Bias, biasStart))
            : builder.AddPart(name, new Linear(), x, weight);
    }

    public static void CheckSequence(LayerBuilder builder, Value x)
    {
        if (x.Shape.Rank != 2) builder.Fail("NG0020", x.Shape.ToString(), "it takes a sequence, [positions, features]");
    }
}
