using System.Runtime.Intrinsics;

namespace NetGen.Runtime;

/// <summary>
/// Images as kernels read them: rows of pixels, each pixel's channels side by side and padded to a pitch, and a border of zeros around the image.
/// </summary>
public static unsafe class Images
{
    /// <summary>Brings a sample from row-major order, [channels, height, width], to pixels. Border and padding become zero.</summary>
    /// <param name="x">The sample, without gaps.</param>
    /// <param name="y">Receives the image, border included.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="height">The rows.</param>
    /// <param name="width">The pixels of a row.</param>
    /// <param name="channelPitch">The floats from a pixel to the next.</param>
    /// <param name="top">Rows of zeros above.</param>
    /// <param name="left">Pixels of zeros left of each row.</param>
    /// <param name="bottom">Rows of zeros below.</param>
    /// <param name="right">Pixels of zeros right of each row.</param>
    public static void FromRows(float* x, float* y, int channels, int height, int width, int channelPitch, int top, int left, int bottom, int right) =>
        FromRows(x, y, channels, height, width, channelPitch, top, left, bottom, right, 0, 1);

    /// <summary>A worker's part of the same: some of the rows, with the border beside them.</summary>
    /// <param name="x">The sample, without gaps.</param>
    /// <param name="y">Receives the image, border included.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="height">The rows.</param>
    /// <param name="width">The pixels of a row.</param>
    /// <param name="channelPitch">The floats from a pixel to the next.</param>
    /// <param name="top">Rows of zeros above.</param>
    /// <param name="left">Pixels of zeros left of each row.</param>
    /// <param name="bottom">Rows of zeros below.</param>
    /// <param name="right">Pixels of zeros right of each row.</param>
    /// <param name="worker">Which worker.</param>
    /// <param name="workers">How many share the image.</param>
    public static void FromRows(float* x, float* y, int channels, int height, int width, int channelPitch, int top, int left, int bottom, int right, int worker, int workers)
    {
        ZeroBorder(y, height, width, channelPitch, top, left, bottom, right, worker, workers);
        Workers.Split(height, worker, workers, out int first, out int last);
        var rowPitch = (nint)(left + width + right) * channelPitch;
        var plane = (nint)height * width;
        for (int row = first; row < last; row++)
        {
            var source = x + (nint)row * width;
            var target = y + (top + row) * rowPitch + (nint)left * channelPitch;
            if (channelPitch == 1)
            {
                new ReadOnlySpan<float>(source, width).CopyTo(new Span<float>(target, width));
                continue;
            }
            if (channels == 3 && channelPitch == 3)
            {
                InterleaveColours(source, plane, target, width);
                continue;
            }
            int channel = 0;
            for (; channel + 4 <= channels; channel += 4)
            {
                var a = source + channel * plane;
                int pixel = 0;
                for (; pixel + 4 <= width; pixel += 4)
                {
                    Transposition.Store(
                        Vector128.Load(a + pixel), Vector128.Load(a + plane + pixel), Vector128.Load(a + 2 * plane + pixel), Vector128.Load(a + 3 * plane + pixel),
                        target + (nint)pixel * channelPitch + channel, channelPitch, 4);
                }
                for (; pixel < width; pixel++)
                {
                    for (int c = 0; c < 4; c++) target[(nint)pixel * channelPitch + channel + c] = a[c * plane + pixel];
                }
            }
            for (; channel < channelPitch; channel++)
            {
                for (int pixel = 0; pixel < width; pixel++) target[(nint)pixel * channelPitch + channel] = channel < channels ? source[channel * plane + pixel] : 0;
            }
        }
    }

    /// <summary>
    /// Brings a worker's part of a sample from row-major order, [channels, height, width], to pixels of 2 × 2, whose channels are [channel, row, column]. Where
    /// the sample ends within one, and in border and padding, there are zeros.
    /// </summary>
    /// <param name="x">The sample, without gaps.</param>
    /// <param name="y">Receives the image, border included.</param>
    /// <param name="channels">The sample's channels.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="width">The pixels of a row.</param>
    /// <param name="channelPitch">The floats from a pixel of the image to the next.</param>
    /// <param name="top">Rows of zeros above.</param>
    /// <param name="left">Pixels of zeros left of each row.</param>
    /// <param name="bottom">Rows of zeros below.</param>
    /// <param name="right">Pixels of zeros right of each row.</param>
    /// <param name="worker">Which worker.</param>
    /// <param name="workers">How many share the image.</param>
    public static void ToPhases(float* x, float* y, int channels, int height, int width, int channelPitch, int top, int left, int bottom, int right, int worker, int workers)
    {
        int rows = (height + 1) / 2, columns = (width + 1) / 2;
        ZeroBorder(y, rows, columns, channelPitch, top, left, bottom, right, worker, workers);
        Workers.Split(rows, worker, workers, out int first, out int last);
        PhaseRows(x, y, channels, height, width, channelPitch, top, left, right, first, last);
    }

    /// <summary>The same for some rows of the image, whose border stays as it is.</summary>
    /// <param name="x">The sample, without gaps.</param>
    /// <param name="y">Where the image's first row would be, border included, if all of it were there.</param>
    /// <param name="channels">The sample's channels.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="width">The pixels of a row.</param>
    /// <param name="channelPitch">The floats from a pixel of the image to the next.</param>
    /// <param name="top">Rows of zeros above.</param>
    /// <param name="left">Pixels of zeros left of each row.</param>
    /// <param name="right">Pixels of zeros right of each row.</param>
    /// <param name="first">The first row of the image, without its border.</param>
    /// <param name="last">The row after the last.</param>
    public static void PhaseRows(float* x, float* y, int channels, int height, int width, int channelPitch, int top, int left, int right, int first, int last)
    {
        int columns = (width + 1) / 2;
        nint rowPitch = (nint)(left + columns + right) * channelPitch;
        for (int row = first; row < last; row++)
        {
            float* target = y + (top + row) * rowPitch + (nint)left * channelPitch;
            for (int channel = 0; channel < channels; channel++)
            {
                float* upper = x + ((nint)channel * height + 2 * row) * width;
                float* lower = upper + width;
                bool hasLower = 2 * row + 1 < height;
                int pixel = 0;
                for (; hasLower && 2 * pixel + 4 <= width; pixel += 2)
                {
                    float* phases = target + (nint)pixel * channelPitch + 4 * channel;
                    var (above, below) = (Vector128.Load(upper + 2 * pixel), Vector128.Load(lower + 2 * pixel));
                    Transposition.LowHalves(above, below).Store(phases);
                    Transposition.HighHalves(above, below).Store(phases + channelPitch);
                }
                for (; pixel < columns; pixel++)
                {
                    float* phases = target + (nint)pixel * channelPitch + 4 * channel;
                    bool hasRight = 2 * pixel + 1 < width;
                    phases[0] = upper[2 * pixel];
                    phases[1] = hasRight ? upper[2 * pixel + 1] : 0;
                    phases[2] = hasLower ? lower[2 * pixel] : 0;
                    phases[3] = hasLower && hasRight ? lower[2 * pixel + 1] : 0;
                }
            }
            for (int pixel = 0; pixel < columns; pixel++)
            {
                for (int channel = 4 * channels; channel < channelPitch; channel += 4) Vector128<float>.Zero.Store(target + (nint)pixel * channelPitch + channel);
            }
        }
    }

    /// <summary>A row of three planes as pixels of three numbers.</summary>
    static void InterleaveColours(float* planes, nint plane, float* pixels, int width)
    {
        int pixel = 0;
        // Each store is of four numbers, the last of which is in the place of the next pixel's first: that one is stored afterwards.
        for (; pixel + 4 < width; pixel += 4)
        {
            Transposition.Store(Vector128.Load(planes + pixel), Vector128.Load(planes + plane + pixel), Vector128.Load(planes + 2 * plane + pixel), Vector128<float>.Zero,
                pixels + 3 * (nint)pixel, 3, 4);
        }
        for (; pixel < width; pixel++)
        {
            for (int c = 0; c < 3; c++) pixels[3 * (nint)pixel + c] = planes[c * plane + pixel];
        }
    }

    /// <summary>Brings an image back to row-major order, [channels, height, width].</summary>
    /// <param name="x">The image, border included.</param>
    /// <param name="y">Receives the sample.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="height">The rows.</param>
    /// <param name="width">The pixels of a row.</param>
    /// <param name="channelPitch">The floats from a pixel to the next.</param>
    /// <param name="top">Rows of zeros above.</param>
    /// <param name="left">Pixels of zeros left of each row.</param>
    /// <param name="bottom">Rows of zeros below.</param>
    /// <param name="right">Pixels of zeros right of each row.</param>
    /// <param name="pitch">The floats that <paramref name="y"/> has; those past the sample become zero.</param>
    public static void ToRows(float* x, float* y, int channels, int height, int width, int channelPitch, int top, int left, int bottom, int right, int pitch)
    {
        var rowPitch = (nint)(left + width + right) * channelPitch;
        var plane = (nint)height * width;
        for (int row = 0; row < height; row++)
        {
            var source = x + (top + row) * rowPitch + (nint)left * channelPitch;
            var target = y + (nint)row * width;
            int channel = 0;
            for (; channel + 4 <= channels; channel += 4)
            {
                int pixel = 0;
                for (; pixel + 4 <= width; pixel += 4)
                {
                    var a = source + (nint)pixel * channelPitch + channel;
                    Transposition.Store(
                        Vector128.Load(a), Vector128.Load(a + channelPitch), Vector128.Load(a + 2 * (nint)channelPitch), Vector128.Load(a + 3 * (nint)channelPitch),
                        target + channel * plane + pixel, plane, 4);
                }
                for (; pixel < width; pixel++)
                {
                    for (int c = 0; c < 4; c++) target[(channel + c) * plane + pixel] = source[(nint)pixel * channelPitch + channel + c];
                }
            }
            for (; channel < channels; channel++)
            {
                for (int pixel = 0; pixel < width; pixel++) target[channel * plane + pixel] = source[(nint)pixel * channelPitch + channel];
            }
        }
        new Span<float>(y + channels * plane, (int)(pitch - channels * plane)).Clear();
    }

    /// <summary>
    /// Turns the channels of an image into pixels: pixel (i, j) of each block of factor by factor pixels gets channel c · factor² + i · factor + j as its
    /// channel c.
    /// </summary>
    /// <param name="x">The first pixel of an image of channels · factor² channels.</param>
    /// <param name="y">The first pixel of the result.</param>
    /// <param name="channels">The result's channels. Its padding becomes zero.</param>
    /// <param name="height">The rows of <paramref name="x"/>.</param>
    /// <param name="width">The pixels of a row of it.</param>
    /// <param name="factor">The pixels of a block along both axes.</param>
    /// <param name="rowPitch">The floats from a row of <paramref name="x"/> to the next.</param>
    /// <param name="channelPitch">The floats from a pixel to the next.</param>
    /// <param name="resultRowPitch">The same of <paramref name="y"/>.</param>
    /// <param name="resultChannelPitch">The same of its pixels.</param>
    public static void ShufflePixels(float* x, float* y, int channels, int height, int width, int factor,
        int rowPitch, int channelPitch, int resultRowPitch, int resultChannelPitch)
    {
        for (int row = 0; row < height; row++)
        {
            for (int pixel = 0; pixel < width; pixel++)
            {
                var source = x + (nint)row * rowPitch + (nint)pixel * channelPitch;
                var block = y + (nint)row * factor * resultRowPitch + (nint)pixel * factor * resultChannelPitch;
                int channel = 0;
                for (; factor == 2 && channel + 4 <= channels; channel += 4)
                {
                    var a = source + 4 * channel;
                    var target = block + channel;
                    Transposition.Store(Vector128.Load(a), Vector128.Load(a + 4), Vector128.Load(a + 8), Vector128.Load(a + 12),
                        target, target + resultChannelPitch, target + resultRowPitch, target + resultRowPitch + resultChannelPitch);
                }
                for (int i = 0; i < factor; i++)
                {
                    for (int j = 0; j < factor; j++)
                    {
                        var from = source + i * factor + j;
                        var target = block + (nint)i * resultRowPitch + (nint)j * resultChannelPitch;
                        for (int c = channel; c < channels; c++) target[c] = from[(nint)c * factor * factor];
                        new Span<float>(target + channels, resultChannelPitch - channels).Clear();
                    }
                }
            }
        }
    }

    /// <summary>Turns pixels back into channels, see <see cref="ShufflePixels"/>.</summary>
    /// <param name="x">The first pixel of an image.</param>
    /// <param name="y">The first pixel of the result, of channels · factor² channels.</param>
    /// <param name="channels">The channels of <paramref name="x"/>.</param>
    /// <param name="height">The rows of the result.</param>
    /// <param name="width">The pixels of a row of it.</param>
    /// <param name="factor">The pixels of a block along both axes.</param>
    /// <param name="rowPitch">The floats from a row of <paramref name="x"/> to the next.</param>
    /// <param name="channelPitch">The floats from a pixel to the next.</param>
    /// <param name="resultRowPitch">The same of <paramref name="y"/>.</param>
    /// <param name="resultChannelPitch">The same of its pixels.</param>
    public static void UnshufflePixels(float* x, float* y, int channels, int height, int width, int factor,
        int rowPitch, int channelPitch, int resultRowPitch, int resultChannelPitch)
    {
        for (int row = 0; row < height; row++)
        {
            for (int pixel = 0; pixel < width; pixel++)
            {
                var block = x + (nint)row * factor * rowPitch + (nint)pixel * factor * channelPitch;
                var target = y + (nint)row * resultRowPitch + (nint)pixel * resultChannelPitch;
                int channel = 0;
                for (; factor == 2 && channel + 4 <= channels; channel += 4)
                {
                    var a = block + channel;
                    Transposition.Store(
                        Vector128.Load(a), Vector128.Load(a + channelPitch), Vector128.Load(a + rowPitch), Vector128.Load(a + rowPitch + channelPitch),
                        target + 4 * channel, 4, 4);
                }
                for (int i = 0; i < factor; i++)
                {
                    for (int j = 0; j < factor; j++)
                    {
                        var from = block + (nint)i * rowPitch + (nint)j * channelPitch;
                        var to = target + i * factor + j;
                        for (int c = channel; c < channels; c++) to[(nint)c * factor * factor] = from[c];
                    }
                }
                var used = channels * factor * factor;
                new Span<float>(target + used, resultChannelPitch - used).Clear();
            }
        }
    }

    /// <summary>Sets an image to zero.</summary>
    /// <param name="y">The image, border included.</param>
    /// <param name="floats">The floats that it takes.</param>
    public static void Clear(float* y, int floats) => new Span<float>(y, floats).Clear();

    /// <summary>Makes room for further rows of an image of which a buffer has some that follow each other: those that are still needed move to its start.</summary>
    /// <param name="image">Where the image's first row would be, if the buffer began with it.</param>
    /// <param name="buffer">The buffer.</param>
    /// <param name="rows">The rows that it has room for.</param>
    /// <param name="pitch">The floats from a row to the next.</param>
    /// <param name="needed">The first row that is still needed.</param>
    /// <param name="computed">The row behind the last that is in the buffer.</param>
    /// <param name="end">The row behind the last that there must be room for.</param>
    /// <returns>Where the image's first row would be now.</returns>
    /// <exception cref="ArgumentOutOfRangeException">More rows are needed than the buffer has.</exception>
    public static float* MoveRows(float* image, float* buffer, int rows, int pitch, int needed, int computed, int end)
    {
        if (image + (nint)end * pitch <= buffer + (nint)rows * pitch)
            return image;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end - needed, rows, nameof(end));
        if (needed < computed)
            new Span<float>(image + (nint)needed * pitch, (computed - needed) * pitch).CopyTo(new Span<float>(buffer, (computed - needed) * pitch));
        return buffer - (nint)needed * pitch;
    }

    /// <summary>Sets the border of an image to zero.</summary>
    /// <param name="y">The image, border included.</param>
    /// <param name="height">The rows without the border.</param>
    /// <param name="width">The pixels of a row without the border.</param>
    /// <param name="channelPitch">The floats from a pixel to the next.</param>
    /// <param name="top">Rows above.</param>
    /// <param name="left">Pixels left of each row.</param>
    /// <param name="bottom">Rows below.</param>
    /// <param name="right">Pixels right of each row.</param>
    public static void ZeroBorder(float* y, int height, int width, int channelPitch, int top, int left, int bottom, int right) =>
        ZeroBorder(y, height, width, channelPitch, top, left, bottom, right, 0, 1);

    /// <summary>A worker's part of the same: the border beside some of the rows.</summary>
    /// <param name="y">The image, border included.</param>
    /// <param name="height">The rows without the border.</param>
    /// <param name="width">The pixels of a row without the border.</param>
    /// <param name="channelPitch">The floats from a pixel to the next.</param>
    /// <param name="top">Rows above.</param>
    /// <param name="left">Pixels left of each row.</param>
    /// <param name="bottom">Rows below.</param>
    /// <param name="right">Pixels right of each row.</param>
    /// <param name="worker">Which worker.</param>
    /// <param name="workers">How many share the image.</param>
    public static void ZeroBorder(float* y, int height, int width, int channelPitch, int top, int left, int bottom, int right, int worker, int workers)
    {
        Workers.Split(height, worker, workers, out int first, out int last);
        if (first == last) return;
        var rowPitch = (left + width + right) * channelPitch;
        if (first == 0) new Span<float>(y, top * rowPitch + left * channelPitch).Clear();
        // The left border of a row follows the right one of the row before.
        var between = (left + right) * channelPitch;
        var gap = y + (nint)(top + first) * rowPitch + (nint)(left + width) * channelPitch;
        var gaps = int.Min(last, height - 1);
        for (int row = first; row < gaps && between > 0; row++, gap += rowPitch) new Span<float>(gap, between).Clear();
        if (last < height) return;
        var end = y + (nint)(top + height) * rowPitch - right * channelPitch;
        new Span<float>(end, right * channelPitch + bottom * rowPitch).Clear();
    }

    /// <summary>
    /// The weights of a transposed convolution's phase: a matrix in panels from the convolution's outputs, at some places of its kernel, to its inputs.
    /// </summary>
    /// <param name="w">The convolution's weight: panels of outputs, in each the inputs of a place of the kernel after those of the place before.</param>
    /// <param name="transposed">Receives panels of inputs. Padding becomes zero.</param>
    /// <param name="outputs">The convolution's outputs.</param>
    /// <param name="inputs">The convolution's inputs.</param>
    /// <param name="kernelHeight">The kernel's rows.</param>
    /// <param name="kernelWidth">The kernel's columns.</param>
    /// <param name="firstRow">The kernel's row that is read first.</param>
    /// <param name="rowStep">The distance to the next.</param>
    /// <param name="rows">How many rows are read.</param>
    /// <param name="firstColumn">The kernel's column that is read first.</param>
    /// <param name="columnStep">The distance to the next.</param>
    /// <param name="columns">How many columns are read.</param>
    /// <param name="first">The first panel of the result.</param>
    /// <param name="last">The panel after the last.</param>
    public static void TransposeWeights(float* w, float* transposed, int outputs, int inputs, int kernelHeight, int kernelWidth,
        int firstRow, int rowStep, int rows, int firstColumn, int columnStep, int columns, int first, int last)
    {
        var places = kernelHeight * kernelWidth;
        for (int panel = first; panel < last; panel++)
        {
            var target = transposed + (nint)panel * ParameterLayout.PanelWidth * rows * columns * outputs;
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    var place = (firstRow + row * rowStep) * kernelWidth + firstColumn + column * columnStep;
                    target = Panels.TransposePanel(w, outputs, inputs, (nint)place * inputs, (nint)places * inputs, target, panel);
                }
            }
        }
    }
}
