namespace NetGen.Data;

/// <summary>Samples whose targets are probabilities, 1 for the label's class.</summary>
sealed class OneHotDataset : IDataset<float>, IImages
{
    readonly IDataset<int> _source;
    readonly int _classes;
    Scratch<Buffers> _scratch;

    public OneHotDataset(IDataset<int> source, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        if (source.TargetSize != 1)
            throw new ArgumentException($"A sample needs one label; these have {source.TargetSize}.", nameof(source));
        (_source, _classes) = (source, classes);
    }

    public int Count => _source.Count;

    public int InputSize => _source.InputSize;

    public int TargetSize => _classes;

    public ImageShape? Shape => IImages.ShapeOf(_source);

    public bool ReadsAhead => _source.ReadsAhead;

    public int LengthOf(int index) => _source.LengthOf(index);

    public int LengthOf(int index, int sequence) => _source.LengthOf(index, sequence);

    public void Read(ReadOnlySpan<int> indices, Span<float> x, Span<float> target) => Read(0, indices, x, target);

    public void Read(int epoch, ReadOnlySpan<int> indices, Span<float> x, Span<float> target)
    {
        Batch.Check(indices, x, InputSize, target, TargetSize, Count);
        var buffers = _scratch.Take() ?? new();
        var labels = Scratch<Buffers>.Room(ref buffers.Labels, indices.Length);
        _source.Read(epoch, indices, x, labels);
        target.Clear();
        for (var i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)_classes)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(indices), labels[i], $"The label of sample {indices[i]} is {labels[i]}; it must be from 0 to {_classes - 1}.");
            }
            target[i * _classes + labels[i]] = 1;
        }
        _scratch.Leave(buffers);
    }

    sealed class Buffers
    {
        public int[] Labels = [];
    }
}
