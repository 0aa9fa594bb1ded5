using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// Poolings and resampling by copies. Each thread has a pixel of the result: gradients are gathered, not scattered, so that threads never meet.
/// </summary>
static class GpuRegionKernel
{
    /// <summary>The places of a region up to which they stand one after the other.</summary>
    const int MostUnrolled = 16;

    /// <summary>The largest value, the sum or the mean of each region.</summary>
    public static GpuKernel Gather(Group group, KernelContext context, RegionAxis rows, RegionAxis columns, bool isMax)
    {
        var (result, x) = (group.Values[0], group.Values[0].Inputs[0]);
        var divides = !isMax && (rows.Divides || columns.Divides);
        var ofScaled = group.Anchor is ScaledMaxPool;
        return GpuElementwiseKernel.Lower(group, context, ofScaled ? ["x", "scale"] : ["x"], code =>
        {
            GpuImages.Pixel(code, result.Shape);
            if (ofScaled) code.Let("sign", Expr.WhereGreater(Expr.Zero, new Load(new Address("scale", 0, "channel")), new Number(-1), Expr.One));
            code.Let("pooled", isMax ? new Number(float.NegativeInfinity) : Expr.Zero);
            Region(code, rows, "row", "y", divides && rows.Divides);
            Region(code, columns, "column", "x", divides && columns.Divides);
            code.Add(new Integer($"int first = {First(x.Shape)}"));
            Places(code, rows, columns, (body, iY, iX) =>
            {
                var number = Signed(new Load(new Address("x", 0, Place("first", x.Shape, rows, columns, iY, iX))));
                body.Add(new Set("pooled", isMax ? Expr.Maximum(new Local("pooled"), number) : new Local("pooled") + number));
            });
            return divides ? new Local("pooled") / new Converted(Divisor(rows, columns)) : Signed(new Local("pooled"));
        });

        Expr Signed(Expr value) => ofScaled ? value * new Local("sign") : value;
    }

    /// <summary>
    /// The value of each region, divided by its divisor, at all of its places, or at the first that holds the region's largest value; places of several regions
    /// get the sum in the regions' order.
    /// </summary>
    public static GpuKernel Scatter(Group group, KernelContext context, RegionAxis rows, RegionAxis columns, bool toMax)
    {
        var result = group.Values[0];
        if (toMax && rows.IsPartition && columns.IsPartition && rows is SlidingRegions { Dilation: 1 } && columns is SlidingRegions { Dilation: 1 })
            return ScatterParts(group, context, rows, columns);
        var small = result.Inputs[0].Shape;
        var ofScaled = group.Anchor is MaxPoolGradient { OfScaled: true };
        var divides = !toMax && (rows.Divides || columns.Divides);
        return GpuElementwiseKernel.Lower(group, context, toMax ? ["dy", "x", "max"] : ["dy"], code =>
        {
            GpuImages.Pixel(code, result.Shape);
            code.Let("spread", Expr.Zero);
            if (toMax) code.Let("own", new Load(new Address("x", 0, "index")));
            Regions(code, rows, "row", "regionRow", ofRow =>
            {
                Region(ofRow, rows, "regionRow", "y", divides && rows.Divides);
                ofRow.Add(new Integer("int atY = row - yFirst"));
                ofRow.If(Contains(rows, "atY", Size(rows, "y")), inRow => Regions(inRow, columns, "column", "regionColumn", ofColumn =>
                {
                    Region(ofColumn, columns, "regionColumn", "x", divides && columns.Divides);
                    ofColumn.Add(new Integer("int atX = column - xFirst"));
                    ofColumn.If(Contains(columns, "atX", Size(columns, "x")), body =>
                    {
                        var (_, height, width) = Layout.Sizes(small);
                        body.Add(new Integer($"int region = sample * {Text(small.Size)} + (channel * {Text(height)} + regionRow) * {Text(width)} + regionColumn"));
                        Expr value = new Load(new Address("dy", 0, "region"));
                        if (!toMax)
                        {
                            body.Add(new Set("spread", new Local("spread") + (divides ? value / new Converted(Divisor(rows, columns)) : value)));
                            return;
                        }
                        body.Let("largest", new Load(new Address("max", 0, "region")));
                        // Comparisons with NaN are false, so that where it is the largest value the first place has it.
                        body.Add(new Integer(ofScaled ? "bool isFirst = !(largest > own | own > largest)" : "bool isFirst = !(largest > own)"));
                        body.Add(new Integer($"int first = {First(result.Shape)}"));
                        Places(body, rows, columns, (earlier, iY, iX) => earlier.If(
                            $"({IndexText.Times(iY, rows.Step)} < atY | ({IndexText.Times(iY, rows.Step)} == atY & {IndexText.Times(iX, columns.Step)} < atX))",
                            then =>
                            {
                                then.Let("before", new Load(new Address("x", 0, Place("first", result.Shape, rows, columns, iY, iX))));
                                then.Add(new Integer(ofScaled ? "isFirst &= largest > before | before > largest" : "isFirst &= largest > before"));
                            }));
                        body.Add(new Set("spread", new Local("spread") + new Conditional("isFirst", value)));
                    });
                }));
            });
            return new Local("spread");
        });
    }

    /// <summary>
    /// The same where each pixel is in one region and what it gets depends on the others there: a thread has a region, and writes all of its pixels, once they
    /// are known to hold its largest value or not.
    /// </summary>
    static GpuKernel ScatterParts(Group group, KernelContext context, RegionAxis rows, RegionAxis columns)
    {
        var result = group.Values[0];
        var (small, large) = (result.Inputs[0].Shape, result.Shape);
        var ofScaled = group.Anchor is MaxPoolGradient { OfScaled: true };
        var epilogue = new Epilogue(group, context, anchorIsElementwise: false);
        var things = $"n * {Text(small.Size)}";
        var code = new Code();
        code.Add(new LetIndex("group", GpuIndex.GroupX));
        code.Add(new LetIndex("thread", GpuIndex.ThreadX));
        code.Add(new Integer($"int region = group * {Text(GpuPolicy.GroupThreads)} + thread"));
        code.If($"region < {things}", body =>
        {
            body.Add(new Integer($"int sample = region / {Text(small.Size)}"));
            body.Add(new Integer($"int element = region - sample * {Text(small.Size)}"));
            GpuImages.Pixel(body, small);
            Region(body, rows, "row", "y", false);
            Region(body, columns, "column", "x", false);
            body.Let("left", new Load(new Address("dy", 0, "region")));
            body.Let("largest", new Load(new Address("max", 0, "region")));
            var (_, height, width) = Layout.Sizes(large);
            body.Add(new Integer($"int first = (channel * {Text(height)} + yFirst) * {Text(width)} + xFirst"));
            Places(body, rows, columns, (place, iY, iX) =>
            {
                place.Add(new Integer($"int of = {Place("first", large, rows, columns, iY, iX)}"));
                place.Add(new Integer($"int index = sample * {Text(large.Size)} + of"));
                // Where the place holds the largest value it takes what there is to give, and nothing is left for those after it.
                var x = place.Let("own", new Load(new Address("x", 0, "index")));
                var here = place.Let("here", Elsewhere(x, Expr.Zero, new Local("left")));
                place.Add(new Set("left", Elsewhere(x, new Local("left"), Expr.Zero)));
                GpuEpilogue.Finish(place, epilogue, here, large.Size, "sample", "of", "index", "", v => v == result.Inputs[1] ? x : null);
            });
        });
        KernelArgument[] inputs = [new(Binding.Pointer, "dy", result.Inputs[0]), new(Binding.Pointer, "x", result.Inputs[1]), new(Binding.Pointer, "max", result.Inputs[2])];
        return new GpuKernel($"{string.Join("_", group.Values.Select(v => v.Op.ToString()))}_{Text(large.Size)}", $"{Formulas.Of(group)}, {group.Last.Type}.", group,
            [.. inputs, .. GpuEpilogue.Arguments(epilogue, known: result.Inputs[1])], GpuGrid.Of(things, GpuPolicy.GroupThreads), (GpuPolicy.GroupThreads, 1), code.Body);

        // The result of a scaled pooling may be a region's smallest value.
        Expr Elsewhere(Expr x, Expr then, Expr otherwise) =>
            Expr.WhereGreater(new Local("largest"), x, then, ofScaled ? Expr.WhereGreater(x, new Local("largest"), then, otherwise) : otherwise);
    }

    /// <summary>Declares a region's first place, its size and its divisor. The size of regions that are all alike is a literal instead.</summary>
    static void Region(Code code, RegionAxis axis, string region, string name, bool divides)
    {
        if (Alike(axis) is { } run)
        {
            code.Add(new Integer($"int {name}First = {IndexText.Plus(IndexText.Times(region, run.Advance), run.First)}"));
            if (divides) code.Add(new Integer($"int {name}Divisor = {Text(run.Divisor)}"));
            return;
        }
        foreach (var declaration in axis.Declarations(region, name + "First", name + "Size", divides ? name + "Divisor" : null))
            code.Add(new Integer("int" + declaration.Substring("nint".Length)));
    }

    /// <summary>The regions of an axis that are all of one size, at equal distances; null where they aren't.</summary>
    static RegionRun? Alike(RegionAxis axis) => axis.Runs() is [{ Size: > 0 } run] ? run : null;

    static string Size(RegionAxis axis, string name) => Alike(axis) is { } run ? Text(run.Size) : name + "Size";

    static void Regions(Code code, RegionAxis axis, string place, string region, Action<Code> body)
    {
        var (first, last) = axis.Containing(place);
        code.Add(new Integer($"int {region}First = {first}"));
        code.Add(new Integer($"int {region}End = {last} + 1"));
        code.For(region, region + "First", region + "End", 1, body);
    }

    static string Contains(RegionAxis axis, string at, string size) =>
        axis.Step == 1 ? $"{at} >= 0 & {at} < {size}" : $"{at} >= 0 & {at} < {size} * {Text(axis.Step)} & {at} % {Text(axis.Step)} == 0";

    /// <summary>
    /// The places of a region, each by itself where they are few and the same for all regions: threads stay together, and wait for several numbers at once.
    /// </summary>
    static void Places(Code code, RegionAxis rows, RegionAxis columns, Action<Code, string, string> body)
    {
        if (Alike(rows) is { } y && Alike(columns) is { } x && y.Size * x.Size <= MostUnrolled)
        {
            for (var iY = 0; iY < y.Size; iY++)
            {
                for (var iX = 0; iX < x.Size; iX++)
                {
                    var (row, column) = (Text(iY), Text(iX));
                    code.Block(null, place => body(place, row, column));
                }
            }
            return;
        }
        if (rows.Places == 1 && rows.Regions == 1) code.For("iX", "0", Size(columns, "x"), 1, place => body(place, "0", "iX"));
        else code.For("iY", "0", Size(rows, "y"), 1, row => row.For("iX", "0", Size(columns, "x"), 1, place => body(place, "iY", "iX")));
    }

    /// <summary>Where a region begins.</summary>
    static string First(Shape shape)
    {
        var (_, height, width) = Layout.Sizes(shape);
        return $"sample * {Text(shape.Size)} + (channel * {Text(height)} + yFirst) * {Text(width)} + xFirst";
    }

    /// <summary>Where a place of a region is.</summary>
    static string Place(string first, Shape shape, RegionAxis rows, RegionAxis columns, string iY, string iX)
    {
        var (_, _, width) = Layout.Sizes(shape);
        return new[] { IndexText.Times(iY, rows.Step * width), IndexText.Times(iX, columns.Step) }.Where(t => t != "0").Aggregate(first, (sum, term) => $"{sum} + {term}");
    }

    static string Divisor(RegionAxis rows, RegionAxis columns) => rows.Divides && columns.Divides ? "(yDivisor * xDivisor)" : rows.Divides ? "yDivisor" : "xDivisor";

    static string Text(long number) => LayerBuilder.Text(number);
}
