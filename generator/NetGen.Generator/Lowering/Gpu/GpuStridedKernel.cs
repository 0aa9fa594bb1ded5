using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// Elements in another order, tensors side by side along an axis, and what reaches the elements' places. Each thread finds what its element is made of.
/// </summary>
static class GpuStridedKernel
{
    /// <summary>The element of the input that comes to each element's place.</summary>
    public static GpuKernel Lower(Group group, KernelContext context, Strided op)
    {
        var x = group.Values[0].Inputs[0];
        var axes = AxesOf(op);
        return GpuElementwiseKernel.Lower(group, context, ["x"], code =>
        {
            var rest = "element";
            foreach (var (axis, i) in axes.Select((axis, i) => (axis, i)))
            {
                code.Add(new Integer($"int i{Text(i)} = {rest} / {Text(axis.Inner)}"));
                if (i + 1 == axes.Count) break;
                code.Add(new Integer($"int rest{Text(i)} = {rest} - i{Text(i)} * {Text(axis.Inner)}"));
                rest = "rest" + Text(i);
            }
            var place = Sum(axes.Select((axis, i) => ($"i{Text(i)}", axis.Stride)));
            return new Load(new Address("x", op.First, x.Type.Batched ? $"sample * {Text(x.Size)}{(place.Length == 0 ? "" : " + " + place)}" : place.Length == 0 ? null : place));
        });
    }

    /// <summary>
    /// The sum of what reaches all places that an element of the input comes to. Along axes with a stride there is one of them at most, which the element's
    /// number tells, the largest stride first; along those without there are all.
    /// </summary>
    public static GpuKernel LowerGradient(Group group, KernelContext context, Strided op)
    {
        var dy = group.Values[0].Inputs[0];
        var axes = AxesOf(op);
        return GpuElementwiseKernel.Lower(group, context, ["dy"], code =>
        {
            code.Let("sum", Expr.Zero);
            code.Add(new Integer($"int offset = element{(op.First == 0 ? "" : $" - {Text(op.First)}")}"));
            List<string> conditions = op.First == 0 ? [] : ["offset >= 0"];
            var rest = "offset";
            foreach (var i in Enumerable.Range(0, axes.Count).Where(i => axes[i].Stride > 0).OrderByDescending(i => axes[i].Stride))
            {
                code.Add(new Integer($"int i{Text(i)} = {rest} / {Text(axes[i].Stride)}"));
                code.Add(new Integer($"int rest{Text(i)} = {rest} - i{Text(i)} * {Text(axes[i].Stride)}"));
                conditions.Add($"i{Text(i)} < {Text(axes[i].Size)}");
                rest = "rest" + Text(i);
            }
            conditions.Add($"{rest} == 0");
            code.If(string.Join(" && ", conditions), then => Each(then, 0));
            return new Local("sum");

            void Each(Code target, int from)
            {
                var axis = axes.FindIndex(from, a => a.Stride == 0);
                if (axis >= 0)
                {
                    target.For($"i{Text(axis)}", "0", Text(axes[axis].Size), 1, loop => Each(loop, axis + 1));
                    return;
                }
                var place = Sum(axes.Select((a, i) => ($"i{Text(i)}", a.Inner)));
                target.Add(new Set("sum", new Local("sum") + new Load(new Address("dy", 0, $"sample * {Text(dy.Size)}{(place.Length == 0 ? "" : " + " + place)}"))));
            }
        });
    }

    /// <summary>Tensors side by side along an axis.</summary>
    public static GpuKernel Join(Group group, KernelContext context, int along)
    {
        var result = group.Values[0];
        var inner = (int)Shape.LongSize(result.Shape.Axes.Skip(along + 1));
        var block = result.Shape.Axes[along] * inner;
        string[] names = [.. result.Inputs.Select((_, i) => "x" + Text(i))];
        return GpuElementwiseKernel.Lower(group, context, names, code =>
        {
            code.Add(new Integer($"int block = element / {Text(block)}"));
            code.Add(new Integer($"int place = element - block * {Text(block)}"));
            code.Let("joined", Expr.Zero);
            Choose(code, 0, 0);
            return new Local("joined");
        });

        void Choose(Code code, int input, int first)
        {
            var length = result.Inputs[input].Shape.Axes[along] * inner;
            void Read(Code then) => then.Add(new Set("joined", new Load(new Address(names[input], -first, $"sample * {Text(result.Inputs[input].Size)} + block * {Text(length)} + place"))));
            if (input + 1 == names.Length) Read(code);
            else code.If($"place < {Text(first + length)}", Read, otherwise => Choose(otherwise, input + 1, first + length));
        }
    }

    /// <summary>The axes with more than an element.</summary>
    static List<(int Size, int Stride, int Inner)> AxesOf(Strided op) =>
        [.. op.Shape.Axes.Select((size, i) => (size, op.Strides[i], (int)Shape.LongSize(op.Shape.Axes.Skip(i + 1)))).Where(a => a.size > 1)];

    static string Sum(IEnumerable<(string Index, int Stride)> terms) =>
        string.Join(" + ", terms.Where(t => t.Stride > 0).Select(t => t.Stride == 1 ? t.Index : $"{t.Index} * {Text(t.Stride)}"));

    static string Text(long number) => LayerBuilder.Text(number);
}
