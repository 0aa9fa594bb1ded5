using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// Layers on the positions of a sequence: means over them, what is added to them, and what turns them. A thread has an element of the result.
/// </summary>
static class GpuPositionsKernel
{
    public static GpuKernel Mean(Group group, KernelContext context)
    {
        var (x, length) = (group.Values[0].Inputs[0], LayerBuilder.Text(group.Values[0].Size));
        if (x.Type.IsByPosition)
        {
            return GpuElementwiseKernel.Lower(group, context, ["x"], code =>
            {
                GpuSequence.Sample(code, "sample");
                code.Let("sum", Expr.Zero);
                code.For("r", "start", "next", 1, row => row.Add(new Set("sum", new Local("sum") + new Load(new Address("x", 0, $"r * {length} + element")))));
                return group.Values[0].Op is MeanPositions { IsSum: true } ? new Local("sum") : Share(code, new Local("sum"));
            }, GpuSequence.Starts(x));
        }
        return GpuElementwiseKernel.Lower(group, context, ["x"], code =>
        {
            code.Let("sum", Expr.Zero);
            code.For("r", "0", LayerBuilder.Text(x.Shape.Axes[0]), 1, row => row.Add(new Set("sum",
                new Local("sum") + new Load(new Address("x", 0, $"sample * {LayerBuilder.Text(x.Size)} + r * {length} + element")))));
            return new Local("sum") * (1f / x.Shape.Axes[0]);
        });
    }

    public static GpuKernel MeanGradient(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var length = LayerBuilder.Text(result.Shape.Last);
        if (result.Type.IsByPosition)
        {
            return GpuElementwiseKernel.Lower(group, context, ["dy"], code =>
            {
                GpuSequence.Position(code, "sample");
                var dy = new Load(new Address("dy", 0, $"own * {length} + element"));
                return result.Op is MeanPositionsGradient { IsWhole: true } ? dy : Share(code, dy);
            }, GpuSequence.Places(result));
        }
        return GpuElementwiseKernel.Lower(group, context, ["dy"], _ =>
            new Load(new Address("dy", 0, $"sample * {length} + element % {length}")) * (1f / result.Shape.Axes[0]));
    }

    /// <summary>A number divided by a sample's positions, in the processor's way.</summary>
    static Expr Share(Code code, Expr number)
    {
        code.Add(new Integer("float share = 1f / length"));
        return number * new Scalar("share");
    }

    /// <summary>The row of each sample's first position, or of its last one.</summary>
    public static GpuKernel End(Group group, KernelContext context, bool last) => GpuElementwiseKernel.Lower(group, context, ["x"], code =>
    {
        code.Add(new LetInt("place", last ? new Address("starts", 1, "sample") : new Address("starts", 0, "sample")));
        var size = LayerBuilder.Text(group.Values[0].Size);
        return new Load(new Address("x", 0, $"{(last ? "(place - 1)" : "place")} * {size} + element"));
    }, GpuSequence.Starts(group.Values[0].Inputs[0]));

    /// <summary>What reaches that row, and zeros for others.</summary>
    public static GpuKernel EndGradient(Group group, KernelContext context, bool last) => GpuElementwiseKernel.Lower(group, context, ["dy"], code =>
    {
        GpuSequence.Position(code, "sample");
        var size = LayerBuilder.Text(group.Values[0].Size);
        return new Chosen(last ? "sample + 1 == next" : "sample == start", new Load(new Address("dy", 0, $"own * {size} + element")));
    }, GpuSequence.Places(group.Values[0]));

    /// <summary>What the position before has, or the one after, and zeros for the first one.</summary>
    public static GpuKernel Before(Group group, KernelContext context, bool reverse) => GpuElementwiseKernel.Lower(group, context, ["x"], code =>
    {
        GpuSequence.Position(code, "sample");
        var size = LayerBuilder.Text(group.Values[0].Size);
        code.Add(new Integer($"bool isFirst = {(reverse ? "sample + 1 == next" : "sample == start")}"));
        code.Add(new Integer($"int before = GpuMath.Select(isFirst, index, index {(reverse ? "+" : "-")} {size})"));
        return new Chosen("!isFirst", new Load(new Address("x", 0, "before")));
    }, GpuSequence.Places(group.Values[0]));

    /// <summary>What a sample has around each of its positions, the places of a feature side by side, and zeros beyond its ends.</summary>
    public static GpuKernel Window(Group group, KernelContext context, WindowAxis axis) => GpuElementwiseKernel.Lower(group, context, ["x"], code =>
    {
        GpuSequence.Position(code, "sample");
        var (places, features) = (LayerBuilder.Text(axis.Kernel), LayerBuilder.Text(group.Values[0].Inputs[0].Shape.Last));
        code.Add(new Integer($"int feature = element / {places}"));
        code.Add(new Integer($"int place = element - feature * {places}"));
        code.Add(new Integer($"int from = sample + place * {LayerBuilder.Text(axis.Dilation)} - {LayerBuilder.Text(axis.Before)}"));
        code.Add(new Integer("bool isInside = from >= start && from < next"));
        code.Add(new Integer("int row = GpuMath.Select(isInside, from, sample)"));
        return new Chosen("isInside", new Load(new Address("x", 0, $"row * {features} + feature")));
    }, GpuSequence.Places(group.Values[0]));

    /// <summary>What reaches a position from the windows that it is in.</summary>
    public static GpuKernel WindowGradient(Group group, KernelContext context, WindowAxis axis) => GpuElementwiseKernel.Lower(group, context, ["dy"], code =>
    {
        GpuSequence.Position(code, "sample");
        var (places, pitch) = (LayerBuilder.Text(axis.Kernel), LayerBuilder.Text(group.Values[0].Inputs[0].Shape.Last));
        code.Let("sum", Expr.Zero);
        code.For("place", "0", places, 1, part =>
        {
            part.Add(new Integer($"int to = sample + {LayerBuilder.Text(axis.Before)} - place * {LayerBuilder.Text(axis.Dilation)}"));
            part.If("to >= start && to < next", inside =>
                inside.Add(new Set("sum", new Local("sum") + new Load(new Address("dy", 0, $"to * {pitch} + element * {places} + place")))));
        });
        return new Local("sum");
    }, GpuSequence.Places(group.Values[0]));

    /// <summary>The sum with a weight's row for each position.</summary>
    public static GpuKernel AddRows(Group group, KernelContext context) => GpuElementwiseKernel.Lower(group, context, ["x", "w"],
        code => new Load(new Address("x", 0, "index")) + new Load(new Address("w", 0, RowOfTable(code, group.Values[0]))), GpuSequence.Places(group.Values[0]));

    /// <summary>The sum over samples of what each has at a position, if it has that: a thread has an element of the weight's gradient.</summary>
    public static GpuKernel SumByPosition(Group group)
    {
        var result = group.Values[0];
        var (dy, features) = (result.Inputs[0], LayerBuilder.Text(result.Shape.Last));
        var code = new Code();
        code.Add(new LetIndex("group", GpuIndex.GroupX));
        code.Add(new LetIndex("thread", GpuIndex.ThreadX));
        code.Add(new Integer($"int element = group * {LayerBuilder.Text(GpuPolicy.GroupThreads)} + thread"));
        code.If($"element < {LayerBuilder.Text(result.Size)}", body =>
        {
            body.Add(new Integer($"int position = element / {features}"));
            body.Add(new Integer($"int feature = element - position * {features}"));
            body.Let("sum", Expr.Zero);
            body.For("sample", "0", "n", 1, sample =>
            {
                GpuSequence.Sample(sample, "sample");
                sample.If("position < length", has => has.Add(new Set("sum", new Local("sum") + new Load(new Address("dy", 0, $"(start + position) * {features} + feature")))));
            });
            var place = new Address("dw", 0, "element");
            body.If("accumulate", then => then.Add(new Set("sum", new Local("sum") + new Load(place))));
            body.Add(new StoreScalar(place, new Local("sum")));
        });
        return new GpuKernel($"SumByPosition_{LayerBuilder.Text(result.Shape.Axes[0])}x{features}", $"{Formulas.Of(group)}: {dy.Type} → {result.Type}.", group,
            [new(Binding.Pointer, "dy", dy), GpuSequence.Starts(dy), new(Binding.Pointer, "dw", result), new(Binding.Samples, "n"), new(Binding.Accumulate, "accumulate")],
            GpuGrid.Of(LayerBuilder.Text(result.Size), GpuPolicy.GroupThreads), (GpuPolicy.GroupThreads, 1), code.Body)
        { Counts = null };
    }

    /// <summary>The sum with a table's row for each position, whose numbers are the processor's.</summary>
    public static GpuKernel Sinusoids(Group group, KernelContext context)
    {
        var result = group.Values[0];
        return GpuElementwiseKernel.Lower(group, context, ["x"],
            code => new Load(new Address("x", 0, "index")) + new Load(new Address("table", 0, result.Type.IsByPosition ? RowOfTable(code, result) : "element")),
            [
                new KernelArgument(Binding.Table, "table", Table: $"Sinusoids({LayerBuilder.Text(result.Shape.Last)}, {LayerBuilder.Text(SampleRows.MaxOf(result))})"),
                .. result.Type.IsByPosition ? GpuSequence.Places(result) : [],
            ]);
    }

    /// <summary>Where a position's number is in a table with a row for each of a sample's positions.</summary>
    static string RowOfTable(Code code, Value result)
    {
        GpuSequence.Position(code, "sample");
        return $"(sample - start) * {LayerBuilder.Text(result.Shape.Last)} + element";
    }

    /// <summary>Each number of a head of queries or keys with the one that it is turned with, i and i + size / 2; values stay.</summary>
    public static GpuKernel Rotary(Group group, KernelContext context, RotaryPositions op)
    {
        var result = group.Values[0];
        var (size, half, pitch) = (op.HeadSize, LayerBuilder.Text(op.HeadSize / 2), LayerBuilder.Text(result.Shape.Last));
        return GpuElementwiseKernel.Lower(group, context, ["x"], code =>
        {
            if (result.Type.IsByPosition)
            {
                GpuSequence.Position(code, "sample");
                code.Add(new Integer("int position = sample - start"));
                code.Add(new Integer("int place = element"));
            }
            else
            {
                code.Add(new Integer($"int position = element / {pitch}"));
                code.Add(new Integer($"int place = element - position * {pitch}"));
            }
            code.Let("turned", new Load(new Address("x", 0, "index")));
            code.If($"place < {LayerBuilder.Text(op.Turned * size)}", pair =>
            {
                pair.Add(new Integer($"int number = place % {LayerBuilder.Text(size)}"));
                pair.Add(new Integer($"bool isFirst = number < {half}"));
                pair.Add(new Integer($"int other = GpuMath.Select(isFirst, index + {half}, index - {half})"));
                pair.Add(new Integer($"int angle = position * {LayerBuilder.Text(size)} + GpuMath.Select(isFirst, number, number - {half})"));
                var (cosine, sine) = (pair.Let("cosine", new Load(new Address("table", 0, "angle"))), pair.Let("sine", new Load(new Address("table", size / 2, "angle"))));
                // a cos − b sin of the first, b cos + a sin of the second, and the other way round where it is turned back.
                pair.Add(new Integer($"float sign = GpuMath.Select(isFirst, {(op.Inverse ? "1f, -1f" : "-1f, 1f")})"));
                pair.Add(new Set("turned", new Local("turned") * cosine + new Local("sign") * sine * new Load(new Address("x", 0, "other"))));
            });
            return new Local("turned");
        },
        [
            new KernelArgument(Binding.Table, "table", Table: $"Rotations({LayerBuilder.Text(size)}, {LayerBuilder.Text(op.Base)}f, {LayerBuilder.Text(SampleRows.MaxOf(result))})"),
            .. result.Type.IsByPosition ? GpuSequence.Places(result) : [],
        ]);
    }
}
