namespace NetGen.Data.Images;

/// <summary>Brings images to another size: bilinear where they grow, and with a filter as much wider as they shrink, so that nothing is skipped.</summary>
/// <remarks>The filter, its places and its weights are those of Pillow's <c>BILINEAR</c>, which torchvision resizes with. It rounds once.</remarks>
static class Resampling
{
    public static void Resize(ReadOnlySpan<byte> from, ImageShape source, Span<byte> to, ImageShape target, ImageResize resize)
    {
        var (vertical, horizontal) = ((double)target.Height / source.Height, (double)target.Width / source.Width);
        var scale = resize == ImageResize.Crop ? Math.Max(vertical, horizontal) : Math.Min(vertical, horizontal);
        var (rows, columns) = resize switch
        {
            ImageResize.Crop => (Axis.Of(source.Height, target.Height / scale, target.Height, target.Height),
                Axis.Of(source.Width, target.Width / scale, target.Width, target.Width)),
            ImageResize.Pad => (Axis.Of(source.Height, source.Height, Scaled(source.Height), target.Height),
                Axis.Of(source.Width, source.Width, Scaled(source.Width), target.Width)),
            _ => (Axis.Of(source.Height, source.Height, target.Height, target.Height), Axis.Of(source.Width, source.Width, target.Width, target.Width)),
        };
        to.Clear();
        var narrowed = new float[source.Height * columns.Count];
        for (var channel = 0; channel < source.Channels; channel++)
        {
            var plane = from.Slice(channel * source.Pixels, source.Pixels);
            for (var y = 0; y < source.Height; y++)
            {
                for (var x = 0; x < columns.Count; x++)
                {
                    var sum = 0f;
                    for (var i = 0; i < columns.Weights[x].Length; i++)
                        sum += columns.Weights[x][i] * plane[y * source.Width + columns.First[x] + i];
                    narrowed[y * columns.Count + x] = sum;
                }
            }
            var result = to.Slice(channel * target.Pixels, target.Pixels);
            for (var y = 0; y < rows.Count; y++)
            {
                var row = result.Slice((rows.Start + y) * target.Width + columns.Start, columns.Count);
                for (var x = 0; x < row.Length; x++)
                {
                    var sum = 0f;
                    for (var i = 0; i < rows.Weights[y].Length; i++)
                        sum += rows.Weights[y][i] * narrowed[(rows.First[y] + i) * columns.Count + x];
                    row[x] = (byte)Math.Clamp((int)(sum + 0.5f), 0, 255);
                }
            }
        }

        int Scaled(int size) => Math.Max(1, (int)Math.Round(size * scale));
    }

    /// <summary>How the pixels along one axis come from those of the source: each is a weighted sum of some, beginning with one.</summary>
    /// <param name="Start">Where the image begins in the target; what is before and behind stays empty.</param>
    /// <param name="First">The first source pixel of each.</param>
    /// <param name="Weights">The weights of each.</param>
    sealed record Axis(int Start, int[] First, float[][] Weights)
    {
        public int Count => First.Length;

        /// <param name="size">The source's pixels.</param>
        /// <param name="used">How much of them is used, in the middle.</param>
        /// <param name="count">The pixels that it becomes.</param>
        /// <param name="room">The target's pixels, in the middle of which these are.</param>
        public static Axis Of(int size, double used, int count, int room)
        {
            var (scale, offset) = (used / count, (size - used) / 2);
            var support = Math.Max(scale, 1);
            var (first, weights) = (new int[count], new float[count][]);
            for (var i = 0; i < count; i++)
            {
                var center = offset + (i + 0.5) * scale;
                first[i] = Math.Max(0, (int)(center - support + 0.5));
                var end = Math.Min(size, (int)(center + support + 0.5));
                var row = Enumerable.Range(first[i], end - first[i]).Select(pixel => Math.Max(0, 1 - Math.Abs(pixel + 0.5 - center) / support)).ToArray();
                var sum = row.Sum();
                weights[i] = [.. row.Select(weight => (float)(weight / sum))];
            }
            return new((room - count) / 2, first, weights);
        }
    }
}
