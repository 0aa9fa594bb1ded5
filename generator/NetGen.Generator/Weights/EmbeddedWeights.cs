using System.Collections.Immutable;
using System.Globalization;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Weights;

/// <summary>Finds the file of weights that a network names, and compares its tensors with the network's.</summary>
static class EmbeddedWeights
{
    /// <summary>PyTorch's count beside running statistics, which nothing needs.</summary>
    const string BatchCount = "num_batches_tracked";

    /// <summary>As many faults as a message names.</summary>
    const int Named = 6;

    const string OfCheckpoint = "it is a checkpoint, with an optimizer's state beside the weights: read it with a trainer's LoadCheckpoint, or Fit with Resume, and name a file that the network's Save writes then";

    /// <summary>What is wrong with the weights of a network that is sound itself; null where nothing is, or it names none.</summary>
    public static NetworkError? Check(NetworkModel model, EquatableArray<WeightsFile> files)
    {
        if (model.Weights is not { } path) return null;
        if (model.DescribeOnly) return Error("NG0040", path, "the network is only described, and has no parameters: remove DescribeOnly from [Network]");
        var (file, problem) = Find(path, files);
        if (file is null) return Error("NG0040", path, problem);
        if (!file.Exists) return Error("NG0040", path,
            $"the project has <NetGenWeights Include=\"{ElementDisplay.Escape(file.Path)}\" />, but no such file is there");
        if (file.Fault is { } fault) return Error("NG0041", path, ElementDisplay.Escape(fault));
        if (file.IsCheckpoint) return Error("NG0042", path, Parameters([OfCheckpoint], model.Type.Name));
        var faults = Compare(GraphBuilder.Inference(model), file).ToList();
        return faults.Count == 0 ? null : Error("NG0042", path, Parameters(faults, model.Type.Name));
    }

    /// <summary>The file that a network's weights come from; null where it isn't there or isn't fit.</summary>
    public static WeightsFile? Match(NetworkModel model, EquatableArray<WeightsFile> files) =>
        model.Weights is { } path && Check(model, files) is null ? Find(path, files).File : null;

    static NetworkError Error(string id, string path, params string[] arguments) =>
        new(id, NetworkError.AtWeights, [$"Weights(\"{ElementDisplay.Escape(path)}\")", .. arguments]);

    static string[] Parameters(List<string> faults, string network)
    {
        var more = faults.Count - Named;
        var named = string.Join("; ", faults.Take(Named)) + (more <= 0 ? "" : $"; and {more.ToString(CultureInfo.InvariantCulture)} more");
        return [network.TrimStart('@'), named];
    }

    static (WeightsFile? File, string Problem) Find(string path, EquatableArray<WeightsFile> files)
    {
        var end = Normalize(path);
        var found = files.Where(file => EndsWith(Normalize(file.Path), end)).ToList();
        if (found.Count > 1 && found.Find(file => Normalize(file.Path) == end) is { } exact) found = [exact];
        return found switch
        {
            [var file] => (file, ""),
            [] => (null, $"it isn't one of the project's weights: add <NetGenWeights Include=\"{ElementDisplay.Escape(path)}\" /> to the project file"
                + (files.Count == 0 ? "" : $", which has {List(files)}")),
            _ => (null, $"it may be each of {List(found)}: name more of its path"),
        };
    }

    static string List(IEnumerable<WeightsFile> files) => string.Join(", ", files.Select(file => $"'{ElementDisplay.Escape(file.Path)}'"));

    /// <summary>A path with slashes, without what leads out of its folder.</summary>
    static string Normalize(string path)
    {
        path = path.Replace('\\', '/');
        while (path.StartsWith("./", StringComparison.Ordinal) || path.StartsWith("../", StringComparison.Ordinal))
            path = path.Substring(path.IndexOf('/') + 1);
        return path.TrimStart('/');
    }

    static bool EndsWith(string path, string end) =>
        path.EndsWith(end, StringComparison.Ordinal) && end.Length > 0 && (path.Length == end.Length || path[path.Length - end.Length - 1] == '/');

    static IEnumerable<string> Compare(NetworkGraph graph, WeightsFile file)
    {
        var stored = file.Tensors.ToImmutableDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var parameter in graph.Tensors)
        {
            var (name, shape) = (parameter.FileName, parameter.FileShape);
            known.Add(name);
            if (parameter.Role == ParameterRole.RunningStatistic) known.Add(name.Substring(0, name.LastIndexOf('.') + 1) + BatchCount);
            if (!stored.TryGetValue(name, out var tensor)) yield return $"'{name}' of shape {shape} is missing";
            else if (!tensor.Shape.SequenceEqual(shape.Axes.Select(size => (long)size)))
                yield return $"'{name}' has shape {Text(tensor.Shape)} in the file and {shape} in the network";
            else if (!tensor.IsOfFloats) yield return $"'{name}' is of type {tensor.Type}, and floats are needed (F32, F16, BF16 or F64)";
        }
        foreach (var tensor in file.Tensors.Where(t => !known.Contains(t.Name)).OrderBy(t => t.Name, StringComparer.Ordinal))
            yield return $"'{ElementDisplay.Escape(tensor.Name)}' of shape {Text(tensor.Shape)} is not the network's";
    }

    static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape.Select(size => size.ToString(CultureInfo.InvariantCulture)))}]";
}
