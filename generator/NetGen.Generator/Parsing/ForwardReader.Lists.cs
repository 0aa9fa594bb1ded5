using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace NetGen.Generator.Parsing;

// Arrays and lists, whose elements change while a Forward is read.
sealed partial class ForwardReader
{
    /// <summary>Whether C# makes a list of what is given to a type.</summary>
    static bool IsList(ITypeSymbol? wanted) => wanted is INamedTypeSymbol { Name: "List" or "IList" or "ICollection" } && IsCollection(wanted);

    /// <summary>Whether a type is one that holds elements and takes more, of which a stack has the one that was put on it last first.</summary>
    static bool IsChangeable(ITypeSymbol? type) => IsList(type) || (type is INamedTypeSymbol { Name: "Stack" or "Queue" } && IsCollection(type));

    static bool IsCollection(ITypeSymbol type) => type.ContainingNamespace is
    {
        Name: "Generic", ContainingNamespace: { Name: "Collections", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } },
    };

    /// <summary>An array without an initializer, of one dimension or several.</summary>
    Symbolic NewArray(IArrayCreationOperation creation)
    {
        var sizes = creation.DimensionSizes.Select(size => Evaluate(size) is SymbolicConstant { Value: int count and >= 0 and <= MaxElements } ? count
            : throw new ForwardException(size.Syntax, $"it must be a constant from 0 to {Text(MaxElements)}")).ToImmutableArray();
        var total = sizes.Aggregate(1L, (all, size) => Math.Min(all * size, MaxElements + 1));
        if (total > MaxElements) throw new ForwardException(creation.Syntax, $"it has more than {Text(MaxElements)} elements");
        var element = ((IArrayTypeSymbol)creation.Type!).ElementType;
        object? initial = element.SpecialType == SpecialType.System_Boolean ? false : ForwardConversions.Convert(0, element);
        if (initial is null && element.IsValueType) throw Unsupported(creation);
        var elements = new SymbolicElements(isArray: true, Enumerable.Repeat(new SymbolicConstant(initial), (int)total));
        return sizes.Length == 1 ? elements : new SymbolicGrid(sizes, elements);
    }

    SymbolicElements NewList(IObjectCreationOperation creation)
    {
        var list = new SymbolicElements(isArray: false, []);
        // A number is what there is to be room for.
        foreach (var argument in creation.Arguments)
            if (argument.Parameter?.Type.SpecialType != SpecialType.System_Int32) list.Items.AddRange(List(argument.Value));
        if (creation.Type?.Name == "Stack") list.Items.Reverse();
        foreach (var item in creation.Initializer?.Initializers ?? [])
        {
            if (item is not IInvocationOperation { TargetMethod.Name: "Add", Arguments: [var added] }) throw Unsupported(item);
            list.Items.Add(Evaluate(added.Value));
        }
        return list;
    }

    Symbolic Invoke(SymbolicElements list, IInvocationOperation call, List<IArgumentOperation> arguments)
    {
        switch (call.TargetMethod.Name, arguments)
        {
            case ("GetLength", [var dimension]):
                return LengthOf([list.Items.Count], dimension);
            case ("ToArray", []):
                return new SymbolicElements(isArray: true, list.Items);
            case var _ when list.IsArray:
                throw Unsupported(call);
            case ("Add", [var item]):
                list.Change().Add(Evaluate(item.Value));
                return Symbolic.Nothing;
            case ("AddRange", [var items]):
                var added = List(items.Value);
                list.Change().AddRange([.. added]);
                return Symbolic.Nothing;
            case ("Insert", [var at, var item]):
                var before = Place(at.Value, list.Items.Count, list.Items.Count + 1);
                list.Change().Insert(before, Evaluate(item.Value));
                return Symbolic.Nothing;
            case ("RemoveAt", [var at]):
                list.Change().RemoveAt(Place(at.Value, list.Items.Count, list.Items.Count));
                return Symbolic.Nothing;
            case ("Clear", []):
                list.Change().Clear();
                return Symbolic.Nothing;
            case ("Reverse", []):
                list.Change().Reverse();
                return Symbolic.Nothing;
            case ("Push", [var item]):
                list.Change().Insert(0, Evaluate(item.Value));
                return Symbolic.Nothing;
            case ("Enqueue", [var item]):
                list.Change().Add(Evaluate(item.Value));
                return Symbolic.Nothing;
            case ("Pop" or "Dequeue" or "Peek", []):
                if (list.Items.Count == 0) throw new ForwardException(call.Syntax, "there are no elements");
                var first = list.Items[0];
                if (call.TargetMethod.Name != "Peek") list.Change().RemoveAt(0);
                return first;
            default:
                throw new ForwardException(call.Syntax, IsList(call.TargetMethod.ContainingType)
                    ? "of a list Forward may have Add, AddRange, Insert, RemoveAt, Clear, Reverse, ToArray, Count and its elements"
                    : "of a stack or a queue Forward may have Push, Pop, Enqueue, Dequeue, Peek, Clear, ToArray, Count and its elements");
        }
    }

    /// <summary>The place of an element, one of so many that may be meant.</summary>
    int Place(IOperation index, int length, int places)
    {
        var place = Place(index, length);
        return place >= 0 && place < places ? place : throw new ForwardException(index.Syntax, $"the index {Text(place)} is out of range: there are {Text(length)} elements");
    }

    /// <summary>What an expression is an element of, and its place there; null where it is of nothing that can change.</summary>
    (SymbolicElements All, int Place)? ElementOf(IOperation target)
    {
        var (instance, indices) = target switch
        {
            IArrayElementReferenceOperation { ArrayReference: var array, Indices: var all } => (array, all),
            IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } indexed, Arguments: [var argument] } => (indexed, [argument.Value]),
            IImplicitIndexerReferenceOperation reference => (reference.Instance, [reference.Argument]),
            _ => default((IOperation?, ImmutableArray<IOperation>)),
        };
        if (instance is null) return null;
        var value = Evaluate(instance);
        if ((value is SymbolicGrid grid ? grid.All : value) is not SymbolicElements elements) return null;
        return (elements, value is SymbolicGrid ofSeveral ? Place((IArrayElementReferenceOperation)target, ofSeveral)
            : Place(indices[0], elements.Items.Count, elements.Items.Count));
    }

    /// <summary>What a static field or property has, which no Forward can change.</summary>
    static Symbolic Fixed(Symbolic value) => value switch
    {
        SymbolicGrid grid => grid with { All = Fixed(grid.All) },
        SymbolicElements or SymbolicList => new SymbolicList([.. Items(value)!.Select(Fixed)]),
        _ => value,
    };

    /// <summary>The elements of an array, a tuple or a list; null where a value has none.</summary>
    static IReadOnlyList<Symbolic>? Items(Symbolic value) => value switch
    {
        SymbolicList list => list.Items,
        SymbolicElements elements => elements.Items,
        SymbolicGrid grid => Items(grid.All),
        _ => null,
    };
}
