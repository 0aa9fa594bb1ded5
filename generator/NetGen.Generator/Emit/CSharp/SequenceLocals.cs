using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>
/// What a pass on samples that have as many positions as they like has locals for: where the positions of each sample begin and, of a network with several
/// inputs, where these are. A batch has an input of all samples before the next input, and likewise the tables of where positions begin.
/// </summary>
sealed class SequenceLocals
{
    readonly IReadOnlyList<InputPart> parts;
    readonly IReadOnlyList<Sequence> sequences;

    /// <summary>What the locals' names begin with: of all inputs, and of those that have positions.</summary>
    readonly IReadOnlyList<string> ofParts, ofSequences;

    public SequenceLocals(NetworkGraph graph)
    {
        (parts, sequences) = ([.. graph.InputParts.Select(part => part.Op)], [.. graph.Sequences]);
        // An input may begin with a capital letter, as the class's constants do.
        var taken = new HashSet<string>(StringComparer.Ordinal);
        ofParts = [.. graph.InputParts.Select(part => Free(char.ToLowerInvariant(part.Value.Name[0]) + part.Value.Name.Substring(1)))];
        ofSequences = [.. ofParts.Where((_, i) => parts[i].Sequence is not null)];

        string Free(string name)
        {
            while (!taken.Add(name)) name += "_";
            return name;
        }
    }

    /// <summary>Whether the network has several inputs.</summary>
    public bool AreSeveral => parts.Count > 0;

    /// <summary>The locals' names.</summary>
    public IEnumerable<string> Names => sequences.SelectMany(s => new[] { Offsets(s), FirstPosition(s), Positions(s) }).Concat(parts.Select(Pointer));

    /// <summary>The local with the place where each sample's positions begin.</summary>
    public string Offsets(Sequence sequence) => AreSeveral ? ofSequences[sequence.Index] + "Offsets" : "offsets";

    /// <summary>The local with the first position of a worker.</summary>
    public string FirstPosition(Sequence sequence) => AreSeveral ? ofSequences[sequence.Index] + "FirstPosition" : "firstPosition";

    string Positions(Sequence sequence) => AreSeveral ? ofSequences[sequence.Index] + "Positions" : "positions";

    /// <summary>The local that points to one of several inputs.</summary>
    public string Pointer(InputPart part) => ofParts[Enumerable.Range(0, parts.Count).First(i => parts[i].First == part.First)] + "Input";

    /// <summary>What kernels of a training step are given.</summary>
    public IReadOnlyList<PositionTexts> OfTraining => [.. sequences.Select(s => new PositionTexts(Positions(s), $"{Offsets(s)}[n]", FirstPosition(s), $"{Offsets(s)} + first", Offsets(s)))];

    /// <summary>What kernels of inference are given.</summary>
    public IReadOnlyList<PositionTexts> OfInference => [.. sequences.Select(s => new PositionTexts(Positions(s), Positions(s), "0", Offsets(s), Offsets(s)))];

    /// <summary>Declares the locals of a training step, and the first sample of a worker and the one after its last.</summary>
    public void BeginTraining(CodeWriter writer)
    {
        if (AreSeveral) writer.Line("// The inputs of all samples follow each other, and so do the tables of where their positions begin.");
        foreach (var sequence in sequences) writer.Line($"int* {Offsets(sequence)} = {(sequence.Index == 0 ? "pass->Offsets" : $"{Offsets(sequences[sequence.Index - 1])} + n + 1")};");
        writer.Line($"Workers.SplitSequences({Offsets(sequences[0])}, {(AreSeveral ? $"{LayerBuilder.Text(sequences.Count)}, " : "")}n, worker, workers, out int first, out int last);");
        foreach (var sequence in sequences)
        {
            writer.Line($"int {FirstPosition(sequence)} = {Offsets(sequence)}[first];");
            writer.Line($"int {Positions(sequence)} = {Offsets(sequence)}[last] - {FirstPosition(sequence)};");
        }
        for (var i = 0; i < parts.Count; i++)
            writer.Line($"float* {Pointer(parts[i])} = {(i == 0 ? "pass->X" : $"{Pointer(parts[i - 1])} + {Values(parts[i - 1], s => $"{Offsets(s)}[n]", "n")}")};");
    }

    /// <summary>Declares the locals of inference on some samples.</summary>
    public void BeginInference(CodeWriter writer)
    {
        if (AreSeveral) writer.Line("// The inputs of all samples follow each other, and so do the tables of where their positions begin.");
        foreach (var sequence in sequences)
        {
            var tables = sequence.Index switch { 0 => "", 1 => "all + 1 + ", var before => $"{LayerBuilder.Text(before)} * (all + 1) + " };
            if (AreSeveral) writer.Line($"int* {Offsets(sequence)} = offsets + {tables}first;");
            writer.Line($"int {Positions(sequence)} = {Offsets(sequence)}[n] - {Offsets(sequence)}[0];");
        }
        for (var i = 0; i < parts.Count; i++)
        {
            writer.Line($"float* {Pointer(parts[i])} = x + {Values(parts[i], s => $"{Offsets(s)}[0]", "first")};");
            if (i < parts.Count - 1) writer.Line($"x += {Values(parts[i], s => $"{Offsets(s)}[all - first]", "all")};");
        }
    }

    /// <summary>How many values some samples have of an input, as text.</summary>
    static string Values(InputPart part, Func<Sequence, string> positions, string samples)
    {
        var rows = part.Sequence is { } sequence ? positions(sequence) : samples;
        return part.Shape.Size == 1 ? rows : $"(nint){rows} * {LayerBuilder.Text(part.Shape.Size)}";
    }
}
