using System.Runtime.CompilerServices;
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

    readonly struct ToResult(double[] image, double[] weight, double[] result) : IPair
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Visit(int from, int to, int w) => result[to] += image[from] * weight[w];
    }

    readonly struct ToImage(double[] image, double[] weight, double[] result) : IPair
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Visit(int from, int to, int w) => image[from] += result[to] * weight[w];
    }

    readonly struct ToWeight(double[] image, double[] weight, double[] result) : IPair
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Visit(int from, int to, int w) => weight[w] += image[from] * result[to];
    }
}

/// <summary>What is done with a number of an image, a result that it reaches, and the weight between them. A struct, so that the loops call nothing.</summary>
interface IPair
{
    /// <summary>Takes the three by their indices.</summary>
    void Visit(int from, int to, int w);
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

    /// <summary>Visits the indices of every number of the image that reaches a result, of that result, and of the weight between them.</summary>
    public void ForEach<TPair>(int samples, TPair pair) where TPair : struct, IPair
    {
        var (inputs, outputs) = (Channels / Groups, ResultChannels / Groups);
        var (pixels, places) = (Height * Width, Window.Places);
        var (rows, columns) = (Window.Rows, Window.Columns);
        for (var s = 0; s < samples; s++)
            for (var o = 0; o < ResultChannels; o++)
                for (var row = 0; row < ResultHeight; row++)
                    for (var column = 0; column < ResultWidth; column++)
                    {
                        var to = s * ResultSize + (o * ResultHeight + row) * ResultWidth + column;
                        for (var ky = 0; ky < rows.Kernel; ky++)
                        {
                            var y = row * rows.Stride - rows.Before + ky * rows.Dilation;
                            if (y < 0 || y >= Height) continue;
                            for (var kx = 0; kx < columns.Kernel; kx++)
                            {
                                var x = column * columns.Stride - columns.Before + kx * columns.Dilation;
                                if (x < 0 || x >= Width) continue;
                                var from = s * ImageSize + (o / outputs * inputs * Height + y) * Width + x;
                                var w = (o * inputs * rows.Kernel + ky) * columns.Kernel + kx;
                                for (var c = 0; c < inputs; c++) pair.Visit(from + c * pixels, to, w + c * places);
                            }
                        }
                    }
    }
}
