using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;

namespace NetGen.Generator.Fusion;

/// <summary>
/// Takes ops on large images through them together, a band of rows at a time: what one of them writes is in the cache when the next one reads it, and its image
/// is never there as a whole.
/// </summary>
static class Bands
{
    /// <summary>The groups of inference, with those that follow each other on large images as members of one.</summary>
    public static FusedGraph Of(FusedGraph fused)
    {
        var groups = ImmutableArray.CreateBuilder<Group>();
        var members = new List<Group>();
        foreach (var group in fused.Groups)
        {
            if (members.Count > 0 && !Follows(group, members[members.Count - 1], fused)) End();
            members.Add(group);
        }
        End();
        return fused with { Groups = groups.ToImmutable() };

        void End()
        {
            if (members.Count == 1) groups.Add(members[0]);
            else if (members.Count > 1) groups.Add(Group.OfMembers([.. members], members[members.Count - 1].Stored));
            members.Clear();
        }
    }

    /// <summary>Whether a group reads the image that another one writes, row by row, and nothing else does.</summary>
    static bool Follows(Group group, Group before, FusedGraph fused) =>
        WorksByRows(group) && WorksByRows(before)
        && group.Values[0].Inputs[0] == before.Last && UnrollPolicy.IsTakenInBands(before.Last.Type.ArenaFloats)
        && group.Values.Skip(1).All(v => !v.Inputs.Contains(before.Last))
        && fused.Graph.Output.Storage != before.Last && fused.Groups.Count(g => g.Inputs.Any(input => input.Storage == before.Last)) == 1;

    static bool WorksByRows(Group group) => group.Anchor.WorksByRows(group.Values[0]) && group.Stored.Count == 1 && group.IsStored(group.Last);
}
