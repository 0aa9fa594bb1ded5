using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Memory;

/// <summary>Where what a decoder keeps from one position to the next is in the arena of a text: one cache after the other.</summary>
/// <param name="Offsets">The first float of each.</param>
/// <param name="Floats">The arena's size.</param>
sealed record CachePlan(ImmutableDictionary<Value, int> Offsets, int Floats)
{
    public static CachePlan Of(NetworkGraph graph)
    {
        var offsets = ImmutableDictionary.CreateBuilder<Value, int>();
        var at = 0;
        foreach (var value in graph.Values.Where(v => v.Op is Cache))
        {
            offsets.Add(value, at);
            at = checked(at + Panels.Padded(value.Size));
        }
        return new CachePlan(offsets.ToImmutable(), at);
    }
}
