using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>Attention and a feed-forward network, each with a shortcut around it and a normalisation before it or after.</summary>
static class TransformerLayer
{
    public static Value Build(LayerBuilder builder, TransformerLayerAttribute attribute, Value x, bool causal, Value? memory = null)
    {
        MultiheadAttentionLayer.CheckSequence(builder, x);
        if (memory is not null) MultiheadAttentionLayer.CheckSequence(builder, memory);
        var features = x.Shape.Last;
        var hidden = builder.PositiveSize(attribute.FeedForward, "feedForward");
        var epsilon = builder.Within(attribute.Epsilon, 0, float.MaxValue, "Epsilon");
        var isCentered = builder.Defined(attribute.Norm, "Norm") == Norm.LayerNorm;
        var activation = Of(builder.Defined(attribute.Activation, "Activation"));
        if (attribute.Experts != 0) CheckExperts(builder, attribute);
        var last = memory is null ? "norm2" : "norm3";
        if (attribute.NormFirst)
        {
            x = builder.AddPart("attended", new Combine(Operator.Add), Dropped(Attention(Normalized("norm1", x))), x);
            if (memory is not null) x = builder.AddPart("informed", new Combine(Operator.Add), Dropped(Lookup(Normalized("norm2", x), memory)), x);
            return builder.Add(new Combine(Operator.Add), Dropped(FeedForward(Normalized(last, x))), x);
        }
        x = Normalized("norm1", builder.AddPart("attended", new Combine(Operator.Add), Dropped(Attention(x)), x));
        if (memory is not null) x = Normalized("norm2", builder.AddPart("informed", new Combine(Operator.Add), Dropped(Lookup(x, memory)), x));
        return Normalized(last, builder.AddPart("fed", new Combine(Operator.Add), Dropped(FeedForward(x)), x));

        Value Lookup(Value value, Value other) =>
            MultiheadAttentionLayer.Attended(builder, "multihead_attn.", value, other, attribute.Heads, attribute.KeyValueHeads, causal: false, attribute.Bias, rotary: false,
                (float)MultiheadAttentionAttribute.UsualRotaryBase, (float)attribute.AttentionDropout);

        Value Attention(Value value) =>
            MultiheadAttentionLayer.Attended(builder, "self_attn.", value, memory: null, attribute.Heads, attribute.KeyValueHeads, causal, attribute.Bias, attribute.Rotary,
                (float)attribute.RotaryBase, (float)attribute.AttentionDropout);

        Value FeedForward(Value value)
        {
            if (attribute.Experts != 0)
            {
                return MixtureOfExpertsLayer.Mixed(builder, "block_sparse_moe.", value, attribute.Experts, attribute.ExpertsPerToken, hidden, attribute.Activation, (float)attribute.BalanceLoss, Dropped);
            }
            var isGated = attribute.Activation == FeedForwardActivation.SwiGLU;
            var activated = builder.AddPart("activation", activation, Linear(isGated ? "gate_proj" : "linear1", value, hidden));
            if (!isGated) return Linear("linear2", Dropped(activated), features);
            // The second product takes the gate into its store.
            return Linear("down_proj", Dropped(builder.AddPart("gated", new Combine(Operator.Multiply), Linear("up_proj", value, hidden), activated)), features);
        }

        Value Linear(string name, Value value, int outputs)
        {
            var start = new InitialValues(Init.Default, 0, 0, value.Shape.Last, outputs);
            return MultiheadAttentionLayer.Projected(builder, name, [$"{name}.weight", $"{name}.bias"], value, outputs, attribute.Bias, start, start);
        }

        Value Normalized(string name, Value value)
        {
            var weight = builder.Parameter($"{name}.weight", new Shape(features), ParameterRole.Normalization, new InitialValues(Init.Constant, 1));
            var op = new LayerNorm(features, epsilon, isCentered);
            return attribute.Bias && isCentered
                ? builder.AddPart(name, op, value, weight, builder.Parameter($"{name}.bias", new Shape(features), ParameterRole.Bias, new InitialValues(Init.Zeros)))
                : builder.AddPart(name, op, value, weight);
        }

        Value Dropped(Value value) => DropoutLayer.Build(builder, (float)attribute.Dropout, value, ofChannels: false);
    }

    /// <summary>The function between the fully connected layers, or in their gate.</summary>
    public static Activation Of(FeedForwardActivation activation) => activation switch
    {
        FeedForwardActivation.GELU => new GELU(),
        FeedForwardActivation.GELUTanh => new GELUTanh(),
        FeedForwardActivation.SiLU or FeedForwardActivation.SwiGLU => new SiLU(),
        _ => new ReLU(),
    };

    static void CheckExperts(LayerBuilder builder, TransformerLayerAttribute attribute)
    {
        MixtureOfExpertsLayer.Checked(builder, attribute.Experts, "Experts", attribute.ExpertsPerToken, "ExpertsPerToken", (float)attribute.BalanceLoss);
        if (attribute.Bias) builder.Fail("NG0018", "Experts", LayerBuilder.Text(attribute.Experts), "left out but with Bias = false: experts have no biases");
    }
}

sealed class TransformerEncoderLayer : Layer<TransformerEncoderLayerAttribute>
{
    protected override Value Build(LayerBuilder builder, TransformerEncoderLayerAttribute attribute, Value x) =>
        TransformerLayer.Build(builder, attribute, x, causal: false);
}

sealed class TransformerDecoderLayer : MemoryLayer<TransformerDecoderLayerAttribute>
{
    protected override Value Build(LayerBuilder builder, TransformerDecoderLayerAttribute attribute, Value x, Value? memory)
    {
        // Only a layer that was called before has parameters, and what its norm2 normalises depends on whether there is a memory.
        if (builder.Has("norm1.weight") && builder.Has("norm3.weight") != (memory is not null)) builder.Fail("NG0054", "is called with a memory, and without one: use two layers");
        return TransformerLayer.Build(builder, attribute, x, causal: true, memory);
    }
}
