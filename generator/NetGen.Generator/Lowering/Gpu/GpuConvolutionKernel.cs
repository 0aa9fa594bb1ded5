using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// Convolutions as matrix products whose one side is an image: the matrix of all places that a kernel covers exists nowhere, its numbers are found where the
/// image has them (implicit GEMM; Chetlur et al. 2014, "cuDNN", section 3).
/// </summary>
static class GpuConvolutionKernel
{
    /// <summary>Weights times the pixels below the kernel: channels by pixels of all samples.</summary>
    public static GpuKernel Forward(Group group, KernelContext context, Window window, int groups)
    {
        var result = group.Values[0];
        var (x, weight) = (result.Inputs[0], result.Inputs[1]);
        var channels = weight.Shape.Axes[0] / groups;
        if (GpuShallowConvolutionKernel.Fits(weight, window, groups)) return GpuShallowConvolutionKernel.Lower(group, context, window);
        var depth = weight.Shape.Axes[1] * window.Places;
        var product = new GpuProduct(
            context.Gpu!.TileOf(channels, null), GpuExtent.Of(channels), GpuExtent.PerSample(result.Size / weight.Shape.Axes[0]), GpuExtent.Of(depth),
            Weights("w", channels, depth, groups), new GpuWindow("x", x.Shape, result.Shape, window, groups, GpuLine.Pixel), groups);
        return Build(group, context, product, x, weight, channels, groups);
    }

    /// <summary>
    /// What reaches a convolution's input, or what a transposed convolution gives: each pixel gathers from those that the kernel spread it to.
    /// </summary>
    public static GpuKernel Transposed(Group group, KernelContext context, Window window, int groups)
    {
        var result = group.Values[0];
        var (dy, weight) = (result.Inputs[0], result.Inputs[1].Inputs[0]);
        var (outputs, channels) = (weight.Shape.Axes[0] / groups, weight.Shape.Axes[1]);
        var product = new GpuProduct(
            context.Gpu!.TileOf(channels, null), GpuExtent.Of(channels), GpuExtent.PerSample(result.Size / result.Shape.Axes[0]), GpuExtent.Of((long)outputs * window.Places),
            new GpuTransposedWeights("w", outputs, channels, window.Places, groups), new GpuSpread("x", dy.Shape, result.Shape, window, groups), groups);
        return Build(group, context, product, dy, weight, channels, groups);
    }

    /// <summary>
    /// Σ x ∂y over samples and pixels. The result is small and the sum long, so that it is cut into parts for groups of their own, which a second kernel adds
    /// up in order.
    /// </summary>
    public static IEnumerable<GpuKernel> WeightGradient(Group group, KernelContext context, Window window, int groups)
    {
        var result = group.Values[0];
        var (dy, x) = (result.Inputs[0], result.Inputs[1]);
        var channels = result.Shape.Axes[0] / groups;
        var columns = result.Shape.Axes[1] * window.Places;
        var pixels = dy.Size / dy.Shape.Axes[0];
        var tile = context.Gpu!.TileOf(channels, columns);
        var tiles = (long)groups * ((channels + tile.Rows - 1) / tile.Rows) * ((columns + tile.Columns - 1) / tile.Columns);
        var parts = GpuPolicy.Parts(tiles);
        var product = new GpuProduct(tile, GpuExtent.Of(channels), GpuExtent.Of(columns), GpuExtent.PerSample(pixels),
            new GpuPixels("dy", dy.Shape, groups), new GpuWindow("x", x.Shape, dy.Shape, window, groups, GpuLine.Place), groups, parts);
        var code = new Code();
        var channel = groups == 1 ? "" : $"channels * {LayerBuilder.Text(channels)} + ";
        product.Emit(code, (body, row, column, sum, _) =>
        {
            var index = $"({channel}{row}) * {LayerBuilder.Text(columns)} + {column}";
            if (parts > 1)
            {
                body.Add(new StoreScalar(new Address("parts", 0, $"part * {LayerBuilder.Text(result.Size)} + {index}"), sum));
                return;
            }
            body.Add(new Integer($"int index = {index}"));
            body.If("accumulate", then => then.Add(new Set(((Local)sum).Name, sum + new Load(new Address("dw", 0, "index")))));
            body.Add(new StoreScalar(new Address("dw", 0, "index"), sum));
        });
        var name = $"ConvolutionWeightGradient_{string.Join("x", result.Shape.Axes.Select(a => LayerBuilder.Text(a)))}";
        var summary = $"{Formulas.Of(group)}: {dy.Type} → {result.Type}";
        KernelArgument[] operands = [new(Binding.Pointer, "dy", dy), new(Binding.Pointer, "x", x)];
        if (parts == 1)
        {
            yield return new GpuKernel(name, summary + ".", group,
                [.. operands, new(Binding.Pointer, "dw", result), new(Binding.Samples, "n"), new(Binding.Accumulate, "accumulate")], product.Grid, product.Threads, code.Body);
            yield break;
        }
        var floats = checked(parts * result.Size);
        yield return new GpuKernel(name, $"{summary}, in {LayerBuilder.Text(parts)} parts.", group, [.. operands, new(Binding.Scratch, "parts"), new(Binding.Samples, "n")],
            product.Grid, product.Threads, code.Body, floats);
        yield return Sum(group, result, parts, floats);
    }

    /// <summary>Adds up the parts of a sum.</summary>
    static GpuKernel Sum(Group group, Value result, int parts, int floats)
    {
        var code = new Code();
        code.Add(new LetIndex("group", GpuIndex.GroupX));
        code.Add(new LetIndex("thread", GpuIndex.ThreadX));
        code.Add(new Integer($"int index = group * {LayerBuilder.Text(GpuPolicy.GroupThreads)} + thread"));
        code.If($"index < {LayerBuilder.Text(result.Size)}", then =>
        {
            then.Let("sum", Expr.Zero);
            then.For("part", "0", LayerBuilder.Text(parts), 1, body =>
                body.Add(new Set("sum", new Local("sum") + new Load(new Address("parts", 0, $"part * {LayerBuilder.Text(result.Size)} + index")))));
            then.If("accumulate", more => more.Add(new Set("sum", new Local("sum") + new Load(new Address("dw", 0, "index")))));
            then.Add(new StoreScalar(new Address("dw", 0, "index"), new Local("sum")));
        });
        return new GpuKernel($"SumOf{LayerBuilder.Text(parts)}_{LayerBuilder.Text(result.Size)}", $"The sum of {LayerBuilder.Text(parts)} parts, {result.Type}.", group,
            [new(Binding.Scratch, "parts"), new(Binding.Pointer, "dw", result), new(Binding.Accumulate, "accumulate")],
            GpuGrid.Of(LayerBuilder.Text(result.Size), GpuPolicy.GroupThreads), (GpuPolicy.GroupThreads, 1), code.Body, floats);
    }

    static GpuKernel Build(Group group, KernelContext context, GpuProduct product, Value x, Value weight, int channels, int groups)
    {
        var result = group.Values[0];
        var bias = result.Inputs.Length > 2 ? result.Inputs[2] : null;
        var pixels = result.Size / result.Shape.Axes[0];
        var epilogue = new Epilogue(group, context, anchorIsElementwise: false);
        var code = new Code();
        product.Emit(code, (body, row, _, sum, suffix) =>
        {
            var channel = groups == 1 ? row : $"(channels * {LayerBuilder.Text(channels)} + {row})";
            body.Add(new Integer($"int element = {channel} * {LayerBuilder.Text(pixels)} + pixel"));
            body.Add(new Integer($"int index = sample * {LayerBuilder.Text(result.Size)} + element"));
            GpuEpilogue.Finish(body, epilogue, bias is null ? sum : sum + new Load(new Address("bias", 0, channel)), result.Size, "sample", "element", "index", suffix);
        }, (body, column) =>
        {
            body.Add(new Integer($"int sample = {column} / {LayerBuilder.Text(pixels)}"));
            body.Add(new Integer($"int pixel = {column} - sample * {LayerBuilder.Text(pixels)}"));
        });
        KernelArgument[] arguments =
        [
            new(Binding.Pointer, "x", x), new(Binding.Pointer, "w", weight),
            .. bias is null ? Array.Empty<KernelArgument>() : [new(Binding.Pointer, "bias", bias)], .. GpuEpilogue.Arguments(epilogue),
        ];
        return new GpuKernel(NameOf(group, x), $"{Formulas.Of(group)}, {x.Type} → {result.Type}.", group,
            [.. arguments], product.Grid, product.Threads, code.Body);
    }

    /// <summary>A convolution's name, which tells what is fused with it, and the sizes of the images.</summary>
    public static string NameOf(Group group, Value image)
    {
        var sizes = string.Join("x", new[] { image.Shape, group.Values[0].Shape }.SelectMany(s => s.Axes).Select(a => LayerBuilder.Text(a)));
        return $"{string.Join("_", group.Values.Select(v => v.Op.ToString()))}_{sizes}";
    }

    static GpuOperand Weights(string name, int channels, long depth, int groups) =>
        groups == 1 ? new GpuMatrix(name, depth, 1) : new GpuGroupedMatrix(name, channels, depth);
}

/// <summary>A matrix for each group of channels.</summary>
sealed class GpuGroupedMatrix(string name, int lines, long depth) : GpuOperand(name, alongDepth: true)
{
    public override (string? Condition, string Index) At(Code code, string line, string lineSuffix, string at, string depthSuffix) =>
        (null, $"(channels * {LayerBuilder.Text(lines)} + {line}) * {LayerBuilder.Text(depth)} + {at}");
}

/// <summary>A convolution's weight [outputs, channels, places], of whose numbers a line has a channel and the depth an output and a place.</summary>
sealed class GpuTransposedWeights(string name, int outputs, int channels, int places, int groups) : GpuOperand(name, alongDepth: true)
{
    public override void Depth(Code code, string depth, string suffix)
    {
        code.Add(new Integer($"int output{suffix} = {depth} / {LayerBuilder.Text(places)}"));
        var output = groups == 1 ? $"output{suffix}" : $"(channels * {LayerBuilder.Text(outputs)} + output{suffix})";
        code.Add(new Integer($"int weight{suffix} = {output} * {LayerBuilder.Text((long)channels * places)} + {depth} - output{suffix} * {LayerBuilder.Text(places)}"));
    }

    public override (string? Condition, string Index) At(Code code, string line, string lineSuffix, string depth, string depthSuffix) =>
        (null, $"weight{depthSuffix} + {line} * {LayerBuilder.Text(places)}");
}

/// <summary>Pixels of all samples, by channels: a line has a channel of the group.</summary>
sealed class GpuPixels(string name, Shape shape, int groups) : GpuOperand(name, alongDepth: true)
{
    readonly int pixels = shape.Size / shape.Axes[0];

    public override void Depth(Code code, string depth, string suffix)
    {
        code.Add(new Integer($"int sample{suffix} = {depth} / {LayerBuilder.Text(pixels)}"));
        var first = groups == 1 ? "" : $" + channels * {LayerBuilder.Text(shape.Size / groups)}";
        code.Add(new Integer($"int pixel{suffix} = sample{suffix} * {LayerBuilder.Text(shape.Size)}{first} + {depth} - sample{suffix} * {LayerBuilder.Text(pixels)}"));
    }

    public override (string? Condition, string Index) At(Code code, string line, string lineSuffix, string depth, string depthSuffix) =>
        (null, $"pixel{depthSuffix} + {line} * {LayerBuilder.Text(pixels)}");
}

/// <summary>What a line of an image below a kernel is.</summary>
enum GpuLine
{
    /// <summary>A pixel of the result in a sample; the depth is a channel and a place of the kernel.</summary>
    Pixel,

    /// <summary>A channel and a place of the kernel; the depth is a pixel of the result in a sample.</summary>
    Place,
}

/// <summary>The image below a convolution's kernel: for each pixel of the result a number for each channel of the group and each place of the kernel.</summary>
sealed class GpuWindow(string name, Shape image, Shape result, Window window, int groups, GpuLine line) : GpuOperand(name, alongDepth: line == GpuLine.Place, gathers: true)
{
    public override void Line(Code code, string index, string suffix)
    {
        if (line == GpuLine.Pixel) Pixel(code, index, suffix);
        else Place(code, index, suffix);
    }

    public override void Depth(Code code, string index, string suffix)
    {
        if (line == GpuLine.Pixel) Place(code, index, suffix);
        else Pixel(code, index, suffix);
    }

    public override (string? Condition, string Index) At(Code code, string index, string lineSuffix, string depth, string depthSuffix)
    {
        var (pixel, place) = line == GpuLine.Pixel ? (lineSuffix, depthSuffix) : (depthSuffix, lineSuffix);
        var (_, height, width) = Layout.Sizes(image);
        var conditions = new List<string>();
        if (Reaches(window.Rows, height, Layout.Sizes(result).Height)) conditions.Add($"(uint)(y{pixel} + ky{place}) < {LayerBuilder.Text(height)}u");
        if (Reaches(window.Columns, width, Layout.Sizes(result).Width)) conditions.Add($"(uint)(x{pixel} + kx{place}) < {LayerBuilder.Text(width)}u");
        return (conditions.Count == 0 ? null : string.Join(" & ", conditions), $"pixel{pixel} + place{place}");
    }

    /// <summary>Whether the kernel reaches past the image.</summary>
    public static bool Reaches(WindowAxis axis, int size, int results) => axis.Before > 0 || axis.ReadAfter(size, results) > 0;

    void Pixel(Code code, string index, string suffix)
    {
        var (_, height, width) = Layout.Sizes(image);
        var (_, rows, columns) = Layout.Sizes(result);
        code.Add(new Integer($"int sample{suffix} = {index} / {Text(rows * columns)}"));
        code.Add(new Integer($"int of{suffix} = {index} - sample{suffix} * {Text(rows * columns)}"));
        code.Add(new Integer($"int row{suffix} = of{suffix} / {Text(columns)}"));
        code.Add(new Integer($"int y{suffix} = {IndexText.Plus(IndexText.Times($"row{suffix}", window.Rows.Stride), -window.Rows.Before)}"));
        code.Add(new Integer($"int x{suffix} = {IndexText.Plus(IndexText.Times($"of{suffix} - {IndexText.Times($"row{suffix}", columns)}", window.Columns.Stride), -window.Columns.Before)}"));
        var first = groups == 1 ? "" : $" + channels * {Text(image.Size / groups)}";
        code.Add(new Integer($"int pixel{suffix} = sample{suffix} * {Text(image.Size)}{first} + y{suffix} * {Text(width)} + x{suffix}"));
    }

    void Place(Code code, string index, string suffix)
    {
        var (_, height, width) = Layout.Sizes(image);
        code.Add(new Integer($"int channel{suffix} = {index} / {Text(window.Places)}"));
        code.Add(new Integer($"int in{suffix} = {index} - channel{suffix} * {Text(window.Places)}"));
        code.Add(new Integer($"int kernelRow{suffix} = in{suffix} / {Text(window.Columns.Kernel)}"));
        code.Add(new Integer($"int ky{suffix} = {IndexText.Times($"kernelRow{suffix}", window.Rows.Dilation)}"));
        code.Add(new Integer($"int kx{suffix} = {IndexText.Times($"in{suffix} - {IndexText.Times($"kernelRow{suffix}", window.Columns.Kernel)}", window.Columns.Dilation)}"));
        code.Add(new Integer($"int place{suffix} = channel{suffix} * {Text(height * width)} + ky{suffix} * {Text(width)} + kx{suffix}"));
    }

    static string Text(long number) => LayerBuilder.Text(number);
}

/// <summary>
/// The image that a transposed convolution spreads: for each pixel of the result the numbers that reach it, by an output of the convolution and a place of its
/// kernel.
/// </summary>
sealed class GpuSpread(string name, Shape image, Shape result, Window window, int groups) : GpuOperand(name, alongDepth: false, gathers: true)
{
    public override void Line(Code code, string index, string suffix)
    {
        var (_, height, width) = Layout.Sizes(result);
        code.Add(new Integer($"int sample{suffix} = {index} / {Text(height * width)}"));
        code.Add(new Integer($"int of{suffix} = {index} - sample{suffix} * {Text(height * width)}"));
        code.Add(new Integer($"int row{suffix} = of{suffix} / {Text(width)}"));
        code.Add(new Integer($"int y{suffix} = {IndexText.Plus($"row{suffix}", window.Rows.Before)}"));
        code.Add(new Integer($"int x{suffix} = {IndexText.Plus($"of{suffix} - {IndexText.Times($"row{suffix}", width)}", window.Columns.Before)}"));
        code.Add(new Integer($"int first{suffix} = sample{suffix} * {Text(image.Size)}{(groups == 1 ? "" : $" + channels * {Text(image.Size / groups)}")}"));
    }

    public override void Depth(Code code, string index, string suffix)
    {
        code.Add(new Integer($"int output{suffix} = {index} / {Text(window.Places)}"));
        code.Add(new Integer($"int in{suffix} = {index} - output{suffix} * {Text(window.Places)}"));
        code.Add(new Integer($"int kernelRow{suffix} = in{suffix} / {Text(window.Columns.Kernel)}"));
        code.Add(new Integer($"int ky{suffix} = {IndexText.Times($"kernelRow{suffix}", window.Rows.Dilation)}"));
        code.Add(new Integer($"int kx{suffix} = {IndexText.Times($"in{suffix} - {IndexText.Times($"kernelRow{suffix}", window.Columns.Kernel)}", window.Columns.Dilation)}"));
        code.Add(new Integer($"int plane{suffix} = output{suffix} * {Text(image.Size / image.Axes[0])}"));
    }

    public override (string? Condition, string Index) At(Code code, string index, string lineSuffix, string depth, string depthSuffix)
    {
        var (_, rows, columns) = Layout.Sizes(image);
        var both = $"{lineSuffix}_{depthSuffix}";
        var row = Along(code, "y", window.Rows, rows);
        var column = Along(code, "x", window.Columns, columns);
        return (string.Join(" & ", new[] { row.Condition, column.Condition }),
            $"first{lineSuffix} + plane{depthSuffix} + {row.Index} * {Text(columns)} + {column.Index}");

        (string Condition, string Index) Along(Code target, string axis, WindowAxis along, int size)
        {
            target.Add(new Integer($"int to{axis}{both} = {axis}{lineSuffix} - k{axis}{depthSuffix}"));
            if (along.Stride == 1) return ($"(uint)to{axis}{both} < {Text(size)}u", $"to{axis}{both}");
            target.Add(new Integer($"int at{axis}{both} = to{axis}{both} / {Text(along.Stride)}"));
            return ($"to{axis}{both} >= 0 & at{axis}{both} * {Text(along.Stride)} == to{axis}{both} & at{axis}{both} < {Text(size)}", $"at{axis}{both}");
        }
    }

    static string Text(long number) => LayerBuilder.Text(number);
}
