using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>A <see cref="Linear"/> with the weight of an embedding.</summary>
sealed class TiedLinearLayer : Layer<TiedLinearAttribute>
{
    protected override Value Build(LayerBuilder builder, TiedLinearAttribute attribute, Value x)
    {
        if (!builder.HasTap(attribute.Tap)) builder.Fail("NG0054", $"takes the weight of the Embedding \"{attribute.Tap}\", and no field of this name is called before it");
        var source = builder.Tap(attribute.Tap);
        if (source.Op is not Embedding) builder.Fail("NG0020", x.Shape.ToString(), $"it takes the weight of an Embedding, which \"{attribute.Tap}\" isn't");
        if (x.Shape.Rank > 2) builder.Fail("NG0007", x.Shape.ToString());
        var weight = source.Inputs[1];
        if (x.Shape.Last != weight.Shape.Axes[1])
        {
            builder.Fail("NG0020", x.Shape.ToString(), $"the embedding's vectors have {LayerBuilder.Text(weight.Shape.Axes[1])} values, and so must the last axis here");
        }
        return attribute.Bias
            ? builder.Add(new Linear(), x, weight, builder.Parameter("bias", new Shape(weight.Shape.Axes[0]), ParameterRole.Bias, new InitialValues(Init.Zeros)))
            : builder.Add(new Linear(), x, weight);
    }
}
