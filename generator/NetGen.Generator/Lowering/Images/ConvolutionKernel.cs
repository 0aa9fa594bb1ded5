using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// A direct convolution: a tile is some pixels by two vectors of outputs, whose sums stay in registers while a run of inputs is read number by number. The
/// border of the image takes the place of conditions at its edges. Bias and elementwise ops are in the store.
/// </summary>
static class ConvolutionKernel
{
    /// <param name="group">The convolution and what is fused into it.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="plan">What is summed.</param>
    /// <param name="shared">Whether workers share the outputs of one sample, or each has samples of its own.</param>
    public static Kernel Lower(Group group, KernelContext context, ConvolutionPlan plan, bool shared)
    {
        var operands = new ConvolutionOperands(group, context, plan);
        KernelArgument[] work = shared ? [new(Binding.Worker, "worker"), new(Binding.Workers, "workers")] : [new(Binding.Rows, "n")];
        var name = shared ? operands.Name + "_Single" : operands.Name;
        return new Kernel(name, operands.Summary, [.. operands.Arguments, .. work], context.Lanes.Select(lanes =>
        {
            var tiles = new ConvolutionTiles(operands, plan, lanes);
            var entry = shared ? Single(operands, plan, tiles, lanes) : Batch(operands, plan, tiles, lanes);
            return new KernelVariant(lanes, [new KernelFunction(name, operands.Summary, [.. operands.Parameters, .. work.Select(a => a.Parameter)], entry), .. tiles.Functions]);
        }));
    }

    /// <summary>Some blocks of rows of a single sample.</summary>
    public static RowsLowering LowerRows(Group group, KernelContext context, ConvolutionPlan plan)
    {
        var operands = new ConvolutionOperands(group, context, plan);
        return RowsLowering.Of(operands, plan.Phases[0].Rows, lanes =>
        {
            var tiles = new ConvolutionTiles(operands, plan, lanes);
            var code = new Code();
            ForEachGroup(code, operands, plan, ConvolutionLevel.Function,
                (each, level) => Blocks(each, operands, new ConvolutionPanels(plan, 0, lanes), tiles, level, "1", "from", "to"));
            return new BlocksFunction(tiles.GridOf(plan.Phases[0]).OfRows, BlocksFunction.Of(operands.Name, operands.Arguments, code), [.. tiles.Functions]);
        });
    }

    static ImmutableArray<Statement> Batch(ConvolutionOperands operands, ConvolutionPlan plan, ConvolutionTiles tiles, int lanes)
    {
        var code = new Code();
        // Weights that stay in the cache serve a sample while that is in the cache too; larger ones serve all samples before the next are read.
        if ((long)plan.GroupFloats * plan.Groups * sizeof(float) <= UnrollPolicy.ResidentWeightBytes)
        {
            code.For("i", "0", "n", 1, sample =>
            {
                operands.ZeroBorders(sample, "i");
                operands.Move(sample, ConvolutionLevel.Function, ConvolutionLevel.Sample, a => operands.SampleOffset(a, "i"));
                All(sample, ConvolutionLevel.Sample, "1");
            });
        }
        else
        {
            code.For("i", "0", "n", 1, sample => operands.ZeroBorders(sample, "i"));
            All(code, ConvolutionLevel.Function, "n");
        }
        return code.Body;

        void All(Code body, ConvolutionLevel level, string samples) => ForEachGroup(body, operands, plan, level, (group, inner) =>
        {
            for (var p = 0; p < plan.Phases.Length; p++)
            {
                if (!plan.Phases[p].IsEmpty) Blocks(group, operands, new ConvolutionPanels(plan, p, lanes), tiles, inner, samples, "0", LayerBuilder.Text(tiles.BlocksOf(plan.Phases[p])));
            }
        });
    }

    static ImmutableArray<Statement> Single(ConvolutionOperands operands, ConvolutionPlan plan, ConvolutionTiles tiles, int lanes)
    {
        var code = new Code();
        operands.ZeroSharedBorders(code);
        for (var p = 0; p < plan.Phases.Length; p++)
        {
            if (plan.Phases[p].IsEmpty) continue;
            var panels = new ConvolutionPanels(plan, p, lanes);
            var blocks = tiles.BlocksOf(plan.Phases[p]);
            code.Block(null, phase =>
            {
                if (UnrollPolicy.SharesRows(blocks, (long)plan.GroupFloats * plan.Groups, (long)operands.X.Size + operands.Epilogue.Stores.First().Size))
                {
                    phase.Add(new Split(blocks));
                    ForEachGroup(phase, operands, plan, ConvolutionLevel.Function, (group, level) => Blocks(group, operands, panels, tiles, level, "1", "first", "last"));
                }
                else ByPanels(phase, operands, panels, tiles, blocks);
            });
        }
        return code.Body;
    }

    static void ForEachGroup(Code code, ConvolutionOperands operands, ConvolutionPlan plan, ConvolutionLevel level, Action<Code, ConvolutionLevel> body)
    {
        if (plan.Groups == 1) body(code, level);
        else code.For("group", "0", LayerBuilder.Text(plan.Groups), 1, each =>
        {
            operands.Move(each, level, ConvolutionLevel.Group, a => operands.GroupOffset(a, "group"));
            body(each, ConvolutionLevel.Group);
        });
    }

    /// <summary>All outputs of some blocks of rows.</summary>
    static void Blocks(Code code, ConvolutionOperands operands, ConvolutionPanels panels, ConvolutionTiles tiles, ConvolutionLevel level, string samples, string from, string to)
    {
        if (panels.Alike > 1) code.For("panel", "0", LayerBuilder.Text(panels.Alike), 1, loop => Each(loop, panels.Passes("panel", 0)));
        else if (panels.Alike == 1) Each(code, panels.Passes(null, 0));
        if (panels.HasLast) Each(code, panels.LastPasses());

        void Each(Code target, IEnumerable<ConvolutionPass> passes)
        {
            foreach (var pass in passes) target.Add(new Invoke(tiles.Rows(pass), [.. operands.PassArguments(pass, level), samples, from, to]));
        }
    }

    /// <summary>A worker's panels of outputs, the first and the last of which others may have other blocks of.</summary>
    static void ByPanels(Code code, ConvolutionOperands operands, ConvolutionPanels panels, ConvolutionTiles tiles, int blocks)
    {
        var groups = panels.Plan.Groups;
        code.Add(new Split(groups * panels.Count * blocks));
        code.For("unit", "first", "last", 1, unit =>
        {
            unit.Add(new Integer($"nint block = unit % {LayerBuilder.Text(blocks)}"));
            var level = ConvolutionLevel.Function;
            if (groups > 1)
            {
                unit.Add(new Integer($"nint group = unit / {LayerBuilder.Text(panels.Count * blocks)}"));
                operands.Move(unit, level, ConvolutionLevel.Group, a => operands.GroupOffset(a, "group"));
                level = ConvolutionLevel.Group;
            }
            if (panels.Count == 1)
            {
                Each(unit, panels.HasLast ? panels.LastPasses() : panels.Passes(null, 0));
                return;
            }
            unit.Add(new Integer($"nint panel = unit / {LayerBuilder.Text(blocks)}{(groups > 1 ? $" % {LayerBuilder.Text(panels.Count)}" : "")}"));
            if (!panels.HasLast) Each(unit, panels.Passes("panel", 0));
            else unit.If($"panel < {LayerBuilder.Text(panels.Alike)}", then => Each(then, panels.Passes("panel", 0)), otherwise => Each(otherwise, panels.LastPasses()));

            void Each(Code target, IEnumerable<ConvolutionPass> passes)
            {
                foreach (var pass in passes) target.Add(new Invoke(tiles.Rows(pass), [.. operands.PassArguments(pass, level), "1", "(int)block", "(int)block + 1"]));
            }
        });
    }
}

/// <summary>The panels of a phase's weights: those that are alike, and a last one that is narrower or has padding.</summary>
sealed record ConvolutionPanels(ConvolutionPlan Plan, int Phase, int Lanes)
{
    public int Count => Panels.Count(Plan.Outputs);

    public int Alike => Plan.Outputs / Panels.Width;

    public bool HasLast => Alike < Count;

    /// <summary>The passes over a panel that is full: the one of a loop's index, or a given one.</summary>
    public IEnumerable<ConvolutionPass> Passes(string? index, int panel) => Of(index, panel, Panels.Width, Panels.Width);

    public IEnumerable<ConvolutionPass> LastPasses() => Of(null, Alike, Panels.WidthOf(Plan.Outputs, Alike), Plan.Outputs - Alike * Panels.Width);

    IEnumerable<ConvolutionPass> Of(string? index, int panel, int width, int outputs)
    {
        var columns = Math.Min(width, UnrollPolicy.TileVectors * Lanes);
        for (var offset = 0; offset < width; offset += columns)
        {
            // Past the last output there is padding, which a pass over outputs takes along, and one of nothing but padding fills with zeros.
            yield return new ConvolutionPass(Phase, columns, width, index, panel, offset, Math.Max(0, Math.Min(columns, outputs - offset)));
        }
    }
}

/// <summary>A pass over the weights of a phase: as many outputs as a tile has.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Columns">The outputs, padding included.</param>
/// <param name="Stride">The distance between the weights of two inputs: the panel's width.</param>
/// <param name="Index">The loop's index of the panel, where there is a loop.</param>
/// <param name="Panel">The panel, where there isn't.</param>
/// <param name="Offset">The first output in the panel.</param>
/// <param name="Outputs">How many of the outputs exist.</param>
sealed record ConvolutionPass(int Phase, int Columns, int Stride, string? Index, int Panel, int Offset, int Outputs)
{
    public string Label => LayerBuilder.Text(Columns) + (Outputs == Columns ? "" : $"of{LayerBuilder.Text(Outputs)}") + (Stride == Panels.Width ? "" : "Narrow");

    /// <summary>The vectors that have outputs.</summary>
    public int Vectors(int lanes) => (Outputs + lanes - 1) / lanes;

    /// <summary>How many lanes of a vector are outputs; null for all.</summary>
    public int? CountOf(int vector, int lanes) => Outputs < (vector + 1) * lanes ? Math.Max(0, Outputs - vector * lanes) : null;
}
