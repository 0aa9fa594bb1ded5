namespace NetGen;

/// <summary>
/// Joins the output of an earlier layer of the same network or block, called by its <see cref="LayerAttribute.Name"/>, with what the layer before
/// gives: the earlier values first, along the first axis, which is that of the channels. The other axes must be equal. As U-Net (Ronneberger et al.
/// 2015) and DenseNet (Huang et al. 2017) do, and PyTorch's <c>torch.cat([tap, x], dim=1)</c>.
/// </summary>
/// <param name="tap">The name of the earlier layer.</param>
public sealed class ConcatAttribute(string tap) : LayerAttribute
{
    /// <summary>The name of the earlier layer.</summary>
    public string Tap { get; } = tap;
}

/// <summary>
/// Adds the output of an earlier layer of the same network or block, called by its <see cref="LayerAttribute.Name"/>. Both have the same shape.
/// </summary>
/// <param name="tap">The name of the earlier layer.</param>
public sealed class AddAttribute(string tap) : LayerAttribute
{
    /// <summary>The name of the earlier layer.</summary>
    public string Tap { get; } = tap;
}

/// <summary>
/// Gives what it gets. With a name, <c>[Identity(Name = "x")]</c>, it lets a <see cref="ConcatAttribute"/> or an <see cref="AddAttribute"/> refer to the
/// input of a block.
/// </summary>
public sealed class IdentityAttribute : LayerAttribute;
