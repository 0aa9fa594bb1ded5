using System.ComponentModel;
using ILGPU;

namespace NetGen.Gpu;

/// <summary>The positions of a batch of an input whose samples have as many as they like: those of all samples, one sample's after the other's.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class GpuPositions
{
    /// <summary>How many there are.</summary>
    public int Count { get; internal set; }

    /// <summary>Where those of each sample begin, and where the last one's end.</summary>
    public ArrayView<int> Starts { get; internal set; }

    /// <summary>The sample of each.</summary>
    public ArrayView<int> Samples { get; internal set; }

    /// <summary>Values of positions.</summary>
    public ArrayView<float> Arena { get; internal set; }
}

/// <summary>The tables of a batch that say where the positions of its samples are, as a device is given them.</summary>
/// <param name="inputs">How many inputs have lengths of their own.</param>
sealed class PositionsTables(int inputs)
{
    readonly int[] _counts = new int[inputs];
    int[] _numbers = [];
    int _samples;

    /// <summary>The tables of all inputs.</summary>
    public ReadOnlySpan<int> Numbers => _numbers.AsSpan(0, Length);

    /// <summary>How many numbers they have.</summary>
    public int Length { get; private set; }

    /// <summary>The positions of all samples of an input.</summary>
    public int CountOf(int input) => _counts[input];

    /// <summary>Makes the tables of some of the samples.</summary>
    /// <param name="offsets">Where the positions begin of all samples, for each input one number more than there are samples.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="samples">How many there are.</param>
    public void Fill(ReadOnlySpan<int> offsets, int first, int samples)
    {
        (_samples, Length) = (samples, 0);
        var size = offsets.Length / inputs;
        for (int input = 0; input < inputs; input++)
        {
            _counts[input] = offsets[input * size + first + samples] - offsets[input * size + first];
            Length = checked(Length + samples + 1 + _counts[input]);
        }
        if (_numbers.Length < Length) _numbers = new int[Length];
        var at = 0;
        for (int input = 0; input < inputs; input++)
        {
            var own = offsets.Slice(input * size + first, samples + 1);
            for (int i = 0; i <= samples; i++) _numbers[at++] = own[i] - own[0];
            for (int i = 0; i < samples; i++)
            {
                _numbers.AsSpan(at, own[i + 1] - own[i]).Fill(i);
                at += own[i + 1] - own[i];
            }
        }
    }

    /// <summary>The floats that the values of samples and of their positions take.</summary>
    public long Floats(int ofSample, IReadOnlyList<int> ofPositions)
    {
        var floats = (long)_samples * ofSample;
        for (int input = 0; input < inputs; input++) floats += (long)_counts[input] * ofPositions[input];
        return floats;
    }

    /// <summary>Gives a pass the tables, and each input's part of an arena that has room for all values.</summary>
    public void Bind(GpuPass pass, ArrayView<int> tables, ArrayView<float> arena, int ofSample, IReadOnlyList<int> ofPositions)
    {
        pass.Arena = arena;
        var (at, first) = (0, (long)_samples * ofSample);
        for (int input = 0; input < inputs; input++)
        {
            var (positions, floats) = (pass.Positions[input], (long)_counts[input] * ofPositions[input]);
            positions.Count = _counts[input];
            positions.Starts = tables.SubView(at, _samples + 1);
            positions.Samples = tables.SubView(at + _samples + 1, _counts[input]);
            // Of an input whose positions have no values of their own nothing is read.
            positions.Arena = floats == 0 ? arena : arena.SubView(first, floats);
            at += _samples + 1 + _counts[input];
            first += floats;
        }
    }
}
