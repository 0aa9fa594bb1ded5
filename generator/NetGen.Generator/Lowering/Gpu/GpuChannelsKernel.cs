using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>What a batch normalisation knows of a channel from all samples: a group of threads has a channel, and shares its samples.</summary>
static class GpuChannelsKernel
{
    public static GpuKernel Lower(Group group, string name, Dictionary<Value, string> names, bool accumulates, Action<Code, int?, BatchStatisticsKernel.Channels> body)
    {
        var code = new Code();
        code.Add(new LetIndex("channel", GpuIndex.GroupX));
        code.Add(new LetIndex("thread", GpuIndex.ThreadX));
        body(code, null, new Channel(names));
        var size = LayerBuilder.Text(group.Last.Size);
        return new GpuKernel($"{name}_{size}", $"{Formulas.Of(group)}, {group.Last.Type}.", group,
            [
                .. names.Select(p => new KernelArgument(Binding.Pointer, p.Value, p.Key)), new(Binding.Samples, "n"),
                .. accumulates ? [new(Binding.Accumulate, "accumulate")] : Array.Empty<KernelArgument>(),
            ],
            new GpuGrid(size), (GpuPolicy.GroupThreads, 1), GpuReduction.Body(code));
    }

    /// <summary>A channel, of which all threads of a group know the same.</summary>
    sealed class Channel(Dictionary<Value, string> names) : BatchStatisticsKernel.Channels
    {
        int loops;

        public override Expr Read(Value value) => new Load(new Address(names[value], 0, "channel"));

        public override void Store(Code code, Value value, Expr result, int? lanes) =>
            code.If("thread == 0", then => then.Add(new StoreScalar(new Address(names[value], 0, "channel"), result)));

        public override void Sum(Code code, ImmutableArray<string> sums, Func<Code, Func<Value, int, Expr>, Expr[]> terms)
        {
            foreach (var sum in sums) code.Let(sum, Expr.Zero);
            var sample = "i" + (loops++ == 0 ? "" : LayerBuilder.Text(loops));
            code.For(sample, "thread", "n", GpuPolicy.GroupThreads, body =>
            {
                // Numbers of a sample's channels lie side by side.
                var result = terms(body, (value, place) =>
                    new Load(new Address(names[value], place, $"({sample} * {LayerBuilder.Text(value.Shape.Axes[0])} + channel)", value.Size / value.Shape.Axes[0])));
                for (var s = 0; s < sums.Length; s++) body.Add(new Set(sums[s], new Local(sums[s]) + result[s]));
            });
            foreach (var sum in sums) GpuReduction.Across(code, sum, Operator.Add);
        }
    }
}
