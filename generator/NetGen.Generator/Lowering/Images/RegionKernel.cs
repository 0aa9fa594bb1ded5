using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>What the kernels of poolings have in common: operands, loops over samples and over vectors of channels.</summary>
abstract class RegionKernel
{
    readonly ImmutableArray<(Value Value, string Name)> results;
    readonly ImmutableArray<(Value Value, string Name)> places;

    /// <param name="group">The pooling's group.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="rows">The regions of the rows.</param>
    /// <param name="columns">The regions of the columns.</param>
    /// <param name="results">The op's inputs that have a pixel for each region.</param>
    /// <param name="places">Those that have a pixel for each place.</param>
    /// <param name="gathers">Whether the result has a pixel for each region, rather than for each place.</param>
    protected RegionKernel(Group group, KernelContext context, RegionAxis rows, RegionAxis columns,
        ImmutableArray<(Value Value, string Name)> results, ImmutableArray<(Value Value, string Name)> places, bool gathers)
    {
        (Group, Context, Rows, Columns) = (group, context, rows, columns);
        Inputs = [.. results, .. places];
        Epilogue = new Epilogue(group, context, anchorIsElementwise: false);
        Reads = [.. Epilogue.Reads.Where(v => !Inputs.Any(input => input.Value == v))];
        var alongside = Reads.Where(v => v.Type.Batched).Concat(Epilogue.Stores).Select(v => (v, Epilogue.NameOf(v)));
        this.results = gathers ? [.. results, .. alongside] : results;
        this.places = gathers ? places : [.. places, .. alongside];
        Layout = group.Values[0].Layout!;
    }

    protected Group Group { get; }

    protected KernelContext Context { get; }

    protected RegionAxis Rows { get; }

    protected RegionAxis Columns { get; }

    protected Epilogue Epilogue { get; }

    /// <summary>What the op itself reads.</summary>
    protected ImmutableArray<(Value Value, string Name)> Inputs { get; }

    /// <summary>What only the epilogue reads.</summary>
    protected ImmutableArray<Value> Reads { get; }

    protected Layout Layout { get; }

    /// <summary>Whether other ops follow before a vector is stored.</summary>
    protected bool IsFused => Group.Values.Length > 1;

    /// <summary>The operations of the ops that follow, on a vector.</summary>
    protected int EpilogueCost => Group.Values.Skip(1).Sum(v => UnrollPolicy.Cost(((Elementwise)v.Op).Body));

    /// <summary>Whether the regions' divisors are needed.</summary>
    protected abstract bool Mean { get; }

    /// <summary>The operations for a vector of a place, and for one of a region.</summary>
    protected abstract (int OfPlace, int OfRegion) Operations { get; }

    /// <summary>Prepares what a sample's results are written to; without an index a worker's part of the only one.</summary>
    protected abstract void Prepare(Code sample, string? index);

    /// <summary>Writes what is done with some vectors of a region's channels.</summary>
    protected abstract void Emit(Code code, RegionLoop loop, RegionCode region, ChannelBlock block);

    /// <summary>Writes zeros to a vector of the padding of a region's channels.</summary>
    protected abstract void EmitPadding(Code code, RegionLoop loop, RegionCode region, int channel);

    /// <param name="shared">Whether workers share the rows of regions of one sample, or each has samples of its own.</param>
    public Kernel Lower(bool shared = false)
    {
        KernelArgument[] work = shared ? [new(Binding.Worker, "worker"), new(Binding.Workers, "workers")] : [new(Binding.Rows, "n")];
        KernelArgument[] arguments = [.. Arguments, .. work];
        var name = NameOf(arguments, shared ? "_Single" : "");
        var summary = $"{Formulas.Of(Group)}, {Group.Last.Type}.";
        return new Kernel(name, summary, [.. arguments], Context.Lanes.Select(lanes =>
            new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], Body(lanes, shared))])));
    }

    /// <summary>Some rows of regions of a single sample, of a pooling that has a result for each.</summary>
    protected RowsLowering LowerRows(SlidingRegions rows)
    {
        var axis = new PhaseAxis(-rows.Padding, rows.Dilation, rows.Kernel, rows.Stride, ResultFirst: 0, ResultStep: 1, rows.Regions, KernelFirst: 0, KernelStep: 1);
        KernelArgument[] arguments = [.. Arguments];
        return new RowsLowering([.. arguments], Inputs[0].Value, Epilogue.Stores.Single(), axis, lanes =>
        {
            var code = new Code();
            Regions(code, lanes, shared: true);
            return new BlocksFunction(new RowBlocks(rows.Regions, 1), BlocksFunction.Of(NameOf(arguments), arguments, code, from: "first", to: "last"), []);
        });
    }

    IEnumerable<KernelArgument> Arguments =>
    [
        .. Inputs.Select(v => new KernelArgument(Binding.Pointer, v.Name, v.Value)), .. Epilogue.ReadArguments.Where(a => Reads.Contains(a.Value!)), .. Epilogue.StoreArguments,
    ];

    string NameOf(KernelArgument[] arguments, string suffix = "") =>
        Context.NameOf($"{string.Join("_", Group.Values.Select(v => v.Op.ToString()))}_{ImageLoop.Sizes(Layout)}{suffix}", Group, arguments);

    ImmutableArray<Statement> Body(int lanes, bool shared)
    {
        var code = new Code();
        if (shared)
        {
            Prepare(code, null);
            code.Add(new Split(Rows.Regions));
            Regions(code, lanes, shared: true);
        }
        else
        {
            code.For("i", "0", KernelContext.Images(Layout), 1, sample =>
            {
                Prepare(sample, "i");
                Regions(sample, lanes, shared: false);
            });
        }
        return code.Body;
    }

    void Regions(Code sample, int lanes, bool shared)
    {
        var loop = new RegionLoop(Context, Rows, Columns, results, places, shared);
        var (ofPlace, ofRegion) = Operations;
        var largest = Rows.LargestSize * Columns.LargestSize;
        var most = UnrollPolicy.RegionVectors(ofRegion + ofPlace * (largest <= UnrollPolicy.Region ? largest : 1));
        var vectors = ChannelBlock.Written(Layout, lanes, most);
        loop.ForEachRegion(sample, (ofPlace * vectors, ofRegion * vectors), Mean, (pixel, region) => ChannelBlock.ForEach(
            pixel, Layout, lanes, most, (body, block) => Emit(body, loop, region, block), (body, channel) => EmitPadding(body, loop, region, channel)));
    }

    /// <summary>An operand of the epilogue that isn't the op's.</summary>
    protected Expr ReadOf(Value value, int channel, string? index, Func<string, Address> batched) =>
        value.Type.Batched ? new Load(batched(Epilogue.NameOf(value)))
        : value.Size == 1 ? new Splat(new Address(Epilogue.NameOf(value)))
        : new Load(new Address(Epilogue.NameOf(value), channel, index));

    /// <summary>Writes the ops that follow for a vector, and stores what is to be stored.</summary>
    protected void Finish(Code code, Expr value, int? count, string suffix, Func<Value, Expr> read, Func<string, Address> address) =>
        Epilogue.Emit(code, value, read,
            // Zeros stay zeros unless other ops make something of them.
            (target, stored, result) =>
                target.Add(new Store(address(Epilogue.NameOf(stored)), count is { } lanes && IsFused ? new FirstLanes(result, lanes) : result)),
            _ => throw new InvalidOperationException("Random numbers are not drawn for images."),
            suffix);
}

/// <summary>Vectors of a pixel's channels that are handled together.</summary>
/// <param name="Index">The index of the loop over channels, if there is one.</param>
/// <param name="Vectors">The first channel of each, and how many it has where it isn't whole.</param>
sealed record ChannelBlock(string? Index, ImmutableArray<(int Channel, int? Count)> Vectors)
{
    /// <summary>Writes what is done with blocks of at most a number of vectors, and with each vector of padding.</summary>
    public static void ForEach(Code pixel, Layout layout, int lanes, int most, Action<Code, ChannelBlock> body, Action<Code, int> padding)
    {
        var (whole, rest) = (layout.Channels / lanes, layout.Channels % lanes);
        var blocks = whole / most;
        ImmutableArray<(int, int?)> full = [.. Enumerable.Range(0, most).Select(v => (v * lanes, (int?)null))];
        if (blocks > 1) pixel.For("c", "0", LayerBuilder.Text(blocks * most * lanes), most * lanes, loop => body(loop, new ChannelBlock("c", full)));
        else if (blocks == 1) body(pixel, new ChannelBlock(null, full));
        ImmutableArray<(int, int?)> last = [.. Enumerable.Range(blocks * most, whole - blocks * most).Select(v => (v * lanes, (int?)null))];
        if (rest > 0) last = last.Add((whole * lanes, rest));
        if (!last.IsEmpty) body(pixel, new ChannelBlock(null, last));
        for (var c = (layout.Channels + lanes - 1) / lanes * lanes; c < layout.ChannelPitch; c += lanes) padding(pixel, c);
    }

    /// <summary>The vectors for which that writes code.</summary>
    public static int Written(Layout layout, int lanes, int most)
    {
        var vectors = (layout.Channels + lanes - 1) / lanes;
        return vectors <= most ? vectors : most + (layout.Channels / lanes % most) + (layout.Channels % lanes > 0 ? 1 : 0);
    }
}
