using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>
/// The product of samples with a weight in panels, with bias and elementwise ops in the store. A tile is some rows by two vectors of accumulators;
/// a step loads two vectors of weights and multiplies them by one number of each row.
/// </summary>
static class LinearKernel
{
    public static Kernel Lower(Group group, KernelContext context)
    {
        var shape = new LinearShape(group, context);
        var byOutputs = context.Training && group.Partition == Partition.Parts;
        KernelArgument[] work = byOutputs
            ? [new(Binding.Samples, "n"), new(Binding.Worker, "worker"), new(Binding.Workers, "workers")]
            : [new(Binding.Rows, "n")];
        var name = byOutputs ? shape.Name + "_ByOutputs" : shape.Name;
        return new Kernel(name, shape.Summary, [.. shape.Arguments, .. work],
            context.Lanes.Select(lanes => new KernelVariant(lanes, Batch(shape, name, byOutputs, [.. work.Select(a => a.Parameter)], lanes))));
    }

    /// <summary>
    /// The same for one sample: a stream over the weights, which are read once, with several sums side by side to hide the latency. Workers share
    /// the outputs, or the rows of a sample with few outputs.
    /// </summary>
    public static Kernel LowerSingle(Group group, KernelContext context)
    {
        var shape = new LinearShape(group, context);
        var name = shape.Name + (Nonzeros.AreWorthFinding(shape) ? "_SingleOfNonzeros" : "_Single");
        return new Kernel(name, shape.Summary, [.. shape.Arguments, new(Binding.Worker, "worker"), new(Binding.Workers, "workers")],
            context.Lanes.Select(lanes => new KernelVariant(lanes, shape.Rows == 1 ? Single(shape, name, lanes) : SingleRows(shape, name, lanes))));
    }

    /// <summary>The functions of a product of rows that follow each other, whose number <c>n</c> the first one takes behind the operands.</summary>
    public static ImmutableArray<KernelFunction> OfRows(LinearShape shape, int lanes)
    {
        var functions = new List<KernelFunction>();
        var code = new Code();
        shape.ForEachPass(code, lanes, shared: false, (body, pass) => body.Add(new Invoke(RowsOf(functions, shape, pass, lanes), [.. shape.PassArguments(pass), "n"])));
        functions.Insert(0, new KernelFunction(shape.Name, shape.Summary, [.. shape.Parameters, new(ParameterType.Int, "n")], code.Body));
        return [.. functions];
    }

    static ImmutableArray<KernelFunction> Batch(LinearShape shape, string name, bool byOutputs, ImmutableArray<KernelParameter> work, int lanes)
    {
        var functions = new List<KernelFunction>();
        var code = new Code();
        if (shape.Rows == 1) Passes(code, byOutputs, "", "n");
        else if (shape.IsContiguous)
        {
            code.Add(new Integer($"int rows = n * {LayerBuilder.Text(shape.Rows)}"));
            Passes(code, byOutputs, "", "rows");
        }
        else
        {
            code.For("s", "0", "n", 1, sample =>
            {
                shape.PointTo(sample, "_s", "s", isSample: true);
                Passes(sample, byOutputs, "_s", LayerBuilder.Text(shape.Rows));
                ClearPadding(sample, shape, "_s", lanes);
            });
        }
        functions.Insert(0, new KernelFunction(name, shape.Summary, [.. shape.Parameters, .. work], code.Body));
        return [.. functions];

        void Passes(Code target, bool shared, string suffix, string rows) =>
            shape.ForEachPass(target, lanes, shared, (body, pass) => body.Add(new Invoke(RowsOf(functions, shape, pass, lanes), [.. shape.PassArguments(pass, suffix), rows])));
    }

    /// <summary>One sample of several rows: workers share its outputs, or its rows where it has few outputs.</summary>
    static ImmutableArray<KernelFunction> SingleRows(LinearShape shape, string name, int lanes)
    {
        var functions = new List<KernelFunction>();
        var code = new Code();
        if (Panels.Count(shape.Outputs) >= UnrollPolicy.SharedPanels)
        {
            shape.ForEachPass(code, lanes, shared: true, (body, pass) =>
                body.Add(new Invoke(RowsOf(functions, shape, pass, lanes), [.. shape.PassArguments(pass), LayerBuilder.Text(shape.Rows)])));
        }
        else
        {
            code.Add(new Split(shape.Rows));
            shape.PointTo(code, "_r", "first", isSample: false);
            shape.ForEachPass(code, lanes, shared: false, (body, pass) =>
                body.Add(new Invoke(RowsOf(functions, shape, pass, lanes), [.. shape.PassArguments(pass, "_r"), "last - first"])));
        }
        // Each worker writes the same zeros.
        ClearPadding(code, shape, "", lanes);
        functions.Insert(0, new KernelFunction(name, shape.Summary,
            [.. shape.Parameters, new(ParameterType.Int, "worker"), new(ParameterType.Int, "workers")], code.Body));
        return [.. functions];
    }

    /// <summary>Zeros behind a sample's last row, up to where the next sample starts.</summary>
    static void ClearPadding(Code code, LinearShape shape, string suffix, int lanes)
    {
        foreach (var (name, size, padding) in shape.Results)
        {
            new VectorLoop(padding, lanes).Emit(code, (body, j, offset, count) => body.Add(new Store(new Address(name + suffix, size + offset, j), Expr.Zero, count)));
        }
    }

    /// <summary>The function that computes some outputs of all rows, and those of its tiles.</summary>
    public static string RowsOf(List<KernelFunction> functions, LinearShape shape, LinearPass pass, int lanes)
    {
        var function = $"{shape.Name}_{pass.Label}";
        if (functions.Exists(f => f.Name == function)) return function;
        var rows = new Code();
        rows.For("i", "0", "n", 0, body =>
        {
            body.Add(new Integer("nint left = n - i"));
            // Few samples left over are computed once more together with ones before them, with the same result.
            body.If($"left < {UnrollPolicy.LeastTile} && n >= {UnrollPolicy.LeastTile}", then =>
            {
                then.Add(new Integer($"i = n - {UnrollPolicy.LeastTile}"));
                then.Add(new Integer($"left = {UnrollPolicy.LeastTile}"));
            });
            Choose(body, UnrollPolicy.TileHeights(lanes));
        });

        void Choose(Code body, ReadOnlySpan<(int Height, string? Condition)> tiles)
        {
            var (height, condition) = tiles[0];
            if (condition is null) Call(body, height);
            else
            {
                var rest = tiles.Slice(1).ToArray();
                body.If(condition, then => Call(then, height), otherwise => Choose(otherwise, rest));
            }
        }

        void Call(Code body, int height)
        {
            body.Add(new Invoke(Tile(height), [.. shape.RowArguments("i")]));
            body.Add(new Integer($"i += {height}"));
        }

        functions.Insert(0, new KernelFunction(function, $"{pass.Columns} outputs of all samples.", [.. shape.Parameters, new(ParameterType.Int, "n")], rows.Body));
        return function;

        string Tile(int height)
        {
            var tile = $"{shape.Name}_{height}x{pass.Label}";
            if (functions.Exists(f => f.Name == tile)) return tile;
            var code = new Code();
            var sums = new RegisterTile(height, pass.Vectors);
            sums.Begin(code, v => shape.HasBias ? new Load(new Address("bias", v * lanes)) : Expr.Zero);
            void Step(Code step, long k) => sums.Step(step,
                "w", v => new Load(new Address("w", k * pass.Stride + v * lanes)),
                "x", r => new Address("x", k + (long)r * shape.InputPitch), k == 0 ? "" : $"_{LayerBuilder.Text(k)}");
            if (shape.Inputs * height * pass.Vectors <= UnrollPolicy.Sum)
            {
                for (var k = 0; k < shape.Inputs; k++) Step(code, k);
            }
            else
            {
                code.Walk("x", LayerBuilder.Text(shape.Inputs), 1, [("w", pass.Stride)], body =>
                {
                    // The next panel comes near while rows are multiplied with this one.
                    if (shape.Rows > 1 && UnrollPolicy.BringsNextPanel(shape.Inputs))
                    {
                        for (var line = 0; line < pass.Stride; line += Panels.Alignment)
                            body.Add(new InvokeRuntime("VectorMath.Prefetch", [new Address("w", (long)pass.Stride * shape.Inputs + line)]));
                    }
                    Step(body, 0);
                });
            }
            if (shape.EpilogueCost * height * pass.Vectors <= UnrollPolicy.TileEpilogue)
            {
                sums.Each(code, (row, r, v) => shape.Finish(row, RegisterTile.Sum(r, v), r, v * lanes, pass.CountOf(v, lanes), $"{r}_{v}"));
            }
            else
            {
                sums.Each(code, (row, r, v) =>
                {
                    if (pass.CountOf(v, lanes) != 0) row.Add(shape.StoreSum(RegisterTile.Sum(r, v), r, v * lanes, pass.CountOf(v, lanes)));
                });
                shape.FinishRows(code, height, pass.Vectors, lanes, v => pass.CountOf(v, lanes));
            }
            functions.Add(new KernelFunction(tile, $"{height} sample{(height == 1 ? "" : "s")} × {pass.Columns} outputs.", shape.Parameters, code.Body));
            return tile;
        }
    }

    static ImmutableArray<KernelFunction> Single(LinearShape shape, string name, int lanes)
    {
        var functions = new List<KernelFunction>();
        var (alike, lastWidth, lastElements) = shape.DistinctPanels();
        var together = UnrollPolicy.StreamedPanels(lanes);
        var nonzeros = Nonzeros.AreWorthFinding(shape) ? new Nonzeros(shape) : null;
        // Units of panels that are alike, a panel that is left of them, and one that differs.
        var units = new List<(int Count, int FirstPanel, string Function)>();
        if (alike >= together) units.Add((alike / together, 0, Stream(Panels.Width, together, null)));
        if (alike % together != 0) units.Add((1, alike / together * together, Stream(Panels.Width, 1, null)));
        if (alike < Panels.Count(shape.Outputs)) units.Add((1, alike, Stream(lastWidth, 1, lastElements)));
        var code = new Code();
        code.Add(new Split(units.Sum(u => u.Count)));
        nonzeros?.Find(code);
        code.For("unit", "first", "last", 1, body => Choose(body, 0, 0));
        functions.Insert(0, new KernelFunction(name, shape.Summary,
            [.. shape.Parameters, new(ParameterType.Int, "worker"), new(ParameterType.Int, "workers")], code.Body));
        return [.. functions];

        void Choose(Code body, int u, int before)
        {
            var (count, panel, function) = units[u];
            object[] arguments = [.. count > 1 ? shape.ColumnArguments("unit", together, 0, 0) : shape.ColumnArguments(null, 1, panel, 0)];
            void Call(Code target)
            {
                if (nonzeros is null) target.Add(new Invoke(function, [.. arguments]));
                else nonzeros.Choose(target, function, arguments);
            }
            if (u == units.Count - 1) Call(body);
            else body.If($"unit < {LayerBuilder.Text(before + count)}", Call, otherwise => Choose(otherwise, u + 1, before + count));
        }

        string Stream(int width, int panels, int? elements)
        {
            var passes = LinearShape.Passes(width, elements, lanes, null, 0, panels).ToList();
            var outputs = elements ?? width * panels;
            var part = $"{shape.Name}_Single{LayerBuilder.Text(outputs)}{(width == Panels.Width ? "" : "Narrow")}";
            var stream = new Code();
            var product = new RowProduct(shape, passes, lanes);
            product.Emit(stream, unrolled: shape.Inputs * passes.Sum(p => p.Vectors) <= UnrollPolicy.Sum);
            functions.Add(new KernelFunction(part, $"{outputs} outputs of one sample.", shape.Parameters, stream.Body));
            if (nonzeros is not null) functions.Add(nonzeros.Product(product, part, outputs));
            return part;
        }
    }
}
