using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>
/// The positions of samples that have as many as they like plus rows of a weight, from the first one on or a decoder's position, and what reaches the weight;
/// and rows by themselves.
/// </summary>
static class AddRowsKernel
{
    public static Kernel Lower(Group group, KernelContext context, AddRows op)
    {
        var result = group.Values[0];
        var (x, weight, features) = (result.Inputs[0], result.Inputs[1], result.Shape.Last);
        var samples = new SampleRows(context, result);
        KernelArgument[] rows = [new(Binding.Pointer, "x", x), new(Binding.Pointer, "y", result)];
        KernelArgument[] arguments =
        [
            rows[0], new(Binding.Pointer, "w", weight), rows[1], .. samples.Arguments, .. op.FromPosition ? [new(Binding.Position, "position")] : Array.Empty<KernelArgument>(),
        ];
        return Kernel.OfOneFunction(group, context, $"AddRows_{samples.Label}x{LayerBuilder.Text(features)}", arguments, (code, lanes) =>
        {
            if (op.FromPosition) code.Add(new LetPointer("first", new Address("w", 0, "(nint)position", features)));
            samples.EachSample(code, rows, sample =>
            {
                sample.For("r", "0", samples.Length, 1, row =>
                {
                    row.Add(new LetPointer("x_r", new Address("x_i", 0, "r", samples.PitchOf(x))));
                    row.Add(new LetPointer("w_r", new Address(op.FromPosition ? "first" : "w", 0, "r", features)));
                    row.Add(new LetPointer("y_r", new Address("y_i", 0, "r", samples.PitchOf(result))));
                    new VectorLoop(features, lanes).Emit(row, (body, j, offset, count) => body.Add(new Store(
                        new Address("y_r", offset, j), new Load(new Address("x_r", offset, j), count) + new Load(new Address("w_r", offset, j), count), count)));
                });
                samples.ClearPadding(sample, result, "y_i", lanes);
            });
        });
    }

    /// <summary>The rows of a decoder's positions, which are the first input.</summary>
    public static Kernel LowerCopy(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var features = result.Shape.Last;
        var samples = new SampleRows(context, result);
        KernelArgument y = new(Binding.Pointer, "y", result);
        KernelArgument[] arguments = [new(Binding.Pointer, "w", result.Inputs[0]), y, .. samples.Arguments, new(Binding.Position, "position")];
        return Kernel.OfOneFunction(group, context, $"{group.Anchor.Label}_{samples.Label}x{LayerBuilder.Text(features)}", arguments, (code, lanes) =>
        {
            code.Add(new LetPointer("first", new Address("w", 0, "(nint)position", features)));
            samples.EachSample(code, [y], sample =>
            {
                sample.For("r", "0", samples.Length, 1, row =>
                {
                    row.Add(new LetPointer("w_r", new Address("first", 0, "r", features)));
                    row.Add(new LetPointer("y_r", new Address("y_i", 0, "r", samples.PitchOf(result))));
                    new VectorLoop(features, lanes).Emit(row, (body, j, offset, count) => body.Add(new Store(
                        new Address("y_r", offset, j), new Load(new Address("w_r", offset, j), count), count)));
                });
                samples.ClearPadding(sample, result, "y_i", lanes);
            });
        });
    }

    /// <summary>Workers share the positions, each of which sums the samples in their order.</summary>
    public static Kernel LowerSum(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var (dy, features) = (result.Inputs[0], result.Shape.Last);
        var samples = new SampleRows(context, dy);
        KernelArgument[] arguments =
        [
            new(Binding.Pointer, "dy", dy), new(Binding.Pointer, "dw", result), .. samples.Offsets, new(Binding.Samples, "n"),
            new(Binding.Accumulate, "accumulate"), new(Binding.Worker, "worker"), new(Binding.Workers, "workers"),
        ];
        return Kernel.OfOneFunction(group, context, $"SumByPosition_{samples.Label}x{LayerBuilder.Text(features)}", arguments, (code, lanes) =>
        {
            code.Add(new Split(samples.Max));
            code.For("t", "first", "last", 1, position =>
            {
                position.Add(new LetPointer("dw_t", new Address("dw", 0, "t", features)));
                position.If("!accumulate", then => new VectorLoop(features, lanes).Emit(then, (body, j, offset, count) =>
                    body.Add(new Store(new Address("dw_t", offset, j), Expr.Zero, count))));
                position.For("i", "0", "n", 1, sample =>
                {
                    samples.Begin(sample);
                    sample.If("t < length", then =>
                    {
                        then.Add(new LetPointer("dy_t", new Address($"dy + start * {LayerBuilder.Text(samples.PitchOf(dy))}", 0, "t", samples.PitchOf(dy))));
                        new VectorLoop(features, lanes).Emit(then, (body, j, offset, count) => body.Add(new Store(
                            new Address("dw_t", offset, j), new Load(new Address("dw_t", offset, j), count) + new Load(new Address("dy_t", offset, j), count), count)));
                    });
                });
            });
        });
    }
}
