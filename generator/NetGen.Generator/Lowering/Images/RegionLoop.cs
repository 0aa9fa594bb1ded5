using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// Loops over the regions of an image, such as a pooling's windows: first, inner and last rows and columns apart, so that each region's size is a literal, with
/// a pointer for each operand that moves along.
/// </summary>
/// <param name="context">Where values are.</param>
/// <param name="rows">The regions of the rows.</param>
/// <param name="columns">The regions of the columns.</param>
/// <param name="results">The images with a pixel for each region, by the names of the kernel's parameters.</param>
/// <param name="places">The images with a pixel for each place.</param>
/// <param name="shared">Whether workers share the rows of regions of a single sample: each has those from <c>first</c> to <c>last</c>.</param>
sealed class RegionLoop(KernelContext context, RegionAxis rows, RegionAxis columns,
    ImmutableArray<(Value Value, string Name)> results, ImmutableArray<(Value Value, string Name)> places, bool shared)
{
    readonly ImmutableArray<RegionRun> rowRuns = rows.Runs(), columnRuns = columns.Runs();
    readonly ImageCursor at = new(places), to = new(results);

    /// <summary>Writes what is done with each region of a sample.</summary>
    /// <param name="sample">Where to.</param>
    /// <param name="operations">The operations for a place, and those for a region, on all vectors that are written out.</param>
    /// <param name="mean">Whether the regions' divisors are needed.</param>
    /// <param name="body">What is done.</param>
    public void ForEachRegion(Code sample, (int OfPlace, int OfRegion) operations, bool mean, Action<Code, RegionCode> body)
    {
        var total = 0L;
        foreach (var row in rowRuns)
        {
            foreach (var column in columnRuns) total += operations.OfRegion + (long)operations.OfPlace * (IsUnrolled(row, column) ? row.Size * column.Size : 1);
        }
        if (total > UnrollPolicy.RegionOperations || rowRuns.Length * columnRuns.Length > UnrollPolicy.Regions) ForEachComputed(sample, mean, body);
        else if (shared) ForEachShared(sample, body);
        else ForEachLiteral(sample, body);
    }

    /// <summary>Writes what is done with each place of a region, from its number and the address of an operand there.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="region">The region.</param>
    /// <param name="index">The index of the loop over channels, if there is one.</param>
    /// <param name="body">What is done; the number is null where places are a loop.</param>
    public void ForEachPlace(Code code, RegionCode region, string? index, Action<Code, int?, Func<string, int, Address>> body)
    {
        if (region.Unrolled is var (height, width))
        {
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    var (row, column) = (y * rows.Step, x * columns.Step);
                    body(code, y * width + x, (name, channel) =>
                    {
                        var layout = LayoutOf(name);
                        return new Address(region.Pointer(name), (long)row * layout.RowPitch + (long)column * layout.ChannelPitch + channel, index);
                    });
                }
            }
            return;
        }
        code.For("line", "0", region.Height, 1, row =>
        {
            foreach (var (value, name) in places)
            {
                var first = $"{region.Pointer(name)} + line * {Text((long)rows.Step * value.Layout!.RowPitch)}";
                row.Add(new LetPointer(Place(name), new Address(first, 0, index)));
            }
            row.For("place", "0", region.Width, 1, place =>
            {
                body(place, null, (name, channel) => new Address(Place(name), channel));
                foreach (var (value, name) in places) place.Add(new Advance(Place(name), (long)columns.Step * value.Layout!.ChannelPitch));
            });
        });
    }

    static bool IsUnrolled(RegionRun row, RegionRun column) => row.Size * column.Size <= UnrollPolicy.Region;

    void ForEachLiteral(Code sample, Action<Code, RegionCode> body)
    {
        at.Begin(sample, context, rowRuns[0].First, columnRuns[0].First, "i");
        to.Begin(sample, context, 0, 0, "i");
        var y = rowRuns[0].First;
        foreach (var row in rowRuns)
        {
            at.Move(row.First - y, 0);
            Repeat(sample, "row", row.Count, rowRuns.Length == 1 ? null : $"Row {Text(row.Region)}.", code =>
            {
                var x = ForEachColumn(code, row, body);
                at.Move(row.Advance, columnRuns[0].First - x);
                to.Move(1, -columns.Regions);
            });
            y = row.First + row.Count * row.Advance;
        }
    }

    /// <summary>The same of a worker's rows, which may be of several kinds: pointers begin anew in each row.</summary>
    void ForEachShared(Code sample, Action<Code, RegionCode> body)
    {
        var region = 0;
        foreach (var row in rowRuns)
        {
            var end = region + row.Count;
            var (first, last) = (region == 0 ? "first" : $"nint.Max(first, {Text(region)})", end == rows.Regions ? "last" : $"nint.Min(last, {Text(end)})");
            sample.For("row", first, last, 1, code =>
            {
                at.BeginRow(code, row.First - region * row.Advance, columnRuns[0].First, row.Advance);
                to.BeginRow(code, 0, 0, 1);
                ForEachColumn(code, row, body);
            });
            region = end;
        }
    }

    /// <summary>The regions of a row; returns the place after the last one.</summary>
    int ForEachColumn(Code code, RegionRun row, Action<Code, RegionCode> body)
    {
        var x = columnRuns[0].First;
        foreach (var column in columnRuns)
        {
            at.Move(0, column.First - x);
            Repeat(code, "pixel", column.Count, columnRuns.Length == 1 ? null : $"Pixel {Text(column.Region)}.", pixel =>
            {
                Flush(pixel);
                var scale = row.Divisor * column.Divisor == 1 ? null : new Number(1f / ((float)row.Divisor * column.Divisor));
                (int, int)? unrolled = IsUnrolled(row, column) ? (row.Size, column.Size) : null;
                body(pixel, new RegionCode(Text(row.Size), Text(column.Size), unrolled, scale, ImageLoop.Pixel));
                at.Move(0, column.Advance);
                to.Move(0, 1);
            });
            x = column.First + column.Count * column.Advance;
        }
        return x;
    }

    /// <summary>Where regions differ too much for code of their own, their places are computed.</summary>
    void ForEachComputed(Code sample, bool mean, Action<Code, RegionCode> body)
    {
        at.Begin(sample, context, 0, 0, shared ? null : "i");
        if (!shared) to.Begin(sample, context, 0, 0, "i");
        sample.For("row", shared ? "first" : "0", shared ? "last" : Text(rows.Regions), 1, row =>
        {
            if (shared) to.BeginRow(row, 0, 0, 1);
            foreach (var declaration in rows.Declarations("row", "top", "height", mean ? "rowDivisor" : null)) row.Add(new Integer(declaration));
            row.For("pixel", "0", Text(columns.Regions), 1, pixel =>
            {
                foreach (var declaration in columns.Declarations("pixel", "left", "width", mean ? "columnDivisor" : null)) pixel.Add(new Integer(declaration));
                if (mean) pixel.Add(new Integer("float scale = 1f / (rowDivisor * columnDivisor)"));
                foreach (var (value, name) in places)
                {
                    var layout = value.Layout!;
                    var first = $"{ImageLoop.Pixel(name)} + top * {Text(layout.RowPitch)}";
                    pixel.Add(new LetPointer(Corner(name), new Address(first, 0, "left", layout.ChannelPitch)));
                }
                body(pixel, new RegionCode("height", "width", null, mean ? new Scalar("scale") : null, Corner));
                to.Move(0, 1);
                to.Flush(pixel);
            });
            if (shared) return;
            to.Move(1, -columns.Regions);
            to.Flush(row);
        });
    }

    void Repeat(Code code, string index, int count, string? remark, Action<Code> body)
    {
        if (count == 1)
        {
            // Where there are others, names of locals are their block's.
            if (remark is null) body(code);
            else code.Block(remark, body);
            return;
        }
        Flush(code);
        code.For(index, "0", Text(count), 1, inner =>
        {
            body(inner);
            Flush(inner);
        });
    }

    void Flush(Code code)
    {
        at.Flush(code);
        to.Flush(code);
    }

    Layout LayoutOf(string name) => places.First(p => p.Name == name).Value.Layout!;

    static string Corner(string name) => name + "_r";

    static string Place(string name) => name + "_p";

    static string Text(long value) => LayerBuilder.Text(value);
}

/// <summary>A region as the code of a kernel sees it.</summary>
/// <param name="Height">Its rows.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Unrolled">The same, where its places are written out one after the other.</param>
/// <param name="Scale">What its sum is multiplied by for its mean; null for 1.</param>
/// <param name="Pointer">The pointer to its first place in an operand.</param>
sealed record RegionCode(string Height, string Width, (int Height, int Width)? Unrolled, Expr? Scale, Func<string, string> Pointer);

/// <summary>Pointers that move over images together. What they would move is collected until they are needed.</summary>
/// <param name="operands">The images, by the names of the kernel's parameters.</param>
sealed class ImageCursor(ImmutableArray<(Value Value, string Name)> operands)
{
    long rows;
    long pixels;

    /// <summary>Declares the pointers at a pixel of a sample, of which there is only one where there is no index.</summary>
    public void Begin(Code sample, KernelContext context, int y, int x, string? index)
    {
        (rows, pixels) = (0, 0);
        foreach (var (value, name) in operands) sample.Add(new LetPointer(ImageLoop.Pixel(name), new Address(name, value.Layout!.At(y, x), index, context.Pitch(value))));
    }

    /// <summary>Declares the pointers at a pixel of a row, whose number is <c>row</c>, of the only sample.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="y">The image's row for a number of 0.</param>
    /// <param name="x">The pixel in it.</param>
    /// <param name="advance">The rows of the image from one number to the next.</param>
    public void BeginRow(Code code, int y, int x, int advance)
    {
        (rows, pixels) = (0, 0);
        foreach (var (value, name) in operands)
        {
            var layout = value.Layout!;
            code.Add(new LetPointer(ImageLoop.Pixel(name), new Address(name, layout.At(0, x) + (long)y * layout.RowPitch, "row", (long)advance * layout.RowPitch)));
        }
    }

    public void Move(int rowsOn, int pixelsOn)
    {
        rows += rowsOn;
        pixels += pixelsOn;
    }

    /// <summary>Writes the moves so far.</summary>
    public void Flush(Code code)
    {
        foreach (var (value, name) in operands)
        {
            var length = rows * value.Layout!.RowPitch + pixels * value.Layout.ChannelPitch;
            if (length != 0) code.Add(new Advance(ImageLoop.Pixel(name), length));
        }
        (rows, pixels) = (0, 0);
    }
}
