using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>Rows of a table that ids choose, and the table's gradient.</summary>
static class GpuEmbeddingKernel
{
    /// <summary>A thread finds its element in the row that its position's id chooses.</summary>
    public static GpuKernel Lower(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var (positions, features) = (result.Shape.Axes[0], result.Shape.Last);
        return GpuElementwiseKernel.Lower(group, context, ["tokens", "w"], code =>
        {
            code.Add(new Integer($"int position = element / {LayerBuilder.Text(features)}"));
            code.Add(new LetInt("token", new Address("tokens", 0, $"sample * {LayerBuilder.Text(positions)} + position")));
            return new Load(new Address("w", 0, $"token * {LayerBuilder.Text(features)} + element - position * {LayerBuilder.Text(features)}"));
        });
    }

    /// <summary>
    /// A group of threads has a row of the table. It looks through the ids of the batch, a thread at one of them each time, and adds what reached those places
    /// that chose the row in the order of the places: nothing is added by two groups, and the order is always the same.
    /// </summary>
    public static GpuKernel LowerGradient(Group group, EmbeddingGradient op)
    {
        var result = group.Values[0];
        var (dy, tokens) = (result.Inputs[0], result.Inputs[1]);
        var (positions, features, vocabulary) = (tokens.Size, result.Shape.Last, result.Shape.Axes[0]);
        // The weight's other uses have written their part, which an accumulated gradient is in already.
        var isAdded = result.Inputs.Length > 2;
        var (threads, places) = (LayerBuilder.Text(GpuPolicy.GroupThreads), positions == 1 ? "n" : $"n * {LayerBuilder.Text(positions)}");
        var code = new Code();
        code.Add(new SharedFloats("chosen", GpuPolicy.GroupThreads));
        code.Add(new LetIndex("id", GpuIndex.GroupX));
        code.Add(new LetIndex("thread", GpuIndex.ThreadX));
        Address Row(string pointer, string row) => new(pointer, 0, $"{row} * {LayerBuilder.Text(features)} + j");
        void EachFeature(Code target, Action<Code> body) => target.For("j", "thread", LayerBuilder.Text(features), GpuPolicy.GroupThreads, body);
        if (!isAdded) code.If("!accumulate", then => EachFeature(then, body => body.Add(new StoreScalar(Row("dw", "id"), Expr.Zero))));
        code.For("first", "0", places, GpuPolicy.GroupThreads, block =>
        {
            // A place past the end reads the first one.
            block.Add(new Integer("int own = first + thread"));
            block.Add(new Integer($"bool isPlace = own < {places}{(op.PaddingIndex < 0 ? "" : $" & id != {LayerBuilder.Text(op.PaddingIndex)}")}"));
            block.Add(new LetInt("token", new Address("tokens", 0, "GpuMath.Select(isPlace, own, 0)")));
            block.Add(new StoreScalar(new Address("chosen", 0, "thread"), new Chosen("isPlace & token == id", Expr.One)));
            block.Add(new GroupBarrier());
            block.For("t", "0", threads, 1, place => place.If("chosen[t] > 0f", then => EachFeature(then, body =>
                body.Add(new StoreScalar(Row("dw", "id"), new Load(Row("dw", "id")) + new Load(Row("dy", "(first + t)")))))));
            block.Add(new GroupBarrier());
        });
        var name = $"EmbeddingGradient_{LayerBuilder.Text(positions)}x{LayerBuilder.Text(vocabulary)}x{LayerBuilder.Text(features)}{(isAdded ? "_Added" : "")}";
        return new GpuKernel(name, $"{Formulas.Of(group)}: {dy.Type} → {result.Type}.", group,
            [
                new(Binding.Pointer, "tokens", tokens), new(Binding.Pointer, "dy", dy), new(Binding.Pointer, "dw", result), new(Binding.Samples, "n"),
                .. isAdded ? Array.Empty<KernelArgument>() : [new(Binding.Accumulate, "accumulate")],
            ],
            new GpuGrid(LayerBuilder.Text(vocabulary)), (GpuPolicy.GroupThreads, 1), code.Body);
    }
}
