using System.Collections.Immutable;

namespace NetGen.Onnx;

/// <summary>A value of an <see cref="OnnxGraph"/>: the input, or what an operator computes for each sample.</summary>
/// <param name="Name">Its name in the model.</param>
/// <param name="Shape">The shape for one sample: [channels, height, width] of an image, [features] of a vector.</param>
public sealed record OnnxValue(string Name, ImmutableArray<int> Shape)
{
    /// <summary>The length of the first axis.</summary>
    public int Channels => Shape[0];

    /// <summary>How many numbers a sample has.</summary>
    public int Size => Shape.Aggregate(1, (size, length) => checked(size * length));

    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}]";

    /// <summary>The lengths of the axes after the first, [height, width] of an image.</summary>
    internal IEnumerable<int> Spatial => Shape.Skip(1);
}
