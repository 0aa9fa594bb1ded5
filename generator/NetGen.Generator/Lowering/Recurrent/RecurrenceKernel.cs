using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Recurrent;

/// <summary>A recurrence: at each position the product of the states with the weight, for some samples at a time, and from its sums the next states.</summary>
static class RecurrenceKernel
{
    public static Kernel Lower(Group group, KernelContext context, Recurrence op)
    {
        var result = group.Values[0];
        var bias = result.Inputs.Length > 2 ? result.Inputs[2] : null;
        var (gates, memory) = (group.Values.FirstOrDefault(v => v.Op is RecurrenceGates), group.Values.FirstOrDefault(v => v.Op is RecurrenceMemory));
        var samples = new SampleRows(context, result);
        ImmutableArray<KernelArgument> arguments =
        [
            new(Binding.Pointer, "x", result.Inputs[0]), new(Binding.Pointer, "w", result.Inputs[1]), .. Optional("bias", bias), new(Binding.Pointer, "y", result),
            .. Optional("gates", gates), .. Optional("memory", memory), .. samples.Arguments,
        ];
        var name = context.NameOf($"{op.Label}_{samples.Label}x{LayerBuilder.Text(op.Hidden)}{(bias is null ? "_NoBias" : "")}", group, arguments);
        var summary = $"{Formulas.Of(group)}: {result.Inputs[0].Type} → {result.Type}.";
        var sums = op.Gates * op.Hidden;
        var (pitch, sumPitch) = (Panels.Padded(op.Hidden), Panels.Padded(sums) + Panels.Alignment);
        return new Kernel(name, summary, arguments, context.Lanes.Select(lanes =>
        {
            var blocks = new RecurrentBlocks(context, arguments, samples, name, lanes);
            var cells = new RecurrentCells(blocks, op, op.Hidden, gates is not null, memory is not null);
            var product = new PanelProduct(op.Hidden, sums, pitch, sumPitch, bias is null ? ProductStart.Zero : ProductStart.Bias);
            (string, int)[] scratch = [("z", sumPitch), ("h", pitch), .. op.HasMemory ? [("c", pitch)] : Array.Empty<(string, int)>()];
            return blocks.Lower(summary, scratch, (code, height) =>
            {
                // The states before the first position are zeros, whose products there is no need to compute.
                RecurrentBlocks.ClearStates(code, scratch.Skip(1), height);
                code.For("step", "0", samples.Length, 1, step =>
                {
                    step.Add(new Integer(op.Reverse ? $"nint t = {samples.LastPosition} - step" : "nint t = step"));
                    step.Add(new Integer($"nint inner = step == 0 ? 0 : {LayerBuilder.Text(op.Hidden)}"));
                    product.Emit(step, blocks.Function, height, lanes, new Address("h"), "inner");
                    RecurrentBlocks.EachSample(step, height, (sample, r) => sample.Add(cells.Call((pointer, ofPosition) => ofPosition ? blocks.At(pointer, r, "t")
                        : r is null ? new Address(pointer) : new Address(pointer, 0, r, pointer == "z" ? sumPitch : pitch))));
                });
                blocks.ClearPadding(code, height, "y");
            });
        }));

        static KernelArgument[] Optional(string name, Value? value) => value is null ? [] : [new(Binding.Pointer, name, value)];
    }
}
