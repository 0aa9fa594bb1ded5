using NetGen.Generator.Layers;
using NetGen.Generator.Ops;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Graph;

/// <summary>Networks and blocks with a Forward, and what these call.</summary>
sealed partial class GraphBuilder
{
    /// <summary>The graph of a network with a Forward. Several inputs are parts of each sample, one after the other, and so are several outputs.</summary>
    NetworkGraph BuildForward(Scope scope, ForwardModel forward)
    {
        var (input, inputs) = ForwardInputs(scope, forward);
        var builder = new ForwardBuilder(this, scope, forward, model.Elements.Count, new(0, []));
        var outputs = builder.Outputs([.. inputs.Select(v => new Operand(v))]);
        if (outputs.Length > 1 && Array.FindIndex(inputs, v => v.Type.Sequence is not null) is >= 0 and var first)
            throw Fail(new Site(scope, first, model.Elements[first]), "NG0054", "is a sequence of as many positions as a sample has, and Forward has several results: of such a network it has one");
        if (Array.Find(outputs, v => v.Type.Element == ElementType.Int32) is { } returned) throw Fail(sites[returned.Element], "NG0054", "is returned as it is, but it is one of ids");
        if (InputIds.OtherVocabulary(values) is { } other)
        {
            // What is to be changed is the attribute, not the call.
            var site = sites[other.Embedding.Element];
            throw Fail(site with { Index = site.Declared ?? site.Index }, "NG0054", other.Problem);
        }
        var losses = model.Elements.Select((element, i) => new Site(scope, i, element)).Where(site => site.Element.Kind == ElementKinds.Loss).ToList();
        var output = Materialized(outputs.Length == 1 ? outputs[0] : Pack(outputs));
        Value? loss = null;
        foreach (var site in losses)
        {
            if (outputs.Length > 1)
            {
                throw Fail(site, "NG0009", string.Join(" and ", outputs.Select(v => v.Shape)),
                    "it needs one output; return one, or leave out the loss and give the gradients of the outputs to Step");
            }
            loss = AddLoss(site, output);
        }
        CheckTotal();
        if (Training)
        {
            loss ??= LossLayer.FromOutputGradient(this, output);
            CheckGradients(loss);
        }
        return new NetworkGraph([.. values], input, output, loss, layers.ToImmutable()) { OutputShapes = [.. outputs.Select(v => v.Shape)] };
    }

    /// <summary>The input of a network with a Forward, and the inputs of the Forward, which are parts of it where there are several.</summary>
    (Value Input, Value[] Parts) ForwardInputs(Scope scope, ForwardModel forward)
    {
        var count = forward.Inputs.Count;
        var inputs = new Value[count];
        var ids = Enumerable.Range(0, count).Select(i => InputIds.AreTaken(model, forward, i)).ToList();
        for (var i = 0; i < count; i++)
        {
            var site = new Site(scope, i, model.Elements[i]);
            inputs[i] = AddInput(site, ids[i], forward.Inputs[i], add: count == 1);
        }
        if (count == 1) return (inputs[0], inputs);
        var shapes = inputs.Select(v => v.Shape).ToList();
        var total = shapes.Sum(s => (long)s.Size);
        if (total > MaxValues) throw Fail(new Site(scope, 0, model.Elements[0]), "NG0006", $"all inputs together have {LayerBuilder.Text(total)} values", LayerBuilder.Text(MaxValues));
        var places = inputs.Select(v => v.Element).ToList();
        var sequences = 0;
        var input = Add("x", places[0], new Input(new Shape((int)total), ids.Contains(false) ? ElementType.Float32 : ElementType.Int32));
        for (int i = 0, at = 0; i < count; at += shapes[i++].Size)
            inputs[i] = Add(forward.Inputs[i], places[i], new InputPart(shapes[i], at, (int)total, inputs[i].Type.Element, Numbered(inputs[i].Type.Sequence)), input);
        return (input, inputs);

        Sequence? Numbered(Sequence? sequence) => sequence is null ? null : sequence with { Index = sequences++ };
    }

    /// <summary>Refuses to join values that have the positions of different inputs, of which a sample has different numbers.</summary>
    public void CheckPositions(Site site, IEnumerable<Value> joined)
    {
        Value? one = null;
        foreach (var other in joined.Where(v => v.Type.Sequence is not null))
        {
            if (Sequence.AreSame(one?.Type.Sequence, other.Type.Sequence))
            {
                one ??= other;
                continue;
            }
            throw Fail(site, "NG0031", one!.Shape.ToString(), other.Shape.ToString(),
                $"the first has the positions of '{InputOf(one)}', and the second those of '{InputOf(other)}', whose numbers differ; "
                + "bring those of one together, as MeanPositions does, or let attention look at them");
        }

        string InputOf(Value value) => values.First(v => v.Op is InputPart { Sequence: { } sequence } && sequence.Index == value.Type.Sequence!.Index).Name;
    }

    /// <summary>Several outputs one after the other.</summary>
    Value Pack(Value[] outputs) => Add("y", -1, new Concat(),
        [.. outputs.Select(v => v.Shape.Rank == 1 ? v : Add(v.Name, v.Element, new Reshape(new Shape(v.Size)), v))]);

    /// <summary>Refuses parameters that nothing learns: the output depends on them by comparisons alone.</summary>
    void CheckGradients(Value loss)
    {
        var reached = new HashSet<Value>([loss]);
        foreach (var value in Enumerable.Reverse(values))
        {
            if (reached.Contains(value) && (value == loss || value.Op.IsDifferentiable)) reached.UnionWith(value.Inputs);
        }
        if (values.Find(v => v.Op is Parameter { IsLearned: true } && !reached.Contains(v)) is { Op: Parameter parameter } lost)
            throw Fail(sites[lost.Element], "NG0054", $"gets no gradient for '{parameter.FullName}', since only comparisons depend on it: make it a buffer, or use it otherwise");
    }

    /// <summary>Adds what the Forward of a block computes.</summary>
    /// <param name="use">The element that calls it.</param>
    /// <param name="block">The block.</param>
    /// <param name="name">What the names of its parameters start with.</param>
    /// <param name="label">What its layers' names in comments start with.</param>
    /// <param name="arguments">What its open sizes stand for.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="needed">Which of its outputs anything depends on.</param>
    public Operand[] Call(Site use, BlockReference block, string name, string label, EquatableArray<int> arguments, Operand[] inputs, bool[] needed)
    {
        Count(use);
        var scope = new Scope(block.Name, name, label, use, block.Index);
        var sizes = new BlockArguments(inputs[0].Value?.Shape.Axes[0] ?? 1, arguments);
        var elements = model.Blocks[block.Index].Elements;
        for (var i = 0; i < elements.Count && elements[i].IsInput(); i++) CheckInput(use, block, elements[i], inputs[i].Value!);
        return new ForwardBuilder(this, scope, model.Blocks[block.Index].Forward!, elements.Count, sizes).Run(inputs, needed);
    }

    /// <summary>The Forward of a block that has one.</summary>
    public ForwardModel ForwardOf(BlockReference block) => model.Blocks[block.Index].Forward!;

    /// <summary>Whether a block has a Forward rather than layers.</summary>
    public bool HasForward(BlockReference block) => model.Blocks[block.Index].Forward is not null;

    /// <summary>Adds a call of a field's layer.</summary>
    public Value CallLayer(Site site, Value x, Value? memory = null) => AddLayer(site, position: 0, x, isField: true, memory);

    /// <summary>Adds a call of something with no more than a name in comments: a function, a parameter, or a block.</summary>
    /// <param name="site">The call.</param>
    /// <param name="name">Its name in files.</param>
    /// <param name="word">Its name in comments.</param>
    /// <param name="build">What adds its values.</param>
    public Operand[] AddCall(Site site, string name, string word, Func<LayerBuilder, Operand[]> build)
    {
        Count(site);
        var label = Label(site.Scope.Label, word);
        var builder = Builder(site, site.Scope.Name + name, label);
        var before = values.Count;
        var results = build(builder);
        foreach (var result in results.Select(r => r.Value).OfType<Value>()) CheckSize(site, result);
        AddSummary(site, label, site.Element.Written(), results[0].Value, before, builder.Element, isUse: results[0].Value is null);
        return results;
    }
}
