using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Layers;

sealed class LinearLayer : Layer<LinearAttribute>
{
    protected override Value Build(LayerBuilder builder, LinearAttribute attribute, Value x)
    {
        var features = builder.PositiveSize(attribute.Features, "features");
        if (x.Shape.Rank != 1) builder.Fail("NG0007", x.Shape.ToString());
        builder.CheckSize((long)features * x.Size, $"its weight of shape [{LayerBuilder.Text(features)}, {LayerBuilder.Text(x.Size)}]");
        var weight = builder.Parameter("weight", new Shape(features, x.Size), ParameterRole.Weight, Weight(builder, attribute, x.Size), ParameterStorage.Panels);
        if (!attribute.Bias)
        {
            if (attribute.BiasInit != Init.Default || attribute.BiasValue != 0)
            {
                builder.Fail("NG0022", "initialises a bias that it doesn't have: leave out BiasInit and BiasValue, or Bias = false");
            }
            return builder.Add(new Linear(), x, weight);
        }
        return builder.Add(new Linear(), x, weight, builder.Parameter("bias", new Shape(features), ParameterRole.Bias, Bias(builder, attribute, x.Size)));
    }

    static InitialValues Weight(LayerBuilder builder, LinearAttribute attribute, int inputs)
    {
        var kind = builder.Defined(attribute.WeightInit, "WeightInit");
        if (attribute.WeightValue != 0 && kind != Init.Constant)
        {
            builder.Fail("NG0022", $"sets WeightValue, but WeightInit is {kind}: set WeightInit = Init.Constant");
        }
        if (attribute.WeightGain != 0 && kind is (Init.Default or Init.Zeros or Init.Constant))
        {
            builder.Fail("NG0022", $"sets WeightGain, but WeightInit is {kind}: use a gain with a Xavier or He initialisation");
        }
        var (value, gain) = (builder.Finite(attribute.WeightValue, "WeightValue"), builder.Finite(attribute.WeightGain, "WeightGain"));
        return new InitialValues(kind, value, gain, inputs, attribute.Features);
    }

    static InitialValues Bias(LayerBuilder builder, LinearAttribute attribute, int inputs)
    {
        var kind = builder.Defined(attribute.BiasInit, "BiasInit");
        if (kind is not (Init.Default or Init.Zeros or Init.Constant))
        {
            builder.Fail("NG0022", $"sets BiasInit to {kind}, which needs the two sides of a matrix: use Default, Zeros or Constant for a bias");
        }
        if (attribute.BiasValue != 0 && kind != Init.Constant) builder.Fail("NG0022", $"sets BiasValue, but BiasInit is {kind}: set BiasInit = Init.Constant");
        return new InitialValues(kind, builder.Finite(attribute.BiasValue, "BiasValue"), 0, inputs, attribute.Features);
    }
}
