using System.Globalization;

namespace NetGen.Generator.Parsing;

/// <summary>
/// What must hold of the list of elements first of all: one input, then layers with names of their own, then at most one loss; in a block
/// layers only. And layers refer to earlier ones.
/// </summary>
static class ElementOrder
{
    /// <summary>The errors of a list of elements of the network <paramref name="network"/>.</summary>
    public static IEnumerable<NetworkError> Check(string network, EquatableArray<ElementModel> elements)
    {
        var input = IndexOf(elements, ElementKinds.IsInput);
        if (input < 0)
        {
            yield return new("NG0001", -1, [network]);
            yield break;
        }

        var loss = IndexOf(elements, element => element.Kind == ElementKinds.Loss);
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
                ElementKinds.Input or ElementKinds.Sequence when i != input => "is a second input: a network has one; remove this one",
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
        foreach (var error in CheckNames(network, elements)) yield return error;
        for (var i = 0; i < elements.Count; i++)
        {
            if (BlockArguments.FirstOf(elements[i]) is not { } argument) continue;
            yield return new("NG0035", i, [elements[i].Display(), $"refers to {argument}, which a network isn't given: only a block is, by what uses it"]);
        }
    }

    /// <summary>The errors of a list of elements of the block <paramref name="block"/>.</summary>
    public static IEnumerable<NetworkError> CheckBlock(string block, EquatableArray<ElementModel> elements)
    {
        for (var i = 0; i < elements.Count; i++)
            if (!elements[i].IsLayer())
                yield return new("NG0034", i, [elements[i].Display(), block]);
        foreach (var error in CheckNames(block, elements)) yield return error;
    }

    static IEnumerable<NetworkError> CheckNames(string owner, EquatableArray<ElementModel> elements)
    {
        // A layer without a name is named by its position among the layers, which a name such as "2" can collide with.
        var names = new Dictionary<string, ElementModel>(StringComparer.Ordinal);
        var taps = new List<string>();
        var position = -1;
        for (var i = 0; i < elements.Count; i++)
        {
            var element = elements[i];
            if (!element.IsLayer()) continue;
            position++;
            if (element.Tap() is { } tap && !taps.Contains(tap))
            {
                var known = string.Join(", ", taps.Select(name => $"\"{ElementDisplay.Escape(name)}\""));
                var wayOut = taps.Count == 0 ? "give it a Name" : $"the names before it are {known}";
                yield return new("NG0030", i, [element.Display(), ElementDisplay.Escape(tap), owner, wayOut]);
            }
            var given = NameOf(element);
            // A use of blocks without a part of its own in the names of its parameters.
            if (given is "" && element.UsesBlocks()) continue;
            if (given is not null) taps.Add(given);
            var name = given ?? position.ToString(CultureInfo.InvariantCulture);
            if (names.TryGetValue(name, out var earlier)) yield return new("NG0010", i, [element.Display(), ElementDisplay.Escape(name), earlier.Display()]);
            else names.Add(name, element);
        }
    }

    static string? NameOf(ElementModel element)
    {
        foreach (var argument in element.Named)
            if (argument.Name == nameof(LayerAttribute.Name))
                return argument.Value.Scalar as string;
        return null;
    }

    static int IndexOf(EquatableArray<ElementModel> elements, Func<ElementModel, bool> condition)
    {
        for (var i = 0; i < elements.Count; i++)
            if (condition(elements[i]))
                return i;
        return -1;
    }
}
