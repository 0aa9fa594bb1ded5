namespace NetGen;

/// <summary>One element of a network's declaration: its input, a layer, or its loss.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface, AllowMultiple = true)]
public abstract class NetworkElementAttribute : Attribute;

/// <summary>A layer of a network: one of a stack, on its class, or a field that <c>Forward</c> calls.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface | AttributeTargets.Field, AllowMultiple = true)]
public abstract class LayerAttribute : NetworkElementAttribute
{
    /// <summary>
    /// The layer's name, the first part of its parameters' names (<c>fc1</c> gives <c>fc1.weight</c> and <c>fc1.bias</c>). Without one a field's layer is
    /// called as the field, and a stack's layer is named by its position among the layers, counted from 0 as PyTorch's <c>nn.Sequential</c> counts
    /// (<c>0.weight</c>, <c>2.weight</c>).
    /// </summary>
    public string? Name { get; set; }
}
