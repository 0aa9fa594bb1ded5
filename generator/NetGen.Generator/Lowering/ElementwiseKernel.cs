using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>A chain of elementwise ops as one kernel: each vector of a sample is read once, and what others need is written.</summary>
static class ElementwiseKernel
{
    public static Kernel Lower(Group group, KernelContext context)
    {
        if (context.Gpu is { } gpu) return gpu.Add(GpuElementwiseKernel.Lower(group, context));
        var size = group.Last.Size;
        var epilogue = new Epilogue(group, context, anchorIsElementwise: true);
        var arguments = new List<KernelArgument>([.. epilogue.ReadArguments, .. epilogue.StoreArguments, new(Binding.Rows, "n")]);
        if (epilogue.Draws) arguments.AddRange([new(Binding.Seed, "seed"), new(Binding.Step, "step"), new(Binding.FirstRow, "firstRow")]);
        var name = context.NameOf($"{string.Join("_", group.Values.Select(v => v.Op.ToString()))}_{LayerBuilder.Text(size)}", group, arguments);
        // Where an operand has an element for each channel, a channel's run of elements is handled at a time.
        var channels = epilogue.Reads.Where(v => v.Size > 1 && v.Size < size).Select(v => v.Size).DefaultIfEmpty(1).Max();
        return new Kernel(name, $"{Formulas.Of(group)}, {group.Last.Type}.", [.. arguments],
            context.Lanes.Select(lanes => new KernelVariant(lanes, [Body(lanes)])));

        KernelFunction Body(int lanes)
        {
            var code = new Code();
            code.For("i", "0", "n", 1, row =>
            {
                foreach (var value in epilogue.Reads.Concat(epilogue.Stores).Where(v => v.Type.Batched))
                {
                    row.Add(new LetPointer(Row(value), new Address(epilogue.NameOf(value), 0, "i", context.Pitch(value))));
                }
                // A weight of a sample's shape is read from its start for each sample.
                foreach (var value in epilogue.Reads.Where(IsWeight)) row.Add(new LetPointer(Row(value), new Address(epilogue.NameOf(value))));
                var run = size / channels;
                if ((long)channels * ((run + lanes - 1) / lanes) > UnrollPolicy.Row && channels > 1)
                {
                    Channels(row, lanes, run);
                    return;
                }
                for (var channel = 0; channel < channels; channel++)
                {
                    var first = channel * run;
                    new VectorLoop(run, lanes).Emit(row, (body, j, offset, count) =>
                        Element(body, lanes, channel, j, first + offset, count, first + offset + (count ?? lanes) >= size));
                }
            });
            return new KernelFunction(name, $"{Formulas.Of(group)}, {group.Last.Type}.", [.. arguments.Select(a => a.Parameter)], code.Body);
        }

        // Many channels are a loop, in which pointers move from one to the next.
        void Channels(Code row, int lanes, int run)
        {
            row.For("channel", "0", LayerBuilder.Text(channels), 1, body =>
            {
                new VectorLoop(run, lanes).Emit(body, (element, j, offset, count) => epilogue.Emit(element, null,
                    value => IsWhole(value) ? new Load(new Address(Row(value), offset, j), count)
                        : new Splat(value.Size == 1 ? new Address(Pointer(value)) : new Address(Pointer(value), 0, "channel")),
                    (target, value, result) => target.Add(new Store(new Address(Row(value), offset, j), result, count)),
                    uniform => new RandomLanes(uniform.Stream,
                        $"(firstRow + i) * {LayerBuilder.Text(size)} + channel * {LayerBuilder.Text(run)} + {(j is null ? "" : j + " + ")}{LayerBuilder.Text(offset)}"),
                    j is null ? LayerBuilder.Text(offset) : "j"));
                foreach (var value in epilogue.Reads.Concat(epilogue.Stores).Where(IsWhole)) body.Add(new Advance(Row(value), run));
            });
            foreach (var value in epilogue.Stores)
            {
                new VectorLoop(context.Pitch(value) - size, lanes).Emit(row, (body, j, offset, count) =>
                    body.Add(new Store(new Address(Row(value), offset, j), Expr.Zero, count)));
            }
        }

        void Element(Code body, int lanes, int channel, string? j, int offset, int? count, bool atEnd) => epilogue.Emit(body, null,
            value => IsWhole(value) ? new Load(new Address(Row(value), offset, j), count)
                : value.Size == 1 ? new Splat(new Address(Pointer(value)))
                : channels > 1 ? new Splat(new Address(Pointer(value), channel))
                : new Load(new Address(Pointer(value), offset, j)),
            (target, value, result) =>
            {
                var address = new Address(Row(value), offset, j);
                // Only the sample's last vector may spill zeros into padding; before it other channels follow.
                target.Add(count is null ? new Store(address, result)
                    : atEnd && Panels.Padded(size) - size >= lanes - count ? epilogue.StoreOf(value, address, result, count)
                    : new Store(address, result, count));
            },
            uniform => new RandomLanes(uniform.Stream, $"(firstRow + i) * {LayerBuilder.Text(size)} + {(j is null ? "" : j + " + ")}{LayerBuilder.Text(offset)}"),
            j is null ? LayerBuilder.Text(offset) : "j");

        bool IsWhole(Value value) => (value.Type.Batched && value.Size == size) || IsWeight(value);

        // Where a vector is a sample, weights for its channels have as many elements as it has.
        bool IsWeight(Value value) => !value.Type.Batched && value.Size == size && value.Shape.Rank > 1;

        string Pointer(Value value) => value.Type.Batched ? Row(value) : epilogue.NameOf(value);

        string Row(Value value) => $"{epilogue.NameOf(value)}_i";
    }
}

/// <summary>A run of elements, vector by vector: a loop where it is long, and a part of a vector at its end.</summary>
/// <param name="Size">The elements.</param>
/// <param name="Lanes">The lanes of a vector.</param>
sealed record VectorLoop(int Size, int Lanes)
{
    /// <summary>
    /// Writes the body for each vector: with the loop's index or none, the first element, and how many there are where it isn't a whole vector.
    /// </summary>
    public void Emit(Code code, Action<Code, string?, int, int?> body)
    {
        var whole = Size / Lanes;
        if (whole > UnrollPolicy.Row)
        {
            code.For("j", "0", LayerBuilder.Text(whole * Lanes), Lanes, loop => body(loop, "j", 0, null));
        }
        else
        {
            for (var v = 0; v < whole; v++) body(code, null, v * Lanes, null);
        }
        if (Size % Lanes != 0) body(code, null, whole * Lanes, Size % Lanes);
    }
}
