using System.Collections.Immutable;
using System.Globalization;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// Interpolation between the four pixels around a place, and its gradient. Places are fractions with a constant denominator, so that they are exact.
/// </summary>
static class BilinearKernel
{
    static readonly string[] Corners = ["topLeft", "topRight", "bottomLeft", "bottomRight"];

    public static Kernel Lower(Group group, KernelContext context, bool alignCorners)
    {
        var (x, y) = (group.Values[0].Inputs[0], group.Values[0]);
        return Build(group, context, small: (x, "x"), large: (y, "y"), alignCorners, Prepare, Interpolate, Padding);

        void Prepare(Code sample) => ImageLoop.ZeroBorder(sample, context, y, "y", "i");

        void Padding(Code code, int channel) => code.Add(new Store(new Address(ImageLoop.Pixel("y"), channel), Expr.Zero));

        static void Interpolate(Code code, ChannelBlock block)
        {
            foreach (var (channel, _) in block.Vectors)
            {
                var corners = Corners.Select(c => (Expr)new Load(new Address(c, channel, block.Index))).ToArray();
                var upper = code.Let("upper" + LayerBuilder.Text(channel), corners[0] * new Local("left") + corners[1] * new Local("right"));
                var lower = code.Let("lower" + LayerBuilder.Text(channel), corners[2] * new Local("left") + corners[3] * new Local("right"));
                code.Add(new Store(new Address(ImageLoop.Pixel("y"), channel, block.Index), upper * new Local("top") + lower * new Local("bottom")));
            }
        }
    }

    public static Kernel LowerGradient(Group group, KernelContext context, bool alignCorners)
    {
        var (dy, dx) = (group.Values[0].Inputs[0], group.Values[0]);
        return Build(group, context, small: (dx, "dx"), large: (dy, "dy"), alignCorners, Prepare, Share, (_, _) => { });

        void Prepare(Code sample) => sample.Add(new InvokeRuntime("Images.Clear",
            [new Address("dx", 0, "i", context.Pitch(dx)), LayerBuilder.Text(context.Pitch(dx))]));

        static void Share(Code code, ChannelBlock block)
        {
            foreach (var (channel, _) in block.Vectors)
            {
                var gradient = code.Let("dy" + LayerBuilder.Text(channel), new Load(new Address(ImageLoop.Pixel("dy"), channel, block.Index)));
                // At the edges corners are the same pixel, so that each is read after the one before was written.
                for (var corner = 0; corner < 4; corner++)
                {
                    var address = new Address(Corners[corner], channel, block.Index);
                    var (row, column) = (new Local(corner < 2 ? "top" : "bottom"), new Local(corner % 2 == 0 ? "left" : "right"));
                    code.Add(new Store(address, new Load(address) + gradient * (row * column)));
                }
            }
        }
    }

    static Kernel Build(Group group, KernelContext context, (Value Value, string Name) small, (Value Value, string Name) large, bool alignCorners,
        Action<Code> prepare, Action<Code, ChannelBlock> body, Action<Code, int> padding)
    {
        var result = group.Values[0];
        var isGradient = small.Value == result;
        var (from, to) = (small.Value.Layout!, large.Value.Layout!);
        var operands = isGradient ? new[] { large, small } : [small, large];
        KernelArgument[] arguments = [.. operands.Select(o => new KernelArgument(Binding.Pointer, o.Name, o.Value)), new(Binding.Rows, "n")];
        var size = string.Join("x", new[] { from.Channels, from.Height, from.Width }.Select(s => LayerBuilder.Text(s)));
        var name = context.NameOf($"{group.Anchor}_{size}to{LayerBuilder.Text(to.Height)}x{LayerBuilder.Text(to.Width)}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        var vertical = new InterpolatedAxis(from.Height, to.Height, alignCorners);
        var horizontal = new InterpolatedAxis(from.Width, to.Width, alignCorners);
        return new Kernel(name, summary, [.. arguments], context.Lanes.Select(lanes =>
        {
            var code = new Code();
            code.For("i", "0", "n", 1, sample =>
            {
                prepare(sample);
                foreach (var (value, operand) in operands)
                {
                    sample.Add(new LetPointer(ImageLoop.Pixel(operand), new Address(operand, value.Layout!.Origin, "i", context.Pitch(value))));
                }
                sample.For("row", "0", LayerBuilder.Text(to.Height), 1, row =>
                {
                    vertical.Declare(row, "row", "y", "down", from.RowPitch, "top", "bottom");
                    row.For("pixel", "0", LayerBuilder.Text(to.Width), 1, pixel =>
                    {
                        horizontal.Declare(pixel, "pixel", "x", "across", from.ChannelPitch, "left", "right");
                        var row0 = $"{ImageLoop.Pixel(small.Name)} + yAt * {LayerBuilder.Text(from.RowPitch)}";
                        pixel.Add(new LetPointer(Corners[0], new Address(row0, 0, "xAt", from.ChannelPitch)));
                        pixel.Add(new LetPointer(Corners[1], new Address(Corners[0], 0, "across")));
                        pixel.Add(new LetPointer(Corners[2], new Address(Corners[0], 0, "down")));
                        pixel.Add(new LetPointer(Corners[3], new Address(Corners[1], 0, "down")));
                        ChannelBlock.ForEach(pixel, to, lanes, isGradient ? 2 : 4, body, padding);
                        pixel.Add(new Advance(ImageLoop.Pixel(large.Name), to.ChannelPitch));
                    });
                    var gap = to.RowPitch - to.Width * to.ChannelPitch;
                    if (gap > 0) row.Add(new Advance(ImageLoop.Pixel(large.Name), gap));
                });
            });
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        }));
    }

    /// <summary>
    /// An axis that is interpolated: place o of the result lies at (o + ½) · from / to − ½ of the input, not before its first place, or at
    /// o · (from − 1) / (to − 1) where corners are aligned.
    /// </summary>
    sealed record InterpolatedAxis(int From, int To, bool AlignCorners)
    {
        /// <summary>Declares the place before, the distance to the one after, and the weights of both.</summary>
        public void Declare(Code code, string index, string axis, string distance, int pitch, string before, string after)
        {
            var (factor, shift, denominator) = AlignCorners ? (From - 1L, 0L, Math.Max(1L, To - 1L)) : (2L * From, (long)From - To, 2L * To);
            var numerator = axis + "Numerator";
            code.Add(new Integer($"nint {numerator} = {index} * {Text(factor)} {(shift < 0 ? "-" : "+")} {Text(Math.Abs(shift))}"));
            if (shift < 0) code.Add(new Integer($"{numerator} = {numerator} > 0 ? {numerator} : 0"));
            code.Add(new Integer($"nint {axis}At = {numerator} / {Text(denominator)}"));
            code.Add(new Integer($"nint {distance} = {axis}At < {Text(From - 1)} ? {Text(pitch)} : 0"));
            var fraction = axis + "Fraction";
            var scale = ((float)(1.0 / denominator)).ToString("R", CultureInfo.InvariantCulture);
            code.Add(new Integer($"float {fraction} = ({numerator} - {axis}At * {Text(denominator)}) * {scale}f"));
            code.Let(after, new Scalar(fraction));
            code.Let(before, Expr.One - new Local(after));
        }

        static string Text(long value) => LayerBuilder.Text(value);
    }
}
