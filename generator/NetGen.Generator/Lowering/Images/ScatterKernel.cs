using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// Gives each region's value to all of its places, or to the first that holds the region's largest value. Places of several regions get the sum in the
/// regions' order.
/// </summary>
/// <param name="group">The op's group.</param>
/// <param name="context">Where values are.</param>
/// <param name="rows">The regions of the rows.</param>
/// <param name="columns">The regions of the columns.</param>
/// <param name="toMax">Whether only one place gets the value; the op then has the pooling's input and its result as inputs too.</param>
sealed class ScatterKernel(Group group, KernelContext context, RegionAxis rows, RegionAxis columns, bool toMax)
    : RegionKernel(group, context, rows, columns, Results(group, toMax), toMax ? [(group.Values[0].Inputs[1], "x")] : [], gathers: false)
{
    readonly bool isPartition = rows.IsPartition && columns.IsPartition;
    readonly bool ofScaled = group.Anchor is MaxPoolGradient { OfScaled: true };
    readonly bool overlaps = rows.Overlaps || columns.Overlaps;

    protected override bool Mean => !toMax && (Rows.Divides || Columns.Divides);

    protected override (int OfPlace, int OfRegion) Operations => ((ofScaled ? 6 : toMax ? 4 : 0) + (overlaps ? 2 : 1) + EpilogueCost, 2);

    static ImmutableArray<(Value Value, string Name)> Results(Group group, bool toMax) => toMax
        ? [(group.Values[0].Inputs[0], "dy"), (group.Values[0].Inputs[2], "max")]
        : [(group.Values[0].Inputs[0], "x")];

    string Source => toMax ? "dy" : "x";

    protected override void Prepare(Code sample, string? index)
    {
        foreach (var value in Epilogue.Stores)
        {
            var name = Epilogue.NameOf(value);
            if (isPartition) ImageLoop.ZeroBorder(sample, Context, value, name, index);
            else sample.Add(new InvokeRuntime("Images.Clear", [new Address(name, 0, index, Context.Pitch(value)), LayerBuilder.Text(Context.Pitch(value))]));
        }
    }

    protected override void Emit(Code code, RegionLoop loop, RegionCode region, ChannelBlock block)
    {
        foreach (var (channel, _) in block.Vectors)
        {
            Expr value = new Load(new Address(ImageLoop.Pixel(Source), channel, block.Index));
            code.Let(Name(channel), region.Scale is { } scale && !toMax ? value * scale : value);
            if (toMax) code.Let(Max(channel), new Load(new Address(ImageLoop.Pixel("max"), channel, block.Index)));
        }
        loop.ForEachPlace(code, region, block.Index, (body, place, address) =>
        {
            foreach (var (channel, count) in block.Vectors)
            {
                var suffix = LayerBuilder.Text(channel) + (place is { } number ? "_" + LayerBuilder.Text(number) : "");
                Expr value = new Local(Name(channel)), x = value;
                if (toMax)
                {
                    // Where the place holds the largest value it takes what there is to give, and nothing is left for those after it.
                    x = body.Let("x" + suffix, new Load(address("x", channel)));
                    var left = value;
                    value = body.Let("here" + suffix, Elsewhere(new Local(Max(channel)), x, Expr.Zero, left));
                    var isLast = region.Unrolled is var (height, width) && place == height * width - 1;
                    if (!isLast) body.Add(new Set(Name(channel), Elsewhere(new Local(Max(channel)), x, left, Expr.Zero)));
                }
                if (overlaps) value = new Load(address(Epilogue.NameOf(Group.Values[0]), channel)) + value;
                Finish(body, value, count, suffix, Read, name => address(name, channel));

                Expr Read(Value operand)
                {
                    if (toMax && operand == Group.Values[0].Inputs[1]) return x;
                    // Where regions are pixels, what there is for each region is one for each place too.
                    if (Results(Group, toMax).FirstOrDefault(r => r.Value == operand).Name is { } region) return new Load(new Address(ImageLoop.Pixel(region), channel, block.Index));
                    return ReadOf(operand, channel, block.Index, name => address(name, channel));
                }
            }
        });
    }

    protected override void EmitPadding(Code code, RegionLoop loop, RegionCode region, int channel)
    {
        if (!isPartition) return;
        loop.ForEachPlace(code, region, null, (body, _, address) =>
        {
            foreach (var value in Epilogue.Stores) body.Add(new Store(address(Epilogue.NameOf(value), channel), Expr.Zero));
        });
    }

    /// <summary>A choice by whether a place holds another value than the result's, which may be the smallest one of a scaled pooling.</summary>
    Expr Elsewhere(Expr result, Expr x, Expr then, Expr otherwise) =>
        Expr.WhereGreater(result, x, then, ofScaled ? Expr.WhereGreater(x, result, then, otherwise) : otherwise);

    string Name(int channel) => (toMax ? "left" : "value") + LayerBuilder.Text(channel);

    static string Max(int channel) => "max" + LayerBuilder.Text(channel);
}
