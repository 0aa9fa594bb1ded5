using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// A term of each element of images, summed over samples and pixels for each channel, or over everything: a vector of channels is summed by one thread.
/// </summary>
static class ImageSumKernel
{
    /// <summary>The independent sums, which hide the latency of an addition.</summary>
    const int Chains = 4;

    public static Kernel Lower(Group group, SumSamples op, KernelContext context)
    {
        var result = group.Values[0];
        var layout = result.Inputs[0].Layout!;
        var names = result.Inputs.Distinct().Select((value, i) => (Value: value, Name: i == 0 ? "dy" : "x")).ToDictionary(p => p.Value, p => p.Name);
        var perChannel = result.Size == layout.Channels;
        if (!perChannel && result.Size != 1) throw new InvalidOperationException($"A sum of {result.Inputs[0].Shape} to {result.Shape} has no kernel.");
        KernelArgument[] arguments =
        [
            .. names.Select(p => new KernelArgument(Binding.Pointer, p.Value, p.Key)), new(Binding.Pointer, "y", result),
            new(Binding.Samples, "n"), new(Binding.Accumulate, "accumulate"), new(Binding.Worker, "worker"), new(Binding.Workers, "workers"),
        ];
        var name = context.NameOf($"SumSamples_{LayerBuilder.Text(layout.Channels)}x{LayerBuilder.Text(layout.Height)}x{LayerBuilder.Text(layout.Width)}"
            + (perChannel ? "" : "to1"), group, arguments);
        var summary = $"{Formulas.Of(group)}: {result.Inputs[0].Type} → {result.Type}.";
        return new Kernel(name, summary, [.. arguments], context.Lanes.Select(lanes =>
        {
            var code = new Code();
            if (perChannel) Channels(code, lanes);
            else All(code, lanes);
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        }));

        void Channels(Code code, int lanes)
        {
            var vectors = (layout.Channels + lanes - 1) / lanes;
            code.Add(new Split(vectors));
            code.For("part", "first", "last", 1, part =>
            {
                part.Add(new Integer($"nint c = part * {LayerBuilder.Text(lanes)}"));
                for (var chain = 0; chain < Chains; chain++) part.Let($"sum{chain}", Expr.Zero);
                Pixels(part, "c", lanes);
                part.If("accumulate", then => then.Add(new Set("sum0", new Local("sum0") + new Load(new Address("y", 0, "c")))));
                // What is summed of the channels' padding may be anything.
                var total = new Local("sum0");
                if (layout.Channels % lanes == 0) part.Add(new Store(new Address("y", 0, "c"), total));
                else if (vectors == 1) part.Add(new Store(new Address("y", 0, "c"), new FirstLanes(total, layout.Channels)));
                else part.If($"part < {LayerBuilder.Text(vectors - 1)}", then => then.Add(new Store(new Address("y", 0, "c"), total)),
                    otherwise => otherwise.Add(new Store(new Address("y", 0, "c"), new FirstLanes(total, layout.Channels % lanes))));
            });
        }

        void All(Code code, int lanes) => code.If("worker == 0", then =>
        {
            then.Let("total", Expr.Zero);
            then.For("c", "0", LayerBuilder.Text((layout.Channels + lanes - 1) / lanes * lanes), lanes, part =>
            {
                for (var chain = 0; chain < Chains; chain++) part.Let($"sum{chain}", Expr.Zero);
                Pixels(part, "c", lanes);
                var rest = layout.Channels % lanes;
                if (rest == 0) part.Add(new Set("total", new Local("total") + new Local("sum0")));
                else part.If($"c < {LayerBuilder.Text(layout.Channels - rest)}", inner => inner.Add(new Set("total", new Local("total") + new Local("sum0"))),
                    last => last.Add(new Set("total", new Local("total") + new FirstLanes(new Local("sum0"), rest))));
            });
            then.Add(new Set("total", new Across(Operator.Add, new Local("total"))));
            then.If("accumulate", again => again.Add(new Set("total", new Local("total") + new Splat(new Address("y")))));
            then.Add(new StoreScalar(new Address("y"), new Local("total")));
        });

        // Adds the terms of a vector of channels to the chains, and those to the first.
        void Pixels(Code part, string c, int lanes)
        {
            part.For("i", "0", "n", 1, sample => sample.For("row", "0", LayerBuilder.Text(layout.Height), 1, row =>
            {
                foreach (var (value, name) in names.Select(p => (p.Key, p.Value)))
                {
                    row.Add(new LetPointer(ImageLoop.Pixel(name), new Address($"{name} + i * {LayerBuilder.Text(context.Pitch(value))} + {c}", value.Layout!.Origin, "row", value.Layout.RowPitch)));
                }
                var whole = layout.Width / Chains;
                if (whole > 0) row.For("pixel", "0", LayerBuilder.Text(whole), 1, pixels => Terms(pixels, Chains));
                if (layout.Width % Chains > 0) Terms(row, layout.Width % Chains);
            }));
            for (var width = Chains / 2; width > 0; width /= 2)
            {
                for (var chain = 0; chain < width; chain++) part.Add(new Set($"sum{chain}", new Local($"sum{chain}") + new Local($"sum{chain + width}")));
            }
        }

        void Terms(Code code, int count)
        {
            for (var chain = 0; chain < count; chain++)
            {
                var term = code.Shared(op.Term.Rewrite(e => e is Argument a
                    ? new Load(new Address(ImageLoop.Pixel(names[result.Inputs[a.Index]]), (long)chain * result.Inputs[a.Index].Layout!.ChannelPitch))
                    : null));
                code.Add(new Set($"sum{chain}", new Local($"sum{chain}") + term));
            }
            foreach (var (value, name) in names.Select(p => (p.Key, p.Value))) code.Add(new Advance(ImageLoop.Pixel(name), (long)count * value.Layout!.ChannelPitch));
        }
    }
}
