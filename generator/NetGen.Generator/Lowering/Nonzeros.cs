using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering;

/// <summary>
/// Inputs of one sample's product that aren't zero. What is zero adds nothing, and reading its weights is most of what such a product takes: where enough of
/// them are, the places of the others are listed, and only their weights are read.
/// </summary>
/// <param name="shape">The layer.</param>
sealed class Nonzeros(LinearShape shape)
{
    const string Places = "places", Count = "count";

    readonly string most = LayerBuilder.Text(UnrollPolicy.MostNonzeros(shape.Inputs, shape.Outputs));

    /// <summary>Whether finding them pays.</summary>
    public static bool AreWorthFinding(LinearShape shape) =>
        shape.Rows == 1 && shape.X.Op.IsOftenZero(shape.X) && UnrollPolicy.FindsNonzeros(shape.Inputs, shape.Outputs);

    /// <summary>Writes what lists them.</summary>
    public void Find(Code code)
    {
        var inputs = LayerBuilder.Text(shape.Inputs);
        code.Add(new Remark($"What is zero adds nothing: with at most {most} others, only the weights of these are read."));
        code.Add(new LetScratch("list", UnrollPolicy.PlacesFloats(shape.Inputs)));
        code.Add(new Integer($"int* {Places} = (int*)list"));
        code.Add(new Integer($"int {Count} = Nonzeros.Find(x, {inputs}, {most}, {Places})"));
    }

    /// <summary>Writes the call for some outputs: with the listed inputs, or with all.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="function">The function of all inputs.</param>
    /// <param name="arguments">Its arguments.</param>
    public void Choose(Code code, string function, object[] arguments) =>
        code.If($"{Count} <= {most}", then => then.Add(new Invoke(NameOf(function), [.. arguments, Places, Count])), otherwise => otherwise.Add(new Invoke(function, [.. arguments])));

    /// <summary>The product of some outputs with the listed inputs.</summary>
    /// <param name="product">The product.</param>
    /// <param name="function">The function of all inputs.</param>
    /// <param name="outputs">How many outputs.</param>
    public KernelFunction Product(RowProduct product, string function, int outputs)
    {
        var code = new Code();
        product.EmitListed(code, Places, Count);
        return new(NameOf(function), $"{LayerBuilder.Text(outputs)} outputs of one sample, from the inputs at some places.",
            [.. shape.Parameters, new(ParameterType.Ints, Places), new(ParameterType.Int, Count)], code.Body);
    }

    static string NameOf(string function) => function + "OfNonzeros";
}
