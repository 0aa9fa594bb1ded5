using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetGen.Generator.Graph;

namespace NetGen.Generator.Parsing;

/// <summary>Reads the fields that a Forward may name: layers, arrays of layers, blocks, parameters and buffers.</summary>
sealed class ForwardFields(INamedTypeSymbol type, BlockTable blocks, ForwardRecorder recorder, ImmutableArray<LocatedError>.Builder errors,
    CancellationToken cancellation)
{
    readonly List<ForwardLayer> layers = [];
    readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    readonly Dictionary<IFieldSymbol, Symbolic> fields = new(SymbolEqualityComparer.Default);

    /// <summary>The layers, in the order of their fields.</summary>
    public IReadOnlyList<ForwardLayer> Layers => layers;

    /// <summary>The fields that hold something, with where they stand and their layers.</summary>
    public List<(IFieldSymbol Field, Location Location, ImmutableArray<int> Layers)> Declared { get; } = [];

    /// <summary>What a field stands for; null where it isn't one of a layer.</summary>
    public Symbolic? this[IFieldSymbol field] => fields.TryGetValue(field, out var value) ? value : null;

    /// <summary>Whether a field is one for Forward, whatever its attributes are.</summary>
    public static bool IsForwardField(IFieldSymbol field) =>
        !field.IsImplicitlyDeclared && (field.GetAttributes().Any(a => WellKnownTypes.IsElement(a.AttributeClass) || WellKnownTypes.IsForward(a.AttributeClass, nameof(CountAttribute)))
            || BlockOf(field.Type) is not null || IsLayer(field.Type) || WellKnownTypes.IsForward(field.Type, "Tensor"));

    /// <summary>Reads all fields; false where the C# compiler or errors leave something unknown.</summary>
    public bool Read()
    {
        var complete = true;
        foreach (var field in type.GetMembers().OfType<IFieldSymbol>().Where(IsForwardField)) complete &= Read(field);
        return complete;
    }

    bool Read(IFieldSymbol field)
    {
        cancellation.ThrowIfCancellationRequested();
        var location = field.Locations.FirstOrDefault(l => l.IsInSource) ?? Location.None;
        var attributes = field.GetAttributes();
        if (attributes.Any(a => a.AttributeClass is null or { TypeKind: TypeKind.Error })) return false;
        var elements = attributes.Where(a => WellKnownTypes.IsElement(a.AttributeClass)).ToList();
        var count = attributes.FirstOrDefault(a => WellKnownTypes.IsForward(a.AttributeClass, nameof(CountAttribute)));
        var array = field.Type as IArrayTypeSymbol;
        var single = array?.ElementType ?? field.Type;
        var copies = 1;
        // A network may be a field for the class's own purposes.
        if (BlockOf(field.Type) is { } network && !BlockParser.IsBlock(network) && elements.Count == 0
            && (field.IsStatic || HasInitializer(field) || !ForwardParser.IsForward(network))) return true;
        if (elements.Count == 0 && WellKnownTypes.IsForward(single, "Tensor") && HasValue(field))
            return Fail("is a tensor with a value, and neither a parameter nor a buffer: declare a constant as 'const float', or say what it is by an attribute, such as [Parameter(10)]");
        if (field.IsStatic) return Fail("is static: each instance has layers of its own, so remove 'static'");
        if (array is { Rank: > 1 }) return Fail("is an array of several dimensions: make it one of one dimension");
        if (array is null && count is not null) return Fail("has [Count], which is for arrays: make it an array, or remove [Count]");
        if (array is not null)
        {
            if (count is null) return Fail("is an array without a length: add [Count], such as [Count(3)]");
            if (count.ConstructorArguments is not [{ Value: int number }]) return false;
            if (number is < 1 or > GraphBuilder.MaxLayers) return Fail($"has [Count({Text(number)})]: a count must be from 1 to {Text(GraphBuilder.MaxLayers)}");
            copies = number;
        }
        if (elements.Count > 1) return Fail("has several layers: a field has one; put others in fields of their own, or in a block");
        ElementModel element;
        INamedTypeSymbol? block = null;
        SyntaxNode? place = null;
        if (BlockOf(single) is { } blockType)
        {
            if (elements.Count > 0) return Fail($"is of the {What(blockType)} '{blockType.Name}', which has layers of its own: remove the attribute, or make the field's type Layer");
            if (blocks.Add(blockType, out var problem, takesNetworks: true) is not { } reference)
            {
                if (problem is not null) errors.Add(new(new("NG0032", -1, [field.Name, blockType.Name, problem]), location));
                return false;
            }
            if (blocks[reference.Index] is { HasForward: false })
            {
                return Fail($"is of the {What(blockType)} '{blockType.Name}', which has no Forward to call: "
                    + $"write [Use(typeof({blockType.Name}))] readonly Layer {field.Name}");
            }
            (element, block) = (new("Use", [new(null, null, [reference])], []), blockType);
        }
        else
        {
            if (elements.Count == 0 && FaultOfPart(single) is { } fault) return Fail(fault);
            if (elements.Count == 0) return Fail($"has no layer's attribute that says what it is, such as {(IsLayer(single) ? "[Linear(10)]" : "[Parameter(10)]")}");
            if (elements[0].AttributeClass is not { } attributeClass) return false;
            var syntax = DeclarationParser.SyntaxOf(elements[0], cancellation);
            var text = syntax?.ToString() ?? attributeClass.Name;
            if (!WellKnownTypes.IsOwnElement(attributeClass))
            {
                errors.Add(new(new("NG0025", -1, [text, "network", type.Name]), syntax?.GetLocation() ?? location));
                return false;
            }
            if (ArgumentReader.Read(elements[0], attributeClass, syntax, used => Reference(used, text, syntax?.GetLocation() ?? location)) is not { } read) return false;
            var isTensor = read.Kind is "Parameter" or "Buffer";
            var wanted = isTensor ? "Tensor" : "Layer";
            if (!(isTensor ? WellKnownTypes.IsForward(single, "Tensor") : IsLayer(single))) return Fail($"has [{text}], and so needs the type {wanted}{(array is null ? "" : "[]")}");
            if (HasValue(field))
            {
                return Fail("has an initializer, which nothing reads: remove it"
                    + (isTensor ? $", and say how it starts by its attribute, such as [{read.Kind}({string.Join(", ", read.Positional[0].Array ?? [])}, Init = Init.Constant, Value = 1)]" : ", since the attribute says what it is"));
            }
            if (read.Tap() is not null && read.Kind != ElementKinds.TiedLinear)
                return Fail($"has [{text}], which is for stacks of layers: write {(read.Kind == "Add" ? "a + b" : "Concat(a, b)")} in Forward");
            if (BlockArguments.FirstOf(read) is { } argument && !BlockParser.IsBlock(type)) return Fail($"refers to {argument}, which a network isn't given: only a block is, by what uses it");
            (element, place) = (read, syntax);
        }
        var own = element.Named.FirstOrDefault(argument => argument.Name == nameof(LayerAttribute.Name))?.Value.Scalar as string;
        var name = own ?? (field.Name.TrimStart('_') is { Length: > 0 } trimmed ? trimmed : field.Name);
        // A use of blocks may add no part of its own to the names of its parameters.
        var isNameless = own is "" && element.UsesBlocks();
        if (own is not null && !isNameless && GraphBuilder.FaultOfName(own) is { } faultOfName)
        {
            errors.Add(new(new("NG0017", -1, [field.Name, ElementDisplay.Escape(own), faultOfName]), location));
            return false;
        }
        if (!isNameless && names.TryGetValue(name, out var earlier))
        {
            errors.Add(new(new("NG0010", -1, [field.Name, name, earlier]), location));
            return false;
        }
        if (!isNameless) names.Add(name, field.Name);

        var fieldSyntax = field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation);
        var at = place is not null ? recorder.Place(place) : fieldSyntax is not null ? recorder.Place(fieldSyntax, location) : 0;
        var first = layers.Count;
        for (var i = 0; i < copies; i++)
        {
            var full = array is null ? name : isNameless ? Text(i) : $"{name}.{Text(i)}";
            var named = element.Named.Where(argument => argument.Name != nameof(LayerAttribute.Name)).Prepend(new(nameof(LayerAttribute.Name), new(full)));
            layers.Add(new(full, element with { Named = named.ToEquatableArray() }, at));
        }
        Declared.Add((field, location, [.. Enumerable.Range(first, copies)]));
        fields[field] = array is null ? Of(first) : new SymbolicList([.. Enumerable.Range(first, copies).Select(Of)]);
        return true;

        Symbolic Of(int layer) => element.Kind is "Parameter" or "Buffer" ? new SymbolicParameter(layer)
            : block is null ? new SymbolicLayer(layer)
            : new SymbolicBlock(layer, block, blocks[element.Positional[0].Blocks[0].Index]?.Forward?.Results.Count ?? 1);

        bool Fail(string problem)
        {
            errors.Add(new(new("NG0051", -1, [field.Name, problem]), location));
            return false;
        }

        BlockReference? Reference(ITypeSymbol? used, string text, Location where)
        {
            if (used is { TypeKind: TypeKind.Error }) return null;
            if (blocks.Add(used, out var problem, takesNetworks: true) is { } reference) return reference;
            if (problem is not null) errors.Add(new(new("NG0032", -1, [text, used?.Name ?? "null", problem]), where));
            return null;
        }
    }

    /// <summary>What a class lacks that has layers or a Forward, and isn't declared to be a part of networks; null for other types.</summary>
    public static string? FaultOfPart(ITypeSymbol fieldType) =>
        (fieldType is IArrayTypeSymbol array ? array.ElementType : fieldType) is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct } part && BlockOf(part) is null
            && (ForwardParser.IsForward(part) || part.GetAttributes().Any(a => WellKnownTypes.IsElement(a.AttributeClass)))
            ? $"is of the type '{part.Name}', which isn't declared to be a part of networks: add [Block] before '{part.Name}'" : null;

    static bool HasInitializer(IFieldSymbol field) =>
        field.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax() is VariableDeclaratorSyntax { Initializer: not null });

    /// <summary>Whether a field is set to more than what keeps the C# compiler from asking for a value, as <c>null!</c> does.</summary>
    static bool HasValue(IFieldSymbol field)
    {
        var value = field.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax()).OfType<VariableDeclaratorSyntax>().FirstOrDefault()?.Initializer?.Value;
        while (value is PostfixUnaryExpressionSyntax { Operand: var operand }) value = operand;
        return value is not (null or DefaultExpressionSyntax or ArrayCreationExpressionSyntax { Initializer: null } or CollectionExpressionSyntax { Elements.Count: 0 })
            && !value.IsKind(SyntaxKind.NullLiteralExpression) && !value.IsKind(SyntaxKind.DefaultLiteralExpression);
    }

    /// <summary>Whether nothing has to be said of a field that Forward doesn't use.</summary>
    public static bool MayBeUnused(IFieldSymbol field) => BlockOf(field.Type) is { } used && !BlockParser.IsBlock(used);

    static string What(INamedTypeSymbol used) => BlockParser.IsBlock(used) ? "block" : "network";

    static string Text(int number) => global::NetGen.Generator.Layers.LayerBuilder.Text(number);

    static bool IsLayer(ITypeSymbol fieldType) => WellKnownTypes.IsForward(fieldType is IArrayTypeSymbol array ? array.ElementType : fieldType, "Layer");

    static INamedTypeSymbol? BlockOf(ITypeSymbol fieldType) =>
        (fieldType is IArrayTypeSymbol array ? array.ElementType : fieldType) is INamedTypeSymbol named && (BlockParser.IsBlock(named) || BlockParser.IsNetwork(named)) ? named : null;
}
