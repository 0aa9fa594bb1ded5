using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Recurrent;

/// <summary>
/// The products of the inputs that a recurrence of one sample reads, which are as many as its states, computed by its own kernel: some positions' before the
/// first one, the others' a few positions ahead, together with the products of the states. Those wait for weights from the second-level cache, and leave the
/// arithmetic units half of the time for these, whose weights serve several positions.
/// </summary>
sealed class InputProducts
{
    /// <summary>The positions whose products are computed together.</summary>
    const int Rows = UnrollPolicy.LeastTile;

    const string Results = "x";

    readonly Recurrence op;
    readonly LinearShape linear;
    readonly int first;

    /// <param name="group">The products of the inputs.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="op">The recurrence.</param>
    public InputProducts(Group group, KernelContext context, Recurrence op)
    {
        this.op = op;
        linear = new LinearShape(group, context);
        // As many as make the others whole tiles, of which one is there before it is read.
        first = Rows + 1 + (linear.Rows - Rows - 1) % Rows;
    }

    /// <summary>Its operands beside the recurrence's, which has the results' pointer.</summary>
    public IEnumerable<KernelArgument> Arguments => linear.Arguments.Where(a => NameOf(a.Name) != Results).Select(a => a with { Name = NameOf(a.Name) });

    /// <summary>What the recurrence's kernel calls an operand.</summary>
    static string NameOf(string operand) => operand switch { "x" => "inputs", "w" => "w_ih", "bias" => "bias_ih", _ => Results };

    /// <summary>Whether registers hold a tile of these products beside the sums of the states'.</summary>
    bool GoTogether(int lanes) => lanes >= 16 && op.Gates <= PanelProduct.Together(lanes);

    /// <summary>Writes the products of the first positions, for a worker's panels; of all, where there are too few registers for both.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="functions">Collects functions.</param>
    /// <param name="lanes">The lanes of a vector.</param>
    public void Begin(Code code, List<KernelFunction> functions, int lanes)
    {
        var rows = GoTogether(lanes) ? first : linear.Rows;
        var from = op.Reverse ? linear.Rows - rows : 0;
        code.For("panel", "first", "last", 1, panel =>
        {
            for (var gate = 0; gate < op.Gates; gate++)
            {
                foreach (var pass in LinearShape.Passes(Panels.Width, null, lanes, "panel", gate * op.Hidden / Panels.Width, 1))
                {
                    panel.Add(new Invoke(LinearKernel.RowsOf(functions, linear, pass, lanes),
                        [.. linear.PassArguments(pass).Cast<Address>().Zip(linear.Arguments, (address, a) => (object)Renamed(address, a.Value!, from)), LayerBuilder.Text(rows)]));
                }
            }
        });
    }

    static Address Renamed(Address address, Value value, int row) => address with
    {
        Pointer = NameOf(address.Pointer),
        Offset = address.Offset + (value.Type.Batched ? (long)row * value.Shape.Last : 0),
    };

    /// <summary>Writes which positions' products come with this step's, and of which gate.</summary>
    public void BeginPosition(Code step, int lanes)
    {
        if (!GoTogether(lanes)) return;
        var tile = LayerBuilder.Text(Rows);
        step.Add(new Integer($"nint ahead = {LayerBuilder.Text(first)} + (step - 1) / {tile} * {tile}"));
        step.Add(new Integer($"nint gate = (step - 1) % {tile}"));
        step.Add(new Integer($"bool computes = step > 0 && ahead < {LayerBuilder.Text(linear.Rows)}{(op.Gates < Rows ? $" && gate < {LayerBuilder.Text(op.Gates)}" : "")}"));
        if (op.Reverse) step.Add(new Integer($"ahead = {LayerBuilder.Text(linear.Rows - Rows)} - ahead"));
    }

    /// <summary>Writes the product of the states for a panel of each gate, where it is due with that of some inputs for a panel of one.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="product">The product of the states.</param>
    /// <param name="functions">Gives a function by its name, what its body depends on, and its body.</param>
    /// <param name="lanes">The lanes of a vector.</param>
    /// <param name="x">The states.</param>
    /// <param name="inner">How many of them count, all or none.</param>
    public void EmitPanelOfEach(Code code, PanelProduct product, Func<string, object, Func<string, KernelFunction>, string> functions, int lanes, Address x, string inner)
    {
        if (!GoTogether(lanes)) Alone(code);
        else code.If("computes", Both, Alone);

        void Alone(Code target) => product.EmitPanelOfEach(target, op.Gates, functions, lanes, x, inner, "panel");

        void Both(Code target)
        {
            var columns = LayerBuilder.Text(op.Hidden);
            target.Add(new Invoke(Together(product, functions, lanes),
            [
                .. product.PanelOfEach(x, "panel"), new Address("inputs", 0, "ahead", linear.Inputs),
                new Address($"w_ih + gate * {LayerBuilder.Text((long)op.Hidden * linear.Inputs)}", 0, "panel", (long)Panels.Width * linear.Inputs),
                .. linear.HasBias ? [new Address($"bias_ih + gate * {columns}", 0, "panel", Panels.Width)] : Array.Empty<object>(),
                new Address($"{Results} + ahead * {LayerBuilder.Text(linear.Outputs)} + gate * {columns}", 0, "panel", Panels.Width),
            ]));
        }
    }

    string Together(PanelProduct product, Func<string, object, Func<string, KernelFunction>, string> functions, int lanes)
    {
        var states = new PanelTile(product, 1, lanes, op.Gates, Panels.Width / lanes, Panels.Width, op.Hidden);
        var inputs = new RegisterTile(Rows, Panels.Width / lanes, "s");
        var name = $"{states.Name}_{LayerBuilder.Text(Rows)}x{LayerBuilder.Text(Panels.Width)}";
        return functions(name, (states.Signature, linear.HasBias), unique =>
        {
            var code = new Code();
            states.Begin(code);
            inputs.Begin(code, v => linear.HasBias ? new Load(new Address("bias_ih", v * lanes)) : Expr.Zero);
            code.Walk("x", LayerBuilder.Text(op.Hidden), 1, [("w", Panels.Width), ("inputs", 1), ("w_ih", Panels.Width)], step =>
            {
                states.Step(step);
                inputs.Step(step, "w_ih", v => new Load(new Address("w_ih", v * lanes)), "input", r => new Address("inputs", (long)r * linear.Inputs));
            });
            states.Finish(code);
            inputs.Store(code, (r, v) => new Address("sums", (long)r * linear.Outputs + v * lanes));
            return new KernelFunction(unique, $"{states.Summary.TrimEnd('.')}, and {LayerBuilder.Text(Rows)} positions' inputs × {LayerBuilder.Text(Panels.Width)} outputs.",
            [
                .. states.Parameters, new(ParameterType.Floats, "inputs"), new(ParameterType.Floats, "w_ih"),
                .. linear.HasBias ? [new KernelParameter(ParameterType.Floats, "bias_ih")] : Array.Empty<KernelParameter>(), new(ParameterType.Floats, "sums"),
            ], code.Body);
        });
    }
}
