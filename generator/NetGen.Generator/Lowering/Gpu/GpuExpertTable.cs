using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// Which experts the positions of a batch choose. On a GPU the table is one of the whole batch, of integers: the expert of each choice [n · rows], the row of
/// each choice [n · rows], the rows sorted by experts [n · rows], and the first of each expert's among these with the end of the last one's [experts + 1].
/// Where a sample's rows are is the same as on a processor; an expert's rows of all samples are in the same tiles of a product.
/// </summary>
/// <param name="Positions">The positions of a sample.</param>
/// <param name="Experts">How many experts there are.</param>
/// <param name="Chosen">How many of them a position chooses.</param>
/// <param name="Free">
/// The positions of a sample where it has as many as it likes, which kernels count in place of samples, of one position each; else null.
/// </param>
sealed record GpuExpertTable(int Positions, int Experts, int Chosen, Sequence? Free)
{
    /// <summary>What kernels call it.</summary>
    const string Name = "table";

    /// <summary>The table of a value that an <see cref="ExpertTable"/> computes.</summary>
    public static GpuExpertTable Of(Value table)
    {
        var logits = table.Inputs[0];
        return new(logits.Shape.Axes[0], logits.Shape.Last, ((ExpertTable)table.Op).Chosen, logits.Type.IsByPosition ? logits.Type.Sequence : null);
    }

    /// <summary>A kernel that goes through all positions.</summary>
    public GpuKernel Counted(GpuKernel kernel) => kernel with { Counts = Free };

    /// <summary>The rows of a sample, one for each choice.</summary>
    public int Rows => Positions * Chosen;

    /// <summary>The positions and the rows of all samples.</summary>
    public string AllPositions => GpuExtent.PerSample(Positions).Text;

    /// <inheritdoc cref="AllPositions"/>
    public string AllRows => GpuExtent.PerSample(Rows).Text;

    public static KernelArgument Argument(Value table) => new(Binding.Pointer, Name, table, Integers: true);

    /// <summary>The expert of a choice.</summary>
    public static Address Expert(string choice) => new(Name, 0, choice);

    /// <summary>The row of a choice.</summary>
    public Address Row(string choice) => new(Name, 0, $"{AllRows} + {choice}");

    /// <summary>A row, by its place among those sorted by experts.</summary>
    public Address Sorted(string place) => new(Name, 0, $"{GpuExtent.PerSample(2 * Rows).Text} + {place}");

    /// <summary>The place of the first row of an expert, or that behind the last one's.</summary>
    public Address First(string expert, int plus = 0) => new(Name, plus, $"{GpuExtent.PerSample(3 * Rows).Text} + {expert}");

    /// <summary>The kernels that make it: of the choices, of where each sample has its rows, and of where the batch has each expert's.</summary>
    public static IEnumerable<GpuKernel> Lower(Group group)
    {
        var table = Of(group.Values[0]);
        return new[] { table.Choose(group), table.Sort(group, ofBatch: false), table.Sort(group, ofBatch: true) }.Select(table.Counted);
    }

    /// <summary>
    /// A thread chooses for a position the experts with the largest logits, the earlier of equal ones. Logits that are no numbers are larger than nothing.
    /// </summary>
    GpuKernel Choose(Group group)
    {
        var result = group.Values[0];
        return GpuRowKernel.Build(group, $"ExpertChoices_{Size}", $"{Formulas.Of(group)}: the choices.",
            [new(Binding.Pointer, "logits", result.Inputs[0]), Argument(result), new(Binding.Samples, "n")], Positions, 1,
            (code, _) => code.For("k", "0", Text(Chosen), 1, choice =>
            {
                choice.Add(new Integer("int best = -1"));
                choice.Let("largest", Expr.Zero);
                choice.For("e", "0", Text(Experts), 1, expert =>
                {
                    expert.Let("logit", new Load(new Address("logits", 0, $"row * {Text(Experts)} + e")));
                    expert.Add(new Integer("int taken = 0"));
                    if (Chosen > 1) expert.For("before", "0", "k", 1, body =>
                    {
                        body.Add(new LetInt("chosen", Expert($"row * {Text(Chosen)} + before")));
                        body.Add(new Integer("taken += GpuMath.Select(chosen == e, 1, 0)"));
                    });
                    expert.Add(new Integer("bool isBest = taken == 0 & (best < 0 | logit > largest)"));
                    expert.Add(new Integer("best = GpuMath.Select(isBest, e, best)"));
                    expert.Add(new Integer("largest = GpuMath.Select(isBest, logit, largest)"));
                });
                choice.Add(new StoreInt(Expert($"row * {Text(Chosen)} + k"), "best"));
            }));
    }

    /// <summary>
    /// A group of threads has an expert, of one sample or of the batch. Each thread counts the choices of its part of them, and numbers those of the expert
    /// behind what all of lower experts and those of the expert in earlier parts take: by their order, whichever thread is first.
    /// </summary>
    GpuKernel Sort(Group group, bool ofBatch)
    {
        var result = group.Values[0];
        var isOfFree = !ofBatch && Free is not null;
        var (threads, end) = (GpuPolicy.GroupThreads, ofBatch ? AllRows : isOfFree ? "endOfRows" : $"begin + {Text(Rows)}");
        var code = new Code();
        code.Add(new SharedFloats("counts", 2 * threads));
        code.Add(new LetIndex("thread", GpuIndex.ThreadX));
        code.Add(new LetIndex("expert", ofBatch ? GpuIndex.GroupX : GpuIndex.GroupY));
        if (!ofBatch) code.Add(new LetIndex("sample", GpuIndex.GroupX));
        if (isOfFree)
        {
            code.Add(new LetInt("start", new Address("starts", 0, "sample")));
            code.Add(new LetInt("end", new Address("starts", 1, "sample")));
            code.Add(new Integer($"int endOfRows = end * {Text(Rows)}"));
        }
        code.Add(new Integer($"int begin = {(ofBatch ? "0" : $"{(isOfFree ? "start" : "sample")} * {Text(Rows)}")}"));
        code.Add(new Integer($"int length = {GpuGrid.Quotient(ofBatch ? AllRows : isOfFree ? "endOfRows - begin" : Text(Rows), threads)}"));
        code.Add(new Integer("int from = begin + thread * length"));
        code.Add(new Integer($"int to = from + length < {end} ? from + length : {end}"));
        code.Add(new Integer("int lower = 0"));
        code.Add(new Integer("int own = 0"));
        code.For("choice", "from", "to", 1, body =>
        {
            body.Add(new LetInt("chosen", Expert("choice")));
            body.Add(new Integer("lower += GpuMath.Select(chosen < expert, 1, 0)"));
            body.Add(new Integer("own += GpuMath.Select(chosen == expert, 1, 0)"));
        });
        code.Add(new StoreScalar(new Address("counts", 0, "thread"), new Converted("lower")));
        code.Add(new StoreScalar(new Address("counts", threads, "thread"), new Converted("own")));
        code.Add(new GroupBarrier());
        code.Add(new Integer("int place = begin"));
        code.For("t", "0", Text(threads), 1, body => body.Add(new Integer("place += (int)counts[t]")));
        if (ofBatch) code.If("thread == 0", then => then.Add(new StoreInt(First("expert"), "place")));
        code.For("t", "0", "thread", 1, body => body.Add(new Integer($"place += (int)counts[t + {Text(threads)}]")));
        code.For("choice", "from", "to", 1, body =>
        {
            body.Add(new LetInt("chosen", Expert("choice")));
            body.If("chosen == expert", then =>
            {
                if (ofBatch) then.Add(new LetInt("row", Row("choice")));
                then.Add(ofBatch ? new StoreInt(Sorted("place"), "row") : new StoreInt(Row("choice"), "place"));
                then.Add(new Integer("place++"));
            });
        });
        if (ofBatch) code.If($"expert == {Text(Experts - 1)} && thread == {Text(threads - 1)}", then => then.Add(new StoreInt(First("expert", plus: 1), "place")));
        return new GpuKernel($"{(ofBatch ? "ExpertOrder" : "ExpertRowsOfSamples")}_{Size}", $"{Formulas.Of(group)}: {(ofBatch ? "the rows by experts" : "the choices' rows")}.", group,
            [Argument(result), .. isOfFree ? [GpuSequence.Starts(result.Inputs[0])] : Array.Empty<KernelArgument>(), new(Binding.Samples, "n")],
            ofBatch ? new(Text(Experts)) : new(isOfFree ? GpuGrid.Samples : "n", Text(Experts)), (threads, 1), code.Body);
    }

    string Size => $"{Text(Positions)}x{Text(Experts)}_{Text(Chosen)}";

    static string Text(int number) => LayerBuilder.Text(number);
}
