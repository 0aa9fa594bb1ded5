using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Memory;

/// <summary>
/// Where each parameter is in the arena that holds them all: one after the other, each at the start of a cache line, and those that aren't learned at the end,
/// so that gradients and an optimizer's state are an arena's beginning.
/// </summary>
/// <param name="Offsets">The first float of each, by its name.</param>
/// <param name="Floats">The arena's size.</param>
/// <param name="Parameters">The parameters in the order of their declaration.</param>
sealed record ParameterPlan(ImmutableDictionary<string, long> Offsets, long Floats, ImmutableArray<Parameter> Parameters)
{
    public static ParameterPlan Of(NetworkGraph graph)
    {
        var offsets = ImmutableDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        var at = 0L;
        foreach (var (_, parameter) in graph.Parameters.OrderBy(p => p.Op.IsLearned ? 0 : 1))
        {
            offsets.Add(parameter.FullName, at);
            at += parameter.Floats;
        }
        return new ParameterPlan(offsets.ToImmutable(), at, [.. graph.Parameters.Select(p => p.Op)]);
    }

    public long OffsetOf(Value parameter) => Offsets[((Parameter)parameter.Op).FullName];
}
