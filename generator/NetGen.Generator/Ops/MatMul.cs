using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Decoding;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;

namespace NetGen.Generator.Ops;

/// <summary>
/// Products of matrices, as many as there are: [matrices, m, k] with [matrices, k, n]. One matrix on the right that is a parameter serves all samples.
/// </summary>
/// <param name="Matrices">How many products a sample has.</param>
/// <param name="M">The rows of the result.</param>
/// <param name="K">What is summed over.</param>
/// <param name="N">The columns of the result.</param>
/// <param name="TransposesA">Whether the left matrices are stored as [k, m].</param>
/// <param name="TransposesB">Whether the right matrices are stored as [n, k].</param>
sealed record MatMul(int Matrices, int M, int K, int N, bool TransposesA = false, bool TransposesB = false) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(Matrices, M, N));

    public override long Flops(Value result) => 2L * K * result.Size;

    // Rows by one matrix: each by itself.
    public override Value? ForOnePosition(DecodingPass pass, Value result, Value[] inputs) =>
        Matrices == 1 && M == pass.Positions && !TransposesA && !inputs[1].Type.Batched ? pass.Add(result, this with { M = 1 }, inputs) : null;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var (a, b) = (result.Inputs[0], result.Inputs[1]);
        // y = a b: ∂a = ∂y bᵀ and ∂b = aᵀ ∂y. The layer's recipe stores neither transposed.
        gradients.Add(a, new MatMul(Matrices, M, N, K, TransposesB: true), gradient, b);
        if (!gradients.Needs(b)) return;
        var back = new MatMul(Matrices, K, M, N, TransposesA: true);
        if (b.Type.Batched)
        {
            gradients.Add(b, back, a, gradient);
            return;
        }
        var samples = gradients.Apply($"∂{b.Name}.samples", back, a, gradient);
        gradients.Add(b, new SumSamples(b.Shape, new Argument(0), "Σ {0}"), samples);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]}{(TransposesA ? "ᵀ" : "")} {inputs[1]}{(TransposesB ? "ᵀ" : "")}";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var (a, b) = (result.Inputs[0], result.Inputs[1]);
        KernelArgument[] arguments =
        [
            new(Binding.Pointer, "left", a), .. a == b ? Array.Empty<KernelArgument>() : [new(Binding.Pointer, "right", b)], new(Binding.Pointer, "y", result),
            new(Binding.Rows, "n"),
        ];
        var sizes = new[] { Matrices, M, K, N }.Select(size => LayerBuilder.Text(size)).ToArray();
        var name = context.NameOf($"MatMul_{string.Join("x", sizes)}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        var padding = context.Pitch(result) - result.Size;
        var code = new Code();
        // Where rows follow each other from one sample to the next, those of all samples are one matrix.
        if (Matrices == 1 && !TransposesA && a.Type.Batched && !b.Type.Batched && context.Pitch(a) == a.Size && padding == 0)
        {
            Multiply(code, M == 1 ? "n" : $"n * {LayerBuilder.Text(M)}", (pointer, _) => new Address(pointer));
        }
        else
        {
            code.For("i", "0", "n", 1, sample =>
            {
                Multiply(sample, LayerBuilder.Text(M), (pointer, value) => value.Type.Batched ? new Address(pointer, 0, "i", context.Pitch(value)) : new Address(pointer));
                if (padding > 0) sample.Add(new InvokeRuntime("Images.Clear", [new Address("y", result.Size, "i", context.Pitch(result)), LayerBuilder.Text(padding)]));
            });
        }
        return new Kernel(name, summary, [.. arguments],
            [new KernelVariant(0, [new KernelFunction(name, summary, [.. arguments.Select(p => p.Parameter)], code.Body)])]);

        void Multiply(Code target, string rows, Func<string, Value, Address> at) => target.Add(new InvokeRuntime("Matrices.Multiply",
        [
            at("left", a), at(a == b ? "left" : "right", b), at("y", result), LayerBuilder.Text(Matrices), rows, LayerBuilder.Text(K), LayerBuilder.Text(N),
            TransposesA ? "true" : "false", TransposesB ? "true" : "false",
        ]));
    }

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuMatMulKernel.Lower(group, context, this));
}

sealed class MatMulFunction : TensorFunction
{
    public override string Name => "MatMul";

    public override Operand Build(FunctionCall call) => new(Of(call, call.Any(0), call.Any(1)));

    static Value Of(FunctionCall call, Value left, Value right)
    {
        var (a, b) = (left.Shape.Axes.ToArray(), right.Shape.Axes.ToArray());
        var (isRow, isColumn) = (a.Length == 1, b.Length == 1);
        if (isRow) a = [1, a[0]];
        if (isColumn) b = [b[0], 1];
        var (m, k, n) = (a[a.Length - 2], a[a.Length - 1], b[b.Length - 1]);
        if (b[b.Length - 2] != k)
        {
            call.Builder.Fail("NG0031", left.Shape.ToString(), right.Shape.ToString(),
                $"the last size of the first and the last but one of the second must be equal, and are {LayerBuilder.Text(k)} and {LayerBuilder.Text(b[b.Length - 2])}");
        }
        int[] matrices, shape;
        Value product;
        if (b.Length == 2 && (a.Length > 2 || !right.Type.Batched))
        {
            // All rows of all matrices with one matrix: one product with many rows.
            matrices = a.Take(a.Length - 2).ToArray();
            var rows = (int)Shape.LongSize(a) / k;
            var all = call.Reshaped(call.Batched(left), new Shape(1, rows, k));
            product = call.Add(new MatMul(1, rows, k, n), all, right.Shape == new Shape(b) || !right.Type.Batched ? right : call.Reshaped(right, new Shape(b)));
        }
        else
        {
            var common = call.Common(Outer(a), Outer(b));
            matrices = a.Length == 2 && b.Length == 2 ? [] : common.Axes.ToArray();
            var count = (int)Shape.LongSize(matrices);
            var x = Spread(call.Reshaped(call.Batched(left), new Shape(a)), [m, k]);
            var y = Spread(call.Reshaped(call.Batched(right), new Shape(b)), [k, n]);
            product = call.Add(new MatMul(count, m, k, n), call.Reshaped(x, new Shape(count, m, k)), call.Reshaped(y, new Shape(count, k, n)));

            Value Spread(Value value, int[] inner) => call.Spread(value, new Shape(matrices.Concat(inner).ToArray()));
        }
        shape = [.. matrices, .. isRow ? Array.Empty<int>() : [m], .. isColumn ? Array.Empty<int>() : [n]];
        return call.Reshaped(product, shape.Length == 0 ? new Shape(1) : new Shape(shape));

        static Shape Outer(int[] axes) => axes.Length == 2 ? new Shape(1) : new Shape(axes.Take(axes.Length - 2).ToArray());
    }

    /// <summary>The product of two values, for recipes of others.</summary>
    public static Value Product(FunctionCall call, Value left, Value right) => Of(call, left, right);
}
