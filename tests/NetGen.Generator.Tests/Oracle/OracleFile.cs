using NetGen.Generator.Tests.Reference;
using NetGen.Serialization;

namespace NetGen.Generator.Tests.Oracle;

/// <summary>A case that PyTorch computed: inputs, parameters, outputs and gradients by name. See make_oracle.py beside the files.</summary>
sealed class OracleFile : IDisposable
{
    readonly SafetensorsFile file;

    public OracleFile(string name) => file = SafetensorsFile.Open(Path.Combine(AppContext.BaseDirectory, "Oracle", $"{name}.safetensors"));

    /// <summary>The names of all cases.</summary>
    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Oracle"), "*.safetensors")
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    public int Samples => (int)file.Tensors["x"].Shape[0];

    public bool Contains(string tensor) => file.Tensors.ContainsKey(tensor);

    public float[] Floats(string tensor) => file.ReadSingles(tensor);

    public double[] Doubles(string tensor) => Batch.Doubles(Floats(tensor));

    public int[] Labels(string tensor) => Array.ConvertAll(file.ReadIntegers(tensor), label => checked((int)label));

    /// <summary>Tensors whose names begin with a prefix, by the rest of the name.</summary>
    public Dictionary<string, float[]> WithPrefix(string prefix) => file.Tensors.Keys
        .Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(name => name[prefix.Length..], Floats);

    public void Dispose() => file.Dispose();
}
