namespace NetGen;

/// <summary>
/// Gives a network C functions, for a project that is published as a native library: <c>[assembly: ExportNetwork(typeof(FashionCnn))]</c> makes
/// <c>fashion_cnn_create</c>, <c>fashion_cnn_predict</c> and so on, and the header <c>fashion_cnn.h</c> that declares them.
/// </summary>
/// <param name="network">The network, one of this project.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class ExportNetworkAttribute(Type network) : Attribute
{
    /// <summary>The network.</summary>
    public Type Network { get; } = network;

    /// <summary>How the functions' names begin: letters, digits and underscores. Default: the class's name in lower case, its words apart.</summary>
    public string? Name { get; set; }
}
