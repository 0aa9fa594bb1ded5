namespace NetGen;

/// <summary>
/// Makes a file of trained weights part of the program, and gives the network a property <c>Default</c> that has them: <c>[Weights("mlp.safetensors")]</c>.
/// The build checks the file's tensors against the network's, names and shapes.
/// </summary>
/// <remarks>
/// The file is one of the project's weights, <c>&lt;NetGenWeights Include="mlp.safetensors" /&gt;</c>; it is found by the end of its path. It is a
/// safetensors file with PyTorch's names, shapes and layouts, as <c>Save</c> writes.
/// </remarks>
/// <param name="path">The file, relative to the project's folder, or no more than the end of its path.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WeightsAttribute(string path) : Attribute
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;
}
