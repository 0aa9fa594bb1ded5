namespace NetGen;

/// <summary>Declares a partial class to be a neural network, whose layers are the attributes that follow, in source order.</summary>
/// <example><code>
/// [Network, Input(784)]
/// [Linear(128), ReLU, Linear(10)]
/// [Loss(Loss.CrossEntropy)]
/// public partial class Mlp;
/// </code></example>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface)]
public sealed class NetworkAttribute : Attribute
{
    /// <summary>
    /// Whether the network is only checked and described, for one that is too large for this machine: its class gets <c>Info</c> and constants for its sizes,
    /// operations and memory, and nothing that makes or runs it. Default: no.
    /// </summary>
    public bool DescribeOnly { get; set; }

    /// <summary>
    /// The tile of a product of matrices whose sides are longer than 32, in kernels for GPUs: the rows and columns of the result that a group of threads
    /// computes, the products that it sums between two barriers, and the rows and columns of one thread. All are powers of two. Default: 64, 64, 16, 16, 4.
    /// </summary>
    public int[]? GpuTile { get; set; }
}
