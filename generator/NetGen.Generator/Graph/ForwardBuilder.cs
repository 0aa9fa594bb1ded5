using NetGen.Generator.Layers;
using NetGen.Generator.Ops;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Graph;

/// <summary>What a function of a Forward gets: a value, or a constant.</summary>
/// <param name="Value">The value; null for a constant.</param>
/// <param name="Constant">The constant.</param>
readonly record struct Operand(Value? Value, float Constant = 0);

/// <summary>Adds the steps of a Forward to a graph, those that its outputs depend on.</summary>
/// <param name="graph">The graph that grows.</param>
/// <param name="scope">The network, or the use of a block.</param>
/// <param name="forward">The steps.</param>
/// <param name="first">The index of the first place.</param>
/// <param name="sizes">What sizes stand for that a block leaves open.</param>
sealed class ForwardBuilder(GraphBuilder graph, Scope scope, ForwardModel forward, int first, BlockArguments sizes)
{
    /// <summary>The functions that several calls of a layer belong to.</summary>
    readonly Dictionary<int, object> owners = [];

    readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>The outputs of a network, each with a value for every sample.</summary>
    public Value[] Outputs(Operand[] inputs)
    {
        var results = Run(inputs, [.. forward.Results.Select(_ => true)]);
        var last = forward.Steps.Count - 1;
        var site = last < 0 ? null : new Site(scope, first + forward.Steps[last].Place, ElementOf(forward.Steps[last]));
        return
        [
            .. results.Select(result => result.Value is null ? throw Fail(site!, "returns a constant, which doesn't depend on an input: return tensors that do")
                : result.Value.Type.Batched ? result.Value : graph.Add(result.Value.Name, result.Value.Element, Strided.Expanded(result.Value.Shape, result.Value.Shape), result.Value)),
        ];
    }

    /// <summary>Adds the steps, and gives the results; null for those that nothing depends on.</summary>
    public Operand[] Run(Operand[] inputs, bool[] needed)
    {
        var live = Live(needed);
        var values = new List<Operand>(inputs);
        for (var s = 0; s < forward.Steps.Count; s++)
        {
            var step = forward.Steps[s];
            if (live.Contains(values.Count) || Enumerable.Range(values.Count, step.Results).Any(live.Contains))
                values.AddRange(Add(step, [.. step.Inputs.Select(i => values[i])], [.. Enumerable.Range(values.Count, step.Results).Select(live.Contains)]));
            else
                values.AddRange(Enumerable.Repeat(default(Operand), step.Results));
        }
        return [.. forward.Results.Select(i => values[i])];
    }

    /// <summary>The values that the needed results depend on.</summary>
    HashSet<int> Live(bool[] needed)
    {
        var live = new HashSet<int>(forward.Results.Where((_, i) => needed[i]));
        var at = forward.Inputs.Count + forward.Steps.Sum(step => step.Results);
        for (var s = forward.Steps.Count - 1; s >= 0; s--)
        {
            at -= forward.Steps[s].Results;
            if (Enumerable.Range(at, forward.Steps[s].Results).Any(live.Contains)) live.UnionWith(forward.Steps[s].Inputs);
        }
        return live;
    }

    ElementModel ElementOf(ForwardStep step) => step.Function ?? forward.Layers[step.Layer].Element;

    Operand[] Add(ForwardStep step, Operand[] inputs, bool[] needed)
    {
        var element = sizes.Apply(ElementOf(step));
        if (step.Layer < 0)
        {
            if (element.Kind == "Constant") return [new(null, (float)element.Positional[0].Scalar!)];
            var site = new Site(scope, first + step.Place, element);
            return Function(site, inputs);
        }
        var declared = new Site(scope, first + step.Place, element, first + forward.Layers[step.Layer].Place);
        if (sizes.Missing(ElementOf(step)) is { } missing)
        {
            throw new NetworkException(declared.Error("NG0035",
                [declared.Display, $"refers to {missing}, which '{scope.Owner}' isn't given: set Arguments = […] where it is used"]));
        }
        if (!owners.TryGetValue(step.Layer, out var owner)) owners.Add(step.Layer, owner = new object());
        var before = graph.Owner;
        // What a called block calls again belongs to the call.
        graph.Owner ??= owner;
        var results = element.Kind is "Parameter" or "Buffer" ? Tensor(declared, forward.Layers[step.Layer].Name)
            : !IsCalledByForward(element) ? [new(graph.CallLayer(declared, Batched(declared, inputs[0]), inputs.Length > 1 ? Batched(declared, inputs[1]) : null))]
            : Block(declared, forward.Layers[step.Layer].Name, inputs, needed);
        graph.Owner = before;
        return results;
    }

    /// <summary>Whether an element is a field of a block's type, rather than a layer.</summary>
    bool IsCalledByForward(ElementModel element) => element.Kind == "Use" && element.Positional[0].Blocks is [var block, ..] && element.Named.Count == 1 && graph.HasForward(block);

    Operand[] Block(Site site, string name, Operand[] inputs, bool[] needed)
    {
        var (used, forward) = (site.Element.Positional[0].Blocks[0], graph.ForwardOf(site.Element.Positional[0].Blocks[0]));
        // A field of type Layer says nothing of what its block takes and gives.
        if ((forward.Inputs.Count, forward.Results.Count) != (inputs.Length, needed.Length))
        {
            throw Fail(site, $"calls '{used.Name}' with {Tensors(inputs.Length)} for {Tensors(needed.Length)}, whose Forward takes {LayerBuilder.Text(forward.Inputs.Count)} and gives "
                + $"{LayerBuilder.Text(forward.Results.Count)}: make the field's type {used.Name}, and call its Forward");
        }
        Operand[] batched = [.. inputs.Select(input => new Operand(Batched(site, input)))];
        return graph.Call(site, site.Element.Positional[0].Blocks[0], $"{scope.Name}{name}.", $"{scope.Label}{name}.", [], batched, needed);
    }

    /// <summary>A value that a layer can take: one for each sample.</summary>
    Value Batched(Site site, Operand input)
    {
        var value = input.Value ?? throw Fail(site, "is called with a constant: call it with a tensor");
        return value.Type.Batched ? value : graph.Add(value.Name, value.Element, Strided.Expanded(value.Shape, value.Shape), value);
    }

    Operand[] Tensor(Site site, string name) => graph.AddCall(site, name, name, builder =>
    {
        var attribute = (TensorFieldAttribute)ElementReader.Read(site.Element);
        if (attribute.Shape is not { Length: > 0 and <= InputAttribute.MaxRank }) builder.Fail("NG0024", LayerBuilder.Text(attribute.Shape?.Length ?? 0));
        foreach (var axis in attribute.Shape!) builder.PositiveSize(axis, "a size of its shape");
        builder.CheckSize(Shape.LongSize(attribute.Shape), "it");
        var kind = builder.Defined(attribute.Init, "Init");
        if (attribute.Value != 0 && kind != Init.Constant) builder.Fail("NG0022", $"sets Value, but Init is {kind}: set Init = Init.Constant");
        builder.CheckConstant(kind, "Init", "Value");
        if (kind is not (Init.Default or Init.Zeros or Init.Constant) && attribute.Shape.Length < 2)
            builder.Fail("NG0022", $"sets Init to {kind}, which needs the two sides of a matrix: use Default, Zeros or Constant for a vector");
        var isBuffer = attribute is BufferAttribute;
        var (shape, value) = (new Shape(attribute.Shape), builder.Finite(attribute.Value, "Value"));
        var start = new InitialValues(isBuffer && kind == Init.Default ? Init.Zeros : kind, value, 0, shape.Last, shape.Size / shape.Last);
        return [new(builder.OwnParameter(shape, isBuffer ? ParameterRole.Buffer : ParameterRole.Weight, start))];
    });

    Operand[] Function(Site site, Operand[] operands)
    {
        if (operands.Any(operand => operand.Value?.Type.Element == ElementType.Int32)) throw Fail(site, InputIds.Fault);
        graph.CheckPositions(site, operands.Select(operand => operand.Value).OfType<Value>());
        var kind = site.Element.Kind;
        var function = FunctionCatalog.Find(kind);
        var word = function?.Word ?? kind.ToLowerInvariant();
        counts[word] = counts.TryGetValue(word, out var count) ? ++count : count = 1;
        return graph.AddCall(site, word, word + LayerBuilder.Text(count), builder =>
        {
            var call = new FunctionCall(builder, site.Element, operands);
            if (function is not null) return [function.Build(call)];
            var attribute = (LayerAttribute)ElementReader.Read(site.Element);
            return [new(LayerCatalog.Of(attribute).Build(builder, attribute, call.Tensor(0)))];
        });
    }

    static string Tensors(int count) => $"{LayerBuilder.Text(count)} tensor{(count == 1 ? "" : "s")}";

    static NetworkException Fail(Site site, string problem) => new(site.Error("NG0054", [site.Display, problem]));
}
