using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>What adds positions to a sequence, or turns it by them. The tables, whose rows are positions, are the runtime's.</summary>
static class PositionKernels
{
    public static Kernel LowerSinusoids(Group group, KernelContext context, AddSinusoids op)
    {
        var result = group.Values[0];
        var (positions, features) = (result.Shape.Axes[0], result.Shape.Last);
        var table = new LetRuntimePointer("table", "PositionTables.Sinusoids", [LayerBuilder.Text(features), LayerBuilder.Text(op.Of ?? positions)]);
        return Build(group, context, $"Sinusoids_{LayerBuilder.Text(positions)}x{LayerBuilder.Text(features)}", table, op.Of is null ? null : features, (sample, lanes) =>
            new VectorLoop(result.Size, lanes).Emit(sample, (body, j, offset, count) => body.Add(new Store(new Address("y_i", offset, j),
                new Load(new Address("x_i", offset, j), count) + new Load(new Address("rows", offset, j), count), count))));
    }

    public static Kernel LowerRotary(Group group, KernelContext context, RotaryPositions op)
    {
        var (positions, size) = (group.Values[0].Shape.Axes[0], op.HeadSize);
        var (pitch, half) = ((op.Turned + op.KeyValueHeads) * size, size / 2);
        var table = new LetRuntimePointer("table", "PositionTables.Rotations", [LayerBuilder.Text(size), $"{LayerBuilder.Text(op.Base)}f", LayerBuilder.Text(op.Of ?? positions)]);
        var name = $"{op.Label}_{LayerBuilder.Text(positions)}_{LayerBuilder.Text(op.Heads)}x{LayerBuilder.Text(size)}";
        return Build(group, context, op.KeyValueHeads == op.Heads ? name : $"{name}_{LayerBuilder.Text(op.KeyValueHeads)}", table, op.Of is null ? null : size, (sample, lanes) =>
            sample.For("t", "0", LayerBuilder.Text(positions), 1, position =>
            {
                position.Add(new LetPointer("angles", new Address("rows", 0, "t", size)));
                position.Add(new LetPointer("x_t", new Address("x_i", 0, "t", pitch)));
                position.Add(new LetPointer("y_t", new Address("y_i", 0, "t", pitch)));
                position.For("head", "0", LayerBuilder.Text(op.Turned), 1, head =>
                {
                    head.Add(new LetPointer("x_h", new Address("x_t", 0, "head", size)));
                    head.Add(new LetPointer("y_h", new Address("y_t", 0, "head", size)));
                    new VectorLoop(half, lanes).Emit(head, (body, j, offset, count) => body.Block(null, pair =>
                    {
                        Expr Part(string pointer, int of) => new Load(new Address(pointer, of + offset, j), count);
                        var (a, b) = (pair.Let("a", Part("x_h", 0)), pair.Let("b", Part("x_h", half)));
                        var (cosine, sine) = (pair.Let("cosine", Part("angles", 0)), pair.Let("sine", Part("angles", half)));
                        var (first, second) = op.Inverse ? (a * cosine + b * sine, b * cosine - a * sine) : (a * cosine - b * sine, b * cosine + a * sine);
                        pair.Add(new Store(new Address("y_h", offset, j), first, count));
                        pair.Add(new Store(new Address("y_h", half + offset, j), second, count));
                    }));
                });
                var values = op.Turned * size;
                new VectorLoop(op.KeyValueHeads * size, lanes).Emit(position, (body, j, offset, count) =>
                    body.Add(new Store(new Address("y_t", values + offset, j), new Load(new Address("x_t", values + offset, j), count), count)));
            }));
    }

    /// <param name="group">The group.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="name">The kernel's name.</param>
    /// <param name="table">Declares the table.</param>
    /// <param name="rowOfOne">The length of the table's rows, where the first of them is that of a position that is known when it runs; else null.</param>
    /// <param name="emit">Writes what is done with a sample.</param>
    static Kernel Build(Group group, KernelContext context, string name, Statement table, int? rowOfOne, Action<Code, int> emit)
    {
        var result = group.Values[0];
        var x = result.Inputs[0];
        KernelArgument[] arguments = [new(Binding.Pointer, "x", x), new(Binding.Pointer, "y", result), new(Binding.Rows, "n"),
            .. rowOfOne is null ? Array.Empty<KernelArgument>() : [new(Binding.Position, "position")]];
        name = context.NameOf(name, group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        return new Kernel(name, summary, [.. arguments], context.Lanes.Select(lanes =>
        {
            var code = new Code();
            code.Add(table);
            code.Add(new LetPointer("rows", rowOfOne is { } row ? new Address("table", 0, "(nint)position", row) : new Address("table")));
            code.For("i", "0", "n", 1, sample =>
            {
                sample.Add(new LetPointer("x_i", new Address("x", 0, "i", context.Pitch(x))));
                sample.Add(new LetPointer("y_i", new Address("y", 0, "i", context.Pitch(result))));
                emit(sample, lanes);
                new VectorLoop(context.Pitch(result) - result.Size, lanes).Emit(sample, (padding, j, offset, count) =>
                    padding.Add(new Store(new Address("y_i", result.Size + offset, j), Expr.Zero, count)));
            });
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        }));
    }
}
