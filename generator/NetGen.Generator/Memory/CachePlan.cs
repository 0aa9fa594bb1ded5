using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Memory;

/// <summary>Where what a decoder keeps is in the arena of a text: one cache after the other, at the same places for all passes of the decoder.</summary>
sealed class CachePlan
{
    readonly Dictionary<(Value Of, string Part), long> offsets = [];

    /// <summary>The arena's size.</summary>
    public long Floats { get; private set; }

    /// <summary>The first float of a cache, which gets its place when it is first asked for.</summary>
    /// <param name="of">The value of the network that needs it.</param>
    /// <param name="part">What it keeps.</param>
    /// <param name="shape">Its shape.</param>
    public long OffsetOf(Value of, string part, Shape shape)
    {
        if (offsets.TryGetValue((of, part), out var known)) return known;
        var offset = Floats;
        offsets.Add((of, part), offset);
        Floats += (Shape.LongSize(shape.Axes) + Panels.Alignment - 1) / Panels.Alignment * Panels.Alignment;
        return offset;
    }
}
