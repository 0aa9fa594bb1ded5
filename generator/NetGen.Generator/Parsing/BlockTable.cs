using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace NetGen.Generator.Parsing;

/// <summary>The blocks that a network or a block uses, directly or within others, each read once.</summary>
sealed class BlockTable(Compilation compilation, CancellationToken cancellation)
{
    readonly Dictionary<INamedTypeSymbol, int> indices = new(SymbolEqualityComparer.Default);
    readonly List<ParsedBlock?> blocks = [];

    /// <summary>Whether all of them can be inlined: without errors of their own, and none within itself.</summary>
    public bool IsSound =>
        blocks.TrueForAll(block => block is { Elements: not null, Errors.IsEmpty: true })
        && !Enumerable.Range(0, blocks.Count).Any(block => Reaches(block, block));

    /// <summary>The name of a network that contains itself; null where there is none. Of a block, its own declaration says so.</summary>
    public string? NetworkWithinItself =>
        Enumerable.Range(0, blocks.Count).Where(block => blocks[block] is { IsNetwork: true } && Reaches(block, block)).Select(block => blocks[block]!.Name).FirstOrDefault();

    public EquatableArray<BlockModel> Models => blocks.Select(block => new BlockModel(block!.Name, block.Elements!.Models, block.Forward)).ToEquatableArray();

    /// <summary>Where the blocks' elements stand; null where that is another assembly.</summary>
    public ImmutableArray<ImmutableArray<Location>?> Locations => [.. blocks.Select(block => block is { IsForeign: false } ? block.Elements?.Locations : null)];

    /// <summary>A block; null while it is being read.</summary>
    public ParsedBlock this[int index] => blocks[index]!;

    /// <summary>A block that an attribute names, and all that it uses in turn.</summary>
    /// <param name="type">What the attribute names.</param>
    /// <param name="problem">Why it isn't a block; null where only the C# compiler can say.</param>
    /// <param name="takesNetworks">Whether a network will do too, whose layers are used with parameters of their own.</param>
    public BlockReference? Add(ITypeSymbol? type, out string? problem, bool takesNetworks = false)
    {
        problem = null;
        if (type is not INamedTypeSymbol { OriginalDefinition: var definition } || !(BlockParser.IsBlock(definition) || takesNetworks && BlockParser.IsNetwork(definition)))
        {
            problem = type is INamedTypeSymbol named && named.GetAttributes().Any(a => WellKnownTypes.IsNetworkAttribute(a.AttributeClass))
                ? "it is a network, with an input of its own; move its layers to a block"
                : "declare it with [Block] and its layers";
            return null;
        }
        if (!indices.TryGetValue(definition, out var index))
        {
            index = blocks.Count;
            indices.Add(definition, index);
            blocks.Add(null);
            blocks[index] = BlockParser.Parse(definition, compilation, this, cancellation);
        }
        // Another assembly's errors are nobody's to see here, but that the block can't be used.
        if (blocks[index] is { IsForeign: true } foreign && (foreign.Elements is null || !foreign.Errors.IsEmpty || Reaches(index, index)))
        {
            problem = $"its declaration in '{definition.ContainingAssembly.Name}' has errors";
            return null;
        }
        return new(index, definition.Name);
    }

    /// <summary>Whether a block contains another, at any depth.</summary>
    public bool Reaches(int block, int target)
    {
        var seen = new HashSet<int>();
        var open = new Stack<int>(Uses(block));
        while (open.Count > 0)
        {
            var next = open.Pop();
            if (next == target) return true;
            if (!seen.Add(next)) continue;
            foreach (var used in Uses(next)) open.Push(used);
        }
        return false;
    }

    /// <summary>How a block comes to contain another: the names of the blocks from the one to the other.</summary>
    public IReadOnlyList<string> Path(int from, int to)
    {
        var before = new Dictionary<int, int> { [from] = -1 };
        var open = new Queue<int>([from]);
        while (open.Count > 0 && !before.ContainsKey(to))
        {
            var block = open.Dequeue();
            foreach (var used in Uses(block).Where(used => !before.ContainsKey(used)))
            {
                before.Add(used, block);
                open.Enqueue(used);
            }
        }
        var path = new List<string>();
        for (var block = to; block >= 0; block = before[block]) path.Insert(0, this[block].Name);
        return path;
    }

    IEnumerable<int> Uses(int block) => blocks[block] is { Elements: { } elements } parsed ? elements.Models.Concat(parsed.Fields.Select(layer => layer.Element)).SelectMany(BlockParser.Uses) : [];
}
