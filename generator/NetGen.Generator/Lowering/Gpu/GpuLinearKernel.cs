using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>Fully connected layers: products with a weight [outputs, inputs], with bias and elementwise ops in the store, and their gradients.</summary>
static class GpuLinearKernel
{
    /// <summary>x Wᵀ + b, or ∂y W where the weight is a transpose, which is read where it was before.</summary>
    public static GpuKernel Lower(Group group, KernelContext context)
    {
        var linear = group.Values[0];
        var x = linear.Inputs[0];
        var transposed = linear.Inputs[1].Op is Transpose;
        var weight = transposed ? linear.Inputs[1].Inputs[0] : linear.Inputs[1];
        var bias = linear.Inputs.Length > 2 ? linear.Inputs[2] : null;
        var (inputs, outputs, rows) = (x.Shape.Last, linear.Shape.Last, Linear.RowsOf(linear));
        var epilogue = new Epilogue(group, context, anchorIsElementwise: false);
        var product = new GpuProduct(context.Gpu!.TileOf(null, outputs), GpuExtent.PerSample(rows), GpuExtent.Of(outputs), GpuExtent.Of(inputs),
            new GpuMatrix("x", inputs, 1), transposed ? new GpuMatrix("w", 1, outputs) : new GpuMatrix("w", inputs, 1));
        var code = new Code();
        product.Emit(code, (body, row, column, sum, suffix) =>
        {
            body.Add(new Integer($"int index = {row} * {LayerBuilder.Text(outputs)} + {column}"));
            var (sample, element) = (row, column);
            if (rows > 1)
            {
                body.Add(new Integer($"int sample = {row} / {LayerBuilder.Text(rows)}"));
                body.Add(new Integer($"int element = index - sample * {LayerBuilder.Text(linear.Size)}"));
                (sample, element) = ("sample", "element");
            }
            GpuEpilogue.Finish(body, epilogue, bias is null ? sum : sum + new Load(new Address("bias", 0, column)), linear.Size, sample, element, "index", suffix);
        });
        KernelArgument[] arguments =
        [
            new(Binding.Pointer, "x", x), new(Binding.Pointer, "w", weight),
            .. bias is null ? Array.Empty<KernelArgument>() : [new(Binding.Pointer, "bias", bias)], .. GpuEpilogue.Arguments(epilogue),
        ];
        var name = $"Linear_{(rows == 1 ? "" : LayerBuilder.Text(rows) + "x")}{LayerBuilder.Text(inputs)}x{LayerBuilder.Text(outputs)}{string.Concat(group.Values.Skip(1).Select(v => "_" + v.Op))}{(transposed ? "_Transposed" : bias is null ? "_NoBias" : "")}";
        return new GpuKernel(name, $"{Formulas.Of(group)}, {x.Type} → {linear.Type}.", group, [.. arguments],
            product.Grid, product.Threads, code.Body);
    }

    /// <summary>Σ ∂yᵀ x over the samples and their rows.</summary>
    public static GpuKernel OuterProducts(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var (dy, x) = (result.Inputs[0], result.Inputs[1]);
        var (outputs, inputs, rows) = (dy.Shape.Last, x.Shape.Last, x.Shape.Rank == 1 ? 1 : x.Shape.Axes[0]);
        var product = new GpuProduct(context.Gpu!.TileOf(outputs, inputs), GpuExtent.Of(outputs), GpuExtent.Of(inputs), GpuExtent.PerSample(rows),
            new GpuMatrix("dy", 1, outputs), new GpuMatrix("x", 1, inputs));
        var code = new Code();
        product.Emit(code, (body, row, column, sum, _) => StoreGradient(body, $"{row} * {LayerBuilder.Text(inputs)} + {column}", sum));
        return new GpuKernel($"OuterProducts_{(rows == 1 ? "" : LayerBuilder.Text(rows) + "x")}{LayerBuilder.Text(outputs)}x{LayerBuilder.Text(inputs)}",
            $"{Formulas.Of(group)}: {dy.Type} × {x.Type} → {result.Type}.", group,
            [
                new(Binding.Pointer, "dy", dy), new(Binding.Pointer, "x", x), new(Binding.Pointer, "dw", result), new(Binding.Samples, "n"),
                new(Binding.Accumulate, "accumulate"),
            ],
            product.Grid, product.Threads, code.Body);
    }

    /// <summary>Stores an element of a weight's gradient, or adds it to what is there.</summary>
    public static void StoreGradient(Code code, string index, Local sum)
    {
        code.Add(new Integer($"int index = {index}"));
        code.If("accumulate", then => then.Add(new Set(sum.Name, sum + new Load(new Address("dw", 0, "index")))));
        code.Add(new StoreScalar(new Address("dw", 0, "index"), sum));
    }
}

/// <summary>What follows a product's result while it is in a register.</summary>
static class GpuEpilogue
{
    /// <summary>Writes the fused elementwise ops and the stores.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="epilogue">The ops.</param>
    /// <param name="result">The anchor's result.</param>
    /// <param name="size">The elements of a sample.</param>
    /// <param name="sample">The sample's number.</param>
    /// <param name="element">The element's number in the sample.</param>
    /// <param name="index">The element's number in the batch.</param>
    /// <param name="suffix">Makes names unique.</param>
    /// <param name="known">An element that the kernel has read already; null for others.</param>
    public static void Finish(
        Code code, Epilogue epilogue, Expr result, int size, string sample, string element, string index, string suffix, Func<Value, Expr?>? known = null)
    {
        var elements = new GpuElements(code, size, sample, element, index, suffix);
        // Sums begin the chain under a name of their own, which several ops may need.
        var anchor = result is Local ? result : code.Let("result" + suffix, result);
        epilogue.Emit(code, anchor, v => known?.Invoke(v) ?? elements.Read(v, epilogue.NameOf(v)), (target, v, value) => elements.Store(target, epilogue.NameOf(v), value), elements.Random, suffix);
    }

    /// <summary>What the ops read, what is stored, and the rest of what they need.</summary>
    /// <param name="epilogue">The ops.</param>
    /// <param name="known">What they needn't be given, since the kernel reads it itself.</param>
    public static IEnumerable<KernelArgument> Arguments(Epilogue epilogue, Value? known = null) =>
    [
        .. epilogue.ReadArguments.Where(a => a.Value != known), .. epilogue.StoreArguments, new(Binding.Samples, "n"),
        .. epilogue.Draws ? [new(Binding.Seed, "seed"), new(Binding.Step, "step")] : Array.Empty<KernelArgument>(),
    ];
}
