using NetGen.Generator.Parsing;

namespace NetGen.Generator.Layers;

/// <summary>Makes the attribute again that an element of the model was read from, so that recipes see typed arguments with their defaults.</summary>
static class ElementReader
{
    public static NetworkElementAttribute Read(ElementModel element)
    {
        var type = LayerCatalog.AttributeOf(element.Kind);
        var constructor = type.GetConstructors().First(c => c.GetParameters().Length == element.Positional.Count);
        var parameters = constructor.GetParameters();
        var attribute = (NetworkElementAttribute)constructor.Invoke([.. element.Positional.Select((a, i) => Convert(a, parameters[i].ParameterType))]);
        foreach (var argument in element.Named)
        {
            var property = type.GetProperty(argument.Name);
            property.SetValue(attribute, Convert(argument.Value, property.PropertyType));
        }
        return attribute;
    }

    static object? Convert(ArgumentValue value, Type type)
    {
        // A block is a class of the user's; recipes know it by its place in the model.
        if (type == typeof(Type)) return null;
        if (type == typeof(Type[])) return new Type[value.Blocks.Count];
        if (value.Array is { } array) return array.ToArray();
        return type.IsEnum ? Enum.ToObject(type, value.Scalar!) : value.Scalar;
    }
}
