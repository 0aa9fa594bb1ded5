using ILGPU.Runtime;

namespace NetGen.Gpu;

/// <content>What is read back from the device.</content>
public sealed partial class GpuTrainer<TNetwork, TTarget>
{
    /// <summary>Copies the gradients of the last batch, or those accumulated, before clipping, to <see cref="Gradients"/>.</summary>
    /// <exception cref="GpuException">The device failed.</exception>
    public void CopyGradients() => _gpu.Read(Gradients, _pass.Gradients);

    /// <summary>Copies the optimizer's state to its <see cref="Optimizer.State"/>.</summary>
    /// <exception cref="GpuException">The device failed.</exception>
    public void CopyState()
    {
        for (int i = 0; i < _state.Length; i++) _gpu.Read(Optimizer.State[i], _state[i].View);
    }

    /// <summary>Copies the output of the last batch, as it was in training.</summary>
    /// <param name="y">Receives <c>[n, OutputSize]</c> values, or those of each position.</param>
    /// <exception cref="ArgumentException">Its size doesn't fit the last batch.</exception>
    /// <exception cref="InvalidOperationException">No batch was given yet.</exception>
    public void CopyOutput(Span<float> y)
    {
        if (TNetwork.Info.Sequence is { OutputSize: > 0 } sequence) CopyRows(_pass.Positions[sequence.Index], _plan.OutputOffset, sequence.OutputSize, y);
        else CopyRows(null, _plan.OutputOffset, TNetwork.Info.OutputSize, y);
    }

    /// <summary>Copies the gradient with respect to the last batch's input, in which ids have zeros.</summary>
    /// <param name="gradient">
    /// Receives <c>[n, InputSize]</c> values, or those of each position; where some of several inputs have lengths of their own, the first input's of all
    /// samples, then the second's, and so on.
    /// </param>
    /// <exception cref="ArgumentException">Its size doesn't fit the last batch.</exception>
    /// <exception cref="InvalidOperationException">The network wasn't declared with <c>[Input(…, Gradient = true)]</c>, or no batch was given yet.</exception>
    public void CopyInputGradient(Span<float> gradient)
    {
        if (_plan.InputGradientOffset < 0 && _plan.InputGradientOffsets.Count == 0) throw new InvalidOperationException(TNetwork.Info.NoInputGradient);
        if (_plan.InputGradientOffsets.Count > 0) CopyInputs(gradient);
        else if (TNetwork.Info.Sequence is { } sequence) CopyRows(_pass.Positions[0], _plan.InputGradientOffset, sequence.InputSize, gradient);
        else CopyRows(null, _plan.InputGradientOffset, TNetwork.Info.InputSize, gradient);
    }

    /// <summary>Copies the gradient of each input of all samples, one after the other.</summary>
    void CopyInputs(Span<float> gradient)
    {
        ThrowIfNoBatch();
        var inputs = TNetwork.Info.Inputs;
        GpuPositions?[] positions = new GpuPositions?[inputs.Length];
        long total = 0;
        for (int i = 0, sequence = 0; i < inputs.Length; i++)
        {
            positions[i] = inputs[i].Max > 0 ? _pass.Positions[sequence++] : null;
            total += (positions[i]?.Count ?? _samples) * (long)inputs[i].Size;
        }
        if (gradient.Length != total)
            throw new ArgumentException(FormattableString.Invariant($"The inputs of the last batch have {total} values. The span has {gradient.Length}."), nameof(gradient));
        for (int i = 0; i < inputs.Length; i++)
        {
            var own = gradient[..((positions[i]?.Count ?? _samples) * inputs[i].Size)];
            if (_plan.InputGradientOffsets[i] < 0) own.Clear();
            else CopyRows(positions[i], _plan.InputGradientOffsets[i], inputs[i].Size, own);
            gradient = gradient[own.Length..];
        }
    }

    /// <summary>Copies what the samples have, or their positions.</summary>
    void CopyRows(GpuPositions? positions, int offset, int size, Span<float> rows)
    {
        ThrowIfNoBatch();
        var (count, arena) = positions is null ? (_samples, _pass.Arena) : (positions.Count, positions.Arena);
        if (rows.Length != (long)count * size)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The last batch has {count} rows of {size}: {(long)count * size} values. The span has {rows.Length}."), nameof(rows));
        }
        arena.SubView((long)offset * count, rows.Length).CopyToCPU(_queue.Stream, rows);
        _queue.Wait();
    }
}
