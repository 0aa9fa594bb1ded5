using NetGen.Generator.Graph;

namespace NetGen.Generator.Tests.Reference;

/// <summary>Convolutions in double precision, from their definition: every pair of a place of the kernel and a result.</summary>
static class Convolutions
{
    public static double[] Forward(double[] x, double[] weight, double[]? bias, ConvolutionSizes sizes)
    {
        var y = new double[sizes.Samples(x) * sizes.ResultSize];
        if (bias is not null)
        {
            for (var i = 0; i < y.Length; i++) y[i] = bias[i / (sizes.ResultHeight * sizes.ResultWidth) % sizes.ResultChannels];
        }
        sizes.ForEach(sizes.Samples(x), new ToResult(x, weight, y));
        return y;
    }

    /// <summary>The same pairs the other way: from what the convolution gives to what it takes.</summary>
    public static double[] Transposed(double[] y, double[] weight, double[]? bias, ConvolutionSizes sizes)
    {
        var samples = y.Length / sizes.ResultSize;
        var x = new double[samples * sizes.ImageSize];
        if (bias is not null)
        {
            for (var i = 0; i < x.Length; i++) x[i] = bias[i / (sizes.Height * sizes.Width) % sizes.Channels];
        }
        sizes.ForEach(samples, new ToImage(x, weight, y));
        return x;
    }

    public static double[] WeightGradient(double[] dy, double[] x, ConvolutionSizes sizes)
    {
        var gradient = new double[sizes.WeightSize];
        sizes.ForEach(sizes.Samples(x), new ToWeight(x, gradient, dy));
        return gradient;
    }

    readonly struct ToResult(double[] image, double[] weight, double[] result) : IPairs
    {
        public void Visit(int from, int step, int to, int w, int count)
        {
            var factor = weight[w];
            var results = result.AsSpan(to, count);
            for (var i = 0; i < results.Length; i++) results[i] += image[from + i * step] * factor;
        }
    }

    readonly struct ToImage(double[] image, double[] weight, double[] result) : IPairs
    {
        public void Visit(int from, int step, int to, int w, int count)
        {
            var factor = weight[w];
            var results = result.AsSpan(to, count);
            for (var i = 0; i < results.Length; i++) image[from + i * step] += results[i] * factor;
        }
    }

    readonly struct ToWeight(double[] image, double[] weight, double[] result) : IPairs
    {
        public void Visit(int from, int step, int to, int w, int count)
        {
            var sum = 0.0;
            var results = result.AsSpan(to, count);
            for (var i = 0; i < results.Length; i++) sum += image[from + i * step] * results[i];
            weight[w] += sum;
        }
    }
}

/// <summary>
/// What is done with numbers of an image, the results that they reach, and the weight between them. A struct, so that the loops call nothing.
/// </summary>
interface IPairs
{
    /// <summary>Takes some results of a row, the numbers that a weight brings to them, and that weight, by their indices.</summary>
    void Visit(int from, int step, int to, int w, int count);
}

/// <summary>The sizes of a convolution.</summary>
sealed record ConvolutionSizes(Window Window, int Groups, int Channels, int Height, int Width, int ResultChannels, int ResultHeight, int ResultWidth)
{
    public int ImageSize => Channels * Height * Width;

    public int ResultSize => ResultChannels * ResultHeight * ResultWidth;

    public int WeightSize => ResultChannels * (Channels / Groups) * Window.Places;

    public int Samples(double[] x) => x.Length / ImageSize;

    public static ConvolutionSizes Of(Window window, int groups, Shape image, Shape result)
    {
        var (channels, height, width) = Layout.Sizes(image);
        var (resultChannels, resultHeight, resultWidth) = Layout.Sizes(result);
        return new(window, groups, channels, height, width, resultChannels, resultHeight, resultWidth);
    }

    /// <summary>
    /// Visits the indices of every number of the image that reaches a result, of that result, and of the weight between them: row by row of the results.
    /// </summary>
    public void ForEach<TPairs>(int samples, TPairs pairs) where TPairs : struct, IPairs
    {
        var (inputs, outputs) = (Channels / Groups, ResultChannels / Groups);
        var (rows, columns) = (Window.Rows, Window.Columns);
        for (var s = 0; s < samples; s++)
            for (var o = 0; o < ResultChannels; o++)
                for (var c = 0; c < inputs; c++)
                    for (var ky = 0; ky < rows.Kernel; ky++)
                        for (var kx = 0; kx < columns.Kernel; kx++)
                        {
                            var w = ((o * inputs + c) * rows.Kernel + ky) * columns.Kernel + kx;
                            // The columns of the results whose number is inside the image.
                            var shift = kx * columns.Dilation - columns.Before;
                            var first = shift >= 0 ? 0 : (-shift + columns.Stride - 1) / columns.Stride;
                            var last = Math.Min(ResultWidth - 1, (Width - 1 - shift) / columns.Stride);
                            if (Width - 1 - shift < 0 || last < first) continue;
                            for (var row = 0; row < ResultHeight; row++)
                            {
                                var y = row * rows.Stride - rows.Before + ky * rows.Dilation;
                                if (y < 0 || y >= Height) continue;
                                pairs.Visit(s * ImageSize + ((o / outputs * inputs + c) * Height + y) * Width + first * columns.Stride + shift, columns.Stride,
                                    s * ResultSize + (o * ResultHeight + row) * ResultWidth + first, w, last - first + 1);
                            }
                        }
    }
}
