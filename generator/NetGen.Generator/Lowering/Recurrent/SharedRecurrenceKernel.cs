using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Recurrent;

/// <summary>
/// A recurrence of one sample whose states workers share: each has some panels of them, with the rows of the weight that belong to these, and reads all states of the
/// position before where the result has them. They wait for each other once for each position.
/// </summary>
static class SharedRecurrenceKernel
{
    public static Kernel Lower(Group group, KernelContext context, Recurrence op)
    {
        var result = group.Values[0];
        var bias = result.Inputs.Length > 2 ? result.Inputs[2] : null;
        var samples = new SampleRows(context, result);
        ImmutableArray<KernelArgument> arguments =
        [
            new(Binding.Pointer, "x", result.Inputs[0]), new(Binding.Pointer, "w", result.Inputs[1]),
            .. bias is null ? [] : new[] { new KernelArgument(Binding.Pointer, "bias", bias) }, new(Binding.Pointer, "y", result),
            new(Binding.Worker, "worker"), new(Binding.Workers, "workers"),
        ];
        var name = context.NameOf($"{op.Label}_{samples.Label}x{LayerBuilder.Text(op.Hidden)}{(bias is null ? "_NoBias" : "")}_Single", group, arguments);
        var summary = $"{Formulas.Of(group)}: {result.Inputs[0].Type} → {result.Type}.";
        var sums = op.Gates * op.Hidden;
        (string Name, int Floats)[] scratch = [("z", sums), ("h", op.Hidden), .. op.HasMemory ? [("c", op.Hidden)] : Array.Empty<(string, int)>()];
        return new Kernel(name, summary, arguments, context.Lanes.Select(lanes =>
        {
            var blocks = new RecurrentBlocks(context, arguments, samples, name, lanes);
            var cells = new RecurrentCells(blocks, op, Panels.Width);
            var product = new PanelProduct(op.Hidden, sums, op.Hidden, sums, bias is null ? ProductStart.Zero : ProductStart.Bias);
            var code = new Code();
            code.Add(new Split(op.Hidden / Panels.Width));
            RecurrentBlocks.LetScratch(code, scratch, 1);
            RecurrentBlocks.ClearStates(code, scratch.Skip(1), 1);
            code.For("step", "0", samples.Length, 1, step =>
            {
                step.Add(new Integer(op.Reverse ? $"nint t = {samples.LastPosition} - step" : "nint t = step"));
                // The states before the first position are zeros, whose products there is no need to compute.
                step.Add(new Integer($"nint inner = step == 0 ? 0 : {LayerBuilder.Text(op.Hidden)}"));
                step.For("panel", "first", "last", 1, panel =>
                {
                    product.EmitPanelOfEach(panel, op.Gates, blocks.Function, lanes, blocks.At("y", null, "t", op.Reverse ? 1 : -1), "inner", "panel");
                    panel.Add(cells.Call((pointer, ofPosition) => ofPosition ? blocks.AtPanel(pointer, "t", "panel") : new Address(pointer, 0, "panel", Panels.Width)));
                });
                step.Add(new InvokeRuntime("Workers.Barrier", ["worker", "workers"]));
            });
            blocks.ClearPadding(code, 1, "y");
            return blocks.Lower(summary, code);
        }));
    }
}
