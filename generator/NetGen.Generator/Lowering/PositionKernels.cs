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
        var samples = new SampleRows(context, result);
        var features = result.Shape.Last;
        var table = new LetRuntimePointer("table", "PositionTables.Sinusoids", [LayerBuilder.Text(features), LayerBuilder.Text(op.Of ?? samples.Max)]);
        return Build(group, context, samples, $"Sinusoids_{samples.Label}x{LayerBuilder.Text(features)}", table, op.Of is null ? null : features, (sample, lanes) =>
        {
            if (samples.IsFree)
            {
                sample.For("r", "0", samples.Length, 1, row =>
                {
                    row.Add(new LetPointer("x_r", new Address("x_i", 0, "r", samples.PitchOf(result.Inputs[0]))));
                    row.Add(new LetPointer("y_r", new Address("y_i", 0, "r", samples.PitchOf(result))));
                    row.Add(new LetPointer("sinusoids", new Address("rows", 0, "r", features)));
                    Sum(row, "x_r", "sinusoids", "y_r", features);
                });
            }
            else Sum(sample, "x_i", "rows", "y_i", result.Size);

            void Sum(Code code, string x, string row, string y, int size) => new VectorLoop(size, lanes).Emit(code, (body, j, offset, count) =>
                body.Add(new Store(new Address(y, offset, j), new Load(new Address(x, offset, j), count) + new Load(new Address(row, offset, j), count), count)));
        });
    }

    public static Kernel LowerRotary(Group group, KernelContext context, RotaryPositions op)
    {
        var result = group.Values[0];
        var samples = new SampleRows(context, result);
        var (size, half) = (op.HeadSize, op.HeadSize / 2);
        var table = new LetRuntimePointer("table", "PositionTables.Rotations", [LayerBuilder.Text(size), $"{LayerBuilder.Text(op.Base)}f", LayerBuilder.Text(op.Of ?? samples.Max)]);
        var name = $"{op.Label}_{samples.Label}_{LayerBuilder.Text(op.Heads)}x{LayerBuilder.Text(size)}";
        return Build(group, context, samples, op.KeyValueHeads == op.Heads ? name : $"{name}_{LayerBuilder.Text(op.KeyValueHeads)}", table, op.Of is null ? null : size, (sample, lanes) =>
            sample.For("t", "0", samples.Length, 1, position =>
            {
                position.Add(new LetPointer("angles", new Address("rows", 0, "t", size)));
                position.Add(new LetPointer("x_t", new Address("x_i", 0, "t", samples.PitchOf(result.Inputs[0]))));
                position.Add(new LetPointer("y_t", new Address("y_i", 0, "t", samples.PitchOf(result))));
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
    /// <param name="samples">Where the positions of samples are.</param>
    /// <param name="name">The kernel's name.</param>
    /// <param name="table">Declares the table.</param>
    /// <param name="rowOfOne">The length of the table's rows, where the first of them is that of a position that is known when it runs; else null.</param>
    /// <param name="emit">Writes what is done with a sample.</param>
    static Kernel Build(Group group, KernelContext context, SampleRows samples, string name, Statement table, int? rowOfOne, Action<Code, int> emit)
    {
        var result = group.Values[0];
        var x = result.Inputs[0];
        KernelArgument[] operands = [new(Binding.Pointer, "x", x), new(Binding.Pointer, "y", result)];
        KernelArgument[] arguments = [.. operands, .. samples.Arguments,
            .. rowOfOne is null ? Array.Empty<KernelArgument>() : [new(Binding.Position, "position")]];
        name = context.NameOf(name, group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        return new Kernel(name, summary, [.. arguments], context.Lanes.Select(lanes =>
        {
            var code = new Code();
            code.Add(table);
            code.Add(new LetPointer("rows", rowOfOne is { } row ? new Address("table", 0, "(nint)position", row) : new Address("table")));
            samples.EachSample(code, operands, sample =>
            {
                emit(sample, lanes);
                samples.ClearPadding(sample, result, "y_i", lanes);
            });
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        }));
    }
}
