using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace NetGen.Generator.Parsing;

// Fields, properties and methods: whose they are, and what they begin with.
sealed partial class ForwardReader
{
    Symbolic Field(IFieldReferenceOperation reference)
    {
        var field = reference.Field;
        if (reference.Instance is { Type.IsTupleType: true } tuple)
        {
            var name = (field.CorrespondingTupleField ?? field).Name;
            var items = List(tuple);
            return int.TryParse(name.Substring("Item".Length), out var item) && item <= items.Count ? items[item - 1] : throw Unsupported(reference);
        }
        if (reference.Instance is IInstanceReferenceOperation && fields[field] is { } value) return value;
        if (Initializer(field) is { } initializer && ForwardFields.FaultOfPart(field.Type) is null) return Initial(field, initializer, reference.Syntax);
        if (reference.Instance is IInstanceReferenceOperation && ForwardFields.IsForwardField(field) && !SymbolEqualityComparer.Default.Equals(field.ContainingType, type))
        {
            throw new ForwardException(reference.Syntax, $"'{field.Name}' is a field of '{field.ContainingType.Name}', which '{type.Name}' derives from, and layers aren't inherited: "
                + $"declare it in '{type.Name}' itself, or in a block that is a field of it");
        }
        if (ForwardFields.FaultOfPart(field.Type) is { } fault) throw new ForwardException(reference.Syntax, $"the field '{field.Name}' {fault}");
        if (IsChangeable(field.Type)) throw new ForwardException(reference.Syntax, "a list that isn't 'static readonly' has to be a local");
        throw new ForwardException(reference.Syntax, $"the field '{field.Name}' isn't a constant; "
            + "declare it 'const' or 'static readonly', of numbers, or as a layer, a parameter or a buffer of the class");
    }

    /// <summary>What a field that never changes begins with, such as a list of sizes, which can't be a constant of C#.</summary>
    IOperation? Initializer(IFieldSymbol field)
    {
        if (field is not { IsStatic: true, IsReadOnly: true } || WellKnownTypes.IsForward(field.Type, "Tensor")) return null;
        return Initial(Sources(field).OfType<VariableDeclaratorSyntax>().FirstOrDefault()?.Initializer);
    }

    IEnumerable<SyntaxNode> Sources(ISymbol symbol) => symbol.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(cancellation));

    IOperation? Initial(EqualsValueClauseSyntax? initializer)
    {
        if (initializer is not { Value: var value } || !compilation.ContainsSyntaxTree(value.SyntaxTree)) return null;
        if (!bodies.TryGetValue(value, out var operation)) bodies.Add(value, operation = compilation.GetSemanticModel(value.SyntaxTree).GetOperation(value, cancellation));
        // An array's elements in braces are part of what makes it, and a value becomes one of the member's type, as 1 a double.
        while (operation is IArrayInitializerOperation { Parent: IArrayCreationOperation } or { Parent: IConversionOperation or IDelegateCreationOperation }) operation = operation.Parent;
        return operation;
    }

    Symbolic Property(IPropertyReferenceOperation reference)
    {
        if (reference is { Property.Name: "Length" or "Count", Instance: { } counted } && Items(Evaluate(counted)) is { } all) return new SymbolicConstant(all.Count);
        if (reference is { Property.IsIndexer: true, Instance: { } indexed, Arguments: [var index] } && Evaluate(indexed) is var value && Items(value) is not null)
            return At(reference, value, index.Value);
        RefuseConstrained(reference.ConstrainedToType, reference);
        if (reference.Instance is null or IInstanceReferenceOperation && GetterOf(reference) is { AssociatedSymbol: IPropertySymbol { IsIndexer: false } property } named)
        {
            var getter = Implementation(Dispatched(named, reference.Instance));
            // A property that computes something is a method without parameters; one that is set once is what it begins with.
            if (Sources(getter).Any(source => HasBody(source) && compilation.ContainsSyntaxTree(source.SyntaxTree))) return Call(getter, [], reference.Syntax);
            if (property is { IsStatic: true, SetMethod: null } && Initial(Sources(property).OfType<PropertyDeclarationSyntax>().FirstOrDefault()?.Initializer) is { } initial)
                return Initial(property, initial, reference.Syntax);
        }
        throw Unsupported(reference);
    }

    /// <summary>A property's getter, which an override of the setter alone has from the class that it derives from.</summary>
    static IMethodSymbol? GetterOf(IPropertyReferenceOperation reference)
    {
        var property = reference.Property;
        while (property is { GetMethod: null, OverriddenProperty: { } overridden }) property = overridden;
        return property.GetMethod;
    }

    /// <summary>The method that C# runs for one that is called: of a virtual one the most derived override of the class that is read, unless it is called by <c>base</c>.</summary>
    /// <param name="method">The method that is named, or a property's getter.</param>
    /// <param name="instance">What it is called on; null for a static one.</param>
    IMethodSymbol Dispatched(IMethodSymbol method, IOperation? instance)
    {
        if (!(method.IsVirtual || method.IsAbstract || method.IsOverride) || instance is null or { Syntax: BaseExpressionSyntax }) return method;
        for (var derived = type; derived is not null; derived = derived.BaseType)
            if (derived.GetMembers(method.Name).OfType<IMethodSymbol>().FirstOrDefault(own => Overrides(own, method)) is { } found)
                return found;
        return method;
    }

    static bool Overrides(IMethodSymbol own, IMethodSymbol method)
    {
        for (var overridden = own; overridden is not null; overridden = overridden.OverriddenMethod)
            if (SymbolEqualityComparer.Default.Equals(overridden.OriginalDefinition, method.OriginalDefinition))
                return true;
        return false;
    }

    /// <summary>A static member of a type parameter is one of a type that isn't known where the member is named.</summary>
    static void RefuseConstrained(ITypeSymbol? constrainedTo, IOperation member)
    {
        if (constrainedTo is not null) throw new ForwardException(member.Syntax, $"which type '{constrainedTo.Name}' is isn't known where Forward is read; call the member of a type, or give a function");
    }
}
