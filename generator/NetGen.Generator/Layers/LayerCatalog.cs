namespace NetGen.Generator.Layers;

/// <summary>The recipes by the attribute that declares them. A recipe is found by being a class that derives from <see cref="Layer"/>.</summary>
static class LayerCatalog
{
    static readonly Dictionary<Type, Layer> Layers = typeof(Layer).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && typeof(Layer).IsAssignableFrom(type))
        .Select(type => (Layer)Activator.CreateInstance(type))
        .ToDictionary(layer => layer.Attribute);

    static readonly Dictionary<string, Type> Attributes = typeof(NetworkElementAttribute).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && typeof(NetworkElementAttribute).IsAssignableFrom(type))
        .ToDictionary(type => type.Name.Substring(0, type.Name.Length - nameof(System.Attribute).Length), StringComparer.Ordinal);

    public static Layer Of(NetworkElementAttribute attribute) => Layers[attribute.GetType()];

    /// <summary>The attribute class of an element's kind.</summary>
    public static Type AttributeOf(string kind) => Attributes[kind];
}
