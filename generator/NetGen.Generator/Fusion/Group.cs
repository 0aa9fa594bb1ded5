using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Fusion;

/// <summary>Ops that become one kernel: one that does the work, and elementwise ops on its result while it is in registers.</summary>
/// <param name="Values">What is computed, in order.</param>
/// <param name="Stored">Those that others read, or that are results of the network.</param>
sealed record Group(ImmutableArray<Value> Values, ImmutableHashSet<Value> Stored)
{
    /// <summary>The op that decides how the kernel is built.</summary>
    public Op Anchor => Values[0].Op;

    public Value Last => Values[Values.Length - 1];

    /// <summary>The groups that one kernel computes together, such as images a band of rows at a time; empty where it is a single one.</summary>
    public ImmutableArray<Group> Members { get; init; } = [];

    /// <summary>Groups that follow each other as members of one.</summary>
    public static Group OfMembers(ImmutableArray<Group> members, ImmutableHashSet<Value> stored) => new([.. members.SelectMany(m => m.Values)], stored) { Members = members };

    /// <summary>How threads share its work in training.</summary>
    public Partition Partition => Anchor.PartitionOf(Values[0]);

    public bool IsStored(Value value) => Stored.Contains(value);

    /// <summary>The values from outside that the group reads.</summary>
    public ImmutableArray<Value> Inputs => [.. Values.SelectMany(v => v.Inputs).Where(v => !Values.Contains(v)).Distinct()];

    public override string ToString() => $"{string.Join(" + ", Values.Select(v => v.Op.ToString()))}: {Ids(Inputs)} → {Ids(Values.Where(IsStored))}";

    static string Ids(IEnumerable<Value> values) => string.Join(", ", values.Select(v => "%" + v.Id));
}

/// <summary>A graph whose ops are grouped into kernels, in the order in which they run.</summary>
sealed record FusedGraph(NetworkGraph Graph, ImmutableArray<Group> Groups)
{
    public override string ToString() => string.Concat(Groups.Select(g => g + "\n"));
}
