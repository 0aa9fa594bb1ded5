using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>Rows of a weight that ids choose, and their gradient.</summary>
static class EmbeddingKernel
{
    public static Kernel Lower(Group group, Embedding op, KernelContext context)
    {
        var result = group.Values[0];
        var (tokens, weight) = (result.Inputs[0], result.Inputs[1]);
        var (positions, features) = (tokens.Size, result.Shape.Last);
        KernelArgument[] arguments =
        [
            new(Binding.Pointer, "tokens", tokens), new(Binding.Pointer, "w", weight), new(Binding.Pointer, "y", result), new(Binding.Rows, "n"),
        ];
        return Kernel.OfOneFunction(group, context, $"Embedding_{LayerBuilder.Text(positions)}x{LayerBuilder.Text(features)}", arguments, (code, lanes) =>
            code.For("i", "0", "n", 1, sample =>
            {
                sample.Add(new LetPointer("y_i", new Address("y", 0, "i", context.Pitch(result))));
                sample.For("r", "0", LayerBuilder.Text(positions), 1, row =>
                {
                    row.Add(new Integer($"int token = tokens[i * {LayerBuilder.Text(context.Pitch(tokens))} + r]"));
                    row.Add(new LetPointer("y_r", new Address("y_i", 0, "r", features)));
                    if (op.InPanels)
                    {
                        row.Add(new InvokeRuntime("Panels.CopyRow",
                            [new Address("w"), LayerBuilder.Text(weight.Shape.Axes[0]), LayerBuilder.Text(features), "token", new Address("y_r")]));
                        return;
                    }
                    row.Add(new LetPointer("w_r", new Address("w", 0, "token", features)));
                    new VectorLoop(features, lanes).Emit(row, (body, j, offset, count) =>
                        body.Add(new Store(new Address("y_r", offset, j), new Load(new Address("w_r", offset, j), count), count)));
                });
                new VectorLoop(context.Pitch(result) - result.Size, lanes).Emit(sample, (padding, j, offset, count) =>
                    padding.Add(new Store(new Address("y_i", result.Size + offset, j), Expr.Zero, count)));
            }));
    }

    /// <summary>
    /// Each worker has some of the ids, and looks for them in all samples, so that a row's sum has the order of the samples however many workers there are.
    /// </summary>
    public static Kernel LowerGradient(Group group, EmbeddingGradient op, KernelContext context)
    {
        var result = group.Values[0];
        var (dy, tokens) = (result.Inputs[0], result.Inputs[1]);
        var (positions, features, vocabulary) = (tokens.Size, result.Shape.Last, result.Shape.Axes[0]);
        KernelArgument[] arguments =
        [
            new(Binding.Pointer, "tokens", tokens), new(Binding.Pointer, "dy", dy), new(Binding.Pointer, "dw", result),
            new(Binding.Samples, "n"), new(Binding.Accumulate, "accumulate"), new(Binding.Worker, "worker"), new(Binding.Workers, "workers"),
        ];
        var name = $"EmbeddingGradient_{LayerBuilder.Text(positions)}x{LayerBuilder.Text(vocabulary)}x{LayerBuilder.Text(features)}";
        // The weight's other uses may have written their part.
        var isAdded = result.Inputs.Length > 2;
        return Kernel.OfOneFunction(group, context, name + (op.InPanels ? "_Tied" : isAdded ? "_Added" : ""), arguments, (code, lanes) =>
        {
            code.Add(new Split(vocabulary));
            if (!isAdded) code.If("!accumulate", then => then.For("id", "first", "last", 1, row =>
            {
                if (op.InPanels)
                {
                    row.Add(new InvokeRuntime("Panels.ClearRow", [new Address("dw"), LayerBuilder.Text(vocabulary), LayerBuilder.Text(features), "id"]));
                    return;
                }
                row.Add(new LetPointer("dw_r", new Address("dw", 0, "id", features)));
                new VectorLoop(features, lanes).Emit(row, (body, j, offset, count) => body.Add(new Store(new Address("dw_r", offset, j), Expr.Zero, count)));
            }));
            var counts = op.PaddingIndex < 0 ? "" : $" && token != {LayerBuilder.Text(op.PaddingIndex)}";
            code.For("i", "0", "n", 1, sample =>
            {
                sample.Add(new LetPointer("dy_i", new Address("dy", 0, "i", context.Pitch(dy))));
                sample.For("r", "0", LayerBuilder.Text(positions), 1, position =>
                {
                    position.Add(new Integer($"int token = tokens[i * {LayerBuilder.Text(context.Pitch(tokens))} + r]"));
                    position.If($"token >= first && token < last{counts}", row =>
                    {
                        row.Add(new LetPointer("dy_r", new Address("dy_i", 0, "r", features)));
                        if (op.InPanels)
                        {
                            row.Add(new InvokeRuntime("Panels.AddToRow",
                                [new Address("dw"), LayerBuilder.Text(vocabulary), LayerBuilder.Text(features), "token", new Address("dy_r")]));
                            return;
                        }
                        row.Add(new LetPointer("dw_r", new Address("dw", 0, "token", features)));
                        new VectorLoop(features, lanes).Emit(row, (body, j, offset, count) => body.Add(new Store(
                            new Address("dw_r", offset, j), new Load(new Address("dw_r", offset, j), count) + new Load(new Address("dy_r", offset, j), count), count)));
                    });
                });
            });
        });
    }
}
