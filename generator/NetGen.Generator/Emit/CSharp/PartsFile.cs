using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Parsing;
using static NetGen.Generator.Emit.CSharp.StepMembers;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>
/// Prints the members that take several inputs, or give several outputs, one span each. They bring the inputs of each sample together, as everything else has
/// them, and take the outputs apart.
/// </summary>
/// <param name="inputs">The inputs, by the names of their parameters.</param>
/// <param name="outputs">The outputs' names and shapes.</param>
/// <param name="packsIds">Whether the inputs are ids when they are brought together, rather than numbers.</param>
sealed class PartsFile(IReadOnlyList<SampleInput> inputs, IReadOnlyList<(string Name, Shape Shape)> outputs, bool packsIds)
{
    /// <summary>What the names of locals and of the trainer's members begin with, as no parameter's does.</summary>
    readonly string locals = Prefix([.. inputs.Select(input => input.Name), .. outputs.Select(output => output.Name)]);

    /// <summary>The names and shapes of the inputs.</summary>
    IReadOnlyList<(string Name, Shape Shape)> Inputs => [.. inputs.Select(input => (input.Name, input.Type.Shape))];

    /// <summary>The parameters of the inputs.</summary>
    IEnumerable<string> Parameters => inputs.Select(input => $"{(input.Type.Element == ElementType.Int32 ? Ints : Floats)} {input.Name}");

    /// <summary>An input's bits as numbers, which all that is generic takes.</summary>
    string AsFloats(string name) => inputs.First(input => input.Name == name).Type.Element == ElementType.Int32 ? $"{Cast}<int, float>({name})" : name;

    /// <summary>What a network needs; null for one input and one output, as every network has them.</summary>
    public static PartsFile? Of(ForwardModel forward, NetworkGraph graph)
    {
        if (forward.Inputs.Count == 1 && forward.Results.Count == 1) return null;
        return new(
            [.. forward.Inputs.Zip(InputIds.InputsOf(graph), (name, input) => input with { Name = TypeReader.Escape(name) })],
            [.. forward.Outputs.Select((name, i) => (TypeReader.Escape(name), graph.OutputShapes[i]))], InputIds.AreAll(graph));
    }

    /// <summary>Prints a Predict.</summary>
    public void Predict(CodeWriter writer)
    {
        writer.Gap();
        writer.Doc("summary", "The outputs of one sample or of a batch, by spans of their own. Several threads may call it at once; nothing is allocated once its buffers exist.");
        PredictParameters(writer);
        writer.Open($"public void Predict({string.Join(", ", Parameters.Concat(OutputParameters))})");
        PredictBody(writer, "Predict");
        writer.Close();
    }

    /// <summary>Prints the same for a network on a device, whose class and trainer are those of all networks, as extensions.</summary>
    public void OnGpu(CodeWriter writer, string self, string target, bool hasLoss)
    {
        string Of(string type) => $"global::NetGen.Gpu.{type}<{self}, {target}>";
        var own = Free("gpu");
        writer.Doc("summary", "The outputs of one sample or of a batch, by spans of their own.");
        writer.Doc($"param name=\"{own}\"", "The network on a device.");
        PredictParameters(writer);
        writer.Open($"public static void Predict(this {Of("GpuNetwork")} {own}, {string.Join(", ", Parameters.Concat(OutputParameters))})");
        PredictBody(writer, own + ".Predict");
        writer.Close();
        var targets = Targets();
        foreach (var (name, summary, hasWeight) in StepMembers.OnGpu) Step(name, summary, hasWeight ? Free("weight") : null);

        void Step(string name, string summary, string? weight)
        {
            writer.Gap();
            writer.Doc("summary", summary);
            writer.Doc($"param name=\"{own}\"", "The trainer.");
            StepParameters(writer, targets, hasLoss, weight);
            var spans = Parameters.Concat(targets.Select(p => $"global::System.ReadOnlySpan<{target}> {p.Name}"));
            writer.Open($"public static void {name}(this {Of("GpuTrainer")} {own}, {string.Join(", ", spans)}{(weight is null ? "" : $", double {weight} = 1")})");
            (string Name, Shape Shape)[] gradients = outputs.Count == 1 ? [] : [.. targets.Select(p => (p.Name, p.Shape!))];
            Samples(writer, Inputs.Concat(gradients));
            CheckIds(writer);
            var (x, dy) = (inputs.Count == 1 ? 0 : Total(Inputs), Total(gradients));
            writer.Line($"var {locals}memory = global::NetGen.Runtime.Packing.Of({locals}n, {LayerBuilder.Text(x + dy)});");
            Bring(writer, x);
            if (dy > 0)
            {
                writer.Line($"var {locals}dy = {locals}memory.Slice({locals}n * {LayerBuilder.Text(x)});");
                Put(writer, gradients, part => part, locals + "dy");
            }
            writer.Line($"{own}.{name}({Packed(x)}, {(dy > 0 ? locals + "dy" : targets[0].Name)}{(weight is null ? "" : $", {weight}")});");
            writer.Close();
        }
    }

    IEnumerable<string> OutputParameters => outputs.Select(p => $"global::System.Span<float> {p.Name}");

    void PredictParameters(CodeWriter writer)
    {
        foreach (var input in inputs) writer.Doc($"param name=\"{input.Name.TrimStart('@')}\"", $"The samples' <c>{input.Name.TrimStart('@')}</c> one after the other, {input.Text}.");
        foreach (var (name, shape) in outputs) writer.Doc($"param name=\"{name.TrimStart('@')}\"", $"Receives <c>{name.TrimStart('@')}</c>, {new Graph.ValueType(shape)}.");
        writer.Doc("exception cref=\"global::System.ArgumentException\"", outputs.Count == 1 ? "The sizes don't fit." : "The sizes don't fit, or outputs overlap in memory.");
        if (inputs.Any(input => input.Vocabulary is not null)) writer.Doc("exception cref=\"global::System.ArgumentOutOfRangeException\"", "An id isn't one of its vocabulary.");
    }

    void PredictBody(CodeWriter writer, string predict)
    {
        Samples(writer, Inputs.Concat(outputs));
        for (var i = 1; i < outputs.Count; i++)
        {
            for (var j = 0; j < i; j++)
                writer.Line($"global::NetGen.Runtime.Packing.NoOverlap({outputs[j].Name}, {outputs[i].Name}, \"{outputs[j].Name.TrimStart('@')}\", \"{outputs[i].Name.TrimStart('@')}\");");
        }
        CheckIds(writer);
        var (x, y) = (inputs.Count == 1 ? 0 : Total(Inputs), outputs.Count == 1 ? 0 : Total(outputs));
        writer.Line($"var {locals}memory = global::NetGen.Runtime.Packing.Of({locals}n, {LayerBuilder.Text(x + y)});");
        Bring(writer, x);
        if (y > 0) writer.Line($"var {locals}y = {locals}memory.Slice({locals}n * {LayerBuilder.Text(x)});");
        writer.Line($"{predict}({Packed(x)}, {(y > 0 ? locals + "y" : outputs[0].Name)});");
        if (y == 0) return;
        var first = 0;
        foreach (var (name, shape) in outputs)
        {
            writer.Line($"global::NetGen.Runtime.Packing.Take({locals}y, {LayerBuilder.Text(y)}, {LayerBuilder.Text(first)}, {name}, {LayerBuilder.Text(shape.Size)});");
            first += shape.Size;
        }
    }

    /// <summary>Brings several inputs together, so many values for a sample, at the beginning of the memory.</summary>
    void Bring(CodeWriter writer, int size)
    {
        if (size == 0) return;
        writer.Line($"var {locals}x = {locals}memory.Slice(0, {locals}n * {LayerBuilder.Text(size)});");
        Put(writer, Inputs, AsFloats);
    }

    /// <summary>The inputs as everything else takes them.</summary>
    string Packed(int size) => size == 0 ? inputs[0].Name : packsIds ? $"{Cast}<float, int>({locals}x)" : locals + "x";

    /// <summary>What a step is given beside the inputs: without a loss there is a gradient for each output.</summary>
    (string Name, Shape? Shape)[] Targets() => outputs.Count == 1 ? [(Free("target"), null)]
        : [.. outputs.Select(output => (Free($"d_{output.Name.TrimStart('@')}"), (Shape?)output.Shape))];

    void StepParameters(CodeWriter writer, (string Name, Shape? Shape)[] targets, bool hasLoss, string? weight)
    {
        foreach (var input in inputs) writer.Doc($"param name=\"{input.Name.TrimStart('@')}\"", $"The samples' <c>{input.Name.TrimStart('@')}</c>, {input.Text}.");
        foreach (var (of, shape) in targets)
        {
            writer.Doc($"param name=\"{of}\"", shape is not null ? $"The gradient of an output, {new Graph.ValueType(shape)}." : hasLoss ? "Their targets." : "The gradient of the output.");
        }
        if (weight is not null) writer.Doc($"param name=\"{weight}\"", "What the gradient is multiplied with before it is added.");
    }

    /// <summary>Prints the steps of a trainer.</summary>
    public void Trainer(CodeWriter writer, string target, bool hasLoss)
    {
        var targets = Targets();
        writer.Gap();
        if (inputs.Count > 1) writer.Line($"global::NetGen.Runtime.Arena? {locals}packed;");
        if (outputs.Count > 1) writer.Line($"global::NetGen.Runtime.Arena? {locals}gradients;");
        foreach (var (name, summary, hasWeight) in StepMembers.All) Step(name, summary, hasWeight ? Free("weight") : null);
        writer.Gap();
        writer.Open($"{Floats} {locals}Pack({string.Join(", ", Parameters)})");
        Samples(writer, Inputs);
        CheckIds(writer);
        if (inputs.Count > 1) Pack(Inputs, locals + "packed", AsFloats);
        else writer.Line($"return {AsFloats(inputs[0].Name)};");
        writer.Close();
        if (outputs.Count == 1) return;
        writer.Gap();
        writer.Open($"{Floats} {locals}PackGradients({string.Join(", ", targets.Select(p => $"{Floats} {p.Name}"))})");
        (string Name, Shape Shape)[] gradients = [.. targets.Select(p => (p.Name, p.Shape!))];
        Samples(writer, gradients);
        Pack(gradients, locals + "gradients", name => name);
        writer.Close();

        void Step(string name, string summary, string? weight)
        {
            writer.Gap();
            writer.Doc("summary", summary);
            StepParameters(writer, targets, hasLoss, weight);
            writer.Doc("returns", Returned(hasLoss));
            var spans = Parameters.Concat(targets.Select(p => $"global::System.ReadOnlySpan<{target}> {p.Name}"));
            var packed = outputs.Count == 1 ? targets[0].Name : $"{locals}PackGradients({string.Join(", ", targets.Select(p => p.Name))})";
            writer.Line($"public float {name}({string.Join(", ", spans)}{(weight is null ? "" : $", double {weight} = 1")}) =>");
            writer.Line($"    base.{name}({locals}Pack({string.Join(", ", inputs.Select(p => p.Name))}), {packed}{(weight is null ? "" : $", {weight}")});");
        }

        void Pack(IReadOnlyList<(string Name, Shape Shape)> parts, string arena, Func<string, string> asFloats)
        {
            writer.Line($"var {locals}x = global::NetGen.Runtime.Packing.Of(ref {arena}, {locals}n, {LayerBuilder.Text(Total(parts))});");
            Put(writer, parts, asFloats);
            writer.Line($"return {locals}x;");
        }
    }

    static string Prefix(IReadOnlyList<string> names)
    {
        var prefix = "__";
        while (names.Any(name => name.StartsWith(prefix, StringComparison.Ordinal))) prefix += "_";
        return prefix;
    }

    string Free(string name)
    {
        while (inputs.Any(input => input.Name == name)) name += "_";
        return name;
    }

    void Samples(CodeWriter writer, IEnumerable<(string Name, Shape Shape)> parts)
    {
        var all = parts.ToList();
        writer.Line($"int {locals}n = global::NetGen.Runtime.Packing.Samples({all[0].Name}.Length, {LayerBuilder.Text(all[0].Shape.Size)}, \"{all[0].Name.TrimStart('@')}\");");
        foreach (var (name, shape) in all.Skip(1))
            writer.Line($"global::NetGen.Runtime.Packing.Check({name}.Length, {LayerBuilder.Text(shape.Size)}, {locals}n, \"{name.TrimStart('@')}\");");
    }

    void CheckIds(CodeWriter writer)
    {
        foreach (var input in inputs.Where(input => input.Vocabulary is not null))
        {
            writer.Line($"global::NetGen.Runtime.Guard.Tokens({input.Name}, {LayerBuilder.Text(input.Type.Shape.Size)}, {LayerBuilder.Text(input.Vocabulary!.Value)}, "
                + $"\"{input.Name.TrimStart('@')}\");");
        }
    }

    void Put(CodeWriter writer, IReadOnlyList<(string Name, Shape Shape)> parts, Func<string, string> asFloats, string? packed = null)
    {
        var first = 0;
        foreach (var (name, shape) in parts)
        {
            writer.Line($"global::NetGen.Runtime.Packing.Put({asFloats(name)}, {LayerBuilder.Text(shape.Size)}, {packed ?? locals + "x"}, {LayerBuilder.Text(Total(parts))}, {LayerBuilder.Text(first)});");
            first += shape.Size;
        }
    }

    static int Total(IEnumerable<(string Name, Shape Shape)> parts) => parts.Sum(part => part.Shape.Size);
}
