using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Images;

/// <summary>Loops over the pixels of images of one size, with a pointer for each operand that moves along.</summary>
/// <param name="context">Where values are.</param>
/// <param name="operands">The images, by the names of the kernel's parameters.</param>
sealed class ImageLoop(KernelContext context, ImmutableArray<(Value Value, string Name)> operands)
{
    readonly Layout shape = operands[0].Value.Layout!;

    /// <summary>The sizes of an image as part of kernels' names, <c>64x8x8</c>.</summary>
    public static string Sizes(Layout layout) => Sizes(layout.InLanes ? layout.Planes : layout.Channels, layout.Height, layout.Width);

    /// <summary>The same of an image that may lie in row-major order.</summary>
    public static string Sizes(Shape shape)
    {
        var (channels, height, width) = Layout.Sizes(shape);
        return Sizes(channels, height, width);
    }

    static string Sizes(int channels, int height, int width) => string.Join("x", new[] { channels, height, width }.Select(size => LayerBuilder.Text(size)));

    /// <summary>What the pointer to the current pixel of an operand is called.</summary>
    public static string Pixel(string name) => name + "_i";

    /// <summary>Writes what is done with each sample, whose pointers are at its first pixel; the borders of what is written become zero.</summary>
    public void ForEachSample(Code code, IEnumerable<(Value Value, string Name)> written, Action<Code> body) => code.For("i", "0", KernelContext.Images(shape), 1, sample =>
    {
        foreach (var (value, name) in written) ZeroBorder(sample, context, value, name, "i");
        Begin(sample, "i");
        body(sample);
    });

    /// <summary>Declares the pointers at the first pixel of a sample.</summary>
    public void Begin(Code code, string index)
    {
        foreach (var (value, name) in operands) code.Add(new LetPointer(Pixel(name), new Address(name, value.Layout!.Origin, index, context.Pitch(value))));
    }

    /// <summary>Sets the border of a sample to zero, where it has one, or a worker's part of it.</summary>
    public static void ZeroBorder(Code code, KernelContext context, Value value, string name, string? index, bool shared = false)
    {
        var layout = value.Layout!;
        if (layout.Border.IsNone) return;
        code.Add(new InvokeRuntime("Images.ZeroBorder",
        [
            new Address(name, 0, index, context.Pitch(value)),
            .. new[] { layout.Height, layout.Width, layout.ChannelPitch, layout.Border.Top, layout.Border.Left, layout.Border.Bottom, layout.Border.Right }
                .Select(size => (object)LayerBuilder.Text(size)),
            .. shared ? ["worker", "workers"] : Array.Empty<object>(),
        ]));
    }

    /// <summary>Writes what is done with each pixel. The pointers move on to where they were before the loop plus the whole image.</summary>
    public void ForEachPixel(Code sample, Action<Code> body)
    {
        if (operands.All(o => o.Value.Layout!.IsContiguous))
        {
            Run(sample, "pixel", shape.Pixels, body);
            return;
        }
        sample.For("row", "0", LayerBuilder.Text(shape.Height), 1, row =>
        {
            Run(row, "pixel", shape.Width, body);
            EndRow(row);
        });
    }

    /// <summary>Writes what is done with each run of floats without a gap: rows of images with borders, or whole images.</summary>
    public void ForEachRun(Code sample, Action<Code, int> body)
    {
        if (operands.All(o => o.Value.Layout!.IsContiguous))
        {
            body(sample, shape.Pixels * shape.ChannelPitch);
            return;
        }
        sample.For("row", "0", LayerBuilder.Text(shape.Height), 1, row =>
        {
            body(row, shape.Width * shape.ChannelPitch);
            foreach (var (value, name) in operands) row.Add(new Advance(Pixel(name), value.Layout!.RowPitch));
        });
    }

    /// <summary>Writes what is done with each vector of a pixel's channels: with the loop's index or none, the first channel, and how many there are of them where
    /// it isn't a whole vector.</summary>
    public static void ForEachVector(Code pixel, Layout layout, int lanes, Action<Code, string?, int, int?> body)
    {
        var whole = layout.Channels / lanes;
        if (layout.ChannelPitch / lanes > UnrollPolicy.Row)
        {
            pixel.For("c", "0", LayerBuilder.Text(whole * lanes), lanes, loop => body(loop, "c", 0, null));
        }
        else
        {
            for (var v = 0; v < whole; v++) body(pixel, null, v * lanes, null);
        }
        for (var c = whole * lanes; c < layout.ChannelPitch; c += lanes) body(pixel, null, c, Math.Max(0, layout.Channels - c));
    }

    void Run(Code code, string index, int pixels, Action<Code> body) => code.For(index, "0", LayerBuilder.Text(pixels), 1, pixel =>
    {
        body(pixel);
        foreach (var (value, name) in operands) pixel.Add(new Advance(Pixel(name), value.Layout!.ChannelPitch));
    });

    void EndRow(Code row)
    {
        foreach (var (value, name) in operands)
        {
            var layout = value.Layout!;
            var gap = layout.RowPitch - layout.Width * layout.ChannelPitch;
            if (gap > 0) row.Add(new Advance(Pixel(name), gap));
        }
    }
}
