using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace NetGen.Generator.Tests.Harness;

/// <summary>A file of weights as the task of the build describes it to the generator.</summary>
sealed class WeightsText(string file, string text) : AdditionalText
{
    /// <summary>A network with weights.</summary>
    public const string Network = """
        [Network, Input(4), Linear(3), ReLU, Linear(2)]
        [Weights("mlp.safetensors")]
        public partial class Mlp;
        """;

    /// <summary>What the task says of a file that has lost its end.</summary>
    public const string Cut = "tensor '2.weight': it ends at byte 80 of the data; the file has 71";

    /// <summary>The tensors of <see cref="Network"/>.</summary>
    public static readonly ImmutableArray<(string Name, string Type, int[] Shape)> Tensors =
        [("0.weight", "F32", [3, 4]), ("0.bias", "F32", [3]), ("2.weight", "F32", [2, 3]), ("2.bias", "F32", [2])];

    /// <summary>The tensors of a network that is nearly that one.</summary>
    public static readonly ImmutableArray<(string Name, string Type, int[] Shape)> Other =
        [("0.weight", "F32", [3, 4]), ("0.bias", "F32", [3]), ("2.weight", "F32", [2, 5]), ("4.bias", "F32", [2])];

    public override string Path { get; } = $"/project/obj/netgen/{Uri.EscapeDataString(file)}.netgenweights";

    public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);

    /// <summary>A project with the weights of <see cref="Network"/>.</summary>
    public static Consumer Fitting(Consumer consumer) => consumer with { Weights = [Sound("mlp.safetensors", Tensors)] };

    public static WeightsText Missing(string file) => new(file, Head(file) + "missing\n");

    public static WeightsText Checkpoint(string file) => new(file, Head(file) + "checkpoint\n");

    public static WeightsText Damaged(string file, string reason) => new(file, $"{Head(file)}damaged\t{Uri.EscapeDataString(reason)}\n");

    public static WeightsText Sound(string file, ImmutableArray<(string Name, string Type, int[] Shape)> tensors, string hash = "c0ffee")
    {
        var lines = tensors.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Type}\t{string.Join(',', t.Shape)}\t{Uri.EscapeDataString(t.Name)}\n"));
        return new(file, $"{Head(file)}sound\t{hash}\n{string.Concat(lines)}");
    }

    static string Head(string file) => $"netgen weights 2\n{Uri.EscapeDataString(file)}\n";
}
