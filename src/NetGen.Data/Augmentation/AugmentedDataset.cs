using NetGen.Runtime;

namespace NetGen.Data;

/// <summary>Images that go through transforms whenever they are read.</summary>
sealed class AugmentedDataset<TTarget> : IDataset<TTarget>, IImages where TTarget : unmanaged
{
    readonly IDataset<TTarget> _source;
    readonly ulong _seed;
    readonly ImageTransform[] _transforms;
    /// <summary>The shape before each transform, and that after the last.</summary>
    readonly ImageShape[] _shapes;
    Scratch<Buffers> _scratch;

    public AugmentedDataset(IDataset<TTarget> source, ImageShape shape, ulong seed, ReadOnlySpan<ImageTransform> transforms)
    {
        if (shape.Size != source.InputSize)
            throw new ArgumentException($"Images of {shape} have {shape.Size} values; the dataset's samples have {source.InputSize}.", nameof(shape));
        (_source, _seed, _transforms) = (source, seed, transforms.ToArray());
        _shapes = new ImageShape[transforms.Length + 1];
        _shapes[0] = shape;
        for (var i = 0; i < transforms.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(transforms[i], nameof(transforms));
            _shapes[i + 1] = transforms[i].OutputShape(_shapes[i]);
        }
    }

    public int Count => _source.Count;

    public int InputSize => _shapes[^1].Size;

    public int TargetSize => _source.TargetSize;

    public ImageShape? Shape => _shapes[^1];

    public bool ReadsAhead => true;

    public void Read(ReadOnlySpan<int> indices, Span<float> x, Span<TTarget> target) => Read(0, indices, x, target);

    public void Read(int epoch, ReadOnlySpan<int> indices, Span<float> x, Span<TTarget> target)
    {
        Batch.Check(indices, x, InputSize, target, TargetSize, Count);
        var buffers = _scratch.Take() ?? new();
        var images = Scratch<Buffers>.Room(ref buffers.Images, checked(indices.Length * _source.InputSize));
        _source.Read(epoch, indices, images, target);
        for (var i = 0; i < indices.Length; i++)
        {
            Transform(
                epoch, indices[i], images.Slice(i * _source.InputSize, _source.InputSize), x.Slice(i * InputSize, InputSize), buffers);
        }
        _scratch.Leave(buffers);
    }

    /// <summary>Each transform writes to one buffer what the one before left in the other, and the last to where the image is wanted.</summary>
    void Transform(int epoch, int sample, ReadOnlySpan<float> image, Span<float> result, Buffers buffers)
    {
        if (_transforms.Length == 0)
            image.CopyTo(result);
        for (var i = 0; i < _transforms.Length; i++)
        {
            var size = _shapes[i + 1].Size;
            var to = i == _transforms.Length - 1 ? result
                : i % 2 == 0 ? Scratch<Buffers>.Room(ref buffers.Even, size)
                : Scratch<Buffers>.Room(ref buffers.Odd, size);
            buffers.Random.State = RandomStream.At(_seed, epoch, sample, i);
            try
            {
                _transforms[i].Apply(image, _shapes[i], to, buffers.Random);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(
                    $"{_transforms[i].GetType().Name} (transform {i}) failed on sample {sample} in epoch {epoch}, both counted from 0: {e.Message}", e);
            }
            image = to;
        }
    }

    sealed class Buffers
    {
        public float[] Images = [], Even = [], Odd = [];

        public PhiloxGenerator Random { get; } = new(seed: 0);
    }
}
