using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace NetGen.Generator.Parsing;

// Expressions: what they stand for.
sealed partial class ForwardReader
{
    const string SizeOfUse = "a size that each use of the block gives, as Arg.A, isn't a number where Forward is read: it can be in attributes of fields, and by itself or times a constant where a "
        + "function takes a whole number";

    Symbolic Evaluate(IOperation expression)
    {
        Count(expression);
        if (++nesting > MaxNesting) throw TooDeep(expression);
        var value = Read(expression);
        nesting--;
        return value;
    }

    Symbolic Read(IOperation expression)
    {
        // A number that becomes a tensor is none any more.
        if (expression.ConstantValue is { HasValue: true, Value: var constant }
            && (constant is null || !WellKnownTypes.IsForward(expression.Type, "Tensor")))
        {
            return Constant(expression, constant);
        }
        switch (expression)
        {
            case ILocalReferenceOperation local:
                return frame.Find(local.Local) ?? throw Unsupported(expression);
            case IParameterReferenceOperation parameter:
                return frame.Find(parameter.Parameter) ?? throw Unsupported(expression);
            case IFieldReferenceOperation field:
                return Field(field);
            case IInvocationOperation call:
                return Invoke(call);
            case IBinaryOperation binary:
                return Chain(binary);
            case IUnaryOperation unary:
                return Unary(unary);
            case IConversionOperation conversion:
                return Convert(conversion);
            case IParenthesizedOperation parenthesized:
                return Evaluate(parenthesized.Operand);
            case ITupleBinaryOperation tuples:
                var areEqual = AreEqual(tuples, Evaluate(tuples.LeftOperand), Evaluate(tuples.RightOperand));
                return new SymbolicConstant(areEqual == (tuples.OperatorKind == BinaryOperatorKind.Equals));
            case ITupleOperation tuple:
                return new SymbolicList([.. tuple.Elements.Select(Evaluate)]);
            case IConditionalOperation { WhenFalse: { } otherwise } choice:
                return Evaluate(IsTrue(choice.Condition) ? choice.WhenTrue : otherwise);
            case ISwitchExpressionOperation choice:
                return Switch(choice);
            case IIsPatternOperation test:
                return new SymbolicConstant(Matches(test.Pattern, Evaluate(test.Value)));
            case ICoalesceOperation choice:
                return Evaluate(choice.Value) is var first && IsNull(first) ? Evaluate(choice.WhenNull) : first;
            case ICoalesceAssignmentOperation assignment:
                return Assign(assignment);
            case ISimpleAssignmentOperation assignment:
                return Assign(assignment);
            case ICompoundAssignmentOperation compound:
                return Assign(compound);
            case IIncrementOrDecrementOperation step:
                return Increment(step);
            case IDeconstructionAssignmentOperation deconstruction:
                return Deconstruct(deconstruction);
            case IDeclarationExpressionOperation declaration:
                return Evaluate(declaration.Expression);
            case IArrayCreationOperation { Initializer: { } initializer, DimensionSizes: [_] }:
                return new SymbolicElements(isArray: true, initializer.ElementValues.Select(Evaluate));
            case IArrayCreationOperation { Initializer: null } creation:
                return NewArray(creation);
            case IArrayCreationOperation { Initializer: { } initializer, DimensionSizes.Length: var dimensions }:
                return Grid(initializer, dimensions);
            case IArrayInitializerOperation initializer:
                return new SymbolicElements(isArray: true, initializer.ElementValues.Select(Evaluate));
            case ICollectionExpressionOperation collection:
                var items = collection.Elements.SelectMany(element => element is ISpreadOperation spread ? List(spread.Operand) : [Evaluate(element)]);
                return new SymbolicElements(!IsList(collection.Type), items);
            case IObjectCreationOperation creation when IsChangeable(creation.Type):
                return NewList(creation);
            case IArrayElementReferenceOperation { Indices: [var index] } element:
                return At(element, Evaluate(element.ArrayReference), index);
            case IArrayElementReferenceOperation element:
                return At(element);
            case IImplicitIndexerReferenceOperation element:
                return At(element, Evaluate(element.Instance), element.Argument);
            case IPropertyReferenceOperation property:
                return Property(property);
            case ITranslatedQueryOperation query:
                return Evaluate(query.Operation);
            case IDelegateCreationOperation function:
                return Function(function);
            case IThrowOperation thrown:
                throw Thrown(thrown);
            case IConditionalAccessOperation access:
                return IfThere(access);
            case IConditionalAccessInstanceOperation:
                return accessed.Peek();
            default:
                throw Unsupported(expression);
        }
    }

    /// <summary>What the C# compiler has computed. It takes a size of a block's use for a number, which it isn't yet.</summary>
    static Symbolic Constant(IOperation expression, object? value)
    {
        if (value is int number && BlockArguments.IsArgument(number)) return new SymbolicSize(number);
        return expression.Descendants().Any(part => part.ConstantValue is { HasValue: true, Value: int inner } && BlockArguments.IsArgument(inner))
            ? throw new ForwardException(expression.Syntax, SizeOfUse) : new SymbolicConstant(ForwardConversions.Held(value));
    }

    Symbolic At(IOperation reference, Symbolic value, IOperation index)
    {
        var items = Items(value) ?? throw Unsupported(reference is IArrayElementReferenceOperation array ? array.ArrayReference : reference);
        if (index is IRangeOperation range)
        {
            var (start, end) = (range.LeftOperand is { } left ? Place(left, items.Count) : 0, range.RightOperand is { } right ? Place(right, items.Count) : items.Count);
            return start >= 0 && start <= end && end <= items.Count ? PartOf(value, items, start, end)
                : throw new ForwardException(reference.Syntax, $"the range from {Text(start)} to {Text(end)} is out of range: there are {Text(items.Count)} elements");
        }
        var place = Place(index, items.Count);
        return place >= 0 && place < items.Count ? items[place]
            : throw new ForwardException(reference.Syntax, $"the index {Text(place)} is out of range: there are {Text(items.Count)} elements");
    }

    /// <summary>A range of an array or a list, which is one of its own.</summary>
    static Symbolic PartOf(Symbolic value, IReadOnlyList<Symbolic> items, int start, int end) =>
        value is SymbolicElements { IsArray: var isArray } ? new SymbolicElements(isArray, items.Skip(start).Take(end - start)) : new SymbolicList([.. items.Skip(start).Take(end - start)]);

    /// <summary>The place that an index means, which may count from the end.</summary>
    int Place(IOperation index, int length)
    {
        if (index is IConversionOperation { Type.Name: nameof(Index), Operand: var counted }) index = counted;
        var fromEnd = index is IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat };
        if (fromEnd) index = ((IUnaryOperation)index).Operand;
        if (Evaluate(index) is not SymbolicConstant { Value: int place }) throw new ForwardException(index.Syntax, "an index must be a constant");
        return fromEnd ? length - place : place;
    }

    Symbolic Invoke(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        var arguments = call.Arguments.OrderBy(argument => argument.Parameter?.Ordinal ?? 0).ToList();
        if (arguments.Exists(argument => argument.Parameter is null || argument.Value is IInvalidOperation)) throw new ForwardException(call.Syntax, null);
        if (method.MethodKind == MethodKind.DelegateInvoke) return InvokeFunction(call, arguments);
        if (WellKnownTypes.IsForward(method.ContainingType, "Functions"))
            return Function(call.Syntax, method, arguments.Select(argument => (argument.Parameter!, Evaluate(argument.Value), argument.Value)));
        if (IsQuery(method)) return Query(call, arguments);
        if (ForwardMath.IsMath(method)) return Mathematics(method, arguments.Select(argument => (Evaluate(argument.Value), argument.Value)), call);
        if (call.Instance is { } instance and not IInstanceReferenceOperation)
        {
            return (Evaluate(instance), method.Name, arguments) switch
            {
                (SymbolicBlock block, ForwardParser.MethodName, _) => recorder.Layer(call.Syntax, block.Layer, [.. arguments.Select(argument => Tensor(argument.Value))], block.Results),
                (SymbolicElements list, _, _) => Invoke(list, call, arguments),
                (SymbolicGrid grid, "GetLength", [var dimension]) => LengthOf(grid.Sizes, dimension),
                (SymbolicList list, "GetLength", [var dimension]) => LengthOf([list.Items.Length], dimension),
                (SymbolicList list, "ToArray", []) => new SymbolicElements(isArray: true, list.Items),
                (SymbolicList, _, _) when IsChangeable(method.ContainingType) =>
                    throw new ForwardException(call.Syntax, "only a list that Forward makes can be changed: make it a local"),
                _ => throw Unsupported(call),
            };
        }
        RefuseConstrained(call.ConstrainedToType, call);
        // What is declared in the call, as by out var, has no value yet.
        RefuseReferences(method, call.Syntax);
        // Named arguments are computed in the order in which they are written.
        var values = call.Arguments.ToDictionary(argument => argument.Parameter!.Ordinal, argument => Evaluate(argument.Value));
        return Call(Dispatched(method, call.Instance), [.. arguments.Select(argument => values[argument.Parameter!.Ordinal])], call.Syntax);
    }

    /// <summary>A function of numbers, as of the root of a size.</summary>
    static SymbolicConstant Mathematics(IMethodSymbol function, IEnumerable<(Symbolic Value, IOperation At)> arguments, IOperation call)
    {
        object[] numbers = [.. arguments.Select(argument => Known(argument.Value, argument.At) is (int or long or float or double) and var number ? number : throw Unsupported(argument.At))];
        return Computed(call, () => ForwardMath.Call(function, numbers)) is { } result ? new(result) : throw Unsupported(call);
    }

    /// <summary>A call of one of <c>NetGen.Functions</c>: its tensors are operands, everything else is constant.</summary>
    /// <param name="call">Where it stands.</param>
    /// <param name="function">The function.</param>
    /// <param name="arguments">What each parameter gets, computed one after the other, and where that stands.</param>
    Symbolic Function(SyntaxNode call, IMethodSymbol function, IEnumerable<(IParameterSymbol Parameter, Symbolic Value, IOperation At)> arguments)
    {
        var operands = new List<int>();
        var constants = new List<ArgumentValue>();
        var ofFirst = call;
        foreach (var (parameter, value, at) in arguments)
        {
            var wanted = parameter.Type;
            if (constants.Count == 0) ofFirst = at.Syntax;
            if (WellKnownTypes.IsForward(wanted, "Tensor")) operands.Add(Tensor(value, at));
            else if (wanted is IArrayTypeSymbol { ElementType: var item } && WellKnownTypes.IsForward(item, "Tensor"))
                operands.AddRange(Each(one => Tensor(one, at)));
            else if (wanted.SpecialType == SpecialType.System_Int32) constants.Add(new(Whole(value, at, parameter.Name)));
            else if (wanted is IArrayTypeSymbol) constants.Add(new(null, Each(one => Whole(one, at)).ToEquatableArray()));
            else if (value is SymbolicConstant { Value: var constant }) constants.Add(new(ForwardConversions.Convert(constant, wanted) ?? constant));
            else throw new ForwardException(at.Syntax, $"'{parameter.Name}' must be a constant");

            IEnumerable<int> Each(Func<Symbolic, int> number) => (Items(value) ?? throw Unsupported(at)).Select(number);
        }
        if (function.Name != ElementKinds.Split) return recorder.Function(call, function.Name, operands, [.. constants]);

        // A part is a function of its own: the parts' number or sizes, the axis, and which it is.
        if (constants[0].Scalar is int given && BlockArguments.IsArgument(given)) throw new ForwardException(ofFirst, SizeOfUse);
        if (constants[0] is { Scalar: int and < 1 or > 1000 }) throw new ForwardException(ofFirst, "there must be 1 to 1000 parts");
        var parts = constants[0].Scalar as int? ?? constants[0].Array!.Value.Count;
        return ListOf(Enumerable.Range(0, parts).Select(part => (Symbolic)recorder.Function(call, ElementKinds.Split, operands, [.. constants, new(part)])));
    }

    IReadOnlyList<Symbolic> List(IOperation collection) => Items(Evaluate(collection)) ?? throw Unsupported(collection);

    int Tensor(IOperation expression) => Tensor(Evaluate(expression), expression);

    int Tensor(Symbolic value, IOperation expression) => value switch
    {
        SymbolicTensor tensor => tensor.Value,
        SymbolicParameter parameter => recorder.Parameter(expression.Syntax, parameter.Layer).Value,
        _ => throw (IsNull(value) ? new ForwardException(expression.Syntax, "there is no tensor, but null") : Unsupported(expression)),
    };

    /// <summary>The tensors of what a method returned: one, or those of a tuple.</summary>
    public ImmutableArray<int> Tensors(Symbolic value, SyntaxNode at) => value switch
    {
        SymbolicTensor tensor => [tensor.Value],
        SymbolicParameter parameter => [recorder.Parameter(at, parameter.Layer).Value],
        SymbolicList list => [.. list.Items.SelectMany(item => Tensors(item, at))],
        _ => throw new ForwardException(at, "Forward must return a tensor, or a tuple of tensors"),
    };

    static int Whole(Symbolic value, IOperation at) => Whole(value) ?? throw new ForwardException(at.Syntax, "it must be constant whole numbers");

    static int Whole(Symbolic value, IOperation at, string parameter) => Whole(value) ?? throw new ForwardException(at.Syntax, $"'{parameter}' must be a constant");

    static int? Whole(Symbolic value) => value switch
    {
        SymbolicConstant { Value: int number } => number,
        SymbolicSize size => size.Number,
        _ => null,
    };

    static string Text(int number) => Layers.LayerBuilder.Text(number);
}
