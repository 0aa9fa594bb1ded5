namespace NetGen;

/// <summary>Declares a partial class to be a neural network, whose layers are the attributes that follow, in source order.</summary>
/// <example><code>
/// [Network, Input(784)]
/// [Linear(128), ReLU, Linear(10)]
/// [Loss(Loss.CrossEntropy)]
/// public partial class Mlp;
/// </code></example>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface)]
public sealed class NetworkAttribute : Attribute;
