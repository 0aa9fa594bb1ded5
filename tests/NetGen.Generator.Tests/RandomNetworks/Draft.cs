namespace NetGen.Generator.Tests.RandomNetworks;

/// <summary>A declaration's parts before they are written, so that faults can be put in.</summary>
sealed class Draft
{
    public required string Input { get; set; }

    public required List<string> Layers { get; init; }

    public required string? Loss { get; set; }

    /// <summary>The declarations of the blocks that the layers use.</summary>
    public required List<string> Blocks { get; init; }

    public required Frame Frame { get; set; }

    /// <summary>The shape before each layer, and after the last.</summary>
    public required IReadOnlyList<int[]> Shapes { get; init; }

    public required bool IsNormalized { get; init; }

    /// <summary>How attributes are spread over brackets and spelt.</summary>
    public required int Style { get; init; }

    public string Network { get; set; } = "Network";

    /// <summary>What follows the class.</summary>
    public string After { get; set; } = "";

    public int[] Output => Shapes[^1];

    public string Write()
    {
        List<string> elements = [Network, Input, .. Layers];
        if (Loss is not null) elements.Add(Loss);
        var lines = new List<string>();
        var bits = Style;
        for (var i = 0; i < elements.Count; i++)
        {
            if (elements[i].Length == 0) continue;
            var text = Spelling(elements[i], bits >> (i % 7) & 3);
            if (lines.Count > 0 && lines[^1].EndsWith(']') && (bits >> (i % 11) & 1) == 0) lines[^1] = lines[^1][..^1] + $", {text}]";
            else lines.Add($"[{text}]");
            if ((bits >> (i % 13) & 15) == 7) lines.Add("// [Linear(0)] is a comment.");
        }
        return Frame.Write(string.Join('\n', lines), Blocks) + After;
    }

    /// <summary>An attribute may be called by its whole name.</summary>
    static string Spelling(string element, int how)
    {
        var open = element.IndexOf('(');
        var (name, arguments) = open < 0 ? (element, "") : (element[..open], element[open..]);
        if (name.Contains('.')) return element;
        return how switch { 1 => $"{name}Attribute{arguments}", 2 => $"global::NetGen.{name}{arguments}", _ => element };
    }
}
