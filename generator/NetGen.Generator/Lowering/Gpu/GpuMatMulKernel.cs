using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// Products of matrices of each sample: each by groups of its own, or, where one matrix serves all samples, all rows of all samples in one product.
/// </summary>
static class GpuMatMulKernel
{
    public static GpuKernel Lower(Group group, KernelContext context, MatMul op)
    {
        var result = group.Values[0];
        var (a, b) = (result.Inputs[0], result.Inputs[1]);
        var ofAll = !b.Type.Batched && !op.TransposesA;
        var (rows, columns) = (ofAll ? GpuExtent.PerSample(op.M) : GpuExtent.Of(op.M), GpuExtent.Of(op.N));
        string? First(Value value, long size) => ofAll ? null : $"{(value.Type.Batched || op.Matrices == 1 ? "matrix" : $"matrix % {Text(op.Matrices)}")} * {Text(size)}";
        var left = op.TransposesA ? new GpuMatrix("left", 1, op.M, First(a, (long)op.M * op.K)) : new GpuMatrix("left", op.K, 1, First(a, (long)op.M * op.K));
        var firstOfRight = b.Type.Batched || op.Matrices > 1 ? First(b, (long)op.K * op.N) : null;
        var right = op.TransposesB ? new GpuMatrix("right", op.K, 1, firstOfRight) : new GpuMatrix("right", 1, op.N, firstOfRight);
        var product = new GpuProduct(context.Gpu!.TileOf(ofAll ? null : op.M, op.N), rows, columns, GpuExtent.Of(op.K), left, right,
            matrices: ofAll ? null : GpuExtent.PerSample(op.Matrices).Text);
        var code = new Code();
        product.Emit(code, (body, row, column, sum, _) =>
            body.Add(new StoreScalar(new Address("y", 0, $"{(ofAll ? "" : $"matrix * {Text((long)op.M * op.N)} + ")}{row} * {Text(op.N)} + {column}"), sum)));
        var sizes = string.Join("x", new[] { op.Matrices, op.M, op.K, op.N }.Select(size => Text(size)));
        var name = $"MatMul_{sizes}{(op.TransposesA ? "_TransposedLeft" : "")}{(op.TransposesB ? "_TransposedRight" : "")}";
        return new GpuKernel(name, $"{Formulas.Of(group)}: {a.Type} × {b.Type} → {result.Type}.", group,
            [new(Binding.Pointer, "left", a), new(Binding.Pointer, "right", b), new(Binding.Pointer, "y", result), new(Binding.Samples, "n")],
            product.Grid, product.Threads, code.Body);
    }

    static string Text(long number) => LayerBuilder.Text(number);
}
