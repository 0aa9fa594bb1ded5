using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Layers;

/// <summary>A recipe: what ops a layer's attribute stands for.</summary>
abstract class Layer
{
    /// <summary>The attribute that declares the layer.</summary>
    public abstract Type Attribute { get; }

    public abstract Value Build(LayerBuilder builder, NetworkElementAttribute attribute, Value x);

    /// <summary>The layer of a Forward that is called with another sequence too, which it looks at. Refused where the layer has no use for one.</summary>
    public virtual Value Build(LayerBuilder builder, NetworkElementAttribute attribute, Value x, Value memory)
    {
        builder.Fail("NG0054", "takes one tensor: only MultiheadAttention and TransformerDecoderLayer can be called with a memory too");
        throw new InvalidOperationException();
    }
}

abstract class Layer<TAttribute> : Layer where TAttribute : LayerAttribute
{
    public sealed override Type Attribute => typeof(TAttribute);

    public sealed override Value Build(LayerBuilder builder, NetworkElementAttribute attribute, Value x) => Build(builder, (TAttribute)attribute, x);

    protected abstract Value Build(LayerBuilder builder, TAttribute attribute, Value x);
}

/// <summary>A layer that may be called with another sequence, which it looks at.</summary>
abstract class MemoryLayer<TAttribute> : Layer<TAttribute> where TAttribute : LayerAttribute
{
    public sealed override Value Build(LayerBuilder builder, NetworkElementAttribute attribute, Value x, Value memory) => Build(builder, (TAttribute)attribute, x, memory);

    protected sealed override Value Build(LayerBuilder builder, TAttribute attribute, Value x) => Build(builder, attribute, x, memory: null);

    protected abstract Value Build(LayerBuilder builder, TAttribute attribute, Value x, Value? memory);
}

/// <summary>A layer that is one elementwise function.</summary>
abstract class ActivationLayer<TAttribute> : Layer<TAttribute> where TAttribute : LayerAttribute
{
    protected abstract Activation Create(LayerBuilder builder, TAttribute attribute);

    protected sealed override Value Build(LayerBuilder builder, TAttribute attribute, Value x) => builder.Add(Create(builder, attribute), x);
}
