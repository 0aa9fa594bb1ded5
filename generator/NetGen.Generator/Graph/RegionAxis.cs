using System.Collections.Immutable;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Graph;

/// <summary>The places along an axis that one place of another axis stands for: a pooling's window, or the copies of a pixel.</summary>
/// <param name="First">The first place.</param>
/// <param name="Size">How many places.</param>
/// <param name="Divisor">What their sum is divided by for their mean.</param>
readonly record struct Region(int First, int Size, int Divisor);

/// <summary>Regions of one size that follow each other at equal distances.</summary>
/// <param name="Region">The first region.</param>
/// <param name="First">Its first place.</param>
/// <param name="Count">How many regions.</param>
/// <param name="Advance">From a region to the next; 0 where there is one.</param>
/// <param name="Size">The places of each.</param>
/// <param name="Divisor">What each one's sum is divided by.</param>
sealed record RegionRun(int Region, int First, int Count, int Advance, int Size, int Divisor);

/// <summary>An axis, and regions of it for each place of another axis.</summary>
/// <param name="Places">The axis' size.</param>
/// <param name="Regions">How many regions it has.</param>
abstract record RegionAxis(int Places, int Regions)
{
    /// <summary>The distance of a region's places.</summary>
    public virtual int Step => 1;

    /// <summary>Whether sums over regions are divided by something.</summary>
    public virtual bool Divides => true;

    public abstract Region this[int region] { get; }

    /// <summary>The declarations of a region's first place and size where they are computed at run time, and of its divisor.</summary>
    /// <param name="region">The region's number.</param>
    /// <param name="first">What the first place is called.</param>
    /// <param name="size">What the size is called.</param>
    /// <param name="divisor">What the divisor is called; null where it isn't needed.</param>
    public abstract IEnumerable<string> Declarations(string region, string first, string size, string? divisor);

    /// <summary>The first and the last of the regions that a place may be in, as expressions; none may have it where they are between.</summary>
    /// <param name="place">The place.</param>
    public abstract (string First, string Last) Containing(string place);

    /// <summary>The regions in runs of equal ones.</summary>
    public ImmutableArray<RegionRun> Runs()
    {
        var runs = ImmutableArray.CreateBuilder<RegionRun>();
        for (var i = 0; i < Regions;)
        {
            var (first, count, advance) = (this[i], 1, 0);
            while (i + count < Regions && this[i + count] is var next && (next.Size, next.Divisor) == (first.Size, first.Divisor))
            {
                var distance = next.First - this[i + count - 1].First;
                if (count == 1) advance = distance;
                else if (distance != advance) break;
                count++;
            }
            runs.Add(new RegionRun(i, first.First, count, count == 1 ? 0 : advance, first.Size, first.Divisor));
            i += count;
        }
        return runs.ToImmutable();
    }

    /// <summary>Whether each place is in exactly one region.</summary>
    public bool IsPartition => Uses().All(uses => uses == 1);

    /// <summary>Whether a place is in several regions.</summary>
    public bool Overlaps => Uses().Any(uses => uses > 1);

    /// <summary>The places of the largest region.</summary>
    public int LargestSize => Enumerable.Range(0, Regions).Max(i => this[i].Size);

    /// <summary>In how many regions each place is.</summary>
    int[] Uses()
    {
        // First where regions begin and end, then summed along the axis.
        var uses = new int[Places];
        for (var i = 0; i < Regions; i++)
        {
            var region = this[i];
            if (region.Size == 0) continue;
            uses[region.First]++;
            var end = region.First + (long)region.Size * Step;
            if (end < Places) uses[end]--;
        }
        for (var place = Step; place < Places; place++) uses[place] += uses[place - Step];
        return uses;
    }

    private protected static string Text(long value) => LayerBuilder.Text(value);
}

/// <summary>A window that slides along an axis, cut off where it reaches past the ends.</summary>
/// <param name="Places">The axis' size.</param>
/// <param name="Kernel">The window's places.</param>
/// <param name="Stride">How far it moves.</param>
/// <param name="Padding">The padding at each end.</param>
/// <param name="Dilation">The distance of the window's places.</param>
/// <param name="Regions">How often it fits.</param>
/// <param name="CountsPadding">Whether padding counts in a mean.</param>
sealed record SlidingRegions(int Places, int Kernel, int Stride, int Padding, int Dilation, int Regions, bool CountsPadding) : RegionAxis(Places, Regions)
{
    public override int Step => Dilation;

    public override Region this[int region]
    {
        get
        {
            var start = region * Stride - Padding;
            var first = start < 0 ? (start % Dilation + Dilation) % Dilation : start;
            var end = Math.Min(start + Extent(Kernel, Dilation), Places);
            var size = Math.Max(0, (int)((end - first + Dilation - 1) / Dilation));
            return new(first, size, CountsPadding ? Math.Min(start + Kernel, Places + Padding) - start : size);
        }
    }

    /// <summary>What a window covers.</summary>
    public static long Extent(int kernel, int dilation) => (kernel - 1L) * dilation + 1;

    /// <summary>How often a window fits along an axis; less than 1 where it doesn't.</summary>
    /// <param name="places">The axis' size.</param>
    /// <param name="kernel">The window's places.</param>
    /// <param name="stride">How far it moves.</param>
    /// <param name="padding">The padding at each end.</param>
    /// <param name="dilation">The distance of the window's places.</param>
    /// <param name="ceil">Whether a window counts that begins before the padding at the end, and reaches past it.</param>
    public static long Count(int places, int kernel, int stride, int padding, int dilation, bool ceil)
    {
        var left = places + 2L * padding - Extent(kernel, dilation);
        if (left < 0 && !(ceil && left + stride > 0)) return 0;
        var count = (left + (ceil ? stride - 1 : 0)) / stride + 1;
        return ceil && (count - 1) * stride >= (long)places + padding ? count - 1 : count;
    }

    public override IEnumerable<string> Declarations(string region, string first, string size, string? divisor)
    {
        var (start, end) = (first + "Start", first + "End");
        var extent = Text(Extent(Kernel, Dilation));
        yield return $"nint {start} = {region} * {Text(Stride)} - {Text(Padding)}";
        yield return $"nint {end} = {start} + {extent} < {Text(Places)} ? {start} + {extent} : {Text(Places)}";
        yield return $"nint {first} = {start} >= 0 ? {start} : {(Dilation == 1 ? "0" : $"({start} % {Text(Dilation)} + {Text(Dilation)}) % {Text(Dilation)}")}";
        yield return $"nint {size} = {(Dilation == 1 ? $"{end} - {first}" : $"({end} - {first} + {Text(Dilation - 1)}) / {Text(Dilation)}")}";
        if (divisor is null) yield break;
        var padded = Text(Places + Padding);
        yield return !CountsPadding ? $"nint {divisor} = {size}"
            : $"nint {divisor} = ({start} + {Text(Kernel)} < {padded} ? {start} + {Text(Kernel)} : {padded}) - {start}";
    }

    public override (string First, string Last) Containing(string place)
    {
        // A region's places begin at region · stride − padding, and end an extent later.
        var before = Padding - (Extent(Kernel, Dilation) - 1);
        var first = $"({place} {(before < 0 ? "-" : "+")} {Text(Math.Abs(before))} > 0 ? ({place} {(before < 0 ? "-" : "+")} {Text(Math.Abs(before))} + {Text(Stride - 1)}) / {Text(Stride)} : 0)";
        var last = $"({place} + {Text(Padding)}) / {Text(Stride)}";
        return (first, $"({last} < {Text(Regions - 1)} ? {last} : {Text(Regions - 1)})");
    }

    public override string ToString() =>
        $"{Text(Kernel)}{(Stride == Kernel ? "" : $"s{Text(Stride)}")}{(Padding == 0 ? "" : $"p{Text(Padding)}")}{(Dilation == 1 ? "" : $"d{Text(Dilation)}")}";
}

/// <summary>
/// An axis cut into a number of regions, which overlap where it isn't a multiple of them: from ⌊i · places / regions⌋ to ⌈(i + 1) · places / regions⌉.
/// </summary>
sealed record AdaptiveRegions(int Places, int Regions) : RegionAxis(Places, Regions)
{
    public override Region this[int region]
    {
        get
        {
            var first = (int)((long)region * Places / Regions);
            var size = (int)(((region + 1L) * Places + Regions - 1) / Regions) - first;
            return new(first, size, size);
        }
    }

    public override IEnumerable<string> Declarations(string region, string first, string size, string? divisor)
    {
        yield return $"nint {first} = {region} * {Text(Places)} / {Text(Regions)}";
        yield return $"nint {size} = (({region} + 1) * {Text(Places)} + {Text(Regions - 1)}) / {Text(Regions)} - {first}";
        if (divisor is not null) yield return $"nint {divisor} = {size}";
    }

    public override (string First, string Last) Containing(string place) =>
        ($"{place} * {Text(Regions)} / {Text(Places)}", $"(({place} + 1) * {Text(Regions)} + {Text(Places - 1)}) / {Text(Places)} - 1");

    public override string ToString() => $"To{Text(Regions)}";
}

/// <summary>The places of a larger axis that are copies of one place of a smaller one: those for which ⌊place · regions / places⌋ is the region.</summary>
sealed record CopyRegions(int Places, int Regions) : RegionAxis(Places, Regions)
{
    public override bool Divides => false;

    public override Region this[int region]
    {
        get
        {
            var first = (int)(((long)region * Places + Regions - 1) / Regions);
            return new(first, (int)(((region + 1L) * Places + Regions - 1) / Regions) - first, 1);
        }
    }

    public override IEnumerable<string> Declarations(string region, string first, string size, string? divisor)
    {
        yield return $"nint {first} = ({region} * {Text(Places)} + {Text(Regions - 1)}) / {Text(Regions)}";
        yield return $"nint {size} = (({region} + 1) * {Text(Places)} + {Text(Regions - 1)}) / {Text(Regions)} - {first}";
    }

    public override (string First, string Last) Containing(string place) =>
        ($"{place} * {Text(Regions)} / {Text(Places)}", $"{place} * {Text(Regions)} / {Text(Places)}");

    public override string ToString() => $"To{Text(Places)}";
}

/// <summary>An axis with other places before and after it: each region is one place.</summary>
/// <param name="Places">All places.</param>
/// <param name="Regions">The places between.</param>
/// <param name="Before">The places before.</param>
sealed record InnerRegions(int Places, int Regions, int Before) : RegionAxis(Places, Regions)
{
    public override bool Divides => false;

    public override Region this[int region] => new(region + Before, 1, 1);

    public override IEnumerable<string> Declarations(string region, string first, string size, string? divisor)
    {
        yield return $"nint {first} = {region} + {Text(Before)}";
        yield return $"nint {size} = 1";
    }

    public override (string First, string Last) Containing(string place) =>
        ($"({place} > {Text(Before)} ? {place} - {Text(Before)} : 0)", $"({place} - {Text(Before)} < {Text(Regions - 1)} ? {place} - {Text(Before)} : {Text(Regions - 1)})");

    public override string ToString() => $"{Text(Before)}and{Text(Places - Regions - Before)}";
}
