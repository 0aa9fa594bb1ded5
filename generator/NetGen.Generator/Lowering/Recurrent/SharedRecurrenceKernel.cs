using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Recurrent;

/// <summary>
/// A recurrence of one sample whose states workers share: each has some panels of them, with the rows of the weight that belong to these, and reads all states
/// of the position before where the result has them. They wait for each other once for each position. The products of the inputs it may compute, too.
/// </summary>
static class SharedRecurrenceKernel
{
    /// <param name="group">The recurrence.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="op">The recurrence's op.</param>
    public static Kernel Lower(Group group, KernelContext context, Recurrence op) => Lower(context, op, null, new RecurrenceShape(group, context, op, isShared: true));

    /// <summary>Lowers a recurrence together with the products of its inputs.</summary>
    /// <param name="both">Their groups, as members of one.</param>
    /// <param name="context">Where values are.</param>
    public static Kernel LowerWithInputs(Group both, KernelContext context)
    {
        var op = (Recurrence)both.Last.Op;
        var products = new InputProducts(both.Members[0], context, op);
        return Lower(context, op, products, new RecurrenceShape(both, context, op, isShared: true, products));
    }

    static Kernel Lower(KernelContext context, Recurrence op, InputProducts? products, RecurrenceShape shape)
    {
        var scratch = shape.Scratch(shape.Sums, op.Hidden);
        return new Kernel(shape.Name, shape.Summary, shape.Arguments, context.Lanes.Select(lanes =>
        {
            var blocks = new RecurrentBlocks(context, shape.Arguments, shape.Samples, shape.Name, lanes);
            var cells = new RecurrentCells(blocks, op, Panels.Width);
            var product = new PanelProduct(op.Hidden, shape.Sums, op.Hidden, shape.Sums, shape.Start);
            var code = new Code();
            code.Add(new Split(op.Hidden / Panels.Width));
            code.LetScratch(scratch);
            products?.Begin(code, blocks.Functions, lanes);
            RecurrentBlocks.ClearStates(code, scratch.Skip(1), 1);
            code.For("step", "0", shape.Samples.Length, 1, step =>
            {
                shape.BeginPosition(step);
                products?.BeginPosition(step, lanes);
                step.For("panel", "first", "last", 1, panel =>
                {
                    var before = blocks.At("y", null, "t", op.Reverse ? 1 : -1);
                    if (products is null) product.EmitPanelOfEach(panel, op.Gates, blocks.Function, lanes, before, "inner", "panel");
                    else products.EmitPanelOfEach(panel, product, blocks.Function, lanes, before, "inner");
                    panel.Add(cells.Call((pointer, ofPosition) => ofPosition ? blocks.AtPanel(pointer, "t", "panel") : new Address(pointer, 0, "panel", Panels.Width)));
                });
                step.Add(new InvokeRuntime("Workers.Barrier", ["worker", "workers"]));
            });
            blocks.ClearPadding(code, 1, "y");
            return blocks.Lower(shape.Summary, code);
        }));
    }
}
