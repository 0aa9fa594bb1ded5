using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace NetGen.Generator.Parsing;

// Queries, whose functions are called where these stand.
sealed partial class ForwardReader
{
    static bool IsQuery(IMethodSymbol method) => method is
    {
        IsStatic: true,
        ContainingType: { Name: "Enumerable", ContainingNamespace: { Name: "Linq", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } },
    };

    Symbolic Query(IInvocationOperation call, List<IArgumentOperation> arguments)
    {
        // C# runs a query where its elements are asked for, and each time anew.
        if (IsKept(call)) throw new ForwardException(call.Syntax, "a query that isn't used where it stands needs ToArray() at its end");
        var name = call.TargetMethod.Name;
        if (name == "Empty") return ListOf([]);
        if (name is "Range" or "Repeat") return Made(call, name, arguments);
        IReadOnlyList<Symbolic> items = [.. List(arguments[0].Value)];
        switch (name, arguments.Skip(1).Select(argument => argument.Value).ToArray())
        {
            case ("ToArray", []):
                return new SymbolicElements(isArray: true, items);
            case ("ToList", []):
                return new SymbolicElements(isArray: false, items);
            case ("Select", [var selector]):
                var (select, takesPlace) = (Function(selector), ParametersOf(selector) == 2);
                return ListOf(items.Select((item, i) => takesPlace ? select([item, new SymbolicConstant(i)]) : select([item])));
            case ("SelectMany", [var selector]) when ParametersOf(selector) == 1:
                var lists = Function(selector);
                return ListOf(items.SelectMany(item => Items(lists([item])) ?? throw Unsupported(selector)));
            case ("Where", [var predicate]) when ParametersOf(predicate) == 1:
                return ListOf(items.Where(Condition(predicate)));
            case ("Any", []):
                return new SymbolicConstant(items.Count > 0);
            case ("Any", [var predicate]):
                return new SymbolicConstant(items.Any(Condition(predicate)));
            case ("All", [var predicate]):
                return new SymbolicConstant(items.All(Condition(predicate)));
            case ("Zip", [var second]):
                return ListOf(items.Zip(List(second), (a, b) => (Symbolic)new SymbolicList([a, b])));
            case ("Zip", [var second, var selector]) when selector.Type is not { TypeKind: TypeKind.Interface }:
                var join = Function(selector);
                return ListOf(items.Zip(List(second), (a, b) => join([a, b])));
            case ("Aggregate", [var function]):
                var next = Function(function);
                return items.Count > 0 ? items.Skip(1).Aggregate(items[0], (all, item) => next([all, item])) : throw new ForwardException(call.Syntax, "there are no elements");
            case ("Aggregate", [var seed, var function]):
                var step = Function(function);
                return items.Aggregate(Evaluate(seed), (all, item) => step([all, item]));
            case ("Concat", [var second]):
                return ListOf(items.Concat(List(second)));
            case ("Append", [var item]):
                return ListOf(items.Append(Evaluate(item)));
            case ("Prepend", [var item]):
                return ListOf(items.Prepend(Evaluate(item)));
            case ("Reverse", []):
                return ListOf(items.Reverse());
            case ("Skip", [var count]):
                return ListOf(items.Skip(Whole(Evaluate(count), count)));
            case ("Take", [var count]) when count.Type is { SpecialType: SpecialType.System_Int32 }:
                return ListOf(items.Take(Whole(Evaluate(count), count)));
            case ("First" or "Last", { Length: <= 1 } predicates) when predicates.All(predicate => ParametersOf(predicate) == 1):
                return (name == "First" ? items : items.Reverse()).FirstOrDefault(predicates is [var wanted] ? Condition(wanted) : _ => true)
                    ?? throw new ForwardException(call.Syntax, predicates.Length == 0 || items.Count == 0 ? "there are no elements" : "there is no such element");
            case ("Count", { Length: <= 1 } predicates):
                return new SymbolicConstant(items.Count(predicates is [var counted] ? Condition(counted) : _ => true));
            case ("Sum" or "Max" or "Min", { Length: <= 1 } selectors):
                var number = selectors is [var only] ? Function(only) : null;
                return Reduced(call, name, [.. items.Select(item => number is null ? item : number([item]))]);
            default:
                throw new ForwardException(call.Syntax, "of queries Forward may have Select, SelectMany, Where, Zip, Aggregate, Concat, Append, Prepend, Reverse, Skip, Take, First, Last, Any, All, Count, Sum, Max, Min, ToArray and ToList, "
                    + "and Enumerable.Range, Enumerable.Repeat and Enumerable.Empty");
        }
    }

    /// <summary>What tells of an element whether it is meant.</summary>
    Func<Symbolic, bool> Condition(IOperation predicate)
    {
        var matches = Function(predicate);
        return item => matches([item]) is SymbolicConstant { Value: bool flag } ? flag : throw new ForwardException(predicate.Syntax, ByTensor);
    }

    /// <summary>The sum of numbers, the largest or the smallest one.</summary>
    static SymbolicConstant Reduced(IInvocationOperation call, string name, IReadOnlyList<Symbolic> items)
    {
        var type = call.Type?.SpecialType;
        if (type is not (SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Single or SpecialType.System_Double)) throw Unsupported(call);
        object[] numbers = [.. items.Select(item => Known(item, call) is (int or long or float or double) and var number ? number : throw Unsupported(call))];
        if (numbers.Length == 0 && name != "Sum") throw new ForwardException(call.Syntax, "there are no elements");
        object? result = type is SpecialType.System_Int32 or SpecialType.System_Int64
            ? name switch
            {
                "Sum" => Computed(call, () => numbers.Aggregate((object)0, (sum, number) => ForwardConstants.Binary(BinaryOperatorKind.Add, sum, number, call.Type, isChecked: true)!)),
                "Max" => numbers.Max(System.Convert.ToInt64),
                _ => numbers.Min(System.Convert.ToInt64),
            }
            // A sum of floats is one of doubles until it is done.
            : name switch
            {
                "Sum" => numbers.Sum(System.Convert.ToDouble),
                "Max" => numbers.Max(System.Convert.ToDouble),
                _ => numbers.Min(System.Convert.ToDouble),
            };
        return new(ForwardConversions.Convert(result, call.Type));
    }

    /// <summary>Numbers that follow each other, or an element several times.</summary>
    SymbolicList Made(IInvocationOperation call, string name, List<IArgumentOperation> arguments)
    {
        var (first, count) = (Evaluate(arguments[0].Value), Whole(Evaluate(arguments[1].Value), arguments[1].Value));
        if (count is < 0 or > MaxElements) throw new ForwardException(arguments[1].Value.Syntax, $"it must be a constant from 0 to {Text(MaxElements)}");
        if (name == "Repeat") return ListOf(Enumerable.Repeat(first, count));
        return first is SymbolicConstant { Value: int start } && (count == 0 || start <= int.MaxValue - (count - 1)) ? ListOf(Enumerable.Range(0, count).Select(i => (Symbolic)new SymbolicConstant(start + i))) : throw Unsupported(call);
    }

    /// <summary>Whether the elements of a query are asked for elsewhere.</summary>
    static bool IsKept(IInvocationOperation call)
    {
        if (call.TargetMethod.ReturnType is not { TypeKind: TypeKind.Interface }) return false;
        var parent = call.Parent;
        while (parent is IConversionOperation or IParenthesizedOperation or ITranslatedQueryOperation) parent = parent.Parent;
        return parent switch
        {
            IArgumentOperation { Parent: IInvocationOperation outer } => !IsQuery(outer.TargetMethod) && !IsList(outer.TargetMethod.ContainingType),
            IArgumentOperation { Parent: IObjectCreationOperation } or IForEachLoopOperation or ISpreadOperation => false,
            _ => true,
        };
    }

    /// <summary>C# computes an element of a query when the loop comes to it, with what the rounds before it have changed.</summary>
    static void RefuseChangedQuery(IForEachLoopOperation loop)
    {
        var query = loop.Collection;
        while (query is IConversionOperation or IParenthesizedOperation or ITranslatedQueryOperation) query = query.ChildOperations.First();
        if (query is not IInvocationOperation { TargetMethod: { ReturnType.TypeKind: TypeKind.Interface } method } || !IsQuery(method)) return;
        var used = new HashSet<ISymbol>(query.Descendants().OfType<IAnonymousFunctionOperation>().SelectMany(function => function.Descendants()).SelectMany(Variables), SymbolEqualityComparer.Default);
        var changed = loop.Body.DescendantsAndSelf().SelectMany(part => part switch
        {
            IAssignmentOperation { Target: var target } => Variables(target),
            IIncrementOrDecrementOperation { Target: var target } => Variables(target),
            IInvocationOperation { Instance: { } instance } when IsChangeable(instance.Type) => Variables(instance),
            _ => [],
        });
        if (changed.FirstOrDefault(used.Contains) is { } variable)
            throw new ForwardException(query.Syntax, $"the loop changes '{variable.Name}', which the query uses: let the loop itself compute its elements, or end the query with ToArray()");
    }

    /// <summary>The variables that an expression is, or is of elements of.</summary>
    static IEnumerable<ISymbol> Variables(IOperation expression) => expression switch
    {
        ILocalReferenceOperation { Local: var local } => [local],
        IParameterReferenceOperation { Parameter: var parameter } => [parameter],
        IArrayElementReferenceOperation { ArrayReference: var array } => Variables(array),
        IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } indexed } => Variables(indexed),
        IImplicitIndexerReferenceOperation { Instance: var indexed } => Variables(indexed),
        ITupleOperation { Elements: var elements } => elements.SelectMany(Variables),
        _ => [],
    };

    static SymbolicList ListOf(IEnumerable<Symbolic> items) => new([.. items]);

    /// <summary>How many parameters a function has.</summary>
    static int ParametersOf(IOperation function) => function is { Type: INamedTypeSymbol { DelegateInvokeMethod.Parameters.Length: var count } } ? count : 0;
}
