using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Layers;

/// <summary>A recipe: what ops a layer's attribute stands for.</summary>
abstract class Layer
{
    /// <summary>The attribute that declares the layer.</summary>
    public abstract Type Attribute { get; }

    public abstract Value Build(LayerBuilder builder, NetworkElementAttribute attribute, Value x);
}

abstract class Layer<TAttribute> : Layer where TAttribute : LayerAttribute
{
    public sealed override Type Attribute => typeof(TAttribute);

    public sealed override Value Build(LayerBuilder builder, NetworkElementAttribute attribute, Value x) => Build(builder, (TAttribute)attribute, x);

    protected abstract Value Build(LayerBuilder builder, TAttribute attribute, Value x);
}

/// <summary>A layer that is one elementwise function.</summary>
abstract class ActivationLayer<TAttribute> : Layer<TAttribute> where TAttribute : LayerAttribute
{
    protected abstract Activation Create(LayerBuilder builder, TAttribute attribute);

    protected sealed override Value Build(LayerBuilder builder, TAttribute attribute, Value x) => builder.Add(Create(builder, attribute), x);
}
