using System.Collections.Immutable;
using System.Globalization;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Memory;

/// <summary>
/// Where each stored value is in the activation arena, as an offset in floats for one sample: a value's buffer for n samples begins at n times its offset.
/// </summary>
/// <param name="Offsets">The offset of each value that has a buffer for every sample.</param>
/// <param name="FloatsPerSample">The size for one sample.</param>
/// <param name="FixedOffsets">The offset of each value that exists once, in a part of its own.</param>
/// <param name="FixedFloats">That part's size.</param>
sealed record ActivationPlan(ImmutableDictionary<Value, long> Offsets, long FloatsPerSample, ImmutableDictionary<Value, long> FixedOffsets, long FixedFloats)
{
    /// <summary>
    /// On a GPU the size for one position of each input with lengths of its own: what has positions is in an arena of these, and its offset is one for one
    /// position.
    /// </summary>
    public ImmutableArray<long> FloatsPerPosition { get; init; } = [];

    /// <summary>Inference: a buffer is used again once the last kernel that reads it has run.</summary>
    public static ActivationPlan ForInference(FusedGraph fused)
    {
        var place = new Dictionary<Value, int>();
        for (var g = 0; g < fused.Groups.Length; g++)
        {
            foreach (var value in fused.Groups[g].Values) place[value] = g;
        }
        var lastUse = new Dictionary<Value, int>();
        for (var g = 0; g < fused.Groups.Length; g++)
        {
            foreach (var input in fused.Groups[g].Inputs) lastUse[input.Storage] = g;
        }
        var stored = fused.Groups.SelectMany(g => g.Values.Where(g.IsStored)).Where(v => v != fused.Graph.Output.Storage).ToList();
        var buffers = stored.Where(v => v.Type.Batched)
            .Select(v => new Lifetime(v, v.Type.SampleFloats, place[v], lastUse.TryGetValue(v, out var last) ? last : place[v])).ToList();
        var (offsets, floats) = Pack(buffers);
        var (once, fixedFloats) = Once(stored.Where(v => !v.Type.Batched));
        return new ActivationPlan(offsets, floats, once, fixedFloats);
    }

    /// <summary>On a GPU, whose kernels run one after the other: a buffer is used again once the last kernel that reads it has run.</summary>
    /// <param name="fused">The kernels.</param>
    /// <param name="kept">Values that are read after the last kernel.</param>
    /// <param name="elsewhere">Values that aren't in the arena.</param>
    /// <param name="keepsOnce">Whether what exists once keeps its buffer for further batches.</param>
    public static ActivationPlan ForDevice(FusedGraph fused, IEnumerable<Value> kept, IEnumerable<Value> elsewhere, bool keepsOnce)
    {
        var (first, last) = (new Dictionary<Value, int>(), new Dictionary<Value, int>());
        for (var g = 0; g < fused.Groups.Length; g++)
        {
            foreach (var value in fused.Groups[g].Values) first[value] = last[value] = g;
            foreach (var input in fused.Groups[g].Inputs) last[input.Storage] = g;
        }
        foreach (var value in kept) last[value.Storage] = fused.Groups.Length;
        var outside = new HashSet<Value>(elsewhere);
        var stored = fused.Groups.SelectMany(g => g.Values.Where(g.IsStored)).Where(v => !outside.Contains(v)).ToList();
        Lifetime Of(Value value) => new(value, Panels.Padded(value.Size * (value.Type.Sequence?.Rows ?? 1)), first[value], last[value]);
        var (offsets, floats) = Pack([.. stored.Where(v => v.Type is { Batched: true, IsByPosition: false }).Select(Of)]);
        var ofPositions = fused.Graph.Sequences.Select(sequence => Pack([.. stored.Where(v => v.Type.IsByPosition && Sequence.AreSame(v.Type.Sequence, sequence)).Select(Of)])).ToList();
        var (once, onceFloats) = Pack([.. stored.Where(v => !v.Type.Batched).Select(v => keepsOnce ? Of(v) with { First = 0, Last = int.MaxValue } : Of(v))]);
        return new ActivationPlan(offsets.AddRange(ofPositions.SelectMany(p => p.Offsets)), floats, once, onceFloats) { FloatsPerPosition = [.. ofPositions.Select(p => p.Floats)] };
    }

    /// <summary>
    /// Training: the backward part reads much of what the forward part wrote, and threads are not at the same kernel between barriers, so that a value shares
    /// its buffer only with those of its size and layout. The padding at the end of a row, which starts as zeros, stays so. What there is once and is written
    /// whole may share its memory with what is of use between other barriers.
    /// </summary>
    /// <param name="stages">The kernels between barriers.</param>
    /// <param name="training">The graph.</param>
    public static ActivationPlan ForTraining(ImmutableArray<ImmutableArray<Group>> stages, DifferentiatedGraph training)
    {
        var elsewhere = new HashSet<Value>(training.ParameterGradients.Select(p => p.Gradient.Storage));
        var kept = new HashSet<Value>(training.ComputedInputGradients.Append(training.Graph.Output).Select(v => v.Storage));
        var offsets = ImmutableDictionary.CreateBuilder<Value, long>();
        var floats = 0L;
        var stored = stages.SelectMany(stage => stage).SelectMany(g => g.Values.Where(g.IsStored)).Where(v => v.Op is not LossOp && !elsewhere.Contains(v)).ToList();
        foreach (var (value, buffer) in SharedBuffers.Of(stages, [.. stored.Where(v => v.Type.Batched)], kept))
        {
            offsets.Add(value, value == buffer ? floats : offsets[buffer]);
            if (value == buffer) floats += value.Type.SampleFloats;
        }
        // A part of a parameter's gradient is stored as the parameter is.
        var parts = stages.SelectMany(stage => stage).SelectMany(g => g.Values).Where(v => v.Op is SumOfGradients)
            .SelectMany(v => v.Inputs.Select(input => (Part: input.Storage, ((SumOfGradients)v.Op).Floats))).GroupBy(p => p.Part, p => p.Floats)
            .ToDictionary(g => g.Key, g => g.First());
        var (once, onceFloats) = Once(stored.Where(v => !v.Type.Batched && (!v.Op.WritesAll || parts.ContainsKey(v))), parts);
        var (shared, sharedFloats) = Pack(Shared(stages, [.. stored.Where(v => !v.Type.Batched && v.Op.WritesAll && !parts.ContainsKey(v))]));
        return new ActivationPlan(
            offsets.ToImmutable(), floats, once.AddRange(shared.Select(p => new KeyValuePair<Value, long>(p.Key, onceFloats + p.Value))), onceFloats + sharedFloats);
    }

    /// <summary>The stages between which buffers live.</summary>
    static List<Lifetime> Shared(ImmutableArray<ImmutableArray<Group>> stages, HashSet<Value> values)
    {
        var (first, last) = (new Dictionary<Value, int>(), new Dictionary<Value, int>());
        for (var s = 0; s < stages.Length; s++)
        {
            foreach (var value in stages[s].SelectMany(g => g.Values).Where(values.Contains)) first[value] = last[value] = s;
            foreach (var value in stages[s].SelectMany(g => g.Inputs).Select(v => v.Storage).Where(values.Contains)) last[value] = s;
        }
        return [.. values.OrderBy(v => v.Id).Select(v => new Lifetime(v, v.Op.StoredFloats(v), first[v], last[v]))];
    }

    /// <summary>One buffer after the other for values that don't depend on the samples' number.</summary>
    static (ImmutableDictionary<Value, long> Offsets, long Floats) Once(IEnumerable<Value> values, Dictionary<Value, int>? sizes = null)
    {
        var offsets = ImmutableDictionary.CreateBuilder<Value, long>();
        var floats = 0L;
        foreach (var value in values)
        {
            offsets.Add(value, floats);
            floats += sizes is not null && sizes.TryGetValue(value, out var size) ? size : value.Op.StoredFloats(value);
        }
        return (offsets.ToImmutable(), floats);
    }

    /// <summary>
    /// Gives each buffer a place that is free while it lives, largest first (greedy by size; Pisarchyk and Lee 2020). Where that leaves gaps, the buffer that
    /// ends last is tried before the others, and so on.
    /// </summary>
    static (ImmutableDictionary<Value, long> Offsets, long Floats) Pack(List<Lifetime> buffers)
    {
        var order = buffers.OrderByDescending(b => b.Floats).ThenBy(b => b.First).ToList();
        var least = buffers.Select(kernel => buffers.Where(b => b.First <= kernel.First && kernel.First <= b.Last).Sum(b => b.Floats)).DefaultIfEmpty(0L).Max();
        var plan = Place(order);
        var best = plan;
        for (var attempt = 1; attempt < PackingAttempts && best.Floats > least; attempt++)
        {
            var last = order.OrderByDescending(b => plan.Offsets[b.Value] + b.Floats).First();
            order.Remove(last);
            order.Insert(0, last);
            plan = Place(order);
            if (plan.Floats < best.Floats) best = plan;
        }
        return best;
    }

    const int PackingAttempts = 4;

    /// <summary>Gives each buffer the lowest place that is free while it lives, in the given order.</summary>
    static (ImmutableDictionary<Value, long> Offsets, long Floats) Place(IEnumerable<Lifetime> buffers)
    {
        var placed = new List<(Lifetime Buffer, long Offset)>();
        foreach (var buffer in buffers)
        {
            var offset = 0L;
            foreach (var (other, at) in placed.Where(p => p.Buffer.First <= buffer.Last && buffer.First <= p.Buffer.Last).OrderBy(p => p.Offset))
            {
                if (offset + buffer.Floats <= at) break;
                offset = Math.Max(offset, at + other.Floats);
            }
            placed.Add((buffer, offset));
        }
        return (placed.ToImmutableDictionary(p => p.Buffer.Value, p => p.Offset), placed.Select(p => p.Offset + p.Buffer.Floats).DefaultIfEmpty(0L).Max());
    }

    public override string ToString() => string.Concat(
        Offsets.OrderBy(p => p.Key.Id).Select(p => string.Format(CultureInfo.InvariantCulture, "{0}: {1} + {2}\n", p.Key, p.Value, p.Key.Type.SampleFloats)).Concat(
        FixedOffsets.OrderBy(p => p.Key.Id).Select(p => string.Format(CultureInfo.InvariantCulture, "{0}: once, {1}\n", p.Key, p.Value))))
        + string.Format(CultureInfo.InvariantCulture, "{0} floats a sample, {1} once\n", FloatsPerSample, FixedFloats);

    /// <summary>A buffer, and the first and last kernel between which it must not change.</summary>
    sealed record Lifetime(Value Value, long Floats, int First, int Last);
}
