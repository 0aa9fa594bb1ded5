using NetGen.Runtime;

namespace NetGen.Data;

/// <summary>
/// A change of an image, such as a flip. It draws what is random from a generator that follows from seed, epoch, sample and the transform's place among others
/// alone, and keeps nothing between two images: one object serves many threads.
/// </summary>
public abstract class ImageTransform
{
    /// <summary>Whether two calls can differ. Default: yes.</summary>
    public virtual bool IsRandom => true;

    /// <summary>The shape of what becomes of images of a shape. Default: the same.</summary>
    /// <param name="shape">The images' shape.</param>
    /// <exception cref="ArgumentException">The transform can't be applied to such images.</exception>
    public virtual ImageShape OutputShape(ImageShape shape) => shape;

    /// <summary>Changes an image.</summary>
    /// <param name="image">The image, <c>[channels, height, width]</c>.</param>
    /// <param name="shape">Its shape, one for which <see cref="OutputShape"/> has an answer.</param>
    /// <param name="result">Receives the changed image, as many values as <see cref="OutputShape"/> says, apart from <paramref name="image"/>.</param>
    /// <param name="random">Where random numbers come from.</param>
    public abstract void Apply(ReadOnlySpan<float> image, ImageShape shape, Span<float> result, PhiloxGenerator random);

    /// <summary>A probability, checked.</summary>
    internal static float CheckedProbability(double probability) => probability is >= 0 and <= 1
        ? (float)probability
        : throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability needs to be from 0 to 1.");

    /// <summary>A colour, checked.</summary>
    internal static float CheckedFill(double fill) =>
        float.IsFinite((float)fill) ? (float)fill : throw new ArgumentOutOfRangeException(nameof(fill), fill, "What an image is filled with needs to be finite.");
}
