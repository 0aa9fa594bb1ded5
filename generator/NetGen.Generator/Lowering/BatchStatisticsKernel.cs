using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>
/// What a batch normalisation knows of a channel from all samples: a vector of channels is handled by one thread, which takes the samples in order.
/// </summary>
static class BatchStatisticsKernel
{
    /// <summary>Mean, 1/σ, scale and shift of a batch, and the running statistics that follow it.</summary>
    public static Kernel Statistics(Group group, BatchMean op, KernelContext context)
    {
        var values = group.Values[0].Inputs[0];
        return new Builder(group, context, "BatchStatistics", [(values, op.OfMoments ? "moments" : "x")]).Build((code, count, channels) =>
        {
            channels.Sum(code, ["mean"], (body, row) => [row(values, 0)]);
            code.Add(new Set("mean", new Local("mean") / CountOf(1)));
            // Samples have equally many values, so that the squares of all are those within samples and those between their means (Chan et al. 1979).
            channels.Sum(code, op.OfMoments ? ["between", "squares"] : ["squares"], (body, row) =>
            {
                var difference = body.Let("difference", row(values, 0) - new Local("mean"));
                return op.OfMoments ? [difference * difference, row(values, 1)] : [difference * difference];
            });
            if (op.OfMoments) code.Add(new Set("squares", Expr.Fma(new Local("between"), op.Pixels, new Local("squares"))));
            code.Let("count", CountOf(op.Pixels));
            var known = new Dictionary<Value, Expr>();
            foreach (var value in group.Values)
            {
                known[value] = value.Op switch
                {
                    BatchMean => new Local("mean"),
                    InverseDeviation d => code.Let("deviation", Expr.One / Expr.Sqrt(new Local("squares") / new Local("count") + d.Epsilon)),
                    BatchScale => code.Let("scale", channels.Read(value.Inputs[2]) * known[value.Inputs[1]]),
                    BatchShift => code.Let("shift", Shift(channels, value, known)),
                    UpdateRunningMean u => Moved(channels.Read(value.Inputs[1]), new Local("mean"), u.Momentum),
                    UpdateRunningVariance u => Moved(channels.Read(value.Inputs[1]), new Local("squares") / (new Local("count") - Expr.One), u.Momentum),
                    _ => throw new InvalidOperationException($"{value.Op} is not one of a batch's statistics."),
                };
                if (value.Op is UpdateRunningMean or UpdateRunningVariance) channels.Store(code, value.Inputs[1], known[value], count);
                else if (group.IsStored(value)) channels.Store(code, value, known[value], count);
            }
        });
    }

    /// <summary>Scale and shift of inference.</summary>
    public static Kernel RunningScale(Group group, RunningScale op, KernelContext context) =>
        new Builder(group, context, "RunningScale", []).Build((code, count, channels) =>
        {
            var known = new Dictionary<Value, Expr>();
            foreach (var value in group.Values)
            {
                known[value] = value.Op is BatchShift ? code.Let("shift", Shift(channels, value, known)) : code.Let("scale", Scale(channels, value));
                if (group.IsStored(value)) channels.Store(code, value, known[value], count);
            }

            Expr Scale(Channels from, Value value)
            {
                var weight = value.Inputs.Length > 1 ? from.Read(value.Inputs[1]) : Expr.One;
                return weight / Expr.Sqrt(from.Read(value.Inputs[0]) + op.Epsilon);
            }
        });

    /// <summary>The gradients of bias and weight, and what the gradient of the input is made of.</summary>
    public static Kernel Gradients(Group group, BatchBiasGradient op, KernelContext context)
    {
        var inputs = group.Values[0].Inputs;
        (Value, string)[] sources = op.OfSums ? [(inputs[0], "sums")] : [(inputs[0], "dy"), (inputs[1], "x"), (inputs[2], "mean"), (inputs[3], "deviation")];
        return new Builder(group, context, "BatchGradients", sources).Build((code, count, channels) =>
        {
            if (!op.OfSums) code.Let("center", channels.Read(inputs[2]));
            channels.Sum(code, ["bias", "weight"], (body, row) =>
            {
                if (op.OfSums) return [row(inputs[0], 0), row(inputs[0], 1)];
                var dy = body.Let("dy_c", row(inputs[0], 0));
                return [dy, dy * (row(inputs[1], 0) - new Local("center"))];
            });
            if (!op.OfSums) code.Add(new Set("weight", new Local("weight") * channels.Read(inputs[3])));
            var (bias, weight) = (new Local("bias"), new Local("weight"));
            foreach (var value in group.Values)
            {
                if (value.Op is BatchInputFactor f)
                {
                    code.Let("factor", -(channels.Read(value.Inputs[3]) * channels.Read(value.Inputs[2]) * weight) / CountOf(f.Pixels));
                    channels.Store(code, value, new Local("factor"), count);
                }
                if (value.Op is BatchInputOffset o)
                {
                    var shared = channels.Read(value.Inputs[3]) * bias / CountOf(o.Pixels);
                    channels.Store(code, value, -shared - channels.Read(value.Inputs[2]) * new Local("factor"), count);
                }
            }
            foreach (var value in group.Values.Where(v => v.Op is NormalizedBiasGradient && group.IsStored(v)))
                code.If("!accumulate", then => channels.Store(then, value, Expr.Zero, count));
            // What reaches the input is this batch's alone; the gradients may be of several.
            foreach (var value in group.Values.Where(v => v.Op is BatchBiasGradient or BatchWeightGradient && group.IsStored(v)))
            {
                var sum = value.Op is BatchBiasGradient ? bias : weight;
                code.If("accumulate", then => then.Add(new Set(sum.Name, sum + channels.Read(value))));
                channels.Store(code, value, sum, count);
            }
        });
    }

    /// <summary>The number of values of a channel in formulas.</summary>
    public static string Count(int pixels) => pixels == 1 ? "n" : $"{LayerBuilder.Text(pixels)}n";

    static Expr CountOf(int pixels) => pixels == 1 ? new Converted("n") : new Converted("n") * pixels;

    static Expr Shift(Channels channels, Value value, Dictionary<Value, Expr> known)
    {
        var mean = known.TryGetValue(value.Inputs[1], out var inside) ? inside : channels.Read(value.Inputs[1]);
        var product = mean * known[value.Inputs[0]];
        return value.Inputs.Length > 2 ? channels.Read(value.Inputs[2]) - product : -product;
    }

    static Expr Moved(Expr running, Expr batch, float momentum) => running * (1 - momentum) + batch * momentum;

    /// <summary>What is done with channels: reading and writing their numbers, and sums over the samples.</summary>
    public abstract class Channels
    {
        public abstract Expr Read(Value value);

        public abstract void Store(Code code, Value value, Expr result, int? lanes);

        /// <summary>Declares sums, and adds to them for each sample the terms made of the sample's numbers.</summary>
        public abstract void Sum(Code code, ImmutableArray<string> sums, Func<Code, Func<Value, int, Expr>, Expr[]> terms);
    }

    /// <summary>A vector of channels.</summary>
    sealed class VectorOfChannels(KernelContext context, Dictionary<Value, string> names, int? count) : Channels
    {
        public override Expr Read(Value value) => new Load(new Address(names[value], 0, "channel"));

        public override void Store(Code code, Value value, Expr result, int? lanes) =>
            code.Add(new Store(new Address(names[value], 0, "channel"), lanes is { } c ? new FirstLanes(result, c) : result));

        public override void Sum(Code code, ImmutableArray<string> sums, Func<Code, Func<Value, int, Expr>, Expr[]> terms)
        {
            foreach (var sum in sums) code.Let(sum, Expr.Zero);
            code.For("i", "0", "n", 1, body =>
            {
                var rows = new Dictionary<Value, string>();
                // Vectors may be the caller's, who has nothing behind the last of them.
                var result = terms(body, (value, place) =>
                {
                    if (!rows.TryGetValue(value, out var row))
                    {
                        rows.Add(value, row = names[value] + "_i");
                        body.Add(new LetPointer(row, new Address(names[value], 0, "i", context.Pitch(value))));
                    }
                    return new Load(new Address(row, value.Layout?.At(0, place) ?? 0, "channel"), value.Layout is null ? count : null);
                });
                for (var s = 0; s < sums.Length; s++) body.Add(new Set(sums[s], new Local(sums[s]) + result[s]));
            });
        }
    }

    /// <summary>Gives a kernel its parameters, and its threads their channels.</summary>
    sealed class Builder(Group group, KernelContext context, string name, IEnumerable<(Value Value, string Name)> sources)
    {
        public Kernel Build(Action<Code, int?, Channels> body)
        {
            var names = sources.ToDictionary(s => s.Value, s => s.Name);
            foreach (var value in group.Inputs.Where(v => !v.Type.Batched && !names.ContainsKey(v))) names.Add(value, Identifier(value));
            foreach (var value in group.Values.Where(group.IsStored))
            {
                var prefix = value.Op is BatchBiasGradient or BatchWeightGradient or NormalizedBiasGradient ? "d" : "y";
                var own = $"{prefix}{char.ToUpperInvariant(Identifier(value)[0])}{Identifier(value).Substring(1)}";
                // Several sums with biases may meet in front of the normalisation.
                var unique = own;
                for (var i = 2; names.ContainsValue(unique); i++) unique = own + LayerBuilder.Text(i);
                names.Add(value, unique);
            }
            var (training, sums) = (context.Training, group.Values.Any(v => group.IsStored(v) && v.Op is BatchBiasGradient or BatchWeightGradient or NormalizedBiasGradient));
            if (context.Gpu is { } gpu) return gpu.Add(GpuChannelsKernel.Lower(group, name, names, sums, body));
            KernelArgument[] arguments =
            [
                .. names.Select(p => new KernelArgument(Binding.Pointer, p.Value, p.Key)),
                .. training ? [new(Binding.Samples, "n")] : Array.Empty<KernelArgument>(),
                .. sums ? [new(Binding.Accumulate, "accumulate")] : Array.Empty<KernelArgument>(),
                .. training ? [new(Binding.Worker, "worker"), new(Binding.Workers, "workers")] : Array.Empty<KernelArgument>(),
            ];
            var size = group.Last.Size;
            var title = context.NameOf($"{name}_{LayerBuilder.Text(size)}", group, arguments);
            var summary = $"{Formulas.Of(group)}, {group.Last.Type}.";
            return new Kernel(title, summary, [.. arguments], context.Lanes.Select(lanes =>
            {
                var code = new Code();
                var (vectors, rest) = ((size + lanes - 1) / lanes, size % lanes);
                if (training) code.Add(new Split(vectors));
                code.For("part", training ? "first" : "0", training ? "last" : LayerBuilder.Text(vectors), 1, part =>
                {
                    part.Add(new Integer($"nint channel = part * {LayerBuilder.Text(lanes)}"));
                    if (rest == 0) Vector(part, null);
                    else if (vectors == 1) Vector(part, rest);
                    else part.If($"part < {LayerBuilder.Text(vectors - 1)}", then => Vector(then, null), otherwise => Vector(otherwise, rest));
                });
                return new KernelVariant(lanes, [new KernelFunction(title, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
            }));

            void Vector(Code code, int? count) => body(code, count, new VectorOfChannels(context, names, count));
        }

        static string Identifier(Value value) => value.Op switch
        {
            Parameter { Role: ParameterRole.Normalization } => "weight",
            Parameter { Role: ParameterRole.Bias } => "bias",
            Parameter p => p.FullName.EndsWith("mean", StringComparison.Ordinal) ? "runningMean" : "runningVariance",
            BatchMean => "mean",
            InverseDeviation => "deviation",
            BatchScale or Ops.RunningScale => "scale",
            BatchShift => "shift",
            BatchBiasGradient => "bias",
            BatchWeightGradient => "weight",
            NormalizedBiasGradient => "normalizedBias",
            BatchInputFactor => "factor",
            BatchInputOffset => "offset",
            _ => throw new InvalidOperationException($"{value.Op} is not one of a batch's statistics."),
        };
    }
}
