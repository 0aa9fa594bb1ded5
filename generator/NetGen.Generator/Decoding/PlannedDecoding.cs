using System.Collections.Immutable;
using NetGen.Generator.Algorithms;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layouts;
using NetGen.Generator.Lowering;
using NetGen.Generator.Sequences;

namespace NetGen.Generator.Decoding;

/// <summary>A decoder's ops, fused.</summary>
/// <param name="OnePosition">Those on one position.</param>
/// <param name="Block">Those on a block of positions that follow each other.</param>
/// <param name="Source">Those on the source, once for all positions; null where there is none.</param>
/// <param name="SourceInputs">The inputs of the source, and their places where they are one after the other.</param>
/// <param name="CacheFloats">The floats of what is kept from one position to the next.</param>
sealed record PlannedDecoding(FusedGraph OnePosition, FusedGraph Block, FusedGraph? Source, ImmutableArray<SampleInput> SourceInputs, int CacheFloats)
{
    /// <summary>That of a network, as it was built; null where it is no decoder, or several of its inputs could be the text.</summary>
    public static PlannedDecoding? Of(NetworkGraph built)
    {
        var found = DecodedText.Of(built).Select(Of).OfType<PlannedDecoding>().Take(2).ToList();
        return found is [var one] ? one : null;
    }

    static PlannedDecoding? Of(DecodedText text)
    {
        if (DecodingPass.Apply(text) is not { } one || DecodingPass.Apply(text, UnrollPolicy.DecodingBlock) is not { } block) return null;
        var inputs = text.SourceInputs();
        var source = text.SourceGraph() is { } graph ? LayoutPass.Apply(WinogradPass.Apply(PoolingPass.ForInference(SequencePass.Apply(graph)))) : null;
        if (inputs.IsEmpty != source is null) return null;
        return new(Fuser.Fuse(one, [one.Output]), Fuser.Fuse(block, []), source is null ? null : Fuser.Fuse(source, []), inputs, (int)text.Caches.Floats);
    }
}
