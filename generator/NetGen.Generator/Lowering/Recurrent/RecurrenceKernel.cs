using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Recurrent;

/// <summary>A recurrence: at each position the product of the states with the weight, for some samples at a time, and from its sums the next states.</summary>
static class RecurrenceKernel
{
    public static Kernel Lower(Group group, KernelContext context, Recurrence op)
    {
        var shape = new RecurrenceShape(group, context, op, isShared: false);
        var (pitch, sumPitch) = (Panels.Padded(op.Hidden), Panels.Padded(shape.Sums) + Panels.Alignment);
        var scratch = shape.Scratch(sumPitch, pitch);
        return new Kernel(shape.Name, shape.Summary, shape.Arguments, context.Lanes.Select(lanes =>
        {
            var blocks = new RecurrentBlocks(context, shape.Arguments, shape.Samples, shape.Name, lanes);
            var cells = new RecurrentCells(blocks, op, op.Hidden, shape.KeepsGates, shape.KeepsMemory);
            var product = new PanelProduct(op.Hidden, shape.Sums, pitch, sumPitch, shape.Start);
            return blocks.Lower(shape.Summary, scratch, (code, height) =>
            {
                RecurrentBlocks.ClearStates(code, scratch.Skip(1), height);
                code.For("step", "0", shape.Samples.Length, 1, step =>
                {
                    shape.BeginPosition(step);
                    product.Emit(step, blocks.Function, height, lanes, new Address("h"), "inner");
                    RecurrentBlocks.EachSample(step, height, (sample, r) => sample.Add(cells.Call((pointer, ofPosition) => ofPosition ? blocks.At(pointer, r, "t")
                        : r is null ? new Address(pointer) : new Address(pointer, 0, r, pointer == "z" ? sumPitch : pitch))));
                });
                blocks.ClearPadding(code, height, "y");
            });
        }));
    }
}
