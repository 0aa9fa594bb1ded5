using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Memory;
using NetGen.Generator.Ops;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Lowering;

/// <summary>A small network of fully connected layers for one sample, unrolled completely into one function.</summary>
static class WholeNetworkKernel
{
    /// <summary>The kernel, or null where the network has other layers or is too large.</summary>
    public static Kernel? TryLower(FusedGraph fused, KernelContext context, ParameterPlan parameters)
    {
        var output = fused.Graph.Output.Storage;
        if (fused.Groups.Any(g => g.Anchor is not Linear || Linear.RowsOf(g.Values[0]) > 1 || g.Values.Count(g.IsStored) != 1)) return null;
        if (fused.Groups.Sum(VectorOperations) > UnrollPolicy.WholeNetwork) return null;
        var shapes = fused.Groups.Select(g => new LinearShape(g, context)).ToList();
        KernelArgument[] arguments = [new(Binding.Pointer, "sample", fused.Graph.Input), new(Binding.Parameters, "p"), new(Binding.Pointer, "output", output)];
        var sizes = shapes.Select(s => s.Outputs).Prepend(shapes[0].Inputs).Select(s => LayerBuilder.Text(s));
        var name = $"Network_{string.Join("x", sizes)}";
        var summary = string.Join("; ", fused.Groups.Select(Formulas.Of)) + ", of one sample.";
        return new Kernel(name, summary, [.. arguments], context.Lanes.Select(lanes =>
            new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], Body(lanes))])));

        ImmutableArray<Statement> Body(int lanes)
        {
            var code = new Code();
            foreach (var group in fused.Groups.Where(g => g.Last != output)) code.Add(new LetBuffer(Buffer(group.Last), Panels.Padded(group.Last.Size)));
            for (var g = 0; g < shapes.Count; g++)
            {
                var (shape, group) = (shapes[g], fused.Groups[g]);
                code.Block(Formulas.Of(group), block =>
                {
                    foreach (var argument in shape.Arguments)
                    {
                        block.Add(new LetPointer(argument.Name, argument.Value!.Op is Parameter ? new Address("p", parameters.OffsetOf(argument.Value))
                            : argument.Value.Storage.Op is Input ? new Address("sample")
                            : argument.Value.Storage.Op is InputPart part ? new Address("sample", part.First)
                            : argument.Value == output ? new Address("output")
                            : new Address(Buffer(argument.Value.Storage))));
                    }
                    foreach (var pass in shape.AllPasses(lanes)) block.Block(null, tile => new RowProduct(shape, [pass], lanes).Emit(tile, unrolled: true));
                });
            }
            return code.Body;
        }
    }

    static string Buffer(Value value) => "buffer" + LayerBuilder.Text(value.Id);

    static long VectorOperations(Group group)
    {
        var epilogue = group.Values.Skip(1).Sum(v => UnrollPolicy.Cost(((Elementwise)v.Op).Body));
        // A vector of outputs is also begun, summed and stored.
        return (long)(group.Values[0].Inputs[0].Size + epilogue + 4) * (Panels.Padded(group.Last.Size) / VectorWidths.All.Lanes.Min());
    }
}
