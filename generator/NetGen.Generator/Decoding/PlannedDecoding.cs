using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;

namespace NetGen.Generator.Decoding;

/// <summary>A decoder's ops, fused.</summary>
/// <param name="OnePosition">Those on one position.</param>
/// <param name="Block">Those on a block of positions that follow each other.</param>
sealed record PlannedDecoding(FusedGraph OnePosition, FusedGraph Block)
{
    /// <summary>That of a network, as it was built; null where it is no decoder.</summary>
    public static PlannedDecoding? Of(NetworkGraph built)
    {
        if (DecodingPass.Apply(built) is not { } one || DecodingPass.Apply(built, UnrollPolicy.DecodingBlock) is not { } block) return null;
        return new(Fuser.Fuse(one, [one.Output]), Fuser.Fuse(block, []));
    }
}
