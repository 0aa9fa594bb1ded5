using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// Two sums over the pixels of each channel of a sample. A few vectors of channels are summed in registers at a time, row by row, so that a sum's error grows
/// with the rows and the pixels of one rather than with their product.
/// </summary>
static class ChannelSumsKernel
{
    static readonly string[] Both = ["first", "second"];

    /// <summary>
    /// Mean and sum of squared differences from it, in one pass over differences from the first pixel (Chan et al. 1983, the shifted data algorithm): of m
    /// values none is farther from their mean than √(m − 1) standard deviations, so that not all digits can cancel.
    /// </summary>
    public static Kernel Moments(Group group, KernelContext context)
    {
        var x = group.Values[0].Inputs[0];
        return Build(group, context, "ChannelMoments", [(x, "x")], new Sums(
            (code, v, _, at) => code.Let($"shift{v}", at(x)),
            (code, v, at) =>
            {
                var difference = code.Let($"difference{v}", at(x) - new Local($"shift{v}"));
                return (difference, term => Expr.Fma(difference, difference, term));
            },
            (code, v, _, first, second) =>
            {
                var mean = code.Let($"mean{v}", first * (1f / x.Layout!.Pixels));
                return (new Local($"shift{v}") + mean, Expr.Max(Expr.Zero, second - first * mean));
            }));
    }

    /// <summary>Σ ∂y and Σ ∂y x̂. Mean and 1/σ are those of the batch, or each sample's own.</summary>
    public static Kernel GradientSums(Group group, KernelContext context)
    {
        var inputs = group.Values[0].Inputs;
        var (dy, x) = (inputs[0], inputs[1]);
        var ofSample = inputs.Length == 3;
        (Value, string)[] statistics = ofSample ? [(inputs[2], "statistics")] : [(inputs[2], "mean"), (inputs[3], "deviation")];
        return Build(group, context, "ChannelGradientSums", [(dy, "dy"), (x, "x"), .. statistics], new Sums(
            (code, v, channel, _) => code.Let($"mean{v}", new Load(ofSample ? channel("statistics") : channel("mean"))),
            (code, v, at) =>
            {
                var gradient = code.Let($"dy{v}", at(dy));
                return (gradient, term => Expr.Fma(gradient, at(x) - new Local($"mean{v}"), term));
            },
            (_, _, channel, first, second) =>
                (first, second * new Load(ofSample ? channel("statistics").Plus(inputs[2].Layout!.ChannelPitch) : channel("deviation")))));
    }

    /// <summary>The arithmetic, each for a vector of channels by its number in a block.</summary>
    /// <param name="Begin">What is computed before the sums, from the addresses of the channels' numbers and the first pixel.</param>
    /// <param name="Terms">The term of the first sum at a pixel, and the second sum with its term added.</param>
    /// <param name="End">The results from the sums.</param>
    sealed record Sums(
        Action<Code, int, Func<string, Address>, Func<Value, Expr>> Begin,
        Func<Code, int, Func<Value, Expr>, (Expr First, Func<Expr, Expr> Second)> Terms,
        Func<Code, int, Func<string, Address>, Expr, Expr, (Expr First, Expr Second)> End);

    static Kernel Build(Group group, KernelContext context, string name, (Value Value, string Name)[] inputs, Sums sums)
    {
        var result = group.Values[0];
        // The numbers of the channels have the shape of an image where that has two pixels.
        var images = inputs.Where(i => i.Value.Type.Batched && i.Value.Op is not ChannelPairs).ToArray();
        var layout = images[0].Value.Layout!;
        var names = new Dictionary<Value, string>();
        foreach (var (value, text) in images)
        {
            if (!names.ContainsKey(value)) names.Add(value, text);
        }
        var rows = inputs.FirstOrDefault(i => i.Value.Type.Batched && !names.ContainsKey(i.Value));
        KernelArgument[] arguments =
        [
            .. names.Select(p => new KernelArgument(Binding.Pointer, p.Value, p.Key)),
            .. inputs.Where(i => !names.ContainsKey(i.Value)).Select(i => new KernelArgument(Binding.Pointer, i.Name, i.Value)),
            new(Binding.Pointer, "y", result), new(Binding.Rows, "n"),
        ];
        name = context.NameOf($"{name}_{ImageLoop.Sizes(layout)}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        return new Kernel(name, summary, [.. arguments], context.Lanes.Select(lanes =>
        {
            var code = new Code();
            code.For("i", "0", "n", 1, sample => EachBlock(sample, lanes));
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        }));

        void EachBlock(Code sample, int lanes)
        {
            // Each vector has four sums and what they are made of: as many as there are registers for.
            var most = lanes == 16 ? 4 : 2;
            var vectors = (layout.Channels + lanes - 1) / lanes;
            // A last vector that isn't whole is stored otherwise, and not part of the loop.
            var whole = layout.Channels / lanes / most;
            if (whole > 1) sample.For("c", "0", LayerBuilder.Text(whole * most * lanes), most * lanes, block => OneBlock(block, lanes, "c", 0, most));
            else if (whole == 1) sample.Block(null, block => OneBlock(block, lanes, null, 0, most));
            if (vectors > whole * most) sample.Block(null, block => OneBlock(block, lanes, null, whole * most * lanes, vectors - whole * most));
        }

        void OneBlock(Code block, int lanes, string? index, int offset, int vectors)
        {
            var manyRows = layout.Height > 1;
            if (rows.Name is not null) block.Add(new LetPointer(rows.Name + "_i", new Address(rows.Name, 0, "i", context.Pitch(rows.Value))));
            foreach (var (value, text) in names.Select(p => (p.Key, p.Value)))
            {
                var start = new Address(text, value.Layout!.Origin + offset, "i", context.Pitch(value));
                block.Add(new LetPointer(ImageLoop.Pixel(text), index is null ? start : start with { Pointer = $"{text} + {index}" }));
            }
            for (var v = 0; v < vectors; v++)
            {
                sums.Begin(block, v, Channel(v), At(v));
                Start(block, v, manyRows ? "total" : "");
            }
            if (manyRows)
            {
                block.For("row", "0", LayerBuilder.Text(layout.Height), 1, row =>
                {
                    for (var v = 0; v < vectors; v++) Start(row, v, "");
                    Pixels(row);
                    foreach (var value in names.Keys)
                    {
                        var gap = value.Layout!.RowPitch - value.Layout.Width * value.Layout.ChannelPitch;
                        if (gap > 0) row.Add(new Advance(ImageLoop.Pixel(names[value]), gap));
                    }
                    for (var v = 0; v < vectors; v++)
                    {
                        foreach (var sum in Both) row.Add(new Set($"{sum}{v}total", new Local($"{sum}{v}total") + new Local($"{sum}{v}")));
                    }
                });
            }
            else Pixels(block);
            block.Add(new LetPointer("y_i", new Address("y", 0, "i", context.Pitch(result))));
            for (var v = 0; v < vectors; v++)
            {
                var suffix = manyRows ? "total" : "";
                var (first, second) = sums.End(block, v, Channel(v), new Local($"first{v}{suffix}"), new Local($"second{v}{suffix}"));
                var lanesLeft = layout.Channels - offset - v * lanes;
                Expr Limited(Expr e) => index is null && lanesLeft < lanes ? new FirstLanes(e, lanesLeft) : e;
                block.Add(new Store(new Address("y_i", result.Layout!.At(0, 0) + offset + v * lanes, index), Limited(first)));
                block.Add(new Store(new Address("y_i", result.Layout.At(0, 1) + offset + v * lanes, index), Limited(second)));
            }

            Func<string, Address> Channel(int v) => text => new Address(text == rows.Name ? text + "_i" : text, offset + v * lanes, index);

            Func<Value, Expr> At(int v) => value => new Load(new Address(ImageLoop.Pixel(names[value]), v * lanes));

            void Pixels(Code row) => row.For("pixel", "0", LayerBuilder.Text(layout.Width), 1, pixel =>
            {
                for (var v = 0; v < vectors; v++)
                {
                    var (first, second) = sums.Terms(pixel, v, At(v));
                    pixel.Add(new Set($"first{v}", new Local($"first{v}") + first));
                    pixel.Add(new Set($"second{v}", second(new Local($"second{v}"))));
                }
                foreach (var value in names.Keys) pixel.Add(new Advance(ImageLoop.Pixel(names[value]), value.Layout!.ChannelPitch));
            });
        }

        static void Start(Code code, int v, string suffix)
        {
            foreach (var sum in Both) code.Let($"{sum}{v}{suffix}", Expr.Zero);
        }
    }
}
