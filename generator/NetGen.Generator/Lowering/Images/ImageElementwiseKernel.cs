using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Images;

/// <summary>A chain of elementwise ops on images as one kernel. A parameter, or a value of each sample, may have an element for each channel.</summary>
static class ImageElementwiseKernel
{
    public static Kernel Lower(Group group, KernelContext context)
    {
        var layout = group.Last.Layout!;
        var epilogue = new Epilogue(group, context, anchorIsElementwise: true);
        KernelArgument[] arguments = [.. epilogue.ReadArguments, .. epilogue.StoreArguments, new(Binding.Rows, "n")];
        var name = context.NameOf($"{string.Join("_", group.Values.Select(v => v.Op.ToString()))}_{ImageLoop.Sizes(layout)}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {group.Last.Type}.";
        // An operand of one pixel has a number for each channel of a sample, or a single one.
        bool IsWhole(Value value) => value.Type.Batched && value.Layout!.Pixels == layout.Pixels && value.Layout.Channels == layout.Channels;
        var loop = new ImageLoop(context, [.. epilogue.Reads.Where(IsWhole).Concat(epilogue.Stores).Select(v => (v, epilogue.NameOf(v)))]);
        var byChannel = layout.Channels != layout.ChannelPitch || epilogue.Reads.Any(v => !IsWhole(v) && v.Size > 1);
        return new Kernel(name, summary, [.. arguments], context.Lanes.Select(lanes =>
        {
            var code = new Code();
            loop.ForEachSample(code, epilogue.Stores.Select(v => (v, epilogue.NameOf(v))), sample =>
            {
                foreach (var value in epilogue.Reads.Where(v => v.Type.Batched && !IsWhole(v)))
                {
                    sample.Add(new LetPointer(ImageLoop.Pixel(epilogue.NameOf(value)), new Address(epilogue.NameOf(value), value.Layout!.Origin, "i", context.Pitch(value))));
                }
                if (byChannel) loop.ForEachPixel(sample, pixel => ImageLoop.ForEachVector(pixel, layout, lanes, (body, c, offset, count) => Element(body, c, offset, count)));
                else loop.ForEachRun(sample, (run, floats) => new VectorLoop(floats, lanes).Emit(run, (body, j, offset, _) => Element(body, j, offset, null)));
            });
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        }));

        void Element(Code body, string? index, int offset, int? count) => epilogue.Emit(body, null,
            value => value.Type.Batched && value.Size == 1 && !IsWhole(value) ? new Splat(new Address(ImageLoop.Pixel(epilogue.NameOf(value))))
                : value.Type.Batched ? new Load(new Address(ImageLoop.Pixel(epilogue.NameOf(value)), offset, index))
                : value.Size == 1 ? new Splat(new Address(epilogue.NameOf(value)))
                : new Load(new Address(epilogue.NameOf(value), offset, index)),
            (target, value, result) => target.Add(new Store(new Address(ImageLoop.Pixel(epilogue.NameOf(value)), offset, index), count is { } lanes ? new FirstLanes(result, lanes) : result)),
            _ => throw new InvalidOperationException("Random numbers are not drawn for images."),
            index is null ? LayerBuilder.Text(offset) : "j");
    }
}
