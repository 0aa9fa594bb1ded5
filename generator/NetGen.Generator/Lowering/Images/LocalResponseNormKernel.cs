using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// Local response normalisation, pixel by pixel: what is summed over neighbouring channels goes to a buffer with zeros before and after it, from which a window
/// is read at as many offsets as it has channels.
/// </summary>
static class LocalResponseNormKernel
{
    public static Kernel Forward(Group group, LocalResponseNorm op, KernelContext context)
    {
        var result = group.Values[0];
        var layout = result.Layout!;
        return Build(group, context, op, "LocalResponseNorm", [(result.Inputs[0], "x")], "y", ["squares"], (pixel, lanes) =>
        {
            Squares(pixel, layout, lanes);
            ImageLoop.ForEachVector(pixel, layout, lanes, (body, c, offset, count) =>
            {
                var suffix = LayerBuilder.Text(offset);
                var divisor = Divisor(body, op, c, offset, suffix);
                body.Add(new Store(new Address("y_i", offset, c), Limited(new Load(new Address("x_i", offset, c)) * Power(divisor, op.Beta), count)));
            });
        });
    }

    public static Kernel Gradient(Group group, LocalResponseNorm op, KernelContext context)
    {
        var result = group.Values[0];
        var layout = result.Layout!;
        (Value, string)[] inputs = [(result.Inputs[0], "dy"), (result.Inputs[1], "x")];
        return Build(group, context, op, "LocalResponseNormGradient", inputs, "dx", ["squares", "products"], (pixel, lanes) =>
        {
            Squares(pixel, layout, lanes);
            ImageLoop.ForEachVector(pixel, layout, lanes, (body, c, offset, count) =>
            {
                var suffix = LayerBuilder.Text(offset);
                var divisor = Divisor(body, op, c, offset, suffix);
                var scaled = body.Let($"scaled{suffix}", new Load(new Address("dy_i", offset, c)) * Power(divisor, op.Beta));
                body.Add(new Store(new Address("dx_i", offset, c), Limited(scaled, count)));
                var product = scaled * new Load(new Address("x_i", offset, c)) / divisor;
                body.Add(new Store(new Address("products", Margin(op) + offset, c), Limited(product, count)));
            });
            // The channels whose window has a channel lie mirrored around it.
            ImageLoop.ForEachVector(pixel, layout, lanes, (body, c, offset, count) =>
            {
                var sum = Window(body, "products", op, (op.Size - 1) / 2, c, offset, "sum" + LayerBuilder.Text(offset));
                var dx = new Load(new Address("dx_i", offset, c)) - new Load(new Address("x_i", offset, c)) * sum * (2 * op.Alpha * op.Beta / op.Size);
                body.Add(new Store(new Address("dx_i", offset, c), Limited(dx, count)));
            });
        });
    }

    /// <summary>The zeros before and after a buffer's channels.</summary>
    static int Margin(LocalResponseNorm op) => Panels.Padded(op.Size / 2);

    static void Squares(Code pixel, Layout layout, int lanes)
    {
        // An image's padding is zero, and so are its squares. A vector's may be what an activation makes of zeros.
        ImageLoop.ForEachVector(pixel, layout, lanes, (body, c, offset, count) =>
        {
            var x = new Load(new Address("x_i", offset, c));
            body.Add(new Store(new Address("squares_0", offset, c), layout.IsVector ? Limited(x * x, count) : x * x));
        });
    }

    static Expr Divisor(Code code, LocalResponseNorm op, string? c, int offset, string suffix)
    {
        var sum = Window(code, "squares", op, op.Size / 2, c, offset, "window" + suffix);
        return code.Let($"divisor{suffix}", Expr.Fma(sum, op.Alpha / op.Size, op.K));
    }

    /// <summary>A sum over the window's channels, the first of which is so many before the channel.</summary>
    static Expr Window(Code code, string buffer, LocalResponseNorm op, int before, string? c, int offset, string name)
    {
        var first = Margin(op) + offset - before;
        if (op.Size <= UnrollPolicy.Row)
        {
            Expr sum = new Load(new Address(buffer, first, c));
            for (var d = 1; d < op.Size; d++) sum += new Load(new Address(buffer, first + d, c));
            return code.Let(name, sum);
        }
        code.Let(name, Expr.Zero);
        code.For("d", "0", LayerBuilder.Text(op.Size), 1, body =>
            body.Add(new Set(name, new Local(name) + new Load(new Address(c is null ? buffer : $"{buffer} + {c}", first, "d")))));
        return new Local(name);
    }

    /// <summary>d^−β; the roots of the usual exponents are faster than a logarithm.</summary>
    public static Expr Power(Expr d, float beta) => beta switch
    {
        0 => Expr.One,
        0.5f => Expr.One / Expr.Sqrt(d),
        0.75f => Expr.One / (Expr.Sqrt(d) * Expr.Sqrt(Expr.Sqrt(d))),
        1 => Expr.One / d,
        _ => Expr.Exp(Expr.Log(d) * -beta),
    };

    static Expr Limited(Expr value, int? count) => count is { } lanes ? new FirstLanes(value, lanes) : value;

    static Kernel Build(Group group, KernelContext context, LocalResponseNorm op, string name, (Value Value, string Name)[] inputs, string resultName,
        string[] buffers, Action<Code, int> body)
    {
        var result = group.Values[0];
        var layout = result.Layout!;
        KernelArgument[] arguments =
        [
            .. inputs.Select(i => new KernelArgument(Binding.Pointer, i.Name, i.Value)), new(Binding.Pointer, resultName, result), new(Binding.Rows, "n"),
        ];
        name = context.NameOf($"{name}_{ImageLoop.Sizes(layout)}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        var loop = new ImageLoop(context, [.. inputs, (result, resultName)]);
        return new Kernel(name, summary, [.. arguments], context.Lanes.Select(lanes =>
        {
            var code = new Code();
            foreach (var buffer in buffers)
            {
                code.Add(new LetBuffer(buffer, layout.ChannelPitch + 2 * Margin(op)));
                foreach (var start in new[] { 0, Margin(op) + layout.ChannelPitch })
                {
                    new VectorLoop(Margin(op), lanes).Emit(code, (zeros, j, offset, _) =>
                        zeros.Add(new Store(new Address(buffer, start + offset, j), Expr.Zero)));
                }
            }
            code.Add(new LetPointer("squares_0", new Address("squares", Margin(op))));
            loop.ForEachSample(code, [(result, resultName)], sample => loop.ForEachPixel(sample, pixel => body(pixel, lanes)));
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        }));
    }
}
