using System.Globalization;

namespace NetGen.Generator.Parsing;

/// <summary>What must hold of the list of elements first of all: one input, then layers with names of their own, then at most one loss.</summary>
static class ElementOrder
{
    /// <summary>The errors of a list of elements of the network <paramref name="network"/>.</summary>
    public static IEnumerable<NetworkError> Check(string network, EquatableArray<ElementModel> elements)
    {
        var input = IndexOf(elements, ElementKinds.Input);
        if (input < 0)
        {
            yield return new("NG0001", -1, [network]);
            yield break;
        }

        var loss = IndexOf(elements, ElementKinds.Loss);
        var layers = 0;
        var misplaced = false;
        for (var i = 0; i < elements.Count; i++)
        {
            var element = elements[i];
            if (element.IsLayer())
            {
                if (i < input && layers == 0) yield return new("NG0004", i, [element.Display(), elements[input].Display()]);
                layers++;
            }
            var problem = element.Kind switch
            {
                ElementKinds.Input when i != input => "is a second input: a network has one; remove this one",
                ElementKinds.Loss when i != loss => "is a second loss: a network has at most one; remove this one",
                _ when loss >= 0 && i > loss && !misplaced => "comes after the loss: move the loss to the end",
                _ => null,
            };
            if (problem is null) continue;
            // One loss to move is one error, however many elements follow it.
            if (i > loss && loss >= 0 && element.Kind != ElementKinds.Loss) misplaced = true;
            yield return new("NG0019", i, [element.Display(), problem]);
        }
        if (layers == 0) yield return new("NG0021", -1, [network]);
        foreach (var error in CheckNames(elements)) yield return error;
    }

    static IEnumerable<NetworkError> CheckNames(EquatableArray<ElementModel> elements)
    {
        // A layer without a name is named by its position among the layers, which a name such as "2" can collide with.
        var names = new Dictionary<string, ElementModel>(StringComparer.Ordinal);
        var position = 0;
        for (var i = 0; i < elements.Count; i++)
        {
            if (!elements[i].IsLayer()) continue;
            var name = NameOf(elements[i]) ?? position.ToString(CultureInfo.InvariantCulture);
            position++;
            if (names.TryGetValue(name, out var earlier))
                yield return new("NG0010", i, [elements[i].Display(), ElementDisplay.Escape(name), earlier.Display()]);
            else
                names.Add(name, elements[i]);
        }
    }

    static string? NameOf(ElementModel element)
    {
        foreach (var argument in element.Named)
            if (argument.Name == nameof(LayerAttribute.Name))
                return argument.Value.Scalar as string;
        return null;
    }

    static int IndexOf(EquatableArray<ElementModel> elements, string kind)
    {
        for (var i = 0; i < elements.Count; i++)
            if (elements[i].Kind == kind)
                return i;
        return -1;
    }
}
