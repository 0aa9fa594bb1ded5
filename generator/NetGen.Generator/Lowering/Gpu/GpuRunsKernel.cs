using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>A result that is put together from runs of elements of other values: each thread finds the run of its element.</summary>
static class GpuRunsKernel
{
    public static GpuKernel Lower(Group group, string name, IReadOnlyList<Run> runs)
    {
        var result = group.Values[0];
        var names = new Dictionary<Value, string>();
        foreach (var value in runs.Select(r => r.From).OfType<Value>().Distinct()) names.Add(value, "x" + (names.Count == 0 ? "" : LayerBuilder.Text(names.Count)));
        var code = new Code();
        code.Add(new LetIndex("group", GpuIndex.GroupX));
        code.Add(new LetIndex("thread", GpuIndex.ThreadX));
        code.Add(new Integer($"int index = group * {LayerBuilder.Text(GpuPolicy.GroupThreads)} + thread"));
        var things = $"n * {LayerBuilder.Text(result.Size)}";
        code.If($"index < {things}", element =>
        {
            element.Add(new Integer($"int sample = index / {LayerBuilder.Text(result.Size)}"));
            element.Add(new Integer($"int element = index - sample * {LayerBuilder.Text(result.Size)}"));
            Choose(element, [.. runs.Where(r => r.Length > 0).OrderBy(r => r.To)]);
        });
        return new GpuKernel(name, $"{Formulas.Of(group)}, {result.Type}.", group,
            [.. names.Select(p => new KernelArgument(Binding.Pointer, p.Value, p.Key)), new(Binding.Pointer, "y", result), new(Binding.Samples, "n")],
            GpuGrid.Of(things, GpuPolicy.GroupThreads), (GpuPolicy.GroupThreads, 1), code.Body);

        void Choose(Code target, List<Run> left)
        {
            var run = left[0];
            void Copy(Code then) => then.Add(new StoreScalar(new Address("y", 0, "index"), run.From is { } from
                ? new Load(new Address(names[from], run.First - run.To, $"sample * {LayerBuilder.Text(from.Size)} + element")) : Expr.Zero));
            if (left.Count == 1) Copy(target);
            else target.If($"element < {LayerBuilder.Text(run.To + run.Length)}", Copy, otherwise => Choose(otherwise, left.GetRange(1, left.Count - 1)));
        }
    }
}
