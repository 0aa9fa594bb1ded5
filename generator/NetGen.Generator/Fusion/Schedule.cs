using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Fusion;

/// <summary>Puts the groups of a training step into stages, between which threads wait for each other.</summary>
static class Schedule
{
    /// <summary>
    /// Between barriers each thread works on its samples, or on its parts of a sum over all samples. What needs the other kind's results, or the
    /// parts of other threads, waits for a barrier. What parameters alone decide is computed just before it is needed, while it is in the cache.
    /// </summary>
    public static ImmutableArray<ImmutableArray<Group>> Of(FusedGraph fused)
    {
        var stageOf = new Dictionary<Value, (int Stage, Partition Partition)>();
        var stages = new int[fused.Groups.Length];
        var early = new HashSet<Value>();
        for (var g = 0; g < stages.Length; g++)
        {
            var group = fused.Groups[g];
            var inputs = group.Inputs.Select(v => v.Storage).ToList();
            stages[g] = inputs.Where(stageOf.ContainsKey).Select(v => stageOf[v])
                .Select(s => s.Partition == Partition.Samples && group.Partition == Partition.Samples ? s.Stage : s.Stage + 1).DefaultIfEmpty(0).Max();
            foreach (var value in group.Values) stageOf[value] = (stages[g], group.Partition);
            if (group.Partition == Partition.Parts && inputs.TrueForAll(v => v.Op is Parameter || early.Contains(v))) early.UnionWith(group.Values);
        }
        var needed = new Dictionary<Value, int>();
        for (var g = stages.Length - 1; g >= 0; g--)
        {
            var group = fused.Groups[g];
            if (early.Contains(group.Values[0]) && group.Values.Any(needed.ContainsKey)) stages[g] = group.Values.Where(needed.ContainsKey).Min(v => needed[v]) - 1;
            foreach (var value in group.Inputs.Select(v => v.Storage)) needed[value] = needed.TryGetValue(value, out var known) ? Math.Min(known, stages[g]) : stages[g];
        }
        return
        [
            .. fused.Groups.Select((group, g) => (group, Stage: stages[g])).GroupBy(p => p.Stage, p => p.group).OrderBy(s => s.Key).Select(s => s.ToImmutableArray()),
        ];
    }
}
