using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>A group anchored at a convolution: its operands, and how pointers to them move.</summary>
sealed class ConvolutionOperands
{
    readonly KernelContext context;
    readonly ConvolutionPlan plan;

    public ConvolutionOperands(Group group, KernelContext context, ConvolutionPlan plan)
    {
        this.context = context;
        this.plan = plan;
        var convolution = group.Values[0];
        X = convolution.Inputs[0];
        Weight = convolution.Inputs[1];
        Bias = convolution.Inputs.Length > 2 ? convolution.Inputs[2] : null;
        Epilogue = new Epilogue(group, context, anchorIsElementwise: false);
        Summary = $"{Formulas.Of(group)}, {X.Type} → {group.Last.Type}.";
        Arguments =
        [
            new KernelArgument(Binding.Pointer, "x", X),
            new KernelArgument(Binding.Pointer, "w", Weight),
            .. Bias is null ? Array.Empty<KernelArgument>() : [new KernelArgument(Binding.Pointer, "bias", Bias)],
            .. Epilogue.ReadArguments,
            .. Epilogue.StoreArguments,
        ];
        // Winograd's algorithm says its kernel's size.
        var kernel = group.Anchor is WinogradConvolution or SmallWinogradConvolution ? "" : string.Join("x", Weight.Shape.Axes.Skip(2).Select(a => LayerBuilder.Text(a)));
        Symbols = string.Concat(group.Values.Skip(1).Select(v => "_" + v.Op)) + (Bias is null ? "_NoBias" : "");
        Name = context.NameOf($"{group.Anchor}{kernel}_{Size(X)}_{Size(convolution)}{Symbols}", group, Arguments);

        static string Size(Value value) => string.Join("x", value.Shape.Axes.Select(a => LayerBuilder.Text(a)));
    }

    public string Name { get; }

    /// <summary>The functions that convolutions share.</summary>
    public SharedFunctions Functions => context.Functions;

    /// <summary>The elementwise ops after the sum, as names of functions have them.</summary>
    public string Symbols { get; }

    public string Summary { get; }

    public Value X { get; }

    /// <summary>The weight. A transposed one has the shape that it had before.</summary>
    public Value Weight { get; }

    /// <summary>The channels read.</summary>
    public int Inputs => Layout.Sizes(X.Shape).Channels;

    /// <summary>The channels given.</summary>
    public int Outputs => Layout.Sizes(Epilogue.Stores.First().Shape).Channels;

    public Value? Bias { get; }

    public Epilogue Epilogue { get; }

    public ImmutableArray<KernelArgument> Arguments { get; }

    public ImmutableArray<KernelParameter> Parameters => [.. Arguments.Select(a => a.Parameter)];

    /// <summary>The images that are read or written where the results are.</summary>
    public IEnumerable<Value> Results => Epilogue.Reads.Where(v => v.Type.Batched).Concat(Epilogue.Stores);

    /// <summary>Sets the borders of what is written to zero.</summary>
    public void ZeroBorders(Code code, string index)
    {
        foreach (var value in Epilogue.Stores) ImageLoop.ZeroBorder(code, context, value, Epilogue.NameOf(value), index);
    }

    /// <summary>The same of a single sample, which workers share.</summary>
    public void ZeroSharedBorders(Code code)
    {
        foreach (var value in Epilogue.Stores) ImageLoop.ZeroBorder(code, context, value, Epilogue.NameOf(value), null, shared: true);
    }

    /// <summary>Declares pointers that are moved from others. Those that stay where they are keep their names.</summary>
    public void Move(Code code, ConvolutionLevel from, ConvolutionLevel to, Func<KernelArgument, Address> offset) => Move(code, from, to, offset, Arguments);

    /// <summary>The same for some arguments.</summary>
    public void Move(Code code, ConvolutionLevel from, ConvolutionLevel to, Func<KernelArgument, Address> offset, IEnumerable<KernelArgument> arguments)
    {
        foreach (var argument in arguments.Where(a => NameAt(a, to) != NameAt(a, from)))
        {
            code.Add(new LetPointer(NameAt(argument, to), offset(argument) with { Pointer = NameAt(argument, from) }));
        }
    }

    /// <summary>What the pointer of an argument is called at a level of loops.</summary>
    public string NameAt(KernelArgument argument, ConvolutionLevel level) => level switch
    {
        ConvolutionLevel.Sample when argument.Value!.Type.Batched => argument.Name + "_i",
        ConvolutionLevel.Block when argument.Value!.Type.Batched => argument.Name + "_b",
        ConvolutionLevel.Group when !IsNumber(argument.Value!) => argument.Name + "_g",
        _ => argument.Name,
    };

    public Address SampleOffset(KernelArgument argument, string index) => new("", 0, index, context.Pitch(argument.Value!));

    public Address GroupOffset(KernelArgument argument, string index) => new("", 0, index, IsX(argument) ? plan.Inputs
        : argument.Value == Weight ? plan.GroupFloats
        : plan.Outputs);

    /// <summary>Every pointer moved to the weights and outputs of a pass.</summary>
    public IEnumerable<object> PassArguments(ConvolutionPass pass, ConvolutionLevel level) => Arguments.Select(a =>
    {
        var name = NameAt(a, level);
        if (IsX(a) || IsNumber(a.Value!)) return (object)new Address(name);
        if (a.Value != Weight) return new Address(name, (long)pass.Panel * Panels.Width + pass.Offset, pass.Index, Panels.Width);
        var phase = plan.Phases[pass.Phase];
        var before = plan.Phases.Take(pass.Phase).Sum(plan.WeightFloats);
        var panel = (long)Panels.Width * phase.Places * plan.Inputs;
        return new Address(name, before + pass.Panel * panel + pass.Offset, pass.Index, panel);
    });

    /// <summary>Whether an argument is what the sum is taken over; the elementwise ops may read the same value where the results are.</summary>
    public bool IsX(KernelArgument argument) => argument == Arguments[0];

    /// <summary>Whether a value is one number for all.</summary>
    public bool IsNumber(Value value) => value is { Type.Batched: false, Size: 1 } && value != Bias && value != Weight;
}

/// <summary>The loops of a convolution, by which its pointers move.</summary>
enum ConvolutionLevel
{
    /// <summary>The function's parameters.</summary>
    Function,

    /// <summary>A sample's.</summary>
    Sample,

    /// <summary>A group of channels'.</summary>
    Group,

    /// <summary>A block of rows'.</summary>
    Block,
}
