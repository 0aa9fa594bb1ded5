using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Prints calls of kernels, each under a comment with its mathematics.</summary>
/// <param name="writer">Where to.</param>
/// <param name="pointer">Where a value is.</param>
/// <param name="rows">How many samples a kernel that works on samples is given.</param>
/// <param name="first">The first of the samples.</param>
/// <param name="alone">Whether there is one worker, which does all parts of a kernel.</param>
/// <param name="positions">
/// What kernels on the positions of samples that have as many as they like are given, for each input that has such; null where none has.
/// </param>
/// <param name="accumulates">Whether a group's results are gradients that add up over batches, rather than parts of such.</param>
sealed class CallPrinter(
    CodeWriter writer, Func<Value, string> pointer, string rows, string first = "first", bool alone = false, IReadOnlyList<PositionTexts>? positions = null, Func<Group, bool>? accumulates = null)
{
    /// <param name="call">The call.</param>
    /// <param name="condition">What is written before it.</param>
    public void Print(KernelCall call, string condition = "")
    {
        writer.Gap();
        // A kernel with several results has a line for each.
        var text = call.Group is { } group ? Formulas.Of(group) + Shapes(group) : "All layers in one kernel.";
        foreach (var line in text.Split([Formulas.Separator], StringSplitOptions.None)) writer.Line($"// {line}");
        writer.Line($"{condition}{call.Kernel.Name}({string.Join(", ", call.Kernel.Arguments.Select(argument => Argument(argument, call)))});");
    }

    string Argument(KernelArgument argument, KernelCall call) => argument.Binding switch
    {
        Binding.Rows when IsOnPositions(call) => RowsOf(call, texts => texts.Rows),
        Binding.Samples when IsOnPositions(call) => RowsOf(call, texts => texts.All),
        Binding.FirstRow when IsOnPositions(call) => RowsOf(call, texts => texts.First),
        Binding.Offsets => Named(argument.Name, call.Kernel.IsShared ? positions![argument.Sequence].OffsetsOfAll : positions![argument.Sequence].Offsets),
        // Pointers are named at the call, so that it reads without the kernel's signature.
        Binding.Pointer => Named(argument.Name, pointer(argument.Value!)),
        Binding.Parameters => "p",
        Binding.Rows => rows,
        Binding.Samples => "n",
        Binding.FirstRow => first,
        Binding.Worker => alone ? Named(argument.Name, "0") : "worker",
        Binding.Workers => alone ? Named(argument.Name, "1") : "workers",
        Binding.Accumulate when call.Group is { } group && accumulates?.Invoke(group) == false => Named(argument.Name, "false"),
        Binding.Accumulate => "pass->Accumulate",
        Binding.Scale => "scale",
        Binding.Seed => "pass->Seed",
        Binding.Step => "pass->Step",
        Binding.Position => "position",
        _ => throw new InvalidOperationException($"{argument.Binding} is not bound."),
    };

    /// <summary>Whether a kernel works on positions as others do on samples, and needn't know which sample a position is of.</summary>
    static bool IsOnPositions(KernelCall call) =>
        call.Kernel.Arguments.Any(a => a.Value is { Type.IsByPosition: true }) && call.Kernel.Arguments.All(a => a.Binding != Binding.Offsets);

    /// <summary>The rows of some positions, of which each may have several.</summary>
    string RowsOf(KernelCall call, Func<PositionTexts, string> text)
    {
        var sequence = call.Kernel.Arguments.First(a => a.Value is { Type.IsByPosition: true }).Value!.Type.Sequence!;
        return text(positions![sequence.Index]) + (sequence.Rows > 1 ? $" * {LayerBuilder.Text(sequence.Rows)}" : "");
    }

    static string Named(string name, string text) => name == text ? text : $"{name}: {text}";

    static string Shapes(Group group)
    {
        var from = group.Inputs.FirstOrDefault(v => v.Type.Batched) ?? group.Inputs.FirstOrDefault();
        return from is null ? "" : $"    {from.Type} → {group.Last.Type}";
    }
}

/// <summary>What kernels on the positions of samples that have as many as they like are given.</summary>
/// <param name="Rows">How many positions the samples have that a kernel is given.</param>
/// <param name="All">How many those of the batch have.</param>
/// <param name="First">The first position of those samples in the batch.</param>
/// <param name="Offsets">Where the positions of each of those samples begin.</param>
/// <param name="OffsetsOfAll">Where those of each sample of the batch begin.</param>
sealed record PositionTexts(string Rows, string All, string First, string Offsets, string OffsetsOfAll);
