namespace NetGen;

/// <summary>
/// Declares a class to be a block: layers in source order that networks and other blocks use as one. It has no shape of its own, neither an input nor
/// a loss, and is inlined wherever it is used, with parameters of its own each time. A block without layers gives what it gets.
/// </summary>
/// <example><code>
/// [Block, Linear(Arg.A), ReLU, Linear(Arg.Input)]
/// class Bottleneck;
///
/// [Network, Input(64)]
/// [Residual(typeof(Bottleneck), Arguments = [16]), ReLU, Linear(10)]
/// public partial class Net;
/// </code></example>
[AttributeUsage(AttributeTargets.Class)]
public sealed class BlockAttribute : Attribute;

/// <summary>
/// A layer that is made of blocks. Its name is the first part of the names of the parameters inside, as that of a module is in PyTorch; an empty one,
/// <c>Name = ""</c>, adds nothing to them.
/// </summary>
public abstract class BlockUseAttribute : LayerAttribute
{
    /// <summary>The sizes that <see cref="Arg.A"/>, <see cref="Arg.B"/> and so on stand for in the blocks.</summary>
    public int[] Arguments { get; set; } = [];
}

/// <summary>The layers of a block, one after the other.</summary>
/// <param name="block">The block, <c>typeof(Stem)</c>.</param>
public sealed class UseAttribute(Type block) : BlockUseAttribute
{
    /// <summary>The block.</summary>
    public Type Block { get; } = block;
}

/// <summary>A block with a shortcut around it, <c>y = block(x) + x</c>. He et al. 2015, equation 1.</summary>
/// <param name="block">The block, <c>typeof(BasicBlock)</c>.</param>
public sealed class ResidualAttribute(Type block) : BlockUseAttribute
{
    /// <summary>The block.</summary>
    public Type Block { get; } = block;

    /// <summary>
    /// A block that the shortcut goes through where the other one changes the shape: <c>y = block(x) + projection(x)</c>. He et al. 2015, equation 2.
    /// Where the shape stays, the shortcut is x itself. It gets the same arguments, and its parameters are called <c>downsample</c>, as in torchvision.
    /// </summary>
    public Type? Projection { get; set; }
}

/// <summary>
/// A block several times, one after the other, each with parameters of its own. The first copy's are called <c>0</c>, the second's <c>1</c>, and so on.
/// </summary>
/// <param name="block">The block, <c>typeof(Encoder)</c>.</param>
/// <param name="count">How many copies there are.</param>
public sealed class RepeatAttribute(Type block, int count) : BlockUseAttribute
{
    /// <summary>The block.</summary>
    public Type Block { get; } = block;

    /// <summary>How many copies there are.</summary>
    public int Count { get; } = count;

    /// <summary>
    /// The arguments of the first copy, where they differ: <c>[128, 2]</c> for one that halves the image, before others with <c>Arguments = [128, 1]</c>.
    /// </summary>
    public int[] FirstArguments { get; set; } = [];

    /// <summary>What copies are called before their numbers, which then count from 1: <c>denselayer</c> for <c>denselayer1</c>, <c>denselayer2</c>.</summary>
    public string? PartName { get; set; }
}

/// <summary>
/// Blocks side by side on the same input, and their outputs joined. Szegedy et al. 2014, figure 2. The first one's parameters are called <c>0</c>, the
/// second's <c>1</c>, and so on.
/// </summary>
/// <param name="blocks">The blocks, <c>typeof(Branch1), typeof(Branch2)</c>. All get the same arguments.</param>
public sealed class ParallelAttribute(params Type[] blocks) : BlockUseAttribute
{
    /// <summary>The blocks.</summary>
    public Type[] Blocks { get; } = blocks;

    /// <summary>How their outputs are joined. Default: one after the other along the first axis.</summary>
    public Join Join { get; set; }

    /// <summary>What branches are called before their numbers, which then count from 1: <c>branch</c> for <c>branch1</c>, <c>branch2</c>.</summary>
    public string? PartName { get; set; }
}

/// <summary>How outputs of several blocks become one.</summary>
public enum Join
{
    /// <summary>One after the other along the first axis, which is that of the channels.</summary>
    Concat,

    /// <summary>Their sum.</summary>
    Sum,
}

/// <summary>
/// What a block makes of the input weighs the input itself, <c>y = x ⊙ block(x)</c>: the block gives a weight for each value of the input, or one for
/// each element of its first axis, <c>[channels]</c> or <c>[channels, 1, 1]</c>, as squeeze-and-excitation does. Hu et al. 2017, equation 4.
/// </summary>
/// <param name="block">The block, <c>typeof(SqueezeExcitation)</c>.</param>
public sealed class GateAttribute(Type block) : BlockUseAttribute
{
    /// <summary>The block.</summary>
    public Type Block { get; } = block;
}

/// <summary>
/// Sizes that a block leaves open, for any argument that is an <see cref="int"/>: where the block is used, <see cref="BlockUseAttribute.Arguments"/>
/// gives them. They may be multiplied by a constant, <c>Linear(4 * Arg.A)</c>.
/// </summary>
/// <remarks>Each is a negative prime that no layer accepts as a size, so that a multiple tells which one it is of.</remarks>
public static class Arg
{
    /// <summary>The size of the first axis of the block's input: its features, or its channels.</summary>
    public const int Input = -1_000_003;

    /// <summary>The first of the arguments.</summary>
    public const int A = -1_000_033;

    /// <summary>The second of the arguments.</summary>
    public const int B = -1_000_037;

    /// <summary>The third of the arguments.</summary>
    public const int C = -1_000_039;

    /// <summary>The fourth of the arguments.</summary>
    public const int D = -1_000_081;

    /// <summary>The fifth of the arguments.</summary>
    public const int E = -1_000_099;

    /// <summary>The sixth of the arguments.</summary>
    public const int F = -1_000_117;

    /// <summary>The seventh of the arguments.</summary>
    public const int G = -1_000_121;

    /// <summary>The eighth of the arguments.</summary>
    public const int H = -1_000_133;
}
