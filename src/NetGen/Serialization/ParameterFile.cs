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
        using var file = Open(path);
        CheckNames(file, [("", parameters.Info)], parameters.Info.Name);
        var read = new ParameterSet(parameters.Info);
        Read(file, read, "");
        read.CopyTo(parameters);
    }

    /// <summary>
    /// A file of parameters. A checkpoint has them too, under other names and beside an optimizer's state, and none of its tensors would fit.
    /// </summary>
    static SafetensorsFile Open(string path)
    {
        var file = SafetensorsFile.Open(path);
        if (!file.IsCheckpoint)
            return file;
        file.Dispose();
        throw new InvalidDataException($"{path}: it is a checkpoint, which a trainer's LoadCheckpoint reads, and Fit with Resume; what Save wrote is read here.");
    }

    /// <summary>Reads what a file and a network have in common: <see cref="ParameterSet.LoadMatching"/>.</summary>
    public static LoadedParameters LoadMatching(ParameterSet parameters, string path, bool skipMisshapen)
    {
        using var file = Open(path);
        var (loaded, missing, misshapen, wrong) = (new List<ParameterView>(), new List<string>(), new List<string>(), new List<string>());
        foreach (var view in parameters.Views)
        {
            if (!file.Tensors.TryGetValue(view.Info.Name, out var tensor))
                missing.Add(view.Info.Name);
            else if (!IsOfFloats(tensor))
                wrong.Add(NotOfFloats(view.Info.Name, tensor));
            else if (HasShape(tensor, view.Info))
                loaded.Add(view);
            else if (skipMisshapen)
                misshapen.Add(view.Info.Name);
            else
                wrong.Add(Misshapen(view.Info.Name, tensor, view.Info));
        }
        if (wrong.Count > 0)
            throw new InvalidDataException($"{file.Path}: tensors don't fit {parameters.Info.Name}: {string.Join("; ", wrong)}.");
        var known = Known([("", parameters.Info)]);
        var unexpected = file.Tensors.Keys.Where(name => !known.Contains(name)).Order(StringComparer.Ordinal);
        var result = new LoadedParameters([.. loaded.Select(view => view.Info.Name)], [.. missing], [.. unexpected], [.. misshapen]);
        if (loaded.Count == 0)
            throw new InvalidDataException($"{file.Path}: no tensor fits {parameters.Info.Name}: {result}.");

        var values = loaded.ConvertAll(view => file.ReadSingles(view.Info.Name));
        for (int i = 0; i < values.Count; i++)
            loaded[i].CopyFrom(values[i]);
        return result;
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
        foreach (var (prefix, parameter) in sets.SelectMany(set => set.Info.Parameters.Select(p => (set.Prefix, p))))
        {
            var name = prefix + parameter.Name;
            if (!file.Tensors.TryGetValue(name, out var tensor))
                wrong.Add($"'{name}' is missing, needed with shape {SafetensorsHeader.Text(parameter.Shape)}");
            else if (!HasShape(tensor, parameter))
                wrong.Add(Misshapen(name, tensor, parameter));
            else if (!IsOfFloats(tensor))
                wrong.Add(NotOfFloats(name, tensor));
        }
        var known = Known(sets);
        foreach (var tensor in file.Tensors.Values.Where(t => !known.Contains(t.Name)).OrderBy(t => t.Name, StringComparer.Ordinal))
            wrong.Add($"'{tensor.Name}' with shape {SafetensorsHeader.Text(tensor.Shape)} is not needed");
        if (wrong.Count == 0)
            return;
        const int Most = 16;
        var others = wrong.Count > Most ? $"; and {wrong.Count - Most} more" : "";
        throw new InvalidDataException(
            $"{file.Path}: the tensors are not those of {owner}: {string.Join("; ", wrong.Take(Most))}{others}.{CommonPrefix(file, sets, known)}");
    }

    /// <summary>What wrappers put before all names, such as <c>module.</c> of PyTorch's data parallelism: told where the names would fit without it.</summary>
    static string CommonPrefix(SafetensorsFile file, ImmutableArray<(string Prefix, NetworkInfo Info)> sets, HashSet<string> known)
    {
        if (sets[0].Info.Parameters is not [var first, ..])
            return "";
        var needed = sets[0].Prefix + first.Name;
        return file.Tensors.Keys.FirstOrDefault(name => name.EndsWith("." + needed, StringComparison.Ordinal)) is { } longer
            && longer[..^needed.Length] is var prefix
            && file.Tensors.Keys.All(name => name.StartsWith(prefix, StringComparison.Ordinal) && known.Contains(name[prefix.Length..]))
            ? $" Every name in the file begins with '{prefix}': save it without, and they fit."
            : "";
    }

    /// <summary>The names that a file may have: those of sets, and PyTorch's counts of batches beside running statistics.</summary>
    static HashSet<string> Known(ImmutableArray<(string Prefix, NetworkInfo Info)> sets)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (prefix, parameter) in sets.SelectMany(set => set.Info.Parameters.Select(p => (set.Prefix, p))))
        {
            var name = prefix + parameter.Name;
            known.Add(name);
            if (parameter.Role == ParameterRole.RunningStatistic)
                known.Add($"{name[..(name.LastIndexOf('.') + 1)]}{BatchCount}");
        }
        return known;
    }

    static bool HasShape(TensorEntry tensor, ParameterInfo parameter) => tensor.Shape.SequenceEqual(parameter.Shape.Select(size => (long)size));

    static bool IsOfFloats(TensorEntry tensor) => tensor.Type is TensorType.F32 or TensorType.F16 or TensorType.BF16 or TensorType.F64;

    static string Misshapen(string name, TensorEntry tensor, ParameterInfo parameter) =>
        $"'{name}' has shape {SafetensorsHeader.Text(tensor.Shape)}, needed is {SafetensorsHeader.Text(parameter.Shape)}";

    static string NotOfFloats(string name, TensorEntry tensor) =>
        $"'{name}' is of type {TensorTypes.Name(tensor.Type)}, needed are floats (F32, F16, BF16 or F64)";
}
