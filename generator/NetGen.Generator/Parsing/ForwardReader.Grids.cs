using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Operations;

namespace NetGen.Generator.Parsing;

// Arrays of several dimensions.
sealed partial class ForwardReader
{
    SymbolicGrid Grid(IArrayInitializerOperation initializer, int dimensions)
    {
        var sizes = new int[dimensions];
        var items = ImmutableArray.CreateBuilder<Symbolic>();
        Add(initializer, 0);
        return new([.. sizes], items.ToImmutable());

        void Add(IArrayInitializerOperation row, int dimension)
        {
            sizes[dimension] = row.ElementValues.Length;
            foreach (var element in row.ElementValues)
            {
                if (dimension < dimensions - 1) Add((IArrayInitializerOperation)element, dimension + 1);
                else items.Add(Evaluate(element));
            }
        }
    }

    Symbolic At(IArrayElementReferenceOperation element)
    {
        if (Evaluate(element.ArrayReference) is not SymbolicGrid grid) throw Unsupported(element.ArrayReference);
        var place = 0;
        for (var i = 0; i < grid.Sizes.Length; i++) place = place * grid.Sizes[i] + Place(element.Indices[i], grid.Sizes[i], grid.Sizes[i]);
        return grid.Items[place];
    }

    /// <summary>How many elements an array has along one of its dimensions.</summary>
    SymbolicConstant LengthOf(ImmutableArray<int> sizes, IArgumentOperation dimension) => new(sizes[Place(dimension.Value, sizes.Length, sizes.Length)]);
}
