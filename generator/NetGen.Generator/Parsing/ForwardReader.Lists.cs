using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace NetGen.Generator.Parsing;

// Lists, which change while a Forward is read.
sealed partial class ForwardReader
{
    /// <summary>Whether C# makes a list of what is given to a type.</summary>
    static bool IsList(ITypeSymbol? wanted) => wanted is INamedTypeSymbol
    {
        Name: "List" or "IList" or "ICollection",
        ContainingNamespace: { Name: "Generic", ContainingNamespace: { Name: "Collections", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } },
    };

    static SymbolicGrowingList ListOf(IEnumerable<Symbolic> items)
    {
        var list = new SymbolicGrowingList();
        list.Items.AddRange(items);
        return list;
    }

    Symbolic NewList(IObjectCreationOperation creation)
    {
        var list = new SymbolicGrowingList();
        // A number is what there is to be room for.
        foreach (var argument in creation.Arguments)
            if (argument.Parameter?.Type.SpecialType != SpecialType.System_Int32) list.Items.AddRange(List(argument.Value));
        foreach (var item in creation.Initializer?.Initializers ?? [])
        {
            if (item is not IInvocationOperation { TargetMethod.Name: "Add", Arguments: [var added] }) throw Unsupported(item);
            list.Items.Add(Evaluate(added.Value));
        }
        return list;
    }

    Symbolic Invoke(SymbolicGrowingList list, IInvocationOperation call, List<IArgumentOperation> arguments)
    {
        switch (call.TargetMethod.Name, arguments)
        {
            case ("Add", [var item]):
                list.Change().Add(Evaluate(item.Value));
                return Symbolic.Nothing;
            case ("AddRange", [var items]):
                var added = List(items.Value);
                list.Change().AddRange(added);
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
            case ("ToArray", []):
                return new SymbolicList([.. list.Items]);
            default:
                throw new ForwardException(call.Syntax, "of a list Forward may have Add, AddRange, Insert, RemoveAt, Clear, Reverse, ToArray, Count and its elements");
        }
    }

    /// <summary>The place of an element, one of so many that may be meant.</summary>
    int Place(IOperation index, int length, int places)
    {
        var place = Place(index, length);
        return place >= 0 && place < places ? place : throw new ForwardException(index.Syntax, $"the index {Text(place)} is out of range: there are {Text(length)} elements");
    }

    /// <summary>The list that an expression is an element of, and its index; null where it is none.</summary>
    (SymbolicGrowingList List, IOperation Index)? ElementOf(IOperation target)
    {
        var (instance, index) = target switch
        {
            IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } indexed, Arguments: [var argument] } => (indexed, argument.Value),
            IImplicitIndexerReferenceOperation reference => (reference.Instance, reference.Argument),
            _ => default,
        };
        if (instance is null || Evaluate(instance) is not SymbolicGrowingList list) return null;
        // What is assigned to is looked at more than once.
        return index.DescendantsAndSelf().FirstOrDefault(part => part is IIncrementOrDecrementOperation or IAssignmentOperation) is { } change
            ? throw new ForwardException(change.Syntax, "it changes a local within an index; put it into a statement of its own") : (list, index);
    }

    /// <summary>What a static field or property has, which no Forward can change.</summary>
    static Symbolic Fixed(Symbolic value) => value is SymbolicGrowingList list ? new SymbolicList([.. list.Items]) : value;

    /// <summary>The elements of an array, a tuple or a list; null where a value has none.</summary>
    static ImmutableArray<Symbolic>? Items(Symbolic value) => value switch
    {
        SymbolicList list => list.Items,
        SymbolicGrowingList list => [.. list.Items],
        SymbolicGrid grid => grid.Items,
        _ => null,
    };
}
