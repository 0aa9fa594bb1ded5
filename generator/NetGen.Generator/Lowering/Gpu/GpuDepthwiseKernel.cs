using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>Convolutions of each channel with a kernel of its own: a thread has a pixel, for the weight's gradient a group a weight.</summary>
static class GpuDepthwiseKernel
{
    static readonly string[] Names = ["x", "w", "bias"];

    public static GpuKernel Forward(Group group, KernelContext context, Window window)
    {
        var result = group.Values[0];
        var (image, of) = (result.Inputs[0].Shape, result.Shape);
        var (_, height, width) = Layout.Sizes(image);
        return GpuElementwiseKernel.Lower(group, context, Names, code =>
        {
            GpuImages.Pixel(code, of);
            code.Let("sum", result.Inputs.Length > 2 ? new Load(new Address("bias", 0, "channel")) : Expr.Zero);
            Places(code, window, body =>
            {
                body.Add(new Integer($"int iy = row * {Text(window.Rows.Stride)} + ky * {Text(window.Rows.Dilation)} - {Text(window.Rows.Before)}"));
                body.Add(new Integer($"int ix = column * {Text(window.Columns.Stride)} + kx * {Text(window.Columns.Dilation)} - {Text(window.Columns.Before)}"));
                Add(body, $"(uint)iy < {Text(height)}u & (uint)ix < {Text(width)}u", $"sample * {Text(image.Size)} + (channel * {Text(height)} + iy) * {Text(width)} + ix", window);
            });
            return new Local("sum");
        });
    }

    public static GpuKernel InputGradient(Group group, KernelContext context, Window window)
    {
        var result = group.Values[0];
        var (image, of) = (result.Inputs[0].Shape, result.Shape);
        var (_, rows, columns) = Layout.Sizes(image);
        return GpuElementwiseKernel.Lower(group, context, Names, code =>
        {
            GpuImages.Pixel(code, of);
            code.Let("sum", Expr.Zero);
            Places(code, window, body =>
            {
                body.Add(new Integer($"int toY = row + {Text(window.Rows.Before)} - ky * {Text(window.Rows.Dilation)}"));
                body.Add(new Integer($"int toX = column + {Text(window.Columns.Before)} - kx * {Text(window.Columns.Dilation)}"));
                body.Add(new Integer($"int iy = toY / {Text(window.Rows.Stride)}"));
                body.Add(new Integer($"int ix = toX / {Text(window.Columns.Stride)}"));
                var inside = $"toY >= 0 & toX >= 0 & iy * {Text(window.Rows.Stride)} == toY & ix * {Text(window.Columns.Stride)} == toX & iy < {Text(rows)} & ix < {Text(columns)}";
                Add(body, inside, $"sample * {Text(image.Size)} + (channel * {Text(rows)} + iy) * {Text(columns)} + ix", window);
            });
            return new Local("sum");
        });
    }

    public static GpuKernel WeightGradient(Group group, Window window)
    {
        var result = group.Values[0];
        var (dy, x) = (result.Inputs[0], result.Inputs[1]);
        var (_, rows, columns) = Layout.Sizes(dy.Shape);
        var (_, height, width) = Layout.Sizes(x.Shape);
        var code = new Code();
        code.Add(new LetIndex("weight", GpuIndex.GroupX));
        code.Add(new LetIndex("thread", GpuIndex.ThreadX));
        code.Add(new Integer($"int channel = weight / {Text(window.Places)}"));
        code.Add(new Integer($"int place = weight - channel * {Text(window.Places)}"));
        code.Add(new Integer($"int kernelRow = place / {Text(window.Columns.Kernel)}"));
        code.Add(new Integer($"int ky = kernelRow * {Text(window.Rows.Dilation)} - {Text(window.Rows.Before)}"));
        code.Add(new Integer($"int kx = (place - kernelRow * {Text(window.Columns.Kernel)}) * {Text(window.Columns.Dilation)} - {Text(window.Columns.Before)}"));
        code.Let("sum", Expr.Zero);
        code.For("i", "thread", $"n * {Text(rows * columns)}", GpuPolicy.GroupThreads, body =>
        {
            body.Add(new Integer($"int sample = i / {Text(rows * columns)}"));
            body.Add(new Integer($"int pixel = i - sample * {Text(rows * columns)}"));
            body.Add(new Integer($"int row = pixel / {Text(columns)}"));
            body.Add(new Integer($"int iy = row * {Text(window.Rows.Stride)} + ky"));
            body.Add(new Integer($"int ix = (pixel - row * {Text(columns)}) * {Text(window.Columns.Stride)} + kx"));
            var number = new Load(new Address("x", 0, $"sample * {Text(x.Size)} + (channel * {Text(height)} + iy) * {Text(width)} + ix"));
            var gradient = new Load(new Address("dy", 0, $"sample * {Text(dy.Size)} + channel * {Text(rows * columns)} + pixel"));
            body.Add(new Set("sum", new Local("sum") + new Conditional($"(uint)iy < {Text(height)}u & (uint)ix < {Text(width)}u", number * gradient)));
        });
        GpuReduction.Across(code, "sum", Operator.Add);
        code.If("thread == 0", then =>
        {
            var place = new Address("dw", 0, "weight");
            then.If("accumulate", more => more.Add(new Set("sum", new Local("sum") + new Load(place))));
            then.Add(new StoreScalar(place, new Local("sum")));
        });
        return new GpuKernel($"DepthwiseWeightGradient_{string.Join("x", result.Shape.Axes.Select(a => Text(a)))}", $"{Formulas.Of(group)}: {dy.Type} → {result.Type}.", group,
            [
                new(Binding.Pointer, "dy", dy), new(Binding.Pointer, "x", x), new(Binding.Pointer, "dw", result), new(Binding.Samples, "n"),
                new(Binding.Accumulate, "accumulate"),
            ],
            new GpuGrid(Text(result.Size)), (GpuPolicy.GroupThreads, 1), GpuReduction.Body(code));
    }

    static void Places(Code code, Window window, Action<Code> body) =>
        code.For("ky", "0", Text(window.Rows.Kernel), 1, rows => rows.For("kx", "0", Text(window.Columns.Kernel), 1, body));

    static void Add(Code code, string inside, string index, Window window) => code.Add(new Set("sum", new Local("sum") + new Conditional(inside,
        new Load(new Address("x", 0, index)) * new Load(new Address("w", 0, $"channel * {Text(window.Places)} + ky * {Text(window.Columns.Kernel)} + kx")))));

    static string Text(long number) => LayerBuilder.Text(number);
}

/// <summary>Where an element is in an image.</summary>
static class GpuImages
{
    /// <summary>Declares an element's channel, row and column.</summary>
    public static void Pixel(Code code, Shape shape)
    {
        var (_, height, width) = Layout.Sizes(shape);
        code.Add(new Integer($"int channel = element / {LayerBuilder.Text(height * width)}"));
        code.Add(new Integer($"int pixel = element - channel * {LayerBuilder.Text(height * width)}"));
        code.Add(new Integer($"int row = pixel / {LayerBuilder.Text(width)}"));
        code.Add(new Integer($"int column = pixel - row * {LayerBuilder.Text(width)}"));
    }
}
