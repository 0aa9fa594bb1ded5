using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// A value of each element: a chain of elementwise ops, or an op that finds for each of its elements what it is made of, with such a chain behind it.
/// </summary>
static class GpuElementwiseKernel
{
    /// <summary>A chain of elementwise ops.</summary>
    public static GpuKernel Lower(Group group, KernelContext context) =>
        Build(group, context, string.Join("_", group.Values.Select(v => v.Op.ToString())), [], null);

    /// <summary>An op whose elements follow from others of its inputs, and what is fused with it.</summary>
    /// <param name="group">The group that begins with the op.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="names">What the kernel calls the op's inputs.</param>
    /// <param name="body">Writes what computes an element, whose sample is <c>sample</c>, number in it <c>element</c> and in the batch <c>index</c>.</param>
    /// <param name="more">What the kernel is given beside the inputs.</param>
    public static GpuKernel Lower(Group group, KernelContext context, string[] names, Func<Code, Expr> body, params KernelArgument[] more) =>
        Lower(group, context, [.. group.Values[0].Inputs.Select((v, i) => new KernelArgument(Binding.Pointer, names[i], v)), .. more], body);

    /// <summary>The same, of an op whose inputs are arguments already.</summary>
    public static GpuKernel Lower(Group group, KernelContext context, IReadOnlyList<KernelArgument> inputs, Func<Code, Expr> body) =>
        Build(group, context, string.Join("_", group.Values.Select(v => v.Op.ToString())), inputs, body);

    static GpuKernel Build(Group group, KernelContext context, string name, IReadOnlyList<KernelArgument> inputs, Func<Code, Expr>? body)
    {
        var size = group.Last.Size;
        var epilogue = new Epilogue(group, context, anchorIsElementwise: body is null);
        var batched = group.Last.Type.Batched;
        var things = batched ? size == 1 ? "n" : $"n * {LayerBuilder.Text(size)}" : LayerBuilder.Text(size);
        var code = new Code();
        code.Add(new LetIndex("group", GpuIndex.GroupX));
        code.Add(new LetIndex("thread", GpuIndex.ThreadX));
        code.Add(new Integer($"int index = group * {LayerBuilder.Text(GpuPolicy.GroupThreads)} + thread"));
        if (body is null && GpuPolicy.IsInParts(epilogue.Cost, size)) InParts(code, epilogue, size);
        else code.If($"index < {things}", element =>
        {
            element.Add(new Integer($"int sample = index / {LayerBuilder.Text(size)}"));
            element.Add(new Integer($"int element = index - sample * {LayerBuilder.Text(size)}"));
            var elements = new GpuElements(element, size, "sample", "element", "index");
            var anchor = body?.Invoke(element);
            epilogue.Emit(element, anchor, v => elements.Read(v, epilogue.NameOf(v)), (target, v, result) => elements.Store(target, epilogue.NameOf(v), result),
                elements.Random, "");
        });
        KernelArgument[] arguments =
        [
            .. inputs, .. epilogue.ReadArguments, .. epilogue.StoreArguments, new(Binding.Samples, "n"),
            .. epilogue.Draws ? [new(Binding.Seed, "seed"), new(Binding.Step, "step")] : Array.Empty<KernelArgument>(),
        ];
        return new GpuKernel($"{name}_{LayerBuilder.Text(size)}", $"{Formulas.Of(group)}, {group.Last.Type}.", group, [.. arguments],
            GpuGrid.Of(things, GpuPolicy.GroupThreads), (GpuPolicy.GroupThreads, 1), code.Body);
    }

    /// <summary>
    /// A long chain of a sample that is whole groups of elements. Each function of it is a sum that waits for itself, and a device that has the threads of a
    /// group in the lanes of a processor can't look far enough ahead to begin with other threads meanwhile: it takes all of them through a part before the next
    /// one.
    /// </summary>
    static void InParts(Code code, Epilogue epilogue, int size)
    {
        code.Add(new Integer($"int sample = index / {LayerBuilder.Text(size)}"));
        code.Add(new Integer($"int element = index - sample * {LayerBuilder.Text(size)}"));
        // Such a device stores what is needed on both sides of a barrier: the numbers, and no place of 64 bits, which would halve its vectors.
        code.Add(new Integer($"long place = (long)group * {LayerBuilder.Text(GpuPolicy.GroupThreads)} + thread"));
        var operands = new GpuElements(code, size, "sample", "element", "place");
        var read = epilogue.Reads.ToDictionary(v => v, v => code.Let(epilogue.NameOf(v) + "_here", operands.Read(v, epilogue.NameOf(v))));
        var results = new GpuElements(code, size, "sample", "element", "index");
        var stores = new List<(Value, Expr)>();
        var part = 0;
        epilogue.Emit(code, null, v => read[v], (_, v, result) => stores.Add((v, result)), results.Random, "", value =>
        {
            var cost = UnrollPolicy.Cost(((Elementwise)value.Op).Body);
            if (part > 0 && part + cost > GpuPolicy.ChainPart)
            {
                code.Add(new GroupBarrier());
                part = 0;
            }
            part += cost;
        });
        foreach (var (value, result) in stores) results.Store(code, epilogue.NameOf(value), result);
    }
}
