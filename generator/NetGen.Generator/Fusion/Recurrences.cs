using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Fusion;

/// <summary>
/// Takes a recurrence together with the products of its inputs, where its kernel for one sample computes these a few positions ahead: the inputs are read
/// while states are written. For many samples each has a kernel of its own.
/// </summary>
static class Recurrences
{
    /// <summary>The groups of inference, with such pairs as members of one.</summary>
    public static FusedGraph Of(FusedGraph fused)
    {
        var groups = ImmutableArray.CreateBuilder<Group>();
        foreach (var group in fused.Groups)
        {
            if (groups.Count > 0 && TakesProducts(group, groups[groups.Count - 1])) groups[groups.Count - 1] = Pair(groups[groups.Count - 1], group);
            else groups.Add(group);
        }
        return fused with { Groups = groups.ToImmutable() };
    }

    /// <summary>Whether a group is a recurrence with the products of its inputs.</summary>
    public static bool IsPair(Group group) => group.Members.Length > 0 && group.Last.Op is Recurrence;

    static bool TakesProducts(Group group, Group before) =>
        group.Anchor is Recurrence op && before.Values is [{ Op: Linear, Type.IsByPosition: false } products] && group.Values[0].Inputs[0] == products
        && UnrollPolicy.SharesStates(op.Hidden, op.Gates) && UnrollPolicy.ComputesInputsAhead(Linear.RowsOf(products), products.Inputs[0].Shape.Last, op.Hidden, op.Gates);

    static Group Pair(Group products, Group recurrence) => Group.OfMembers([products, recurrence], products.Stored.Union(recurrence.Stored));
}
