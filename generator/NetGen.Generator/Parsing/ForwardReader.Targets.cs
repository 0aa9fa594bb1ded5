using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace NetGen.Generator.Parsing;

// Assignments. As in C#, what is assigned to is found first, and once: an index stays what it was, whatever the value does to the locals in it.
sealed partial class ForwardReader
{
    Symbolic Assign(IOperation target, Symbolic value)
    {
        TargetOf(target).Write(value);
        return value;
    }

    Symbolic Assign(ISimpleAssignmentOperation assignment)
    {
        var target = TargetOf(assignment.Target);
        var value = Evaluate(assignment.Value);
        target.Write(value);
        return value;
    }

    Symbolic Assign(ICompoundAssignmentOperation assignment)
    {
        var target = TargetOf(assignment.Target);
        var value = Binary(assignment, assignment.OperatorKind, assignment.OperatorMethod, target.Read(), assignment.Target, assignment.Value, assignment.IsChecked);
        target.Write(value);
        return value;
    }

    Symbolic Assign(ICoalesceAssignmentOperation assignment)
    {
        var target = TargetOf(assignment.Target);
        var before = target.Read();
        if (!IsNull(before)) return before;
        var value = Evaluate(assignment.Value);
        target.Write(value);
        return value;
    }

    Symbolic Increment(IIncrementOrDecrementOperation step)
    {
        var target = TargetOf(step.Target);
        var before = target.Read();
        var kind = step.Kind == OperationKind.Increment ? BinaryOperatorKind.Add : BinaryOperatorKind.Subtract;
        if (before is not SymbolicConstant { Value: var value } || Computed(step, () => ForwardConstants.Binary(kind, value, 1, step.Type, step.IsChecked)) is not { } number) throw Unsupported(step);
        var after = new SymbolicConstant(number);
        target.Write(after);
        return step.IsPostfix ? before : after;
    }

    Symbolic Deconstruct(IDeconstructionAssignmentOperation deconstruction)
    {
        var target = TargetOf(deconstruction.Target);
        var value = Evaluate(deconstruction.Value);
        // One tensor has no parts, which is the C# compiler's to say.
        if (value is SymbolicTensor or SymbolicParameter && deconstruction.Syntax is AssignmentExpressionSyntax assignment
            && compilation.GetSemanticModel(assignment.SyntaxTree).GetDeconstructionInfo(assignment) is { Method: null, Nested.IsEmpty: true })
        {
            throw new ForwardException(assignment, null);
        }
        target.Write(value);
        return value;
    }

    Target TargetOf(IOperation target)
    {
        switch (target)
        {
            case ILocalReferenceOperation { Local: var local, IsDeclaration: var isDeclaration }:
                return new(() => Evaluate(target), value =>
                {
                    if (isDeclaration) frame.Declare(local, value);
                    else frame.Assign(local, value);
                });
            case IParameterReferenceOperation { Parameter: var parameter }:
                return new(() => Evaluate(target), value => frame.Assign(parameter, value));
            case IDiscardOperation:
                return new(() => throw Unsupported(target), _ => { });
            case IArrayElementReferenceOperation or IPropertyReferenceOperation or IImplicitIndexerReferenceOperation
                when ElementOf(target) is { All: var all, Place: var place }:
                return new(() => all.Items[place], value =>
                {
                    if (place >= all.Items.Count) throw new ForwardException(target.Syntax, $"the index {Text(place)} is out of range: there are {Text(all.Items.Count)} elements");
                    all.Change()[place] = value;
                });
            case IDeclarationExpressionOperation { Expression: var expression }:
                return TargetOf(expression);
            case ITupleOperation tuple:
                Target[] parts = [.. tuple.Elements.Select(TargetOf)];
                return new(() => throw Unsupported(target), value =>
                {
                    if (value is not SymbolicList { Items: var items }) throw NoTarget(tuple);
                    if (items.Length != parts.Length) throw new ForwardException(tuple.Syntax, $"it takes {Text(parts.Length)} values, and there are {Text(items.Length)}");
                    for (var i = 0; i < parts.Length; i++) parts[i].Write(items[i]);
                });
            default:
                throw NoTarget(target);
        }
    }

    static ForwardException NoTarget(IOperation target) => new(target.Syntax, "only locals, parameters and the elements of arrays and lists that Forward makes can be assigned to");

    /// <summary>What is assigned to: a local, an element, or a tuple of these.</summary>
    /// <param name="Read">What it is before.</param>
    /// <param name="Write">Changes it.</param>
    sealed record Target(Func<Symbolic> Read, Action<Symbolic> Write);
}
