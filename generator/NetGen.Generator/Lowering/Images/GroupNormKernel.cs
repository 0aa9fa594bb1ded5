using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>Group normalisation: the few numbers of a sample's groups, which the runtime computes, and what is done with every value of an image.</summary>
static class GroupNormKernel
{
    public static Kernel Statistics(Group group, GroupStatistics op, KernelContext context)
    {
        var result = group.Values[0];
        var epsilon = Emit.CSharp.ExpressionPrinter.Literal(op.Epsilon);
        return PerSample(group, context, "GroupStatistics", [(result.Inputs[0], "moments")], result, "GroupNormalization.Statistics",
            (moments, _, y) => [moments, y, .. Sizes(result, op.Groups, op.Pixels), epsilon]);
    }

    public static Kernel GradientFactors(Group group, GroupGradientFactors op, KernelContext context)
    {
        var result = group.Values[0];
        return PerSample(group, context, "GroupGradientFactors", [(result.Inputs[0], "sums"), (result.Inputs[1], "statistics")], result,
            "GroupNormalization.GradientFactors",
            (sums, statistics, y) => [sums, statistics!, result.Inputs.Length > 2 ? new Address("weight") : "null", y, .. Sizes(result, op.Groups, op.Pixels)]);
    }

    static IEnumerable<object> Sizes(Value result, int groups, int pixels) =>
        new[] { result.Shape.Axes[0], result.Layout!.ChannelPitch, groups, pixels }.Select(size => (object)LayerBuilder.Text(size));

    static Kernel PerSample(Group group, KernelContext context, string name, (Value Value, string Name)[] inputs, Value result, string function,
        Func<Address, Address?, Address, object[]> call)
    {
        KernelArgument[] arguments =
        [
            .. inputs.Select(i => new KernelArgument(Binding.Pointer, i.Name, i.Value)),
            .. result.Inputs.Where(v => !v.Type.Batched).Select(v => new KernelArgument(Binding.Pointer, "weight", v)),
            new(Binding.Pointer, "y", result), new(Binding.Rows, "n"),
        ];
        name = context.NameOf($"{name}_{LayerBuilder.Text(result.Shape.Axes[0])}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        var code = new Code();
        Address Sample(Value value, string pointer) => new(pointer, 0, "i", context.Pitch(value));
        code.For("i", "0", "n", 1, sample => sample.Add(new InvokeRuntime(function,
            [.. call(Sample(inputs[0].Value, inputs[0].Name), inputs.Length > 1 ? Sample(inputs[1].Value, inputs[1].Name) : null, Sample(result, "y"))])));
        return new Kernel(name, summary, [.. arguments],
            [new KernelVariant(0, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)])]);
    }

    /// <summary>
    /// An image whose values follow from those of other images at the same place, and from numbers of their channels: a sample's, or parameters.
    /// </summary>
    /// <param name="group">The op's group, whose elementwise ops are computed along with it.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="names">What the kernel calls the op's inputs.</param>
    /// <param name="body">The value, from a function that reads an input; of a sample's numbers for a channel the one with a number.</param>
    public static Kernel Channelwise(Group group, KernelContext context, string[] names, Func<Func<int, int, Expr>, Expr> body)
    {
        var result = group.Values[0];
        var layout = result.Layout!;
        var epilogue = new Epilogue(group, context, anchorIsElementwise: false);
        var inputs = result.Inputs.Select((value, i) => (Value: value, Name: names[i])).ToList();
        KernelArgument[] arguments =
        [
            .. inputs.Select(i => new KernelArgument(Binding.Pointer, i.Name, i.Value)),
            .. epilogue.ReadArguments, .. epilogue.StoreArguments, new(Binding.Rows, "n"),
        ];
        var name = context.NameOf($"{string.Join("_", group.Values.Select(v => v.Op.ToString()))}_{ImageLoop.Sizes(layout)}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {group.Last.Type}.";
        var stores = epilogue.Stores.Select(v => (v, epilogue.NameOf(v)));
        // The numbers of the channels have the shape of an image where that has two pixels.
        var images = inputs.Where(i => i.Value.Type.Batched && i.Value.Op is not ChannelPairs).ToList();
        var loop = new ImageLoop(context,
            [.. images.Concat(epilogue.Reads.Where(v => v.Type.Batched).Select(v => (v, epilogue.NameOf(v)))).Concat(stores)]);
        return new Kernel(name, summary, [.. arguments], context.Lanes.Select(lanes =>
        {
            var code = new Code();
            loop.ForEachSample(code, stores, sample =>
            {
                foreach (var (value, text) in inputs.Where(i => i.Value.Type.Batched && !images.Contains(i)))
                {
                    sample.Add(new LetPointer(text + "_i", new Address(text, 0, "i", context.Pitch(value))));
                }
                loop.ForEachPixel(sample, pixel => ImageLoop.ForEachVector(pixel, layout, lanes, Element));
            });
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        }));

        void Element(Code code, string? index, int offset, int? count) => epilogue.Emit(code,
            code.Shared(body((input, number) => inputs[input] is var (value, text) && value.Type.Batched
                ? new Load(new Address(text + "_i", offset + (images.Contains(inputs[input]) ? 0 : value.Layout!.At(0, number)), index))
                : new Load(new Address(text, offset, index)))),
            value => value.Type.Batched ? new Load(new Address(ImageLoop.Pixel(epilogue.NameOf(value)), offset, index))
                : value.Size == 1 ? new Splat(new Address(epilogue.NameOf(value)))
                : new Load(new Address(epilogue.NameOf(value), offset, index)),
            (target, value, element) => target.Add(
                new Store(new Address(ImageLoop.Pixel(epilogue.NameOf(value)), offset, index), count is { } lanes ? new FirstLanes(element, lanes) : element)),
            _ => throw new InvalidOperationException("Random numbers are not drawn for images."),
            index is null ? LayerBuilder.Text(offset) : "j");
    }
}
