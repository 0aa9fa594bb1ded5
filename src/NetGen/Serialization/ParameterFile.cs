using System.Collections.Immutable;

namespace NetGen.Serialization;

/// <summary>Parameters in safetensors files, under PyTorch's names, shapes and layouts.</summary>
static class ParameterFile
{
    /// <summary>How often PyTorch's batch normalisation has updated its running statistics, which matters to one without a momentum only.</summary>
    const string BatchCount = "num_batches_tracked";

    public static void Save(ParameterSet parameters, string path) =>
        SafetensorsWriter.Write(path, [.. Sources(parameters, "")], new Dictionary<string, string> { ["format"] = "pt" });

    public static void Load(ParameterSet parameters, string path)
    {
        using var file = SafetensorsFile.Open(path);
        CheckNames(file, [("", parameters.Info)], parameters.Info.Name);
        var read = new ParameterSet(parameters.Info);
        Read(file, read, "");
        read.CopyTo(parameters);
    }

    /// <summary>The tensors of a set, their names preceded by a prefix.</summary>
    public static IEnumerable<TensorSource> Sources(ParameterSet parameters, string prefix) =>
        parameters.Views.Select(view => new TensorSource(prefix + view.Info.Name, view.Info.Shape, view.CopyTo));

    /// <summary>Reads a set whose names and shapes were checked.</summary>
    public static void Read(SafetensorsFile file, ParameterSet parameters, string prefix)
    {
        foreach (var view in parameters.Views)
        {
            var values = new float[view.Info.Count];
            file.Read(prefix + view.Info.Name, values);
            view.CopyFrom(values);
        }
    }

    /// <summary>A file must have the tensors of sets, their names preceded by prefixes, and no others but for PyTorch's counts of batches.</summary>
    public static void CheckNames(SafetensorsFile file, ImmutableArray<(string Prefix, NetworkInfo Info)> sets, string owner)
    {
        var wrong = new List<string>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (prefix, parameter) in sets.SelectMany(set => set.Info.Parameters.Select(p => (set.Prefix, p))))
        {
            var name = prefix + parameter.Name;
            known.Add(name);
            if (parameter.Role == ParameterRole.RunningStatistic)
                known.Add($"{name[..(name.LastIndexOf('.') + 1)]}{BatchCount}");
            var shape = SafetensorsHeader.Text(parameter.Shape);
            if (!file.Tensors.TryGetValue(name, out var tensor))
                wrong.Add($"'{name}' is missing, needed with shape {shape}");
            else if (!tensor.Shape.SequenceEqual(parameter.Shape.Select(size => (long)size)))
                wrong.Add($"'{name}' has shape {SafetensorsHeader.Text(tensor.Shape)}, needed is {shape}");
            else if (tensor.Type is not (TensorType.F32 or TensorType.F16 or TensorType.BF16 or TensorType.F64))
                wrong.Add($"'{name}' is of type {TensorTypes.Name(tensor.Type)}, needed are floats (F32, F16, BF16 or F64)");
        }
        foreach (var tensor in file.Tensors.Values.Where(t => !known.Contains(t.Name)).OrderBy(t => t.Name, StringComparer.Ordinal))
            wrong.Add($"'{tensor.Name}' with shape {SafetensorsHeader.Text(tensor.Shape)} is not needed");
        if (wrong.Count > 0)
            throw new InvalidDataException($"{file.Path}: the tensors are not those of {owner}: {string.Join("; ", wrong)}.");
    }
}
