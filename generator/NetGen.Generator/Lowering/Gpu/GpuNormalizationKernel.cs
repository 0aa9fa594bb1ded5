using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering.Images;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>Numbers of the channels of images, and normalisations that use them. Pairs of numbers of a channel lie side by side.</summary>
static class GpuNormalizationKernel
{
    /// <summary>Mean and sum of squared differences from it, of each channel of each sample: two sums over a row.</summary>
    public static GpuKernel Moments(Group group)
    {
        var (result, x) = (group.Values[0], group.Values[0].Inputs[0]);
        var pixels = x.Size / x.Shape.Axes[0];
        return GpuRowKernel.Lower(group, "ChannelMoments", pixels, new Dictionary<Value, string> { [x] = "x", [result] = "y" }, row =>
        {
            var mean = row.Let("mean", row.Sum("sum", () => row.Read(x)) * (1f / pixels));
            var squares = row.Sum("squares", () => (row.Read(x) - mean) * (row.Read(x) - mean));
            row.WriteNumber(mean, 0, 2);
            row.WriteNumber(squares, 1, 2);
        });
    }

    /// <summary>Σ ∂y and Σ ∂y x̂. Mean and 1/σ are those of the batch, or each sample's own.</summary>
    public static GpuKernel GradientSums(Group group)
    {
        var (result, inputs) = (group.Values[0], group.Values[0].Inputs);
        var (dy, x) = (inputs[0], inputs[1]);
        var names = new Dictionary<Value, string> { [dy] = "dy", [x] = "x", [inputs[2]] = inputs.Length == 3 ? "statistics" : "ofMean", [result] = "y" };
        if (inputs.Length > 3) names.Add(inputs[3], "ofDeviation");
        return GpuRowKernel.Lower(group, "ChannelGradientSums", x.Size / x.Shape.Axes[0], names, row =>
        {
            var ofSample = inputs.Length == 3;
            var mean = row.Let("mean", ofSample ? row.Read(inputs[2], 0, 2) : row.Read(inputs[2], 0, 1));
            var scale = row.Let("deviation", ofSample ? row.Read(inputs[2], 1, 2) : row.Read(inputs[3], 0, 1));
            var sum = row.Sum("sum", () => row.Read(dy));
            var product = row.Sum("product", () => row.Read(dy) * (row.Read(x) - mean));
            row.WriteNumber(sum, 0, 2);
            row.WriteNumber(product * scale, 1, 2);
        });
    }

    /// <summary>Mean and 1/√(variance + ε) of each channel's group.</summary>
    public static GpuKernel GroupStatistics(Group group, GroupStatistics op)
    {
        var (result, moments) = (group.Values[0], group.Values[0].Inputs[0]);
        return OfChannels(group, "GroupStatistics", [new(Binding.Pointer, "moments", moments)], op.Groups, (code, first, size) =>
        {
            code.Let("sum", Expr.Zero);
            code.For("c", first, $"{first} + {Text(size)}", 1, body => body.Add(new Set("sum", new Local("sum") + Number("moments", 0))));
            var mean = code.Let("mean", new Local("sum") * (1f / size));
            code.Let("within", Expr.Zero);
            code.Let("between", Expr.Zero);
            // Channels have equally many values, so that the squares of all are those within channels and those between their means (Chan et al. 1979).
            code.For("d", first, $"{first} + {Text(size)}", 1, body =>
            {
                var difference = body.Let("difference", Number("moments", 0, "d") - mean);
                body.Add(new Set("within", new Local("within") + Number("moments", 1, "d")));
                body.Add(new Set("between", new Local("between") + difference * difference));
            });
            var variance = (new Local("within") + new Local("between") * op.Pixels) / ((float)size * op.Pixels);
            return (mean, Expr.One / Expr.Sqrt(variance + op.Epsilon));
        });
    }

    /// <summary>The factor and the offset of each channel's group, as the runtime's GroupNormalization has them.</summary>
    public static GpuKernel GroupGradientFactors(Group group, GroupGradientFactors op)
    {
        var inputs = group.Values[0].Inputs;
        KernelArgument[] arguments =
        [
            new(Binding.Pointer, "sums", inputs[0]), new(Binding.Pointer, "statistics", inputs[1]),
            .. inputs.Length > 2 ? [new(Binding.Pointer, "weight", inputs[2])] : Array.Empty<KernelArgument>(),
        ];
        return OfChannels(group, "GroupGradientFactors", arguments, op.Groups, (code, first, size) =>
        {
            code.Let("a", Expr.Zero);
            code.Let("b", Expr.Zero);
            code.For("c", first, $"{first} + {Text(size)}", 1, body =>
            {
                Expr Weighted(int number) => inputs.Length > 2 ? Number("sums", number) * new Load(new Address("weight", 0, "c")) : Number("sums", number);
                body.Add(new Set("a", new Local("a") + Weighted(0)));
                body.Add(new Set("b", new Local("b") + Weighted(1)));
            });
            var mean = code.Let("mean", new Load(new Address("statistics", 0, "index", 2)));
            var scale = code.Let("scale", new Load(new Address("statistics", 1, "index", 2)));
            var count = (float)size * op.Pixels;
            var factor = code.Let("factor", -(scale * scale) * new Local("b") / count);
            return (factor, -scale * new Local("a") / count - mean * factor);
        });
    }

    /// <summary>
    /// An image whose values follow from those of others at the same place, and from numbers of their channels, as GroupNormKernel.Channelwise has it.
    /// </summary>
    public static GpuKernel Channelwise(Group group, KernelContext context, string[] names, Func<Func<int, int, Expr>, Expr> body)
    {
        var result = group.Values[0];
        return GpuElementwiseKernel.Lower(group, context, names, code =>
        {
            code.Add(new Integer($"int channel = element / {Text(result.Size / result.Shape.Axes[0])}"));
            return code.Shared(body((input, number) => result.Inputs[input] is var value && !value.Type.Batched ? new Load(new Address(names[input], 0, "channel"))
                : value.Op is ChannelPairs ? new Load(new Address(names[input], number, $"(sample * {Text(result.Shape.Axes[0])} + channel)", 2))
                : new Load(new Address(names[input], 0, "index"))));
        });
    }

    /// <summary>x d^−β, with d of a window of channels.</summary>
    public static GpuKernel LocalResponse(Group group, KernelContext context, LocalResponseNorm op)
    {
        var result = group.Values[0];
        return GpuElementwiseKernel.Lower(group, context, ["x"], code =>
        {
            Channel(code, result.Shape);
            return new Load(new Address("x", 0, "index")) * LocalResponseNormKernel.Power(Divisor(code, op, result.Shape, "channel", ""), op.Beta);
        });
    }

    /// <summary>∂y d^−β − 2αβ/size · x Σ ∂y x d^(−β−1), over the channels whose window has this one.</summary>
    public static GpuKernel LocalResponseGradient(Group group, KernelContext context, LocalResponseNorm op)
    {
        var result = group.Values[0];
        var (channels, pixels) = (result.Shape.Axes[0], result.Size / result.Shape.Axes[0]);
        return GpuElementwiseKernel.Lower(group, context, ["dy", "x"], code =>
        {
            Channel(code, result.Shape);
            code.Let("products", Expr.Zero);
            code.Let("own", Expr.Zero);
            // The channels whose window has a channel lie mirrored around it.
            var (before, after) = ((op.Size - 1) / 2, op.Size / 2);
            code.Add(new Integer($"int firstReader = channel > {Text(before)} ? channel - {Text(before)} : 0"));
            code.Add(new Integer($"int endReader = channel + {Text(after + 1)} < {Text(channels)} ? channel + {Text(after + 1)} : {Text(channels)}"));
            code.For("reader", "firstReader", "endReader", 1, body =>
            {
                var divisor = Divisor(body, op, result.Shape, "reader", "OfReader");
                body.Add(new Integer($"int there = plane + reader * {Text(pixels)}"));
                var scaled = body.Let("scaled", new Load(new Address("dy", 0, "there")) * LocalResponseNormKernel.Power(divisor, op.Beta));
                body.Add(new Set("products", new Local("products") + scaled * new Load(new Address("x", 0, "there")) / divisor));
                body.If("reader == channel", then => then.Add(new Set("own", scaled)));
            });
            return new Local("own") - new Load(new Address("x", 0, "index")) * new Local("products") * (2 * op.Alpha * op.Beta / op.Size);
        });
    }

    static void Channel(Code code, Shape shape)
    {
        var pixels = shape.Size / shape.Axes[0];
        code.Add(new Integer($"int channel = element / {Text(pixels)}"));
        code.Add(new Integer($"int plane = sample * {Text(shape.Size)} + element - channel * {Text(pixels)}"));
    }

    /// <summary>k + α/size Σ x² over the window of a channel.</summary>
    static Expr Divisor(Code code, LocalResponseNorm op, Shape shape, string channel, string suffix)
    {
        var (channels, pixels) = (shape.Axes[0], shape.Size / shape.Axes[0]);
        var (before, after) = (op.Size / 2, (op.Size - 1) / 2);
        code.Let($"squares{suffix}", Expr.Zero);
        code.Add(new Integer($"int first{suffix} = {channel} > {Text(before)} ? {channel} - {Text(before)} : 0"));
        code.Add(new Integer($"int end{suffix} = {channel} + {Text(after + 1)} < {Text(channels)} ? {channel} + {Text(after + 1)} : {Text(channels)}"));
        code.For($"c{suffix}", $"first{suffix}", $"end{suffix}", 1, body =>
        {
            var x = body.Let($"x{suffix}_c", new Load(new Address("x", 0, $"plane + c{suffix} * {Text(pixels)}")));
            body.Add(new Set($"squares{suffix}", new Local($"squares{suffix}") + x * x));
        });
        return code.Let($"divisor{suffix}", Expr.Fma(new Local($"squares{suffix}"), op.Alpha / op.Size, op.K));
    }

    /// <summary>Two numbers of each channel of each sample, from those of the group's channels.</summary>
    static GpuKernel OfChannels(Group group, string name, KernelArgument[] inputs, int groups, Func<Code, string, int, (Expr, Expr)> body)
    {
        var result = group.Values[0];
        var channels = result.Shape.Axes[0];
        var size = channels / groups;
        var things = $"n * {Text(channels)}";
        var code = new Code();
        code.Add(new LetIndex("group", GpuIndex.GroupX));
        code.Add(new LetIndex("thread", GpuIndex.ThreadX));
        code.Add(new Integer($"int index = group * {Text(GpuPolicy.GroupThreads)} + thread"));
        code.If($"index < {things}", then =>
        {
            then.Add(new Integer($"int sample = index / {Text(channels)}"));
            then.Add(new Integer($"int channel = index - sample * {Text(channels)}"));
            then.Add(new Integer($"int first = channel / {Text(size)} * {Text(size)}"));
            var (one, two) = body(then, "first", size);
            then.Add(new StoreScalar(new Address("y", 0, "index", 2), one));
            then.Add(new StoreScalar(new Address("y", 1, "index", 2), two));
        });
        return new GpuKernel($"{name}_{Text(channels)}", $"{Formulas.Of(group)}, {result.Type}.", group, [.. inputs, new(Binding.Pointer, "y", result), new(Binding.Samples, "n")],
            GpuGrid.Of(things, GpuPolicy.GroupThreads), (GpuPolicy.GroupThreads, 1), code.Body);

    }

    /// <summary>A number of a channel of the sample.</summary>
    static Load Number(string name, int number, string channel = "c") => new(new Address(name, number, $"(index - channel + {channel})", 2));

    static string Text(long number) => LayerBuilder.Text(number);
}
