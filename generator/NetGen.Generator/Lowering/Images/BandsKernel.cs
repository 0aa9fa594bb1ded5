using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// Convolutions and poolings one behind the other, a band of rows of the last one's results at a time: before those are computed, each before it computes the
/// rows that are needed for them and aren't there yet. Of the images between them a thread keeps a window of rows, which moves down. A worker has rows of the
/// last image that follow each other, and computes all that it needs for them, so that workers never wait.
/// </summary>
sealed class BandsKernel
{
    readonly KernelContext context;
    readonly ImmutableArray<RowsLowering> members;
    readonly List<KernelArgument> arguments = [];
    readonly Dictionary<Value, string> names = [];
    readonly Value result;
    readonly string name, summary;
    readonly int height, bandRows;

    BandsKernel(Group group, KernelContext context)
    {
        this.context = context;
        members = [.. group.Members.Select(m => m.Anchor.LowerRows(m, context))];
        result = group.Last;
        for (var m = 0; m < members.Length; m++)
        {
            foreach (var argument in members[m].Arguments.Where(a => !names.ContainsKey(a.Value!.Storage)))
            {
                var unique = $"{argument.Name}_{LayerBuilder.Text(m)}";
                names.Add(argument.Value!.Storage, unique);
                if (argument.Value == result || !group.Values.Contains(argument.Value)) arguments.Add(argument with { Name = unique });
            }
        }
        var images = group.Members.Select(m => m.Last).Prepend(members[0].Input).ToList();
        height = Layout.Sizes(result.Shape).Height;
        bandRows = Math.Min(height, UnrollPolicy.BandRows(images.Sum(v => (long)v.Type.ArenaFloats) / height));
        name = context.NameOf($"Bands_{ImageLoop.Sizes(images[0].Shape)}_{ImageLoop.Sizes(result.Shape)}", group, arguments);
        summary = Formulas.Of(group) + ".";
    }

    /// <param name="group">The ops, each with what is fused into it.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="shared">Whether workers share the rows of one sample, or each has samples of its own.</param>
    public static Kernel Lower(Group group, KernelContext context, bool shared)
    {
        var bands = new BandsKernel(group, context);
        KernelArgument[] work = shared ? [new(Binding.Worker, "worker"), new(Binding.Workers, "workers")] : [new(Binding.Rows, "n")];
        var name = shared ? bands.name + "_Single" : bands.name;
        return new Kernel(name, bands.summary, [.. bands.arguments, .. work], context.Lanes.Select(lanes =>
        {
            var rows = bands.members.Select(m => m.ForLanes(lanes)).ToList();
            return new KernelVariant(lanes,
            [
                new KernelFunction(name, bands.summary, [.. bands.arguments.Concat(work).Select(a => a.Parameter)], shared ? bands.Single() : bands.Batch()),
                bands.Function(rows), .. rows.Select(r => r.Function), .. rows.SelectMany(r => r.Others),
            ]);
        }));
    }

    ImmutableArray<Statement> Batch()
    {
        var code = new Code();
        code.For("i", "0", "n", 1, sample =>
        {
            ImageLoop.ZeroBorder(sample, context, result, names[result], "i");
            sample.Add(new Invoke(name + "_Rows",
            [
                .. arguments.Select(a => (object)(a.Value!.Type.Batched ? new Address(a.Name, 0, "i", context.Pitch(a.Value)) : new Address(a.Name))), "0", LayerBuilder.Text(height),
            ]));
        });
        return code.Body;
    }

    ImmutableArray<Statement> Single()
    {
        var code = new Code();
        ImageLoop.ZeroBorder(code, context, result, names[result], null, shared: true);
        code.Add(new Split(height));
        code.Add(new Invoke(name + "_Rows", [.. arguments.Select(a => (object)new Address(a.Name)), "first", "last"]));
        return code.Body;
    }

    /// <summary>
    /// Some rows of a sample's last image, a band at a time. Each of the ops goes on from the block up to which it has come, the first time from the
    /// block that those after it need.
    /// </summary>
    KernelFunction Function(List<BlocksFunction> functions)
    {
        var code = new Code();
        var windows = Windows(functions);
        code.LetScratch(
        [
            .. windows.Select(w => (w.Buffer, w.Floats)),
            .. Enumerable.Range(0, members.Length).Where(m => functions[m].ScratchFloats > 0).Select(m => (Scratch(m), Panels.Padded(functions[m].ScratchFloats))),
        ]);
        var first = "first";
        for (var m = members.Length - 1; m >= 0; m--)
        {
            var (blocks, axis) = (functions[m].Blocks, members[m].Rows);
            code.Add(new Integer($"int {From(m)} = {blocks.BlockOf(Named(code, "first", m, first, blocks))}"));
            first = AtLeast0(IndexText.Plus(IndexText.Times(blocks.RowOf(From(m)), axis.InputStep), axis.First), axis.First);
        }
        for (var m = 0; m < windows.Length; m++) windows[m].Begin(code, functions[m].Blocks.IsCut ? Least(Needed(m), Begun(m)) : Needed(m));
        code.For("row", "first", "last", bandRows, band =>
        {
            var rows = bandRows == 1 ? "(int)row + 1" : $"int.Min((int)row + {LayerBuilder.Text(bandRows)}, last)";
            for (var m = members.Length - 1; m >= 0; m--)
            {
                var (blocks, axis) = (functions[m].Blocks, members[m].Rows);
                band.Add(new Integer($"int {To(m)} = {blocks.BlocksOf(Named(band, "last", m, rows, blocks))}"));
                rows = AtMost(AtLeast0(IndexText.Plus(IndexText.Times(Computed(m, To(m)), axis.InputStep), axis.More), axis.InputStep + axis.More), axis.Results * axis.InputStep + axis.More,
                    members[m].InputHeight);
            }
            for (var m = 0; m < members.Length; m++)
            {
                if (m < windows.Length)
                {
                    var skips = members[m + 1].Rows is var axis && axis.InputStep > axis.Extent;
                    windows[m].Move(band, skips ? Least(Needed(m), Begun(m)) : Needed(m), Computed(m, From(m)), Computed(m, To(m)));
                }
                band.Add(new Invoke(functions[m].Function.Name,
                [
                    .. members[m].Arguments.Select(a => (object)new Address(names[a.Value!.Storage])),
                    .. functions[m].ScratchFloats > 0 ? [new Address(Scratch(m))] : Array.Empty<object>(), From(m), To(m),
                ]));
            }
            for (var m = 0; m < members.Length; m++) band.Add(new Integer($"{From(m)} = {To(m)}"));
        });
        return new KernelFunction(name + "_Rows", $"Some rows of the last image, {LayerBuilder.Text(bandRows)} at a time.",
            [.. arguments.Select(a => a.Parameter), new(ParameterType.Int, "first"), new(ParameterType.Int, "last")], code.Body);

        static string From(int member) => $"from{LayerBuilder.Text(member)}";

        static string Scratch(int member) => $"{BlocksFunction.Scratch}_{LayerBuilder.Text(member)}";

        static string To(int member) => $"to{LayerBuilder.Text(member)}";

        // The row of a member's result, border included, that the next one needs first of all.
        string Needed(int member)
        {
            var axis = members[member + 1].Rows;
            var first = axis.First + windows[member].Layout.Border.Top;
            return AtLeast0(IndexText.Plus(IndexText.Times(functions[member + 1].Blocks.RowOf(From(member + 1)), axis.InputStep), first), first);
        }

        // The row of a member's result, border included, that it goes on in.
        string Begun(int member) => IndexText.Plus(functions[member].Blocks.RowOf(From(member)), windows[member].Layout.Border.Top);

        static string Least(string a, string b) => a == b ? a : $"int.Min({a}, {b})";

        // How many rows some blocks are of.
        string Computed(int member, string blocks) =>
            AtMost(functions[member].Blocks.RowsOf(blocks), functions[member].Blocks.AllRows, members[member].Rows.Results);

        // Rows that are blocks need no name of their own.
        static string Named(Code code, string kind, int member, string number, RowBlocks blocks)
        {
            if (blocks.AreRows || !number.Contains(" ")) return number;
            var name = $"{kind}Row{LayerBuilder.Text(member)}";
            code.Add(new Integer($"int {name} = {number}"));
            return name;
        }
    }

    /// <summary>The windows of the images between the ops.</summary>
    RowWindow[] Windows(List<BlocksFunction> functions)
    {
        var windows = new RowWindow[members.Length - 1];
        // The rows of a result that a band may take at once: the first one has all that those after it need.
        var rows = bandRows + Cut(functions[windows.Length].Blocks);
        for (var m = windows.Length - 1; m >= 0; m--)
        {
            var value = members[m].Result;
            var axis = members[m + 1].Rows;
            rows = (rows - 1) * axis.InputStep + Math.Max(axis.Extent, axis.InputStep) + Cut(functions[m].Blocks);
            var advance = bandRows * ((value.Layout!.Height + height - 1) / height);
            windows[m] = new RowWindow(LayerBuilder.Text(m), names[value], value.Layout, rows + value.Layout.Border.Bottom + UnrollPolicy.BandsInWindow * advance);
        }
        return windows;

        static int Cut(RowBlocks blocks) => blocks.IsCut ? 2 * blocks.ImageRows : 0;
    }

    /// <summary>The number, or zero where it is less, as it may be.</summary>
    static string AtLeast0(string number, int least) => least >= 0 ? number : $"int.Max({number}, 0)";

    /// <summary>The number, or the most that it may be where it would be more.</summary>
    static string AtMost(string number, int largest, int most) => largest <= most ? number : $"int.Min({number}, {LayerBuilder.Text(most)})";
}
