using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Memory;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>Lowers the groups of both graphs, and puts those of training into stages.</summary>
static class NetworkLowering
{
    public static LoweredNetwork Lower(NetworkGraph inference, FusedGraph inferenceGroups, ActivationPlan inferenceArena,
        DifferentiatedGraph training, FusedGraph trainingGroups, ActivationPlan trainingArena, ParameterPlan parameters)
    {
        var names = new KernelNames();
        var context = new KernelContext(inference, names, training: false);
        ImmutableArray<KernelCall> derived = [.. inferenceGroups.Groups.Where(IsDerived).Select(g => new KernelCall(g.Anchor.Lower(g, context), g))];
        ImmutableArray<KernelCall> forward = [.. inferenceGroups.Groups.Where(g => !IsDerived(g)).Select(g => new KernelCall(g.Anchor.Lower(g, context), g))];
        ImmutableArray<KernelCall> single = WholeNetworkKernel.TryLower(inferenceGroups, context, parameters) is { } whole
            ? [new KernelCall(whole, null)]
            : [.. forward.Select(call => new KernelCall(call.Group!.Anchor.LowerSingle(call.Group, context), call.Group))];
        var trainingContext = new KernelContext(training.Graph, names, training: true);
        ImmutableArray<ImmutableArray<StageRun>> stages =
        [
            .. Stages(trainingGroups).Select(stage => StageRun.Of([.. stage.Select(g => new KernelCall(g.Anchor.Lower(g, trainingContext), g))])),
        ];
        var kernels = new Dictionary<string, Kernel>(StringComparer.Ordinal);
        foreach (var call in derived.Concat(forward).Concat(single).Concat(stages.SelectMany(stage => stage).SelectMany(run => run.Calls)))
        {
            if (!kernels.ContainsKey(call.Kernel.Name)) kernels.Add(call.Kernel.Name, call.Kernel);
        }
        return new LoweredNetwork(inference, training, parameters, inferenceArena, trainingArena, derived, forward, single, stages, [.. kernels.Values]);
    }

    /// <summary>Whether a group of inference computes what parameters alone decide.</summary>
    static bool IsDerived(Group group) => group.Values.All(v => !v.Type.Batched);

    /// <summary>
    /// Between barriers each thread works on its samples, or on its parts of a sum over all samples. What needs the other kind's results, or the
    /// parts of other threads, waits for a barrier. What parameters alone decide is computed just before it is needed, while it is in the cache.
    /// </summary>
    public static IEnumerable<ImmutableArray<Group>> Stages(FusedGraph fused)
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
        return fused.Groups.Select((group, g) => (group, Stage: stages[g])).GroupBy(p => p.Stage, p => p.group).OrderBy(s => s.Key).Select(s => s.ToImmutableArray());
    }
}
