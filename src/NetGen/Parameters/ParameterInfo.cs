using System.Collections.Immutable;
using System.Globalization;

namespace NetGen;

/// <summary>What a parameter is to its layer.</summary>
public enum ParameterRole
{
    /// <summary>A weight that values are multiplied with.</summary>
    Weight,

    /// <summary>What is added.</summary>
    Bias,

    /// <summary>The scale of a normalisation; its shift is a <see cref="Bias"/>.</summary>
    Normalization,

    /// <summary>The slope of an activation such as PReLU.</summary>
    Slope,

    /// <summary>A mean or variance that a batch normalisation keeps for inference. It follows the data as it trains, and has no gradient.</summary>
    RunningStatistic,

    /// <summary>Numbers that a network keeps beside those that it learns. They have no gradient, and training leaves them as they are.</summary>
    Buffer,
}

/// <summary>One tensor of a network's values.</summary>
/// <param name="Name">PyTorch's name, <c>fc1.weight</c>.</param>
/// <param name="Shape">PyTorch's shape, <c>[out, in]</c> for a linear layer's weight.</param>
/// <param name="Offset">Where the tensor begins in the parameters' arena, in floats; a multiple of 16.</param>
/// <param name="Layout">How it is stored there.</param>
/// <param name="Role">What it is to its layer.</param>
/// <param name="Initializer">How it gets its first values.</param>
public sealed record ParameterInfo(
    string Name, ImmutableArray<int> Shape, long Offset, ParameterLayout Layout, ParameterRole Role, Initializer Initializer)
{
    /// <summary>Whether the tensor is learned: has a gradient, and is changed by an optimizer.</summary>
    public bool IsLearned => Role is not (ParameterRole.RunningStatistic or ParameterRole.Buffer);

    /// <summary>How many values the tensor has.</summary>
    public int Count { get; } = ParameterLayout.Count(Shape.AsSpan());

    /// <summary>How many floats of the arena it takes, padding included; a multiple of 16.</summary>
    public int StoredFloats { get; } = Layout.StoredFloats(Shape.AsSpan());

    /// <summary>What and where it is, with the shape's sizes.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{nameof(ParameterInfo)} {{ {nameof(Name)} = {Name}, {nameof(Shape)} = [{string.Join(", ", Shape)}], {nameof(Role)} = {Role}, {nameof(IsLearned)} = {IsLearned}, {nameof(Offset)} = {Offset} }}");
}
