using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>Kernels of a stage that run one after the other.</summary>
/// <param name="Calls">The calls.</param>
/// <param name="BlockSamples">
/// How many samples go through all of them at a time, so that what a kernel writes is still in the cache when the next one reads it; null where each takes all
/// samples of a worker.
/// </param>
sealed record StageRun(ImmutableArray<KernelCall> Calls, int? BlockSamples)
{
    /// <summary>Puts the calls of a stage into runs. Those on images come before what is shared by parts, which doesn't depend on them.</summary>
    public static ImmutableArray<StageRun> Of(ImmutableArray<KernelCall> stage)
    {
        if (!stage.Any(IsOnImages)) return [new(stage, null)];
        var runs = ImmutableArray.CreateBuilder<StageRun>();
        var ordered = stage.Where(BySamples).Concat(stage.Where(call => !BySamples(call))).ToList();
        for (var first = 0; first < ordered.Count;)
        {
            var images = IsOnImages(ordered[first]);
            var count = ordered.Skip(first).TakeWhile(call => IsOnImages(call) == images).Count();
            var calls = ordered.GetRange(first, count).ToImmutableArray();
            runs.Add(new(calls, images && count > 1 ? SamplesOf(calls) : null));
            first += count;
        }
        return runs.ToImmutable();
    }

    static int SamplesOf(ImmutableArray<KernelCall> calls)
    {
        var samples = Math.Max(UnrollPolicy.StageSamples(FloatsPerSample(calls)), calls.Max(c => c.Group!.Anchor.SamplesTogether(c.Group.Values[0])));
        // Those that lie together stay together.
        return calls.SelectMany(Operands).Any(v => v.Layout is { InLanes: true }) ? Math.Max(1, samples / Layout.LanesWidth) * Layout.LanesWidth : samples;
    }

    static bool BySamples(KernelCall call) => call.Group!.Partition == Partition.Samples;

    /// <summary>Whether a kernel works on the images of each sample by itself.</summary>
    static bool IsOnImages(KernelCall call) => BySamples(call) && Operands(call).Any(v => v.Layout is not null);

    static IEnumerable<Value> Operands(KernelCall call) =>
        call.Kernel.Arguments.Where(a => a.Value is { Type.Batched: true }).Select(a => a.Value!.Storage);

    static long FloatsPerSample(ImmutableArray<KernelCall> calls) => calls.SelectMany(Operands).Distinct().Sum(v => (long)v.Type.ArenaFloats);
}
