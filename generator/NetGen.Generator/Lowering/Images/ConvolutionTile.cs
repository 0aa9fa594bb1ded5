using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// A tile of a convolution: some pixels by some outputs, whose sums stay in registers. The strides of its pixels in the input are part of it. The
/// sizes of kernel and image, the channels that are summed and the strides of results are parameters, so that convolutions of different layers have
/// the same tiles.
/// </summary>
sealed class ConvolutionTile
{
    readonly ConvolutionOperands operands;
    readonly ConvolutionPlan plan;
    readonly ConvolutionPhase phase;
    readonly ConvolutionPass pass;
    readonly int lanes, vectors, height, width;
    readonly RegisterTile sums;
    readonly Steps input;
    readonly ImmutableArray<(string Name, Steps Steps)> results;

    /// <param name="operands">The operands.</param>
    /// <param name="plan">What is summed.</param>
    /// <param name="grid">The tiles of the results' phase.</param>
    /// <param name="pass">The outputs.</param>
    /// <param name="height">The rows of pixels.</param>
    /// <param name="width">The pixels of a row.</param>
    /// <param name="lanes">The lanes of vectors.</param>
    public ConvolutionTile(ConvolutionOperands operands, ConvolutionPlan plan, TileGrid grid, ConvolutionPass pass, int height, int width, int lanes)
    {
        (this.operands, this.plan, phase, this.pass, this.lanes) = (operands, plan, plan.Phases[pass.Phase], pass, lanes);
        vectors = pass.Vectors(lanes);
        // A column of pixels is no different from a row of them.
        var column = width == 1;
        (this.height, this.width) = column ? (1, height) : (height, width);
        sums = new RegisterTile(Pixels, vectors);
        input = StepsOf(grid.Input);
        results = [.. operands.Results.Select(v => (operands.Epilogue.NameOf(v), StepsOf(grid.Of(v.Layout!))))];

        Steps StepsOf((int First, int Row, int Column) place) => column ? new(0, place.Row) : new(height > 1 ? place.Row : 0, place.Column);
    }

    int Pixels => height * width;

    // In a group other channels follow the last, and nothing may be read or written there.
    bool Exact => plan.Groups > 1;

    int ColumnStep => phase.Columns.Step * operands.X.Layout!.ChannelPitch;

    /// <summary>Whether a row of places is one run, because their channels follow each other.</summary>
    bool Joined => phase.Columns.Places == 1 || ColumnStep == plan.Inputs;

    /// <summary>The inputs that follow each other in memory and in the weights.</summary>
    int Run => Joined ? phase.Columns.Places * plan.Inputs : plan.Inputs;

    bool Unrolled => Run * Pixels * vectors <= UnrollPolicy.ConvolutionRun;

    bool BringsNextWeights => !Unrolled && UnrollPolicy.BringsNextPanel(Run);

    bool IsEmpty => vectors == 0 || phase.Places == 0;

    /// <summary>The parameters besides the operands, with their values for this convolution.</summary>
    public IEnumerable<(string Name, long Value)> Sizes
    {
        get
        {
            if (!IsEmpty)
            {
                yield return ("rows", phase.Rows.Places);
                yield return ("pitch", (long)phase.Rows.Step * operands.X.Layout!.RowPitch);
                if (!Unrolled) yield return ("run", Run);
            }
            foreach (var (name, steps) in results)
            {
                if (width > 1) yield return (name + "Step", steps.Column);
                // From behind a row's last pixel to the first of the next.
                if (height > 1) yield return (name + "Row", steps.Row - (width - 1) * steps.Column);
            }
        }
    }

    public KernelFunction Function => operands.Functions.Get(lanes, Name, Signature, name => new KernelFunction(name,
        $"{LayerBuilder.Text(Pixels)} pixel{(Pixels == 1 ? "" : "s")} × {LayerBuilder.Text(pass.Outputs)} outputs.",
        [.. operands.Parameters, .. Sizes.Select(s => new KernelParameter(ParameterType.Size, s.Name))], Body()));

    string Name
    {
        get
        {
            var size = (height == 1 ? "" : LayerBuilder.Text(height) + "x") + LayerBuilder.Text(width);
            return $"Tile{size}x{pass.Label}_Of{LayerBuilder.Text(input.Column)}{operands.Symbols}";
        }
    }

    TileSignature Signature => new(height, width, pass.Columns, pass.Stride, pass.Outputs, Exact, operands.Bias is not null,
        IsEmpty ? null : new(Joined ? 1 : phase.Columns.Places, Joined ? 0 : ColumnStep, Unrolled ? Run : null, BringsNextWeights),
        input, operands.Epilogue.Reads.Select(v => v.Type.Batched ? 'i' : operands.IsNumber(v) ? 'n' : 'c').ToEquatableArray(), operands.Epilogue.Signature);

    ImmutableArray<Statement> Body()
    {
        var code = new Code();
        if (vectors > 0)
        {
            sums.Begin(code, v => operands.Bias is null ? Expr.Zero : new Load(new Address("bias", v * lanes), Exact ? pass.CountOf(v, lanes) : null));
            Places(code);
        }
        // What is the same for all pixels is read once.
        var channels = new Dictionary<(Value, int), Expr>();
        if (Pixels > 1)
        {
            foreach (var value in operands.Epilogue.Reads.Where(v => !v.Type.Batched))
            {
                code.Row(row =>
                {
                    for (var v = 0; v < vectors; v++)
                    {
                        channels[(value, v)] = row.Let($"{operands.Epilogue.NameOf(value)}_{LayerBuilder.Text(v)}", Read(value, v));
                    }
                });
            }
        }
        for (var p = 0; p < Pixels; p++)
        {
            code.Row(row =>
            {
                for (var v = 0; v < pass.Columns / lanes; v++) Finish(row, v, v < vectors ? RegisterTile.Sum(p, v) : Expr.Zero, $"{p}_{v}", channels);
                if (p == Pixels - 1) return;
                foreach (var (name, _) in results) row.Add(new Integer($"{name} += {name}{((p + 1) % width == 0 ? "Row" : "Step")}"));
            });
        }
        return code.Body;
    }

    /// <summary>Writes the sum over the places of the kernel and the channels.</summary>
    void Places(Code code)
    {
        if (phase.Places == 0) return;
        code.For("ky", "0", "rows", 1, row =>
        {
            row.Add(new LetPointer("x_row", new Address("x", 0, "ky * pitch")));
            Row(row, "x_row");
        });

        void Row(Code row, string pointer)
        {
            if (Joined) Along(row, pointer);
            else row.For("kx", "0", LayerBuilder.Text(phase.Columns.Places), 1, place =>
            {
                place.Add(new LetPointer("x_place", new Address(pointer, 0, "kx", ColumnStep)));
                Along(place, "x_place");
            });
        }

        void Along(Code target, string pointer)
        {
            if (!Unrolled)
            {
                target.Walk(pointer, "run", 1, [("w", pass.Stride)], body =>
                {
                    // What follows the run comes near: the next places' weights, or the next panel's.
                    for (var line = 0; BringsNextWeights && line < pass.Stride; line += Panels.Alignment)
                        body.Add(new InvokeRuntime("VectorMath.Prefetch", [new Address("w", line, "run", pass.Stride)]));
                    Step(body, pointer, 0, "");
                });
                return;
            }
            for (var k = 0; k < Run; k++) Step(target, pointer, k, $"_{LayerBuilder.Text(k)}");
            target.Add(new Advance("w", (long)Run * pass.Stride));
        }
    }

    void Step(Code step, string pointer, int k, string suffix) => sums.Step(step,
        "w", v => new Load(new Address("w", (long)k * pass.Stride + v * lanes)),
        "x", p => new Address(pointer, p / width * input.Row + p % width * input.Column + k), suffix);

    /// <summary>Writes what follows a sum: the fused elementwise ops and the stores, with zeros in the channels' padding.</summary>
    void Finish(Code code, int vector, Expr sum, string suffix, Dictionary<(Value, int), Expr> channels)
    {
        var epilogue = operands.Epilogue;
        var count = pass.CountOf(vector, lanes);
        if (count == 0)
        {
            if (Exact) return;
            foreach (var value in epilogue.Stores) code.Add(new Store(Place(value, vector), Expr.Zero));
            return;
        }
        epilogue.Emit(code, sum,
            value => channels.TryGetValue((value, vector), out var known) ? known : Read(value, vector),
            (target, value, result) => target.Add(count is { } c
                ? Exact ? new Store(Place(value, vector), result, c) : new Store(Place(value, vector), new FirstLanes(result, c))
                : new Store(Place(value, vector), result)),
            _ => throw new InvalidOperationException("Random numbers are not drawn in tiles."), suffix);
    }

    Expr Read(Value value, int vector) => operands.IsNumber(value)
        ? new Splat(new Address(operands.Epilogue.NameOf(value)))
        : new Load(Place(value, vector), Exact ? pass.CountOf(vector, lanes) : null);

    Address Place(Value value, int vector) => new(operands.Epilogue.NameOf(value), vector * lanes);
}

/// <summary>All that a tile's code depends on.</summary>
/// <param name="Height">The rows of pixels.</param>
/// <param name="Width">The pixels of a row.</param>
/// <param name="Columns">The outputs, padding included.</param>
/// <param name="Stride">The distance between the weights of two inputs.</param>
/// <param name="Outputs">How many of the outputs exist.</param>
/// <param name="Exact">Whether nothing may be read or written past them.</param>
/// <param name="Bias">Whether there is a bias.</param>
/// <param name="Sum">What is summed; null where that is nothing.</param>
/// <param name="Input">How far apart the pixels' inputs are.</param>
/// <param name="Reads">Whether a value that is read besides is an image (i), a number for each channel (c), or one for all (n).</param>
/// <param name="Epilogue">The elementwise ops after the sum.</param>
sealed record TileSignature(int Height, int Width, int Columns, int Stride, int Outputs, bool Exact, bool Bias, SumSignature? Sum, Steps Input,
    EquatableArray<char> Reads, EpilogueSignature Epilogue);

/// <summary>The loops of a sum.</summary>
/// <param name="Columns">The runs of a row of places.</param>
/// <param name="ColumnStep">The distance between them.</param>
/// <param name="Run">The length of a run that is unrolled; null for one that is a parameter.</param>
/// <param name="BringsNext">Whether the weights that follow a run are brought near.</param>
sealed record SumSignature(int Columns, int ColumnStep, int? Run, bool BringsNext);

/// <summary>The distances from a row of pixels to the next, 0 where there is one, and from a pixel to the next.</summary>
sealed record Steps(int Row, int Column);
