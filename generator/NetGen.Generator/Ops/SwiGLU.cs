using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>Three products and a gate: no op of its own, since the second product takes the gate into its store.</summary>
sealed class SwiGLULayer : Layer<SwiGLUAttribute>
{
    protected override Value Build(LayerBuilder builder, SwiGLUAttribute attribute, Value x)
    {
        var hidden = builder.PositiveSize(attribute.Hidden, "hidden");
        if (x.Shape.Rank > 2) builder.Fail("NG0007", x.Shape.ToString());
        var size = x.Shape.Last;
        builder.CheckSize((long)hidden * size, $"its weight of shape [{LayerBuilder.Text(hidden)}, {LayerBuilder.Text(size)}]");
        var gate = builder.AddPart("gate", new Linear(), x, Weight("gate_proj", hidden, size));
        var activated = builder.AddPart("activated", new SiLU(), gate);
        var up = builder.AddPart("up", new Linear(), x, Weight("up_proj", hidden, size));
        var gated = builder.AddPart("gated", new Combine(Operator.Multiply), up, activated);
        return builder.Add(new Linear(), gated, Weight("down_proj", size, hidden));

        Value Weight(string name, int outputs, int inputs) => builder.Parameter($"{name}.weight", new Shape(outputs, inputs), ParameterRole.Weight,
            new InitialValues(Init.Default, FanIn: inputs, FanOut: outputs), ParameterStorage.Panels);
    }
}
