using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>A group anchored at a <see cref="Linear"/>: its sizes, its operands, and how its parts are addressed.</summary>
sealed class LinearShape
{
    readonly KernelContext context;
    readonly Epilogue epilogue;

    /// <param name="group">The group.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="name">What its functions are called; null for what the group is.</param>
    public LinearShape(Group group, KernelContext context, string? name = null)
    {
        this.context = context;
        var linear = group.Values[0];
        X = linear.Inputs[0];
        Weight = linear.Inputs[1];
        Bias = linear.Inputs.Length > 2 ? linear.Inputs[2] : null;
        Inputs = X.Shape.Last;
        Outputs = linear.Shape.Last;
        Rows = Linear.RowsOf(linear);
        epilogue = new Epilogue(group, context, anchorIsElementwise: false);
        var symbols = group.Values.Skip(1).Select(v => "_" + v.Op);
        Summary = $"{Formulas.Of(group)}, {X.Type} → {linear.Type}.";
        Arguments =
        [
            new KernelArgument(Binding.Pointer, "x", X),
            new KernelArgument(Binding.Pointer, "w", Weight),
            .. Bias is null ? Array.Empty<KernelArgument>() : [new KernelArgument(Binding.Pointer, "bias", Bias)],
            .. epilogue.ReadArguments,
            .. epilogue.StoreArguments,
        ];
        var sizes = $"{(Rows == 1 ? "" : LayerBuilder.Text(Rows) + "x")}{LayerBuilder.Text(Inputs)}x{LayerBuilder.Text(Outputs)}";
        Name = name ?? context.NameOf($"Linear_{sizes}{string.Concat(symbols)}{(HasBias ? "" : "_NoBias")}", group, Arguments);
    }

    public string Name { get; }

    public string Summary { get; }

    public Value X { get; }

    public Value Weight { get; }

    public Value? Bias { get; }

    public bool HasBias => Bias is not null;

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>The rows of a sample.</summary>
    public int Rows { get; }

    /// <summary>What the elementwise part costs for a vector.</summary>
    public int EpilogueCost => epilogue.Cost;

    /// <summary>Whether all samples' rows follow each other without a gap, in every operand.</summary>
    public bool IsContiguous => Arguments.Where(a => a.Value!.Type.Batched).All(a => context.Pitch(a.Value!) == a.Value!.Size);

    /// <summary>What is written for each sample, with how much padding follows it.</summary>
    public IEnumerable<(string Name, int Size, int Padding)> Results => epilogue.Stores.Select(v => (epilogue.NameOf(v), v.Size, context.Pitch(v) - v.Size));

    /// <summary>The distance between two rows of the input.</summary>
    public int InputPitch => RowPitch(X);

    public ImmutableArray<KernelArgument> Arguments { get; }

    public ImmutableArray<KernelParameter> Parameters => [.. Arguments.Select(a => a.Parameter)];

    /// <summary>
    /// How many panels are alike, and the width of one more that differs: narrower, or ending before its padding does in the caller's memory.
    /// </summary>
    public (int Alike, int LastWidth, int? LastElements) DistinctPanels()
    {
        var panels = Panels.Count(Outputs);
        var last = Panels.WidthOf(Outputs, panels - 1);
        var partial = epilogue.Stores.Concat(epilogue.Reads).Any(EndsEarly) && Outputs % Panels.Alignment != 0;
        return last < Panels.Width || partial ? (panels - 1, last, partial ? Outputs - (panels - 1) * Panels.Width : null) : (panels, last, null);
    }

    /// <summary>Writes what is done for each pass over the weights, or over this worker's share of them.</summary>
    public void ForEachPass(Code code, int lanes, bool shared, Action<Code, LinearPass> body)
    {
        var (alike, lastWidth, lastElements) = DistinctPanels();
        if (shared)
        {
            var panels = Panels.Count(Outputs);
            code.Add(new Split(panels));
            code.For("panel", "first", "last", 1, loop =>
            {
                void Alike(Code target) => Each(target, Passes(Panels.Width, null, lanes, "panel", 0, 1));
                if (alike == panels) Alike(loop);
                else loop.If($"panel < {LayerBuilder.Text(alike)}", Alike, otherwise => Each(otherwise, Passes(lastWidth, lastElements, lanes, null, alike, 1)));
            });
            return;
        }
        if (alike > 1) code.For("panel", "0", LayerBuilder.Text(alike), 1, loop => Each(loop, Passes(Panels.Width, null, lanes, "panel", 0, 1)));
        else if (alike == 1) Each(code, Passes(Panels.Width, null, lanes, null, 0, 1));
        if (alike < Panels.Count(Outputs)) Each(code, Passes(lastWidth, lastElements, lanes, null, alike, 1));

        void Each(Code target, IEnumerable<LinearPass> passes)
        {
            foreach (var pass in passes) body(target, pass);
        }
    }

    /// <summary>All passes over the weights, without a loop.</summary>
    public IEnumerable<LinearPass> AllPasses(int lanes)
    {
        var (alike, lastWidth, lastElements) = DistinctPanels();
        var passes = Passes(Panels.Width, null, lanes, null, 0, alike);
        return alike < Panels.Count(Outputs) ? passes.Concat(Passes(lastWidth, lastElements, lanes, null, alike, 1)) : passes;
    }

    /// <summary>The passes over some panels: each as wide as a tile.</summary>
    public static IEnumerable<LinearPass> Passes(int width, int? elements, int lanes, string? index, int firstPanel, int panels)
    {
        var columns = Math.Min(width, UnrollPolicy.TileVectors * lanes);
        for (var panel = firstPanel; panel < firstPanel + panels; panel++)
        {
            for (var offset = 0; offset < width && (elements is null || offset < elements); offset += columns)
            {
                yield return new LinearPass(columns, width, index, panel, offset, columns / lanes, elements - offset < columns ? elements - offset : null);
            }
        }
    }

    /// <summary>The arguments of a pass's function: every pointer moved to the pass's outputs.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="suffix">What the names of pointers to the samples that it is about end in.</param>
    public IEnumerable<object> PassArguments(LinearPass pass, string suffix = "") => ColumnArguments(pass.Index, 1, pass.Panel, pass.Offset, suffix);

    /// <summary>Every pointer moved to some outputs: to a panel, or to as many panels as an index says.</summary>
    public IEnumerable<object> ColumnArguments(string? index, int panelsPerIndex, int panel, int offset, string suffix = "") => Arguments.Select(a => (object)(
        a.Name == "x" ? new Address(a.Name + suffix)
        : a.Name == "w" ? new Address(a.Name, (long)panel * Panels.Width * Inputs + offset, index, (long)panelsPerIndex * Panels.Width * Inputs)
        : a.Value is { Size: 1, Type.Batched: false } && a.Name != "bias" ? new Address(a.Name)
        : new Address(a.Value!.Type.Batched ? a.Name + suffix : a.Name, (long)panel * Panels.Width + offset, index, (long)panelsPerIndex * Panels.Width)));

    /// <summary>The arguments of a tile: the pointers to samples moved to a row.</summary>
    public IEnumerable<object> RowArguments(string row) => Arguments.Select(a => (object)(a.Value!.Type.Batched
        ? new Address(a.Name, 0, row, RowPitch(a.Value))
        : new Address(a.Name)));

    /// <summary>Points to some sample's, or to some row of the first one's, in every operand.</summary>
    public void PointTo(Code code, string suffix, string index, bool isSample)
    {
        foreach (var argument in Arguments.Where(a => a.Value!.Type.Batched))
        {
            code.Add(new LetPointer(argument.Name + suffix, new Address(argument.Name, 0, index, isSample ? context.Pitch(argument.Value!) : RowPitch(argument.Value!))));
        }
    }

    /// <summary>Writes what follows the sums of a tile as a loop over its rows, from the sums in the last result's place.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="rows">The tile's rows.</param>
    /// <param name="vectors">The vectors of a row.</param>
    /// <param name="lanes">The lanes of a vector.</param>
    /// <param name="count">How many lanes of a vector are stored; null for all.</param>
    public void FinishRows(Code code, int rows, int vectors, int lanes, Func<int, int?> count)
    {
        var last = epilogue.Stores[epilogue.Stores.Length - 1];
        var (y, pitch) = (epilogue.NameOf(last), RowPitch(last));
        var others = epilogue.Reads.Concat(epilogue.Stores).Where(v => v != last && v.Type.Batched).Select(v => (epilogue.NameOf(v), (long)RowPitch(v)));
        code.Walk(y, LayerBuilder.Text((long)rows * pitch), pitch, others, row =>
        {
            for (var v = 0; v < vectors; v++)
            {
                var kept = EndsEarly(last) ? count(v) : null;
                if (count(v) != 0) Finish(row, row.Let($"sum{v}", new Load(new Address(y, v * lanes), kept)), 0, v * lanes, count(v), LayerBuilder.Text(v));
            }
        });
    }

    /// <summary>Where a sum of a tile is stored for <see cref="FinishRows"/>.</summary>
    public Store StoreSum(Expr sum, int row, long column, int? count)
    {
        var last = epilogue.Stores[epilogue.Stores.Length - 1];
        return new Store(new Address(epilogue.NameOf(last), (long)row * RowPitch(last) + column), sum, EndsEarly(last) ? count : null);
    }

    int RowPitch(Value value) => Rows == 1 ? context.Pitch(value) : value == X ? Inputs : Outputs;

    /// <summary>Whether another row, or nothing that may be touched, follows a row where its elements end, rather than padding.</summary>
    bool EndsEarly(Value value) => value.Type.Batched && (Rows > 1 || context.IsDense(value));

    /// <summary>Writes what follows a sum: the fused elementwise ops and the stores.</summary>
    public void Finish(Code code, Expr sum, int row, long column, int? count, string suffix)
    {
        // A vector past the last output exists only as padding.
        if (count == 0) return;
        epilogue.Emit(code, sum,
        value => value is { Size: 1, Type.Batched: false } ? new Splat(new Address(epilogue.NameOf(value)))
            : new Load(new Address(epilogue.NameOf(value), value.Type.Batched ? (long)row * RowPitch(value) + column : column), EndsEarly(value) ? count : null),
        (target, value, result) => target.Add(new Store(new Address(epilogue.NameOf(value), (long)row * RowPitch(value) + column), result, EndsEarly(value) ? count : null)),
        _ => throw new InvalidOperationException("Random numbers are not drawn in tiles."), suffix);
    }
}

/// <summary>A pass over the weights: as many outputs as a tile has.</summary>
/// <param name="Columns">The outputs.</param>
/// <param name="Stride">The distance between the weights of two inputs: the panel's width.</param>
/// <param name="Index">The loop's index of the panel, where there is a loop.</param>
/// <param name="Panel">The panel, where there isn't.</param>
/// <param name="Offset">The first output in the panel.</param>
/// <param name="Vectors">The vectors of a tile's row.</param>
/// <param name="Elements">How many of the outputs exist, where the caller's memory ends before them.</param>
sealed record LinearPass(int Columns, int Stride, string? Index, int Panel, int Offset, int Vectors, int? Elements)
{
    /// <summary>What its functions are called: their width, and where the outputs end.</summary>
    public string Label => LayerBuilder.Text(Columns) + (Elements is { } e ? $"of{LayerBuilder.Text(e)}" : "") + (Stride == Panels.Width ? "" : "Narrow");

    /// <summary>How many lanes of a vector are stored; null for all.</summary>
    public int? CountOf(int vector, int lanes) => Elements is { } e && e < (vector + 1) * lanes ? Math.Max(0, e - vector * lanes) : null;
}
