using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>A loss and its gradient in one pass over the output.</summary>
static class LossKernel
{
    /// <summary>Cross-entropy and NLL: the label picks one element of a sample, or of each of its rows, whose losses are then summed.</summary>
    public static Kernel Labels(Group group, LabelLoss op, KernelContext context)
    {
        if (context.Gpu is { } gpu) return gpu.Add(GpuLossKernel.Labels(group, op));
        var (loss, gradient) = Results(group);
        var (x, target) = (loss.Inputs[0], loss.Inputs[1]);
        var classes = x.Shape.Last;
        var rows = x.Size / classes;
        var (px, pdx) = rows == 1 ? ("x_i", "dx_i") : ("x_r", "dx_r");
        return Build(group, context, $"{op}_{(rows == 1 ? "" : LayerBuilder.Text(rows) + "x")}{LayerBuilder.Text(classes)}", (sample, lanes) =>
        {
            sample.Add(new LetPointer("x_i", new Address("x", 0, "i", context.Pitch(x))));
            if (gradient is not null) sample.Add(new LetPointer("dx_i", new Address("dx", 0, "i", context.Pitch(gradient))));
            if (rows == 1)
            {
                sample.Add(new LetInt("label", new Address("target", 0, "i")));
                Row(sample);
                return;
            }
            sample.Let("losses", Expr.Zero);
            sample.For("r", "0", LayerBuilder.Text(rows), 1, row =>
            {
                row.Add(new LetPointer("x_r", new Address("x_i", 0, "r", classes)));
                if (gradient is not null) row.Add(new LetPointer("dx_r", new Address("dx_i", 0, "r", classes)));
                row.Add(new Integer($"int label = target[i * {LayerBuilder.Text(rows)} + r]"));
                Row(row);
            });
            sample.Add(Penalized(loss, context, new Local("losses")));

            void Row(Code row) => row.If($"label == {LayerBuilder.Text(op.IgnoreIndex)}", ignored =>
            {
                if (rows == 1) ignored.Add(Loss(Expr.Zero));
                Gradient(ignored, (_, _) => Expr.Zero);
            }, counted =>
            {
                var chosen = new Splat(new Address(px, 0, "label"));
                if (!op.Logits)
                {
                    counted.Add(Loss(-chosen));
                    Gradient(counted, (_, _) => Expr.Zero);
                    if (gradient is not null) counted.Add(new StoreScalar(new Address(pdx, 0, "label"), -new Scalar("scale")));
                    return;
                }
                var max = Reduce(counted, "max", Operator.Max, (j, offset, count) => new Load(new Address(px, offset, j), count, float.NegativeInfinity));
                var sum = Reduce(counted, "sum", Operator.Add, (j, offset, count) => Expr.Exp(new Load(new Address(px, offset, j), count, float.NegativeInfinity) - max));
                // Logits relative to their maximum: added to the logarithm of the sum, a large maximum would round that away.
                var logSum = counted.Let("logSum", Expr.Log(sum));
                var (hard, spread) = (1 - op.Smoothing, op.Smoothing / classes);
                var value = op.Smoothing == 0 ? logSum - (chosen - max)
                    : logSum - (chosen - max) * hard - Reduce(counted, "total", Operator.Add, Relative) * spread;
                counted.Add(Loss(value));
                if (gradient is null) return;
                var factor = counted.Let("factor", new Scalar("scale") / sum);
                Gradient(counted, (address, count) =>
                {
                    var share = Expr.Exp(new Load(address, count) - max) * factor;
                    return op.Smoothing == 0 ? share : share - new Scalar("scale") * spread;
                });
                counted.Add(new StoreScalar(new Address(pdx, 0, "label"), new Splat(new Address(pdx, 0, "label")) - new Scalar("scale") * hard));
            });

            Statement Loss(Expr value) => rows == 1 ? Penalized(loss, context, value) : new Set("losses", new Local("losses") + value);

            Expr Relative(string? j, int offset, int? count)
            {
                var difference = new Load(new Address(px, offset, j), count) - new Local("max");
                return count is { } c ? new FirstLanes(difference, c) : difference;
            }

            void Gradient(Code code, Func<Address, int?, Expr> value)
            {
                if (gradient is null) return;
                new VectorLoop(classes, lanes).Emit(code, (body, j, offset, count) =>
                {
                    var (address, result) = (new Address(pdx, offset, j), value(new Address(px, offset, j), count));
                    // What follows a row that isn't the sample's only one is the next.
                    body.Add(rows == 1 ? Epilogue.StoreOf(context, gradient, address, result, count) : new Store(address, result, count));
                });
            }

            Expr Reduce(Code code, string name, Operator operation, Func<string?, int, int?, Expr> term)
            {
                code.Let(name, operation == Operator.Max ? new Number(float.NegativeInfinity) : Expr.Zero);
                new VectorLoop(classes, lanes).Emit(code, (body, j, offset, count) => body.Add(new Set(name, new Binary(operation, new Local(name), term(j, offset, count)))));
                code.Add(new Set(name, new Across(operation, new Local(name))));
                return new Local(name);
            }
        });
    }

    /// <summary>A loss that is a sum over the elements.</summary>
    public static Kernel Elementwise(Group group, ElementwiseLoss op, KernelContext context)
    {
        if (context.Gpu is { } gpu) return gpu.Add(GpuLossKernel.Elementwise(group, op));
        var (loss, gradient) = Results(group);
        var (x, target) = (loss.Inputs[0], loss.Inputs[1]);
        var share = op.MeanOfElements ? 1f / x.Size : 1;
        return Build(group, context, $"{(op.IsSum ? "OutputGradient" : op.Symbol.ToUpperInvariant())}_{LayerBuilder.Text(x.Size)}", (sample, lanes) =>
        {
            sample.Add(new LetPointer("x_i", new Address("x", 0, "i", context.Pitch(x))));
            sample.Add(new LetPointer("target_i", new Address("target", 0, "i", context.Pitch(target))));
            if (gradient is not null) sample.Add(new LetPointer("dx_i", new Address("dx", 0, "i", context.Pitch(gradient))));
            sample.Let("sum", Expr.Zero);
            new VectorLoop(x.Size, lanes).Emit(sample, (body, j, offset, count) =>
            {
                var suffix = j ?? LayerBuilder.Text(offset);
                Expr[] operands = [body.Let($"x_{suffix}", new Load(new Address("x_i", offset, j), count)), body.Let($"t_{suffix}", new Load(new Address("target_i", offset, j), count))];
                Expr Bound(Expr e) => body.Shared(e.Rewrite(part => part is Argument a ? operands[a.Index] : null));
                var term = Bound(op.Term);
                body.Add(new Set("sum", new Local("sum") + (count is { } c ? new FirstLanes(term, c) : term)));
                if (gradient is null) return;
                var scale = share == 1 ? new Scalar("scale") : new Scalar("scale") * share;
                body.Add(Epilogue.StoreOf(context, gradient, new Address("dx_i", offset, j), Bound(op.TermGradient) * scale, count));
            });
            var total = new Across(Operator.Add, new Local("sum"));
            sample.Add(Penalized(loss, context, share == 1 ? total : total * share));
        });
    }

    /// <summary>Each sample's share of the mean loss.</summary>
    public static Kernel PenaltyGradient(Group group, KernelContext context)
    {
        if (context.Gpu is { } gpu) return gpu.Add(GpuLossKernel.PenaltyGradient(group));
        var result = group.Values[0];
        ImmutableArray<KernelArgument> arguments = [new(Binding.Pointer, "dx", result), new(Binding.Rows, "n"), new(Binding.Scale, "scale")];
        var name = context.NameOf("PenaltyGradient", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        var code = new Code();
        code.For("i", "0", "n", 1, sample => sample.Add(new StoreScalar(new Address("dx", 0, "i", context.Pitch(result)), new Scalar("scale"))));
        return new Kernel(name, summary, arguments, context.Lanes.Select(lanes =>
            new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)])));
    }

    /// <summary>A sample's loss, with what layers add to it.</summary>
    static StoreScalar Penalized(Value loss, KernelContext context, Expr value) => new(new Address("loss", 0, "i"),
        Penalties(loss).Aggregate(value, (sum, penalty) => sum + new Splat(new Address(penalty.Name, 0, "i", context.Pitch(penalty.Value)))));

    static IEnumerable<(string Name, Value Value)> Penalties(Value loss) => loss.Inputs.Skip(2).Select((value, i) => ($"penalty{LayerBuilder.Text(i)}", value));

    static (Value Loss, Value? Gradient) Results(Group group) => (group.Values[0], group.Values.FirstOrDefault(v => v.Op is LossGradient));

    static Kernel Build(Group group, KernelContext context, string name, Action<Code, int> emit)
    {
        var (loss, gradient) = Results(group);
        ImmutableArray<KernelArgument> arguments =
        [
            new(Binding.Pointer, "x", loss.Inputs[0]), new(Binding.Pointer, "target", loss.Inputs[1]), new(Binding.Pointer, "loss", loss),
            .. Penalties(loss).Select(penalty => new KernelArgument(Binding.Pointer, penalty.Name, penalty.Value)),
            .. gradient is null ? Array.Empty<KernelArgument>() : [new(Binding.Pointer, "dx", gradient)],
            new(Binding.Rows, "n"), new(Binding.Scale, "scale"),
        ];
        name = context.NameOf(name, group, arguments);
        var summary = $"{loss.Name} = {loss.Op.Formula(loss, [.. loss.Inputs.Select(v => v.Storage.Name)])}{(gradient is null ? "" : $", and its gradient {gradient.Name}")}.";
        return new Kernel(name, summary, arguments, context.Lanes.Select(lanes =>
        {
            var code = new Code();
            code.For("i", "0", "n", 1, sample => emit(sample, lanes));
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        }));
    }
}
