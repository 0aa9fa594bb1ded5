using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Memory;

/// <summary>
/// Which values of a training step have a buffer in common. A value takes that of another of its size and layout, after whose last use it is written: its
/// samples then lie at the same places, and a thread that comes to the later kernel first meets its own samples only. Where a vector has lanes without a value
/// in it, which some kernels want to be zeros and others leave as they come, a value keeps its buffer.
/// </summary>
sealed class SharedBuffers
{
    readonly Dictionary<Value, Uses> uses = [];

    SharedBuffers(ImmutableArray<ImmutableArray<Group>> stages)
    {
        for (var stage = 0; stage < stages.Length; stage++)
        {
            for (var place = 0; place < stages[stage].Length; place++)
            {
                var (group, use) = (stages[stage][place], new Use(stage, place, stages[stage][place].Partition));
                foreach (var value in group.Values) uses[value] = new(group, use);
                foreach (var value in group.Inputs.Select(v => v.Storage).Where(uses.ContainsKey)) uses[value].Add(use);
            }
        }
    }

    /// <summary>The first value of each value's buffer, in the order in which they are written.</summary>
    /// <param name="stages">The kernels between barriers.</param>
    /// <param name="values">Those that have a buffer for every sample.</param>
    /// <param name="kept">Those that are read after the last kernel.</param>
    public static IEnumerable<(Value Value, Value Buffer)> Of(ImmutableArray<ImmutableArray<Group>> stages, IReadOnlyCollection<Value> values, ICollection<Value> kept)
    {
        var lives = new SharedBuffers(stages).uses;
        var buffers = new Dictionary<(int, Layout?, Sequence?), List<(Value First, Value Last)>>();
        foreach (var value in values)
        {
            if (HasPadding(value))
            {
                yield return (value, value);
                continue;
            }
            var key = (value.Size, value.Layout, value.Type.Sequence);
            if (!buffers.TryGetValue(key, out var alike)) buffers.Add(key, alike = []);
            // The one that was used last is the most likely to be in the cache.
            var free = alike.FindLastIndex(b => !kept.Contains(b.Last) && lives[b.Last].EndBefore(lives[value], b.Last));
            var first = free < 0 ? value : alike[free].First;
            if (free >= 0) alike.RemoveAt(free);
            alike.Add((first, value));
            yield return (value, first);
        }
    }

    static bool HasPadding(Value value) => value.Layout is { } layout
        ? layout.InLanes || layout.ChannelPitch != layout.Channels || layout.Channels % Panels.Alignment != 0
        : value.Size % Panels.Alignment != 0;

    /// <summary>Where a kernel is: which stage, which place in it, and what threads share.</summary>
    readonly record struct Use(int Stage, int Place, Partition Partition)
    {
        /// <summary>Whether this kernel is through with a sample when another one comes to it.</summary>
        public bool IsBefore(Use other) => Stage < other.Stage
            || (Stage == other.Stage && Place < other.Place && Partition == Partition.Samples && other.Partition == Partition.Samples);
    }

    /// <summary>The kernel that writes a value, and those that read it.</summary>
    sealed class Uses(Group group, Use written)
    {
        readonly List<Use> all = [written];

        public void Add(Use use) => all.Add(use);

        /// <summary>Whether another value may be written where this one was.</summary>
        public bool EndBefore(Uses other, Value value) => all.TrueForAll(use => use.IsBefore(other.Written) || (use == other.Written && other.ReplacesInPlace(value)));

        Use Written => written;

        /// <summary>Whether the kernel writes an element after it has read that of an input, and nothing else.</summary>
        bool ReplacesInPlace(Value input) =>
            group.Anchor.WorksInPlace && group.Values.Count(group.IsStored) == 1 && written.Partition == Partition.Samples
            && group.Values.SelectMany(v => v.Inputs).Where(v => v.Storage == input).All(v => v == input);
    }
}
