using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Attention;

/// <summary>The keys and values of a source to the panels that a decoder's positions read. Workers share the heads.</summary>
static class SourceKeysKernel
{
    public static Kernel Lower(Group group, KernelContext context, Ops.Attention of)
    {
        var result = group.Values[0];
        var samples = new SampleRows(context, result);
        ImmutableArray<KernelArgument> arguments =
        [
            new(Binding.Pointer, "k", result.Inputs[0]), new(Binding.Pointer, "v", result.Inputs[1]), new(Binding.Pointer, "keys", result.Inputs[2]),
            new(Binding.Pointer, "values", result.Inputs[3]),
            .. samples.IsFree ? [new KernelArgument(Binding.Pointer, "length", result.Inputs[4]), .. samples.Offsets]
                : new KernelArgument[] { new(Binding.Worker, "worker"), new(Binding.Workers, "workers") },
        ];
        var positions = samples.Max;
        // Panels don't depend on the lanes of a vector.
        var shape = new AttentionShape(of, positions, 16, queries: 1);
        var name = context.NameOf($"SourceKeys_{samples.Label}_{LayerBuilder.Text(of.KeyValueHeads)}x{LayerBuilder.Text(of.HeadSize)}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        var code = new Code();
        var heads = LayerBuilder.Text(of.KeyValueHeads);
        if (samples.IsFree)
        {
            code.Add(new Integer("int positions = offsets[1] - offsets[0]"));
            CachedLength.Write(code, "positions");
        }
        else code.Add(new Split(of.KeyValueHeads));
        code.For("head", samples.IsFree ? "0" : "first", samples.IsFree ? heads : "last", 1, head =>
        {
            AppendedKeys.PointTo(head, shape, "head");
            Arrange("Keys.Transpose", "k", result.Inputs[0], "keys_h", shape.KeyFactor);
            Arrange("Keys.Pack", "v", result.Inputs[1], "values_h");

            void Arrange(string function, string from, Value value, string to, params object[] factor) => head.Add(new InvokeRuntime(function,
            [
                new Address(from, 0, "head", shape.Size), samples.PitchText(value), samples.IsFree ? "positions" : samples.Length, LayerBuilder.Text(shape.Size),
                .. factor, new Address(to),
            ]));
        });
        return new Kernel(name, summary, arguments, [new KernelVariant(0, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)])]);
    }
}
