using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// Convolutions whose results are sums of a few products, those of images with one channel above all: a tile of a matrix product would mostly be brought, and
/// hardly used. A thread has a pixel of the result, reads what is below the kernel there once, and computes some of the pixel's channels from it.
/// </summary>
static class GpuShallowConvolutionKernel
{
    /// <summary>The products of a result up to which this is faster, those that a tile sums between two barriers.</summary>
    static readonly int MostProducts = GpuPolicy.Wide.Depth;

    /// <summary>The channels of a thread.</summary>
    const int Channels = 8;

    /// <summary>Whether a convolution is one of these.</summary>
    public static bool Fits(Value weight, Window window, int groups) => groups == 1 && weight.Shape.Axes[1] * window.Places <= MostProducts;

    public static GpuKernel Lower(Group group, KernelContext context, Window window)
    {
        var result = group.Values[0];
        var (x, weight) = (result.Inputs[0], result.Inputs[1]);
        var bias = result.Inputs.Length > 2 ? result.Inputs[2] : null;
        var channels = weight.Shape.Axes[0];
        var pixels = result.Size / channels;
        var products = weight.Shape.Axes[1] * window.Places;
        var epilogue = new Epilogue(group, context, anchorIsElementwise: false);
        var code = new Code();
        code.Add(new LetIndex("groupX", GpuIndex.GroupX));
        code.Add(new LetIndex("groupY", GpuIndex.GroupY));
        code.Add(new LetIndex("thread", GpuIndex.ThreadX));
        code.Add(new Integer($"int index = groupX * {Text(GpuPolicy.GroupThreads)} + thread"));
        code.If($"index < n * {Text(pixels)}", body =>
        {
            body.Add(new Integer($"int sample = index / {Text(pixels)}"));
            body.Add(new Integer($"int pixel = index - sample * {Text(pixels)}"));
            Read(body, x.Shape, result.Shape, window, products);
            for (var i = 0; i < Channels; i++)
            {
                var own = $"channel{Text(i)}";
                var suffix = $"_{Text(i)}";
                body.Add(new Integer($"int {own} = {IndexText.Plus($"groupY * {Text(Channels)}", i)}"));
                if (channels % Channels == 0) body.Block(null, Result);
                else body.If($"{own} < {Text(channels)}", Result);

                void Result(Code of)
                {
                    of.Add(new Integer($"int weights = {own} * {Text(products)}"));
                    Expr sum = of.Let("sum" + suffix, new Local("below0") * new Load(new Address("w", 0, "weights")));
                    for (var p = 1; p < products; p++)
                        of.Add(new Set("sum" + suffix, sum + new Local($"below{Text(p)}") * new Load(new Address("w", p, "weights"))));
                    of.Add(new Integer($"int element = {own} * {Text(pixels)} + pixel"));
                    of.Add(new Integer($"int at = sample * {Text(result.Size)} + element"));
                    GpuEpilogue.Finish(of, epilogue, bias is null ? sum : sum + new Load(new Address("bias", 0, own)), result.Size, "sample", "element", "at", suffix);
                }
            }
        });
        KernelArgument[] arguments =
        [
            new(Binding.Pointer, "x", x), new(Binding.Pointer, "w", weight),
            .. bias is null ? Array.Empty<KernelArgument>() : [new(Binding.Pointer, "bias", bias)], .. GpuEpilogue.Arguments(epilogue),
        ];
        var grid = new GpuGrid(GpuGrid.Quotient($"n * {Text(pixels)}", GpuPolicy.GroupThreads), GpuGrid.Quotient(Text(channels), Channels));
        return new GpuKernel(GpuConvolutionKernel.NameOf(group, x), $"{Formulas.Of(group)}, {x.Type} → {result.Type}.", group,
            [.. arguments], grid, (GpuPolicy.GroupThreads, 1), code.Body);
    }

    /// <summary>Reads what is below the kernel, channel by channel; what isn't in the image is 0.</summary>
    static void Read(Code code, Shape image, Shape result, Window window, int products)
    {
        var (_, height, width) = Layout.Sizes(image);
        var (_, rows, columns) = Layout.Sizes(result);
        code.Add(new Integer($"int row = pixel / {Text(columns)}"));
        code.Add(new Integer($"int top = {IndexText.Plus(IndexText.Times("row", window.Rows.Stride), -window.Rows.Before)}"));
        code.Add(new Integer($"int left = {IndexText.Plus(IndexText.Times($"pixel - {IndexText.Times("row", columns)}", window.Columns.Stride), -window.Columns.Before)}"));
        code.Add(new Integer($"int first = sample * {Text(image.Size)} + top * {Text(width)} + left"));
        for (var p = 0; p < products; p++)
        {
            var (channel, place) = (p / window.Places, p % window.Places);
            var (y, x) = (place / window.Columns.Kernel * window.Rows.Dilation, place % window.Columns.Kernel * window.Columns.Dilation);
            var offset = (long)channel * height * width + (long)y * width + x;
            var index = offset == 0 ? "first" : $"first + {Text(offset)}";
            string[] conditions =
            [
                .. GpuWindow.Reaches(window.Rows, height, rows) ? [$"(uint){Plus("top", y)} < {Text(height)}u"] : Array.Empty<string>(),
                .. GpuWindow.Reaches(window.Columns, width, columns) ? [$"(uint){Plus("left", x)} < {Text(width)}u"] : Array.Empty<string>(),
            ];
            var name = $"below{Text(p)}";
            if (conditions.Length == 0)
            {
                code.Let(name, new Load(new Address("x", 0, index)));
                continue;
            }
            // As where tiles are brought: two choices of numbers keep threads together, a branch wouldn't.
            var inside = $"inside{Text(p)}";
            code.Add(new Integer($"bool {inside} = {string.Join(" & ", conditions)}"));
            code.Let(name, new Chosen(inside, new Load(new Address("x", 0, $"GpuMath.Select({inside}, {index}, 0)"))));
        }
    }

    static string Plus(string index, int offset) => offset == 0 ? index : $"({index} + {Text(offset)})";

    static string Text(long number) => LayerBuilder.Text(number);
}
