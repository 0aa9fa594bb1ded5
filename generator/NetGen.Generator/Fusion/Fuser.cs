using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Fusion;

/// <summary>
/// Puts ops into groups that become one kernel each. An elementwise op joins the group that computes the last of its inputs, if that group's
/// first op takes it; a loss and its gradient are one group, as are the results of statistics.
/// </summary>
static class Fuser
{
    /// <param name="graph">The graph.</param>
    /// <param name="results">Values that are read after the last kernel.</param>
    /// <param name="rules">What may be fused; null for what kernels for processors can do.</param>
    public static FusedGraph Fuse(NetworkGraph graph, IEnumerable<Value> results, FusionRules? rules = null)
    {
        rules ??= FusionRules.Processor;
        var groups = new List<List<Value>>();
        var groupOf = new Dictionary<Value, int>();
        foreach (var value in Ordered(graph))
        {
            if (value.Op.Partition == Partition.None) continue;
            // What the value waits for: the latest group among its inputs'. Sources are there from the start.
            var latest = value.Inputs.Select(v => v.Storage).Where(groupOf.ContainsKey).Select(v => groupOf[v]).DefaultIfEmpty(-1).Max();
            if (latest >= 0 && Joins(value, groups[latest], rules))
            {
                groups[latest].Add(value);
                groupOf[value] = latest;
                continue;
            }
            groupOf[value] = groups.Count;
            groups.Add([value]);
        }
        var read = new HashSet<Value>(results.Select(v => v.Storage));
        foreach (var value in graph.Values)
        {
            foreach (var input in value.Inputs)
            {
                if (!groupOf.TryGetValue(input.Storage, out var from)) continue;
                if (value.Op is Reshape || !groupOf.TryGetValue(value, out var to) || to != from) read.Add(input.Storage);
            }
        }
        return new FusedGraph(graph, [.. groups.Select(g => new Group([.. g], [.. g.Where(read.Contains)]))]);
    }

    /// <summary>
    /// The values in order; in inference what depends on parameters alone, such as the scale of a normalisation, comes first, so that a kernel which needs it
    /// needn't end before.
    /// </summary>
    static IEnumerable<Value> Ordered(NetworkGraph graph)
    {
        if (graph.Loss is not null) return graph.Values;
        return graph.Values.OrderBy(v => v.Type.Batched || v.Op is Source ? 1 : 0);
    }

    static bool Joins(Value value, List<Value> group, FusionRules rules)
    {
        var anchor = group[0];
        if (value.Op.IsCompanion) return value.Inputs.Contains(anchor);
        if (!rules.Fuses) return false;
        var takes = rules.ForGpu ? anchor.Op.TakesEpilogueOnGpu : anchor.Op.TakesEpilogue;
        if (value.Op is not Elementwise op || !takes || value.Size != anchor.Size || (value.Layout is null) != (anchor.Layout is null)) return false;
        if (group.Append(value).Select(v => v.Op).OfType<Elementwise>().Sum(e => UnrollPolicy.Cost(e.Body)) > UnrollPolicy.Epilogue) return false;
        // Reshaped operands are read from memory, so that the group which computes them has to end first.
        if (value.Inputs.Any(v => v.Op is Reshape && group.Contains(v.Storage))) return false;
        if (!anchor.Op.EpilogueReadsSamples && value.Inputs.Any(v => v.Type.Batched && !group.Contains(v))) return false;
        if (anchor.Op is Elementwise) return true;
        // A thread of a GPU knows which element of which sample it has.
        if (rules.ForGpu) return value.Inputs.All(v => v.Type.Batched || value.Size % v.Size == 0);
        return !Draws(op.Body)
            && value.Inputs.All(v => v.Type.Batched ? v.Size == value.Size : v.Size == 1 || IsForEachColumn(v, anchor));
    }

    /// <summary>
    /// Whether a parameter has an element for each of the columns, or channels, that a tile has side by side. Of rows, it has one for each row.
    /// </summary>
    static bool IsForEachColumn(Value parameter, Value anchor) =>
        anchor.Layout is { } layout ? !layout.InLanes && parameter.Size == layout.Channels : parameter.Size == anchor.Size && !(anchor.Op is Linear && anchor.Shape.Rank > 1);

    // Random numbers are indexed by sample, which a tile of a matrix product doesn't know.
    static bool Draws(Expr body) => body.Any(e => e is Uniform);
}

/// <summary>What may be fused.</summary>
/// <param name="ForGpu">Whether kernels are for GPUs, whose threads have an element each.</param>
/// <param name="Fuses">Whether elementwise ops are fused at all. Ops that are one kernel by their nature, as a loss and its gradient, always are.</param>
sealed record FusionRules(bool ForGpu, bool Fuses)
{
    /// <summary>Those of kernels for processors.</summary>
    public static readonly FusionRules Processor = new(ForGpu: false, Fuses: true);
}
