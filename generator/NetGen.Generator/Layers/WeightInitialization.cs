using NetGen.Generator.Ops;

namespace NetGen.Generator.Layers;

/// <summary>How the weight and the bias of a layer start, from its attribute.</summary>
static class WeightInitialization
{
    /// <param name="builder">The layer.</param>
    /// <param name="attribute">Its attribute.</param>
    /// <param name="fanIn">The inputs of one output.</param>
    /// <param name="fanOut">The outputs that one input takes part in.</param>
    public static InitialValues Weight(LayerBuilder builder, WeightedLayerAttribute attribute, int fanIn, int fanOut)
    {
        var kind = builder.Defined(attribute.WeightInit, "WeightInit");
        if (attribute.WeightValue != 0 && kind != Init.Constant)
        {
            builder.Fail("NG0022", $"sets WeightValue, but WeightInit is {kind}: set WeightInit = Init.Constant");
        }
        builder.CheckConstant(kind, "WeightInit", "WeightValue");
        if (attribute.WeightGain != 0 && kind is (Init.Default or Init.Zeros or Init.Constant))
        {
            builder.Fail("NG0022", $"sets WeightGain, but WeightInit is {kind}: use a gain with a Xavier or He initialisation");
        }
        var (value, gain) = (builder.Finite(attribute.WeightValue, "WeightValue"), builder.Finite(attribute.WeightGain, "WeightGain"));
        return new InitialValues(kind, value, gain, fanIn, fanOut);
    }

    /// <summary>The bias; null where there is none.</summary>
    public static Graph.Value? Bias(LayerBuilder builder, WeightedLayerAttribute attribute, int size, int fanIn, int fanOut)
    {
        if (!attribute.Bias)
        {
            if (attribute.BiasInit != Init.Default || attribute.BiasValue != 0)
            {
                builder.Fail("NG0022", "initialises a bias that it doesn't have: leave out BiasInit and BiasValue, or Bias = false");
            }
            return null;
        }
        var kind = builder.Defined(attribute.BiasInit, "BiasInit");
        if (kind is not (Init.Default or Init.Zeros or Init.Constant))
        {
            builder.Fail("NG0022", $"sets BiasInit to {kind}, which needs the two sides of a matrix: use Default, Zeros or Constant for a bias");
        }
        if (attribute.BiasValue != 0 && kind != Init.Constant) builder.Fail("NG0022", $"sets BiasValue, but BiasInit is {kind}: set BiasInit = Init.Constant");
        builder.CheckConstant(kind, "BiasInit", "BiasValue");
        var start = new InitialValues(kind, builder.Finite(attribute.BiasValue, "BiasValue"), 0, fanIn, fanOut);
        return builder.Parameter("bias", new Graph.Shape(size), ParameterRole.Bias, start);
    }
}
