using SkiaSharp;

namespace NetGen.Data.Images;

/// <summary>An image of a file: its pixels, and how they are to be turned.</summary>
sealed class DecodedImage : IDisposable
{
    /// <summary>2²⁸ pixels, a gigabyte: no photograph has as many, but a damaged header may.</summary>
    const long MostPixels = 1L << 28;

    readonly SKBitmap _bitmap;
    readonly SKEncodedOrigin _origin;

    DecodedImage(SKBitmap bitmap, SKEncodedOrigin origin) => (_bitmap, _origin) = (bitmap, origin);

    public int Height => IsOnItsSide ? _bitmap.Width : _bitmap.Height;

    public int Width => IsOnItsSide ? _bitmap.Height : _bitmap.Width;

    bool IsOnItsSide => _origin >= SKEncodedOrigin.LeftTop;

    public static DecodedImage Read(string file)
    {
        using var data = SKData.CreateCopy(File.ReadAllBytes(file));
        using var codec = SKCodec.Create(data) ?? throw new InvalidDataException($"'{file}' isn't an image, neither PNG nor JPEG.");
        if ((long)codec.Info.Width * codec.Info.Height > MostPixels)
            throw new InvalidDataException($"'{file}' has {codec.Info.Height} × {codec.Info.Width} pixels, more than can be read.");
        // Colours as they are stored, transparent ones on black.
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul);
        var bitmap = new SKBitmap(info);
        var result = codec.GetPixels(info, bitmap.GetPixels());
        if (result == SKCodecResult.Success)
            return new(bitmap, codec.EncodedOrigin);
        bitmap.Dispose();
        throw new InvalidDataException($"'{file}' is damaged, not all of the image can be read ({result}).");
    }

    /// <summary>Writes the image as bytes of a shape.</summary>
    public void CopyTo(Span<byte> to, ImageShape shape, ImageResize resize)
    {
        if ((Height, Width) == (shape.Height, shape.Width))
        {
            CopyPlanes(to, shape.Channels);
            return;
        }
        var own = new ImageShape(shape.Channels, Height, Width);
        var planes = new byte[own.Size];
        CopyPlanes(planes, shape.Channels);
        Resampling.Resize(planes, own, to, shape, resize);
    }

    public void Dispose() => _bitmap.Dispose();

    /// <summary>Writes channel after channel, turned upright.</summary>
    void CopyPlanes(Span<byte> to, int channels)
    {
        var rgba = _bitmap.GetPixelSpan();
        var (height, width, plane) = (Height, Width, Height * Width);
        var (right, down) = (Offset(0, 1) - Offset(0, 0), Offset(1, 0) - Offset(0, 0));
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var pixel = rgba.Slice(Offset(0, 0) + y * down + x * right, 3);
                var at = y * width + x;
                if (channels == 1)
                {
                    // The weights add up to 2¹⁶, so that grey stays what it was.
                    to[at] = (byte)((19595 * pixel[0] + 38470 * pixel[1] + 7471 * pixel[2] + (1 << 15)) >> 16);
                    continue;
                }
                to[at] = pixel[0];
                to[plane + at] = pixel[1];
                to[2 * plane + at] = pixel[2];
            }
        }
    }

    /// <summary>Where a pixel of the upright image is stored.</summary>
    int Offset(int y, int x)
    {
        var (bottom, end) = (_bitmap.Height - 1, _bitmap.Width - 1);
        var (row, column) = _origin switch
        {
            SKEncodedOrigin.TopRight => (y, end - x),
            SKEncodedOrigin.BottomRight => (bottom - y, end - x),
            SKEncodedOrigin.BottomLeft => (bottom - y, x),
            SKEncodedOrigin.LeftTop => (x, y),
            SKEncodedOrigin.RightTop => (bottom - x, y),
            SKEncodedOrigin.RightBottom => (bottom - x, end - y),
            SKEncodedOrigin.LeftBottom => (x, end - y),
            _ => (y, x),
        };
        return row * _bitmap.RowBytes + column * 4;
    }
}
