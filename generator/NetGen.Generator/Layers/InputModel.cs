using NetGen.Generator.Graph;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Layers;

/// <summary>What is declared of an input: <c>[Input(…)]</c>, <c>[Shape(…)]</c> or <c>[Sequence(…)]</c>.</summary>
/// <param name="Shape">Its shape, of which the first size is the most positions where their number is free.</param>
/// <param name="Max">The most positions where their number is free; else null.</param>
/// <param name="Gradient">Whether training computes its gradient.</param>
sealed record InputModel(int[] Shape, int? Max, bool Gradient)
{
    // The attribute of a Forward's parameter says what that of a class does.
    public static InputModel Read(ElementModel element) => ElementReader.Read(element.Kind == ElementKinds.Shape ? element with { Kind = ElementKinds.Input } : element) switch
    {
        SequenceAttribute sequence => new([sequence.Max, .. sequence.Shape ?? []], sequence.Max, sequence.Gradient),
        var attribute => new(((InputAttribute)attribute).Shape ?? [], null, ((InputAttribute)attribute).Gradient),
    };

    /// <summary>Refuses what can't be an input.</summary>
    /// <param name="builder">The input's.</param>
    /// <param name="takesIds">Whether an embedding makes numbers of it.</param>
    public void Check(LayerBuilder builder, bool takesIds)
    {
        if (Max is { } max)
        {
            builder.PositiveSize(max, "Max, the most positions of a sample,");
            if (Shape.Length > 2) builder.Fail("NG0018", "shape", string.Join(", ", Shape.Skip(1).Select(size => LayerBuilder.Text(size))), "the numbers of a position, or left out for ids");
            if (!takesIds && Shape.Length == 1)
            {
                builder.Fail("NG0018", "shape", "nothing",
                    "the numbers of a position, such as [Sequence(6, Max = 100)]; it is left out for the ids of a text, which an Embedding comes first for");
            }
        }
        if (Shape.Length is 0 or > InputAttribute.MaxRank) builder.Fail("NG0024", LayerBuilder.Text(Shape.Length));
        foreach (var axis in Shape) builder.PositiveSize(axis, "a size of its shape");
        builder.CheckSize(Graph.Shape.LongSize(Shape), "one sample");
        if (takesIds && Gradient) builder.Fail("NG0018", "Gradient", "true", "left out: ids have no gradient");
    }
}
