namespace NetGen;

/// <summary>A network that the generator wrote. Its static members let code be generic over networks without reflection.</summary>
/// <typeparam name="TSelf">The network's class.</typeparam>
public interface INetwork<TSelf> where TSelf : class, INetwork<TSelf>
{
    /// <summary>Shapes, sizes, layers and parameters.</summary>
    static abstract NetworkInfo Info { get; }

    /// <summary>A network with freshly initialised parameters.</summary>
    /// <param name="seed">Equal seeds give equal parameters.</param>
    static abstract TSelf Create(ulong seed = 0);

    /// <summary>A network with the parameters of a safetensors file in PyTorch's names, shapes and layouts.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or holds other tensors than the network has.</exception>
    static abstract TSelf Load(string path);

    /// <summary>Writes the parameters as a safetensors file, replacing an older one in one atomic step.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DirectoryNotFoundException">Its folder isn't there.</exception>
    void Save(string path);

    /// <summary>The output of one sample or of a batch. Several threads may call it at once; nothing is allocated once its buffers exist.</summary>
    /// <param name="x">The samples, one after the other: a positive multiple of <see cref="NetworkInfo.InputSize"/> values.</param>
    /// <param name="y">Receives <see cref="NetworkInfo.OutputSize"/> values a sample.</param>
    /// <exception cref="ArgumentException">The sizes don't fit.</exception>
    void Predict(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>The weights and biases.</summary>
    ParameterSet Parameters { get; }
}
