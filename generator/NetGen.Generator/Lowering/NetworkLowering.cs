using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering.Images;
using NetGen.Generator.Lowering.Recurrent;
using NetGen.Generator.Memory;
using NetGen.Generator.Ops;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Lowering;

/// <summary>Lowers the groups of both graphs.</summary>
static class NetworkLowering
{
    /// <param name="planned">The graphs.</param>
    /// <param name="widths">The vectors that kernels are written for.</param>
    public static LoweredNetwork Lower(PlannedNetwork planned, VectorWidths widths)
    {
        var (inference, inferenceGroups, inferenceArena, training, trainingStages, trainingArena, parameters, plannedDecoding) = planned;
        var names = new KernelNames(widths.Lanes);
        var context = new KernelContext(inference, names, training: false);
        ImmutableArray<KernelCall> derived = [.. inferenceGroups.Groups.Where(IsDerived).Select(g => new KernelCall(g.Anchor.Lower(g, context), g))];
        var ofSamples = inferenceGroups.Groups.Where(g => !IsDerived(g)).ToList();
        ImmutableArray<KernelCall> forward =
        [
            .. ofSamples.SelectMany(g => Recurrences.IsPair(g) ? g.Members : [g])
                .Select(g => new KernelCall(g.Members.Length > 0 ? BandsKernel.Lower(g, context, shared: false) : g.Anchor.Lower(g, context), g)),
        ];
        ImmutableArray<KernelCall> single = inference.Sequences.Any() ? [] : WholeNetworkKernel.TryLower(inferenceGroups, context, parameters) is { } whole
            ? [new KernelCall(whole, null)]
            : [.. ofSamples.Select(g => new KernelCall(LowerSingle(g, context), g))];
        var trainingContext = new KernelContext(training.Graph, names, training: true);
        ImmutableArray<ImmutableArray<StageRun>> stages =
        [
            .. trainingStages.Select(stage => StageRun.Of([.. stage.Select(g => new KernelCall(g.Anchor.Lower(g, trainingContext), g))])),
        ];
        var decoding = plannedDecoding is null ? null : new LoweredDecoding(
            LowerPass(plannedDecoding.OnePosition, names, (group, context) => group.Anchor.LowerSingle(group, context)),
            LowerPass(plannedDecoding.Block, names, (group, context) => group.Anchor.Lower(group, context)),
            plannedDecoding.Source is null ? null : LowerPass(plannedDecoding.Source, names,
                (group, context) => IsDerived(group) || plannedDecoding.SourceInputs is [{ Type.Sequence: not null }] ? group.Anchor.Lower(group, context) : group.Anchor.LowerSingle(group, context)),
            plannedDecoding.SourceInputs, plannedDecoding.CacheFloats);
        var kernels = new Dictionary<string, Kernel>(StringComparer.Ordinal);
        var trained = stages.SelectMany(stage => stage).SelectMany(run => run.Calls);
        foreach (var call in derived.Concat(forward).Concat(single).Concat(trained).Concat(decoding?.Calls ?? []))
        {
            if (!kernels.ContainsKey(call.Kernel.Name)) kernels.Add(call.Kernel.Name, call.Kernel);
        }
        return new LoweredNetwork(inference, training, parameters, inferenceArena, trainingArena, derived, forward, single, stages, [.. kernels.Values])
        {
            Lanes = widths.Lanes,
            Decoding = decoding,
        };
    }

    static Kernel LowerSingle(Group group, KernelContext context) => Recurrences.IsPair(group) ? SharedRecurrenceKernel.LowerWithInputs(group, context)
        : group.Members.Length > 0 ? BandsKernel.Lower(group, context, shared: true)
        : group.Anchor.LowerSingle(group, context);

    static DecoderPass LowerPass(FusedGraph fused, KernelNames names, Func<Group, KernelContext, Kernel> lower)
    {
        var context = new KernelContext(fused.Graph, names, training: false);
        return new(fused.Graph, ActivationPlan.ForInference(fused), [.. fused.Groups.Select(g => new KernelCall(lower(g, context), g))]);
    }

    /// <summary>Whether a group of inference computes what parameters alone decide.</summary>
    static bool IsDerived(Group group) => group.Values.All(v => !v.Type.Batched);
}
