using NetGen.Generator.Parsing;

namespace NetGen.Generator.Graph;

/// <summary>An element that takes part in the network: one of its own, or one of a block as it is used at one place.</summary>
/// <param name="Scope">The network or the use of a block that the element belongs to.</param>
/// <param name="Index">The element's place in the list of those.</param>
/// <param name="Element">What was declared, with the block's arguments in place.</param>
/// <param name="Declared">Where its attribute stands, if it isn't where it takes part, but is called from there.</param>
sealed record Site(Scope Scope, int Index, ElementModel Element, int? Declared = null)
{
    /// <summary>
    /// The element for messages, which put it between quotes: <c>Linear(10)</c> of a network, and of a block
    /// <c>Linear(10)' in 'Body', used by 'Residual(typeof(Body))' of 'Net</c>.
    /// </summary>
    public string Display => Scope.Use is { } use ? $"{Element.Display()}' in '{Scope.Owner}', used by '{use.Place}" : Element.Display();

    string Place => Scope.Use is null ? $"{Element.Display()}' of '{Scope.Owner}" : Display;

    /// <summary>An error of this element, with its arguments.</summary>
    public NetworkError Error(string id, EquatableArray<string> arguments)
    {
        var within = new List<BlockPlace>();
        var site = this;
        for (; site.Scope.Use is { } use; site = use) within.Add(new(site.Scope.Block, site == this ? PlaceOf(id) : site.Index));
        return new(id, site == this ? PlaceOf(id) : site.Index, arguments, within.ToEquatableArray());
    }

    /// <summary>Where an error stands: what is wrong with the arguments of an attribute at the attribute, what doesn't fit together at the call.</summary>
    int PlaceOf(string id) =>
        id is "NG0005" or "NG0012" or "NG0017" or "NG0018" or "NG0022" or "NG0024" or "NG0035" ? Declared ?? Index : Index;
}

/// <summary>Where layers stand that may refer to each other: a network, or a use of a block.</summary>
/// <param name="owner">The network or block, for messages.</param>
/// <param name="name">What comes before the names of its layers in files: nothing, or <c>layer1.0.</c>.</param>
/// <param name="label">The same in comments and identifiers.</param>
/// <param name="use">The element that uses the block; null for a network.</param>
/// <param name="block">Which of the model's blocks it is; -1 for a network.</param>
sealed class Scope(string owner, string name = "", string label = "", Site? use = null, int block = -1)
{
    public string Owner { get; } = owner;

    public string Name { get; } = name;

    public string Label { get; } = label;

    public Site? Use { get; } = use;

    public int Block { get; } = block;

    /// <summary>What the layers with a name gave, for those that refer to them.</summary>
    public Dictionary<string, Value> Taps { get; } = new(StringComparer.Ordinal);
}
