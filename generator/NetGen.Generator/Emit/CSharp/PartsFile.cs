using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>
/// Prints the members that take several inputs, or give several outputs, one span each. They bring the inputs of each sample together, as everything else has
/// them, and take the outputs apart.
/// </summary>
/// <param name="inputs">The inputs' names and shapes.</param>
/// <param name="outputs">The outputs' names and shapes.</param>
/// <param name="vocabulary">How many ids there are that the inputs are made of; null where they are made of numbers.</param>
sealed class PartsFile(IReadOnlyList<(string Name, Shape Shape)> inputs, IReadOnlyList<(string Name, Shape Shape)> outputs, int? vocabulary)
{
    const string Floats = "global::System.ReadOnlySpan<float>";

    const string Cast = "global::System.Runtime.InteropServices.MemoryMarshal.Cast";

    /// <summary>The type of an input's span.</summary>
    string Input => vocabulary is null ? Floats : "global::System.ReadOnlySpan<int>";

    /// <summary>What an input is made of, for documentation.</summary>
    string InputText(Shape shape) => $"{new Graph.ValueType(shape, Element: vocabulary is null ? ElementType.Float32 : ElementType.Int32)}"
        + (vocabulary is { } ids ? $", ids from 0 to {LayerBuilder.Text(ids - 1)}" : "");

    /// <summary>An input's bits as numbers, which all that is generic takes.</summary>
    string AsFloats(string input) => vocabulary is null ? input : $"{Cast}<int, float>({input})";

    /// <summary>What a network needs; null for one input and one output, as every network has them.</summary>
    public static PartsFile? Of(ForwardModel forward, NetworkGraph graph)
    {
        if (forward.Inputs.Count == 1 && forward.Results.Count == 1) return null;
        var shapes = graph.InputParts.Any() ? graph.InputParts.Select(part => part.Op.Shape).ToList() : [graph.Input.Shape];
        return new(
            [.. forward.Inputs.Select((name, i) => (TypeReader.Escape(name), shapes[i]))],
            [.. forward.Outputs.Select((name, i) => (TypeReader.Escape(name), graph.OutputShapes[i]))], ParametersFile.Vocabulary(graph));
    }

    /// <summary>Prints a Predict.</summary>
    public void Predict(CodeWriter writer)
    {
        writer.Gap();
        writer.Doc("summary", "The outputs of one sample or of a batch, by spans of their own. Several threads may call it at once; nothing is allocated once its buffers exist.");
        foreach (var (name, shape) in inputs) writer.Doc($"param name=\"{name.TrimStart('@')}\"", $"The samples' <c>{name.TrimStart('@')}</c> one after the other, {InputText(shape)}.");
        foreach (var (name, shape) in outputs) writer.Doc($"param name=\"{name.TrimStart('@')}\"", $"Receives <c>{name.TrimStart('@')}</c>, {new Graph.ValueType(shape)}.");
        writer.Doc("exception cref=\"global::System.ArgumentException\"", "The sizes don't fit.");
        writer.Open($"public void Predict({string.Join(", ", inputs.Select(p => $"{Input} {p.Name}").Concat(outputs.Select(p => $"global::System.Span<float> {p.Name}")))})");
        Samples(writer, inputs.Concat(outputs));
        var (x, y) = (inputs.Count == 1 ? 0 : Total(inputs), outputs.Count == 1 ? 0 : Total(outputs));
        writer.Line($"var __memory = global::NetGen.Runtime.Packing.Of(__n, {LayerBuilder.Text(x + y)});");
        if (x > 0)
        {
            writer.Line($"var __x = __memory.Slice(0, __n * {LayerBuilder.Text(x)});");
            Put(writer, inputs, AsFloats);
        }
        if (y > 0) writer.Line($"var __y = __memory.Slice(__n * {LayerBuilder.Text(x)});");
        writer.Line($"Predict({(x == 0 ? inputs[0].Name : vocabulary is null ? "__x" : $"{Cast}<float, int>(__x)")}, {(y > 0 ? "__y" : outputs[0].Name)});");
        if (y > 0)
        {
            var first = 0;
            foreach (var (name, shape) in outputs)
            {
                writer.Line($"global::NetGen.Runtime.Packing.Take(__y, {LayerBuilder.Text(y)}, {LayerBuilder.Text(first)}, {name}, {LayerBuilder.Text(shape.Size)});");
                first += shape.Size;
            }
        }
        writer.Close();
    }

    /// <summary>Prints the steps of a trainer.</summary>
    public void Trainer(CodeWriter writer, string target, bool hasLoss)
    {
        // Without a loss there is a gradient for each output.
        var targets = outputs.Count == 1 ? [(Name: Free("target"), Item2: (Shape?)null)] : outputs.Select(output => (Name: Free($"d_{output.Name.TrimStart('@')}"), Item2: (Shape?)output.Shape)).ToList();
        writer.Gap();
        if (inputs.Count > 1) writer.Line("global::NetGen.Runtime.Arena? __packed;");
        if (outputs.Count > 1) writer.Line("global::NetGen.Runtime.Arena? __gradients;");
        Step("Step", "Forward pass, backward pass and update.", "");
        Step("Backward", "Forward and backward pass: the gradients are replaced, and nothing is updated.", "");
        Step("Accumulate", "Forward and backward pass: the gradients are added to those of the batches since the last update.", ", float weight = 1");
        if (inputs.Count > 1)
        {
            writer.Gap();
            writer.Open($"{Floats} __Pack({string.Join(", ", inputs.Select(p => $"{Input} {p.Name}"))})");
            Pack(inputs, "__packed", AsFloats);
            writer.Close();
        }
        if (outputs.Count == 1) return;
        writer.Gap();
        writer.Open($"{Floats} __PackGradients({string.Join(", ", targets.Select(p => $"{Floats} {p.Name}"))})");
        Pack([.. targets.Select(p => (p.Name, p.Item2!))], "__gradients", name => name);
        writer.Close();

        void Step(string name, string summary, string more)
        {
            writer.Gap();
            writer.Doc("summary", summary);
            foreach (var (input, shape) in inputs) writer.Doc($"param name=\"{input.TrimStart('@')}\"", $"The samples' <c>{input.TrimStart('@')}</c>, {InputText(shape)}.");
            foreach (var (of, shape) in targets)
            {
                writer.Doc($"param name=\"{of}\"", shape is not null ? $"The gradient of an output, {new Graph.ValueType(shape)}." : hasLoss ? "Their targets." : "The gradient of the output.");
            }
            if (more.Length > 0) writer.Doc("param name=\"weight\"", "What the gradient is multiplied with before it is added.");
            writer.Doc("returns", "The mean loss of the batch.");
            var spans = inputs.Select(p => $"{Input} {p.Name}").Concat(targets.Select(p => $"global::System.ReadOnlySpan<{target}> {p.Name}"));
            var packed = outputs.Count == 1 ? targets[0].Name : $"__PackGradients({string.Join(", ", targets.Select(p => p.Name))})";
            var x = inputs.Count == 1 ? AsFloats(inputs[0].Name) : $"__Pack({string.Join(", ", inputs.Select(p => p.Name))})";
            writer.Line($"public float {name}({string.Join(", ", spans)}{more}) =>");
            writer.Line($"    base.{name}({x}, {packed}{(more.Length > 0 ? ", weight" : "")});");
        }

        void Pack(IReadOnlyList<(string Name, Shape Shape)> parts, string arena, Func<string, string> asFloats)
        {
            Samples(writer, parts);
            writer.Line($"var __x = global::NetGen.Runtime.Packing.Of(ref {arena}, __n, {LayerBuilder.Text(Total(parts))});");
            Put(writer, parts, asFloats);
            writer.Line("return __x;");
        }
    }

    string Free(string name)
    {
        while (inputs.Any(input => input.Name == name)) name += "_";
        return name;
    }

    static void Samples(CodeWriter writer, IEnumerable<(string Name, Shape Shape)> parts)
    {
        var all = parts.ToList();
        writer.Line($"int __n = global::NetGen.Runtime.Packing.Samples({all[0].Name}.Length, {LayerBuilder.Text(all[0].Shape.Size)}, \"{all[0].Name.TrimStart('@')}\");");
        foreach (var (name, shape) in all.Skip(1))
            writer.Line($"global::NetGen.Runtime.Packing.Check({name}.Length, {LayerBuilder.Text(shape.Size)}, __n, \"{name.TrimStart('@')}\");");
    }

    static void Put(CodeWriter writer, IReadOnlyList<(string Name, Shape Shape)> parts, Func<string, string> asFloats)
    {
        var first = 0;
        foreach (var (name, shape) in parts)
        {
            writer.Line($"global::NetGen.Runtime.Packing.Put({asFloats(name)}, {LayerBuilder.Text(shape.Size)}, __x, {LayerBuilder.Text(Total(parts))}, {LayerBuilder.Text(first)});");
            first += shape.Size;
        }
    }

    static int Total(IEnumerable<(string Name, Shape Shape)> parts) => parts.Sum(part => part.Shape.Size);
}
