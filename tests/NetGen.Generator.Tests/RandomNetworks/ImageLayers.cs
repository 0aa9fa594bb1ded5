namespace NetGen.Generator.Tests.RandomNetworks;

/// <summary>
/// Layers of images [channels, height, width] and sequences [channels, length], and the normalisations over channels, which take vectors too.
/// </summary>
sealed partial class LayerStack
{
    /// <summary>The most values of a sample, and the most products of a convolution, which the interpreter has to add up one by one.</summary>
    const int MostValues = 1500, MostProducts = 40_000;

    int Pixels => Size / Shape[0];

    void AddImageLayer(Choice choice)
    {
        var random = new Random(choice.Seed);
        switch (Shape.Length)
        {
            case 1 or 4: AddChannelLayer(random); break;
            case 3 when random.Next(12) == 0: AddTransposed(choice, random); break;
            case 3 when random.Next(4) == 0: AddResampling(random); break;
            default:
                if (random.Next(5) < 2) AddConvolution(choice, random);
                else if (random.Next(5) < 2) AddPooling(random);
                else AddChannelLayer(random);
                break;
        }
    }

    /// <summary>A layer on channels of any number of pixels.</summary>
    void AddChannelLayer(Random random)
    {
        var channels = Shape[0];
        var affine = random.Next(3) == 0 ? "Affine = false" : "";
        switch (random.Next(Shape.Length switch { 4 => 1, 1 => 6, _ => 8 }))
        {
            case 0: Add(random.Next(2) == 0 ? "RMSNorm" : $"RMSNorm({Text(Shape.TakeLast(random.Next(1, Shape.Length + 1)))})"); break;
            case 1 or 2: Add($"BatchNorm({Joined(affine, random.Next(3) == 0 ? "Momentum = 0.3f" : "", random.Next(3) == 0 ? "Epsilon = 0.01f" : "")})"); break;
            case 3 when Divisor(random, channels) is var groups && groups < Size: Add($"GroupNorm({Joined(Text(groups), affine)})"); break;
            case 4:
                Add($"LocalResponseNorm({Text(random.Next(1, Math.Min(2 * channels, 9) + 1))}, Alpha = {Text(random.NextSingle() * 2)}f, "
                    + $"Beta = {(random.Next(2) == 0 ? "0.75" : Text(random.NextSingle()))}f)");
                break;
            case 5 when Shape.Length == 1 && channels % 2 == 0: Add($"Reparameterize(Beta = {Text(random.NextSingle())}f)", [channels / 2]); break;
            case 6 when Pixels > 1: Add(random.Next(2) == 0 ? "InstanceNorm" : "InstanceNorm(Affine = true)"); break;
            case 7: Add($"Dropout{Text(Shape.Length - 1)}d({Text(random.NextSingle() * 0.9f)}f)"); break;
            default: Add("Tanh"); break;
        }
    }

    void AddConvolution(Choice choice, Random random)
    {
        var axes = Shape.Length - 1;
        var channels = Math.Min(choice.Size, MostValues / Pixels);
        var (stride, dilation) = (random.Next(3) == 0 ? random.Next(2, 4) : 1, random.Next(5) == 0 ? random.Next(2, 4) : 1);
        var same = stride == 1 && random.Next(3) == 0;
        var padding = random.Next(3);
        int[] kernel = [.. Shape.Skip(1).Select(size => random.Next(12) == 0 ? 5 : random.Next(1, 4))];
        if (random.Next(2) == 0) Array.Fill(kernel, kernel[0]);
        var isFree = true;
        for (var axis = 0; axis < axes; axis++)
        {
            // A kernel that is larger than the image becomes a point.
            if (!same && Extent(kernel[axis], dilation) > Shape[axis + 1] + 2 * padding) (kernel[axis], isFree) = (1, false);
        }
        var groups = random.Next(3) == 0 ? Divisor(random, Shape[0]) : 1;
        if (random.Next(6) == 0) groups = channels = Shape[0];
        while (channels > 1 && (long)channels * (Shape[0] / groups) * Pixels * kernel.Aggregate((a, b) => a * b) > MostProducts) channels /= 2;
        if (channels % groups != 0) channels = groups == Shape[0] ? groups : groups * Math.Max(1, channels / groups);
        int[] shape = [channels, .. Shape.Skip(1).Select((size, axis) => same ? size : (size + 2 * padding - Extent(kernel[axis], dilation)) / stride + 1)];
        if (shape.Aggregate(1, (a, b) => a * b) > MostValues)
        {
            Add("SiLU");
            return;
        }
        var sizes = axes == 1 || (kernel[0] == kernel[1] && isFree) ? Text(kernel[0]) : Text(kernel);
        Add($"Conv{Text(axes)}d({Joined(Text(channels), sizes, Option("Stride", stride, 1), same ? "Padding = Padding.Same" : Option("Padding", padding, 0),
            Option("Dilation", dilation, 1), Option("Groups", groups, 1))}{LinearOptions(choice)})", shape);
    }

    void AddTransposed(Choice choice, Random random)
    {
        var (kernel, stride, dilation) = (random.Next(1, 5), random.Next(1, 4), random.Next(4) == 0 ? 2 : 1);
        var (padding, more) = (random.Next(2), random.Next(Math.Max(stride, dilation)));
        var groups = random.Next(3) == 0 ? Divisor(random, Shape[0]) : 1;
        var channels = groups * Math.Max(1, Math.Min(choice.Size, 20) / groups);
        int[] shape = [channels, .. Shape.Skip(1).Select(size => (size - 1) * stride - 2 * padding + Extent(kernel, dilation) + more)];
        if (shape.Any(size => size < 1) || shape.Aggregate(1, (a, b) => a * b) > MostValues
            || (long)channels * (Shape[0] / groups) * Pixels * kernel * kernel > MostProducts)
        {
            Add("Mish");
            return;
        }
        Add($"ConvTranspose2d({Joined(Text(channels), Text(kernel), Option("Stride", stride, 1), Option("Padding", padding, 0), Option("OutputPadding", more, 0),
            Option("Dilation", dilation, 1), Option("Groups", groups, 1))}{LinearOptions(choice)})", shape);
    }

    void AddPooling(Random random)
    {
        var axes = Shape.Length - 1;
        if (random.Next(4) == 0)
        {
            int[] sizes = [.. Shape.Skip(1).Select(size => random.Next(3) == 0 ? 1 : random.Next(1, size + 2))];
            if (Shape[0] * sizes.Aggregate((a, b) => a * b) > MostValues) Array.Fill(sizes, 1);
            Add($"AdaptiveAvgPool{Text(axes)}d({Text(sizes)})", [Shape[0], .. sizes]);
            return;
        }
        var isMax = random.Next(2) == 0;
        var (kernel, stride) = (random.Next(1, 5), random.Next(3) == 0 ? 0 : random.Next(1, 4));
        var (dilation, ceil) = (isMax && random.Next(4) == 0 ? 2 : 1, random.Next(3) == 0);
        var padding = random.Next(Extent(kernel, dilation) / 2 + 1);
        int[] shape = [Shape[0], .. Shape.Skip(1).Select(size => Windows(size, kernel, stride == 0 ? kernel : stride, padding, dilation, ceil))];
        if (shape.Any(size => size < 1) || shape.Aggregate(1, (a, b) => a * b) > MostValues)
        {
            Add("Hardswish");
            return;
        }
        var counts = !isMax && random.Next(3) == 0 ? "CountIncludePad = false" : "";
        Add($"{(isMax ? "Max" : "Avg")}Pool{Text(axes)}d({Joined(Text(kernel), Option("Stride", stride, 0), Option("Padding", padding, 0),
            Option("Dilation", dilation, 1), ceil ? "CeilMode = true" : "", counts)})", shape);
    }

    void AddResampling(Random random)
    {
        var (channels, height, width) = (Shape[0], Shape[1], Shape[2]);
        var mode = random.Next(3) switch { 0 => ", Mode = UpsampleMode.Bilinear", 1 => ", Mode = UpsampleMode.Bilinear, AlignCorners = true", _ => "" };
        int[] padding = [random.Next(3), random.Next(3), random.Next(3), random.Next(3)];
        var scale = random.Next(1, 4);
        var (layer, shape) = random.Next(4) switch
        {
            0 => ($"Upsample({Text(scale)}{mode})", (int[])[channels, height * scale, width * scale]),
            1 when (random.Next(1, 12), random.Next(1, 12)) is var (rows, columns) => ($"Upsample({Text(rows)}, {Text(columns)}{mode})", [channels, rows, columns]),
            2 when channels % (scale * scale) == 0 => ($"PixelShuffle({Text(scale)})", [channels / scale / scale, height * scale, width * scale]),
            _ => ($"ZeroPad2d({Text(padding)})", [channels, height + padding[2] + padding[3], width + padding[0] + padding[1]]),
        };
        if (shape.Aggregate(1, (a, b) => a * b) > MostValues) Add("ELU");
        else Add(layer, shape);
    }

    /// <summary>How often a pooling's window fits along an axis, by PyTorch's rule; 0 where it doesn't, or where one would have nothing but padding.</summary>
    static int Windows(int size, int kernel, int stride, int padding, int dilation, bool ceil)
    {
        var count = 0;
        for (var start = -padding; ; start += stride, count++)
        {
            var end = start + Extent(kernel, dilation);
            // Beyond the end a window begins before the padding there, or none does.
            if (end > size + padding && !(ceil && start < size && end - stride < size + padding)) return count;
            if (!Enumerable.Range(0, kernel).Any(place => start + place * dilation is var at && at >= 0 && at < size)) return 0;
        }
    }

    static int Extent(int kernel, int dilation) => (kernel - 1) * dilation + 1;

    static int Divisor(Random random, int number)
    {
        int[] divisors = [.. Enumerable.Range(1, number).Where(d => number % d == 0)];
        return divisors[random.Next(divisors.Length)];
    }

    static string Option(string name, int value, int usual) => value == usual ? "" : $"{name} = {Text(value)}";

    static string Joined(params IEnumerable<string> arguments) => string.Join(", ", arguments.Where(argument => argument.Length > 0));
}
