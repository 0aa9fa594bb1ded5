using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Layers;

sealed class LinearLayer : Layer<LinearAttribute>
{
    protected override Value Build(LayerBuilder builder, LinearAttribute attribute, Value x)
    {
        var features = builder.PositiveSize(attribute.Features, "features");
        if (x.Shape.Rank > 2) builder.Fail("NG0007", x.Shape.ToString());
        var inputs = x.Shape.Last;
        builder.CheckSize((long)features * inputs, $"its weight of shape [{LayerBuilder.Text(features)}, {LayerBuilder.Text(inputs)}]");
        var start = WeightInitialization.Weight(builder, attribute, inputs, features);
        var weight = builder.Parameter("weight", new Shape(features, inputs), ParameterRole.Weight, start, ParameterStorage.Panels);
        var bias = WeightInitialization.Bias(builder, attribute, features, inputs, features);
        return builder.Add(new Linear(), bias is null ? [x, weight] : [x, weight, bias]);
    }
}
