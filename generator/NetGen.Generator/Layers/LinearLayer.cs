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
        var start = WeightInitialization.Weight(builder, attribute, x.Size, features);
        var weight = builder.Parameter("weight", new Shape(features, x.Size), ParameterRole.Weight, start, ParameterStorage.Panels);
        var bias = WeightInitialization.Bias(builder, attribute, features, x.Size, features);
        return builder.Add(new Linear(), bias is null ? [x, weight] : [x, weight, bias]);
    }
}
