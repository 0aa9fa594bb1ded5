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
        sizes.ForEach(sizes.Samples(x), (from, to, w) => y[to] += x[from] * weight[w]);
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
        sizes.ForEach(samples, (from, to, w) => x[from] += y[to] * weight[w]);
        return x;
    }

    public static double[] WeightGradient(double[] dy, double[] x, ConvolutionSizes sizes)
    {
        var gradient = new double[sizes.WeightSize];
        sizes.ForEach(sizes.Samples(x), (from, to, w) => gradient[w] += x[from] * dy[to]);
        return gradient;
    }
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

    /// <summary>Calls with the indices of every number of the image that reaches a result, of that result, and of the weight between them.</summary>
    public void ForEach(int samples, Action<int, int, int> pair)
    {
        var (inputs, outputs) = (Channels / Groups, ResultChannels / Groups);
        for (var s = 0; s < samples; s++)
            for (var o = 0; o < ResultChannels; o++)
                for (var row = 0; row < ResultHeight; row++)
                    for (var column = 0; column < ResultWidth; column++)
                        for (var ky = 0; ky < Window.Rows.Kernel; ky++)
                            for (var kx = 0; kx < Window.Columns.Kernel; kx++)
                            {
                                var y = row * Window.Rows.Stride - Window.Rows.Before + ky * Window.Rows.Dilation;
                                var x = column * Window.Columns.Stride - Window.Columns.Before + kx * Window.Columns.Dilation;
                                if (y < 0 || y >= Height || x < 0 || x >= Width) continue;
                                for (var c = 0; c < inputs; c++)
                                {
                                    var channel = o / outputs * inputs + c;
                                    pair(s * ImageSize + (channel * Height + y) * Width + x,
                                        s * ResultSize + (o * ResultHeight + row) * ResultWidth + column,
                                        ((o * inputs + c) * Window.Rows.Kernel + ky) * Window.Columns.Kernel + kx);
                                }
                            }
    }
}
