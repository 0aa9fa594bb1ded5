using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Recurrent;

/// <summary>
/// A recurrence of one sample whose states workers share: each has some panels of them, with the rows of the weight that belong to these, and reads all states
/// of the position before where the result has them. They wait for each other once for each position.
/// </summary>
static class SharedRecurrenceKernel
{
    public static Kernel Lower(Group group, KernelContext context, Recurrence op)
    {
        var shape = new RecurrenceShape(group, context, op, isShared: true);
        var scratch = shape.Scratch(shape.Sums, op.Hidden);
        return new Kernel(shape.Name, shape.Summary, shape.Arguments, context.Lanes.Select(lanes =>
        {
            var blocks = new RecurrentBlocks(context, shape.Arguments, shape.Samples, shape.Name, lanes);
            var cells = new RecurrentCells(blocks, op, Panels.Width);
            var product = new PanelProduct(op.Hidden, shape.Sums, op.Hidden, shape.Sums, shape.Start);
            var code = new Code();
            code.Add(new Split(op.Hidden / Panels.Width));
            code.LetScratch(scratch);
            RecurrentBlocks.ClearStates(code, scratch.Skip(1), 1);
            code.For("step", "0", shape.Samples.Length, 1, step =>
            {
                shape.BeginPosition(step);
                step.For("panel", "first", "last", 1, panel =>
                {
                    product.EmitPanelOfEach(panel, op.Gates, blocks.Function, lanes, blocks.At("y", null, "t", op.Reverse ? 1 : -1), "inner", "panel");
                    panel.Add(cells.Call((pointer, ofPosition) => ofPosition ? blocks.AtPanel(pointer, "t", "panel") : new Address(pointer, 0, "panel", Panels.Width)));
                });
                step.Add(new InvokeRuntime("Workers.Barrier", ["worker", "workers"]));
            });
            blocks.ClearPadding(code, 1, "y");
            return blocks.Lower(shape.Summary, code);
        }));
    }
}
