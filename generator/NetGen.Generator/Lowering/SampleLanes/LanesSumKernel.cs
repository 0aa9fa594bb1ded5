using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.SampleLanes;

/// <summary>A term of each element of images whose samples lie together, summed over samples and pixels for each channel, by one thread each.</summary>
static class LanesSumKernel
{
    /// <summary>The independent sums, which hide the latency of an addition.</summary>
    const int Chains = 4;

    public static Kernel Lower(Group group, SumSamples op, KernelContext context)
    {
        var result = group.Values[0];
        var layout = result.Inputs[0].Layout!;
        var names = result.Inputs.Distinct().Select((value, i) => (Value: value, Name: i == 0 ? "dy" : "x")).ToDictionary(p => p.Value, p => p.Name);
        KernelArgument[] arguments =
        [
            .. names.Select(p => new KernelArgument(Binding.Pointer, p.Value, p.Key)), new(Binding.Pointer, "y", result),
            new(Binding.Samples, "n"), new(Binding.Accumulate, "accumulate"), new(Binding.Worker, "worker"), new(Binding.Workers, "workers"),
        ];
        var name = context.NameOf($"SumSamples_{string.Join("x", result.Inputs[0].Shape.Axes.Select(a => LayerBuilder.Text(a)))}", group, arguments);
        var summary = $"{Formulas.Of(group)}: {result.Inputs[0].Type} → {result.Type}.";
        return new Kernel(name, summary, [.. arguments], context.Lanes.Select(lanes =>
        {
            var code = new Code();
            code.Add(new Split(layout.Planes));
            code.For("channel", "first", "last", 1, channel =>
            {
                for (var chain = 0; chain < Chains; chain++) channel.Let(Sum(chain).Name, Expr.Zero);
                channel.For("i", "0", "n", Layout.LanesWidth, together =>
                {
                    foreach (var (value, pointer) in names.Select(p => (p.Key, p.Value)))
                    {
                        together.Add(new LetPointer(pointer + "_i", new Address(pointer, 0, $"i * {LayerBuilder.Text(value.Layout!.Floats)} + channel * {LayerBuilder.Text(value.Layout.ImageFloats)}")));
                    }
                    var vectors = layout.ImageFloats / lanes;
                    if (vectors >= Chains) together.For("j", "0", LayerBuilder.Text(vectors / Chains * Chains * lanes), Chains * lanes, loop => Terms(loop, "j", 0, Chains));
                    Terms(together, null, vectors / Chains * Chains, vectors % Chains);

                    void Terms(Code body, string? index, int first, int count)
                    {
                        for (var chain = 0; chain < count; chain++)
                        {
                            var offset = (first + chain) * lanes;
                            var term = body.Shared(op.Term.Rewrite(e => e is Argument a ? new Load(new Address(names[result.Inputs[a.Index]] + "_i", offset, index)) : null));
                            body.Add(new Set(Sum(chain).Name, Sum(chain) + term));
                        }
                    }
                });
                channel.Add(new Set("sum0", new Across(Operator.Add, (Sum(0) + Sum(1)) + (Sum(2) + Sum(3)))));
                channel.If("accumulate", then => then.Add(new Set("sum0", Sum(0) + new Splat(new Address("y", 0, "channel")))));
                channel.Add(new StoreScalar(new Address("y", 0, "channel"), Sum(0)));
            });
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        }));

        static Local Sum(int chain) => new($"sum{LayerBuilder.Text(chain)}");
    }
}
