using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Operations;

namespace NetGen.Generator.Parsing;

// Arrays of several dimensions.
sealed partial class ForwardReader
{
    SymbolicGrid Grid(IArrayInitializerOperation initializer, int dimensions)
    {
        var sizes = new int[dimensions];
        var items = new List<Symbolic>();
        Add(initializer, 0);
        return new([.. sizes], new SymbolicElements(isArray: true, items));

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

    Symbolic At(IArrayElementReferenceOperation element) =>
        Evaluate(element.ArrayReference) is SymbolicGrid grid ? Items(grid)![Place(element, grid)] : throw Unsupported(element.ArrayReference);

    int Place(IArrayElementReferenceOperation element, SymbolicGrid grid)
    {
        var place = 0;
        for (var i = 0; i < grid.Sizes.Length; i++) place = place * grid.Sizes[i] + Place(element.Indices[i], grid.Sizes[i], grid.Sizes[i]);
        return place;
    }

    /// <summary>How many elements an array has along one of its dimensions.</summary>
    SymbolicConstant LengthOf(ImmutableArray<int> sizes, IArgumentOperation dimension) => new(sizes[Place(dimension.Value, sizes.Length, sizes.Length)]);
}
