using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>The largest value, the sum or the mean of each region of an image.</summary>
/// <param name="group">The op's group.</param>
/// <param name="context">Where values are.</param>
/// <param name="rows">The regions of the rows.</param>
/// <param name="columns">The regions of the columns.</param>
/// <param name="isMax">Whether the largest value is asked for.</param>
sealed class GatherKernel(Group group, KernelContext context, RegionAxis rows, RegionAxis columns, bool isMax)
    : RegionKernel(group, context, rows, columns, [], [(group.Values[0].Inputs[0], "x")], gathers: true)
{
    /// <summary>The scale whose sign says whether the largest value is asked for or the smallest, where there is one.</summary>
    readonly Value? scale = group.Anchor is ScaledMaxPool ? group.Values[0].Inputs[1] : null;

    protected override bool Mean => !isMax && (Rows.Divides || Columns.Divides);

    protected override (int OfPlace, int OfRegion) Operations => (scale is not null ? 4 : isMax ? 3 : 1, 2 + EpilogueCost);

    /// <summary>The kernel for a single sample: workers share its rows where there are enough.</summary>
    public Kernel LowerSingle() => Lower(shared: !Layout.InLanes && UnrollPolicy.SharesRows(Rows.Regions, 0, Layout.Floats));

    /// <summary>Some rows of a single sample.</summary>
    public RowsLowering LowerRows() => LowerRows((SlidingRegions)Rows);

    protected override void Prepare(Code sample, string? index)
    {
        foreach (var value in Epilogue.Stores) ImageLoop.ZeroBorder(sample, Context, value, Epilogue.NameOf(value), index, shared: index is null);
    }

    protected override void Emit(Code code, RegionLoop loop, RegionCode region, ChannelBlock block)
    {
        foreach (var (channel, _) in block.Vectors)
        {
            if (scale is not null) code.Let(Sign(channel), Expr.WhereGreater(Expr.Zero, ScaleAt(channel, block), new Number(-1), Expr.One));
        }
        if (region.Unrolled is not ( > 0, > 0))
        {
            foreach (var (channel, _) in block.Vectors) code.Let(Name(channel), isMax ? new Number(float.NegativeInfinity) : Expr.Zero);
        }
        loop.ForEachPlace(code, region, block.Index, (body, place, address) => body.Row(row =>
        {
            foreach (var (channel, _) in block.Vectors)
            {
                var (name, x) = (Name(channel), Signed(new Load(address("x", channel)), channel));
                if (place == 0) row.Let(name, x);
                else row.Add(new Set(name, isMax ? Expr.Maximum(new Local(name), x) : new Local(name) + x));
            }
        }));
        foreach (var (channel, count) in block.Vectors)
        {
            var value = Signed(new Local(Name(channel)), channel);
            Finish(code, region.Scale is { } divisor && !isMax ? value * divisor : value, count, LayerBuilder.Text(channel),
                v => ReadOf(v, channel, block.Index, Address), Address);

            Address Address(string name) => new(ImageLoop.Pixel(name), channel, block.Index);
        }
    }

    protected override void EmitPadding(Code code, RegionLoop loop, RegionCode region, int channel)
    {
        foreach (var value in Epilogue.Stores) code.Add(new Store(new Address(ImageLoop.Pixel(Epilogue.NameOf(value)), channel), Expr.Zero));
    }

    Expr Signed(Expr value, int channel) => scale is null ? value : value * new Local(Sign(channel));

    Expr ScaleAt(int channel, ChannelBlock block) => ReadOf(scale!, channel, block.Index, _ => throw new InvalidOperationException("A scale is a channel's."));

    static string Sign(int channel) => "sign" + LayerBuilder.Text(channel);

    string Name(int channel) => (isMax ? "max" : "sum") + LayerBuilder.Text(channel);
}
