using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetGen.Generator.Parsing;

/// <summary>Reads a network or a block whose layers are fields and whose Forward says how they are put together.</summary>
static class ForwardParser
{
    /// <summary>The method's name.</summary>
    public const string MethodName = "Forward";

    /// <summary>Whether a class declares layers by fields and a Forward, rather than by its attributes.</summary>
    public static bool IsForward(INamedTypeSymbol type) => MethodsOf(type).Any() || Misfit(type, HasShape) is not null || type.GetMembers().OfType<IFieldSymbol>().Any(field =>
        !field.IsImplicitlyDeclared && field.GetAttributes().Any(a => WellKnownTypes.IsElement(a.AttributeClass)));

    /// <summary>The methods that may be the one that is read, which is the only one where all is well.</summary>
    public static IEnumerable<IMethodSymbol> MethodsOf(INamedTypeSymbol type) => type.GetMembers(MethodName).OfType<IMethodSymbol>()
        .Where(m => m is { MethodKind: MethodKind.Ordinary } && (WellKnownTypes.IsForward(m.ReturnType, "Tensor") || m.Parameters.Any(p => WellKnownTypes.IsForward(p.Type, "Tensor"))));

    /// <summary>A method that is called so and has no tensors.</summary>
    static IMethodSymbol? Misfit(INamedTypeSymbol type, Func<IMethodSymbol, bool> fits) =>
        type.GetMembers(MethodName).OfType<IMethodSymbol>().FirstOrDefault(m => m is { MethodKind: MethodKind.Ordinary } && fits(m));

    static bool HasShape(IMethodSymbol method) => method.Parameters.Any(parameter => ShapeOf(parameter) is not null);

    static AttributeData? ShapeOf(IParameterSymbol parameter) => ShapesOf(parameter).FirstOrDefault();

    static IEnumerable<AttributeData> ShapesOf(IParameterSymbol parameter) => parameter.GetAttributes().Where(a =>
        WellKnownTypes.IsForward(a.AttributeClass, nameof(ShapeAttribute)) || WellKnownTypes.IsForward(a.AttributeClass, nameof(SequenceAttribute)));

    /// <summary>
    /// Reads the class; its inputs are elements before those of the class, which may be a loss. Null where the C# compiler or errors say why not.
    /// </summary>
    /// <param name="type">The class.</param>
    /// <param name="declaration">The declaration that is marked.</param>
    /// <param name="elements">The elements on the class.</param>
    /// <param name="isBlock">Whether it is a block, whose inputs have no shapes.</param>
    /// <param name="compilation">The project.</param>
    /// <param name="blocks">Where the blocks that it uses are read to.</param>
    /// <param name="errors">Receives what is wrong.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static (ElementList Elements, ForwardModel Forward)? Read(INamedTypeSymbol type, TypeDeclarationSyntax declaration, ElementList elements, bool isBlock,
        Compilation compilation, BlockTable blocks, ImmutableArray<LocatedError>.Builder errors, CancellationToken cancellation)
    {
        var name = declaration.Identifier.GetLocation();
        var before = errors.Count;
        var methods = MethodsOf(type).ToList();
        for (var i = 0; i < elements.Models.Count; i++)
        {
            if (!isBlock && elements.Models[i].Kind == ElementKinds.Loss && elements.Models.Take(i).All(e => e.Kind != ElementKinds.Loss)) continue;
            Fail($"'{elements.Models[i].Display()}' stands on the class, whose layers are fields that Forward calls: move it to a field"
                + (elements.Models[i].IsLayer() ? ", or remove Forward" : isBlock ? ", or remove it" : "; inputs are Forward's parameters, with [Shape(…)]"), elements.Locations[i]);
        }
        if (methods.Count == 0 && Misfit(type, _ => true) is { } misfit)
        {
            if (misfit.ReturnType.TypeKind == TypeKind.Error || misfit.Parameters.Any(p => p.Type.TypeKind == TypeKind.Error)) return null;
            Fail("its Forward has no tensors: its parameters must be of the type Tensor, and its result a Tensor or a tuple of some", LocationOf(misfit));
            return null;
        }
        if (methods.Count != 1)
        {
            Fail(methods.Count == 0 ? "its fields are layers, and no Forward says how they are put together: add Tensor Forward([Shape(…)] Tensor x)"
                : "it has several methods Forward: keep one", methods.Count == 0 ? name : LocationOf(methods[1]));
            return null;
        }
        var method = methods[0];
        var at = LocationOf(method);
        if (method.IsStatic || method.IsAbstract || method.IsGenericMethod)
            Fail($"its Forward is {(method.IsStatic ? "static" : method.IsAbstract ? "abstract" : "generic")}: it is an instance's own method, without type parameters", at);
        var inputs = new List<(ElementModel Model, Location Location)>();
        foreach (var parameter in method.Parameters)
        {
            var location = parameter.Locations.FirstOrDefault(l => l.IsInSource) ?? at;
            if (!WellKnownTypes.IsForward(parameter.Type, "Tensor"))
            {
                if (parameter.Type.TypeKind == TypeKind.Error) return null;
                Fail($"the parameter '{parameter.Name}' of its Forward isn't a Tensor: tensors are its inputs, and what is constant can be a constant of the class", location);
                continue;
            }
            var shape = ShapeOf(parameter);
            if (isBlock)
            {
                if (shape is not null)
                {
                    Fail($"the input '{parameter.Name}' of the block's Forward has a shape, but gets that of what the block is called with: "
                        + $"remove [{shape.AttributeClass!.Name.Replace("Attribute", "")}]", location);
                }
                continue;
            }
            if (shape is null)
            {
                Fail($"the input '{parameter.Name}' of its Forward has no shape: say it without the batch, such as [Shape(784)] Tensor {parameter.Name}", location);
                continue;
            }
            if (ShapesOf(parameter).Count() > 1)
            {
                Fail($"the input '{parameter.Name}' of its Forward has both [Shape(…)] and [Sequence(…)]: keep [Sequence(…)] where samples have as many positions as they like, and [Shape(…)] where not", location);
                continue;
            }
            var syntax = DeclarationParser.SyntaxOf(shape, cancellation);
            if (ArgumentReader.Read(shape, shape.AttributeClass!, syntax, _ => null) is not { } read) return null;
            inputs.Add((read, syntax?.GetLocation() ?? location));
        }
        if (method.Parameters.Length == 0) Fail("its Forward has no input: give it one, such as [Shape(784)] Tensor x", at);
        if (errors.Count > before) return null;

        var recorder = new ForwardRecorder(method.Parameters.Length);
        var fields = new ForwardFields(type, blocks, recorder, errors, cancellation);
        if (!fields.Read()) return null;
        var reader = new ForwardReader(compilation, type, fields, recorder, cancellation);
        ImmutableArray<int> results;
        try
        {
            var syntax = method.DeclaringSyntaxReferences[0].GetSyntax(cancellation);
            results = reader.Tensors(reader.Call(method, [.. method.Parameters.Select((_, i) => (Symbolic)new SymbolicTensor(i))]), syntax);
        }
        catch (ForwardException fault)
        {
            if (fault.Reason is { } reason) errors.Add(new(new("NG0052", -1, [Shorten(fault.Syntax), reason]), fault.Syntax.GetLocation()));
            return null;
        }
        var forward = new ForwardModel(method.Parameters.Select(p => p.Name).ToEquatableArray(), OutputNames(method, results.Length),
            fields.Declared.Select(d => TypeReader.Escape(d.Field.Name)).ToEquatableArray(), fields.Layers.ToEquatableArray(),
            recorder.Steps.ToEquatableArray(), results.ToEquatableArray());
        var used = ForwardUses.Of(forward).Layers;
        var unused = fields.Declared.Where(d => ForwardFields.MayBeUnused(d.Field) && !d.Layers.Any(used.Contains)).Select(d => d.Field.Name).ToList();
        forward = forward with { Fields = forward.Fields.Where(name => !unused.Contains(name.TrimStart('@'))).ToEquatableArray() };
        foreach (var (field, location, layers) in fields.Declared)
        {
            if (layers.All(used.Contains) || unused.Contains(field.Name)) continue;
            var part = layers.Any(used.Contains) ? $"{field.Name}[{Layers.LayerBuilder.Text(layers.IndexOf(layers.First(layer => !used.Contains(layer))))}]" : field.Name;
            errors.Add(new(new("NG0053", -1, [part]), location));
        }
        ImmutableArray<Location> locations = [.. inputs.Select(input => input.Location), .. elements.Locations, .. recorder.Locations];
        return (new(inputs.Select(input => input.Model).Concat(elements.Models).ToEquatableArray(), locations), forward);

        void Fail(string problem, Location location) => errors.Add(new(new("NG0050", -1, [type.Name, problem]), location));
    }

    /// <summary>The names of a tuple's elements, or y.</summary>
    static EquatableArray<string> OutputNames(IMethodSymbol method, int count)
    {
        var elements = method.ReturnType is INamedTypeSymbol { IsTupleType: true } tuple && tuple.TupleElements.Length == count ? tuple.TupleElements : [];
        var taken = new HashSet<string>(method.Parameters.Select(p => p.Name), StringComparer.Ordinal);
        return Enumerable.Range(0, count).Select(i => Unique(count == 1 ? "y"
            : elements is { Length: > 0 } && elements[i].IsExplicitlyNamedTupleElement ? elements[i].Name : $"y{Layers.LayerBuilder.Text(i + 1)}")).ToEquatableArray();

        string Unique(string name)
        {
            while (!taken.Add(name)) name += "_";
            return name;
        }
    }

    static Location LocationOf(IMethodSymbol method) => method.Locations.FirstOrDefault(l => l.IsInSource) ?? Location.None;

    /// <summary>An expression for a message, on one line and not too long.</summary>
    static string Shorten(SyntaxNode syntax)
    {
        var text = string.Join(" ", syntax.ToString().Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
        return ElementDisplay.Escape(text.Length <= 60 ? text : text.Substring(0, 57) + "…").Replace("\\\"", "\"");
    }
}
