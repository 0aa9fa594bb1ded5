using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>A loss and its gradient in one kernel: a thread has a sample with few outputs to itself, a group shares one with many.</summary>
static class GpuLossKernel
{
    /// <summary>Cross-entropy and NLL: the label picks one element of a sample, or of each of its rows, whose losses are then summed.</summary>
    public static GpuKernel Labels(Group group, LabelLoss op)
    {
        var (loss, gradient) = Results(group);
        var classes = loss.Inputs[0].Shape.Last;
        var rows = loss.Inputs[0].Size / classes;
        var line = rows == 1 ? "row" : "line";
        return Build(group, $"{op}_{(rows == 1 ? "" : LayerBuilder.Text(rows) + "x")}{LayerBuilder.Text(classes)}", classes, (code, shared) =>
        {
            if (rows == 1)
            {
                Line(code, shared, value => Loss(code, loss, shared, value));
                return;
            }
            code.Let("losses", Expr.Zero);
            // As many for all threads of a group, which meet at the barriers of each.
            code.For("t", "0", LayerBuilder.Text(rows), 1, body =>
            {
                body.Add(new Integer($"int line = row * {LayerBuilder.Text(rows)} + t"));
                Line(body, shared, value => body.Add(new Set("losses", new Local("losses") + value)));
            });
            Loss(code, loss, shared, new Local("losses"));
        });

        // The loss of a row, and its gradient.
        void Line(Code code, bool shared, Action<Expr> take)
        {
            code.Add(new LetInt("label", new Address("target", 0, line)));
            // A label that doesn't count may be outside of the row, which is read nevertheless.
            code.Add(new Integer($"bool counts = label != {LayerBuilder.Text(op.IgnoreIndex)}"));
            code.Add(new Integer("int chosen = counts ? label : 0"));
            code.Add(new Integer("float share = counts ? scale : 0f"));
            var place = new Load(new Address("x", 0, $"{line} * {LayerBuilder.Text(classes)} + chosen"));
            if (!op.Logits)
            {
                take(new Conditional("counts", -place));
                Gradient(code, shared, (_, j) => new Conditional($"counts && {j} == chosen", -new Scalar("share")));
                return;
            }
            var max = Reduce(code, shared, "max", Operator.Max, j => X(j));
            var sum = Reduce(code, shared, "sum", Operator.Add, j => Expr.Exp(X(j) - max));
            // Logits relative to their maximum: added to the logarithm of the sum, a large maximum would round that away.
            var logSum = code.Let("logSum", Expr.Log(sum));
            var (hard, spread) = (1 - op.Smoothing, op.Smoothing / classes);
            var value = op.Smoothing == 0 ? logSum - (place - max)
                : logSum - (place - max) * hard - Reduce(code, shared, "total", Operator.Add, j => X(j) - max) * spread;
            take(new Conditional("counts", value));
            if (gradient is null) return;
            var factor = code.Let("factor", new Scalar("share") / sum);
            Gradient(code, shared, (body, j) =>
            {
                var part = Expr.Exp(X(j) - max) * factor;
                if (op.Smoothing != 0) part -= new Scalar("share") * spread;
                return part - new Conditional($"{j} == chosen", new Scalar("share") * hard);
            });
        }

        Expr X(string j) => new Load(new Address("x", 0, $"{line} * {LayerBuilder.Text(classes)} + {j}"));

        void Gradient(Code code, bool shared, Func<Code, string, Expr> value)
        {
            if (gradient is null) return;
            Loop(code, shared, classes, "k", (body, j) => body.Add(new StoreScalar(new Address("dx", 0, $"{line} * {LayerBuilder.Text(classes)} + {j}"), value(body, j))));
        }

        Expr Reduce(Code code, bool shared, string name, Operator operation, Func<string, Expr> term)
        {
            code.Let(name, operation == Operator.Max ? new Number(float.NegativeInfinity) : Expr.Zero);
            Loop(code, shared, classes, "j", (body, j) => body.Add(new Set(name, new Binary(operation, new Local(name), term(j)))));
            if (shared) GpuReduction.Across(code, name, operation);
            return new Local(name);
        }
    }

    /// <summary>A loss that is a sum over the elements.</summary>
    public static GpuKernel Elementwise(Group group, ElementwiseLoss op)
    {
        var (loss, gradient) = Results(group);
        var size = loss.Inputs[0].Size;
        var share = op.MeanOfElements ? 1f / size : 1;
        return Build(group, $"{(op.IsSum ? "OutputGradient" : op.Symbol.ToUpperInvariant())}_{LayerBuilder.Text(size)}", size, (code, shared) =>
        {
            code.Let("sum", Expr.Zero);
            Loop(code, shared, size, "j", (body, j) =>
            {
                body.Add(new Integer($"int index = row * {LayerBuilder.Text(size)} + {j}"));
                Expr[] operands = [body.Let("x_j", new Load(new Address("x", 0, "index"))), body.Let("t_j", new Load(new Address("target", 0, "index")))];
                Expr Bound(Expr e) => body.Shared(e.Rewrite(part => part is Argument a ? operands[a.Index] : null));
                body.Add(new Set("sum", new Local("sum") + Bound(op.Term)));
                if (gradient is null) return;
                body.Add(new StoreScalar(new Address("dx", 0, "index"), Bound(op.TermGradient) * (share == 1 ? new Scalar("scale") : new Scalar("scale") * share)));
            });
            if (shared) GpuReduction.Across(code, "sum", Operator.Add);
            Loss(code, loss, shared, share == 1 ? new Local("sum") : new Local("sum") * share);
        });
    }

    /// <summary>Each sample's share of the mean loss.</summary>
    public static GpuKernel PenaltyGradient(Group group)
    {
        var result = group.Values[0];
        var code = new Code();
        code.Add(new LetIndex("group", GpuIndex.GroupX));
        code.Add(new LetIndex("thread", GpuIndex.ThreadX));
        code.Add(new Integer($"int i = group * {LayerBuilder.Text(GpuPolicy.GroupThreads)} + thread"));
        code.If("i < n", then => then.Add(new StoreScalar(new Address("dx", 0, "i"), new Scalar("scale"))));
        return new GpuKernel("PenaltyGradient", $"{Formulas.Of(group)}, {result.Type}.", group,
            [new(Binding.Pointer, "dx", result), new(Binding.Samples, "n"), new(Binding.Scale, "scale")],
            GpuGrid.Of("n", GpuPolicy.GroupThreads), (GpuPolicy.GroupThreads, 1), code.Body);
    }

    /// <summary>Stores a sample's loss, with what layers add to it.</summary>
    static void Loss(Code code, Value loss, bool shared, Expr value)
    {
        value = Penalties(loss).Aggregate(value, (sum, penalty) => sum + new Load(new Address(penalty.Name, 0, "row")));
        var store = new StoreScalar(new Address("loss", 0, "row"), value);
        if (shared) code.If("thread == 0", then => then.Add(store));
        else code.Add(store);
    }

    static void Loop(Code code, bool shared, int length, string index, Action<Code, string> body) =>
        code.For(index, shared ? "thread" : "0", LayerBuilder.Text(length), shared ? GpuPolicy.GroupThreads : 1, loop => body(loop, index));

    static IEnumerable<(string Name, Value Value)> Penalties(Value loss) => loss.Inputs.Skip(2).Select((value, i) => ($"penalty{LayerBuilder.Text(i)}", value));

    static (Value Loss, Value? Gradient) Results(Group group) => (group.Values[0], group.Values.FirstOrDefault(v => v.Op is LossGradient));

    static GpuKernel Build(Group group, string name, int length, Action<Code, bool> body)
    {
        var (loss, gradient) = Results(group);
        ImmutableArray<KernelArgument> arguments =
        [
            new(Binding.Pointer, "x", loss.Inputs[0]), new(Binding.Pointer, "target", loss.Inputs[1]), new(Binding.Pointer, "loss", loss),
            .. Penalties(loss).Select(penalty => new KernelArgument(Binding.Pointer, penalty.Name, penalty.Value)),
            .. gradient is null ? Array.Empty<KernelArgument>() : [new(Binding.Pointer, "dx", gradient)],
            new(Binding.Samples, "n"), new(Binding.Scale, "scale"),
        ];
        var summary = $"{loss.Name} = {loss.Op.Formula(loss, [.. loss.Inputs.Select(v => v.Storage.Name)])}{(gradient is null ? "" : $", and its gradient {gradient.Name}")}.";
        return GpuRowKernel.Build(group, name, summary, arguments, 1, length, body);
    }
}
