using System.Collections.Immutable;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Prints a trainer's methods that take a batch. Networks differ in what a batch is.</summary>
static class StepMembers
{
    public const string Floats = "global::System.ReadOnlySpan<float>", Ints = "global::System.ReadOnlySpan<int>", Cast = "global::System.Runtime.InteropServices.MemoryMarshal.Cast";

    /// <summary>The methods, and whether they take a weight.</summary>
    public static readonly ImmutableArray<(string Name, string Summary, bool HasWeight)> All =
    [
        ("Step", "Forward pass, backward pass and update.", false),
        ("Backward", "Forward and backward pass: the gradients are replaced, and nothing is updated.", false),
        ("Accumulate", "Forward and backward pass: the gradients are added to those of the batches since the last update.", true),
    ];

    /// <summary>The same on a device.</summary>
    public static IEnumerable<(string Name, string Summary, bool HasWeight)> OnGpu =>
        All.Select(member => (member.Name, member.Summary + " It returns before the device has done that.", member.HasWeight));

    /// <summary>What they return.</summary>
    public static string Returned(bool hasLoss) => hasLoss ? "The mean loss of the batch." : "The sum of the outputs, each times its gradient.";

    /// <summary>
    /// Those of a network with one input, which call their base's. That takes the bits of ids as numbers, so that generic code needn't tell the two apart, and
    /// doesn't offer lengths to those whose samples have one shape.
    /// </summary>
    /// <param name="writer">Where to.</param>
    /// <param name="target">The type of targets.</param>
    /// <param name="areIds">Whether samples are ids.</param>
    /// <param name="hasLengths">Whether samples have lengths.</param>
    public static void Print(CodeWriter writer, string target, bool areIds, bool hasLengths)
    {
        var (type, name) = areIds ? (Ints, "tokens") : (Floats, "x");
        foreach (var (method, _, hasWeight) in All)
        {
            var called = hasLengths ? method + "Sequences" : method;
            writer.Gap();
            writer.Line($"/// <inheritdoc cref=\"global::NetGen.Trainer{{TNetwork, TTarget}}.{called}\"/>");
            writer.Line($"public float {method}({type} {name}, {(hasLengths ? $"{Ints} lengths, " : "")}global::System.ReadOnlySpan<{target}> target{(hasWeight ? ", double weight = 1" : "")}) =>");
            writer.Line($"    {called}({(areIds ? $"{Cast}<int, float>({name})" : name)}, {(hasLengths ? "lengths, " : "")}target{(hasWeight ? ", weight" : "")});");
        }
    }
}
