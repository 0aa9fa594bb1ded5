using System.ComponentModel;
using ILGPU;
using ILGPU.Runtime;

namespace NetGen.Gpu;

/// <summary>What the launches of a pass are given.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class GpuPass
{
    /// <summary>The stream that they are put on.</summary>
    public AcceleratorStream Stream { get; internal set; } = null!;

    /// <summary>The samples.</summary>
    public int Samples { get; internal set; }

    /// <summary>The samples' values.</summary>
    public ArrayView<float> X { get; internal set; }

    /// <summary>The samples' labels.</summary>
    public ArrayView<int> Labels { get; internal set; }

    /// <summary>The samples' targets, where those aren't labels.</summary>
    public ArrayView<float> Target { get; internal set; }

    /// <summary>The parameters, and what follows from them.</summary>
    public ArrayView<float> Parameters { get; internal set; }

    /// <summary>The gradients of learned parameters.</summary>
    public ArrayView<float> Gradients { get; internal set; }

    /// <summary>Values of samples.</summary>
    public ArrayView<float> Arena { get; internal set; }

    /// <summary>The positions of each input whose samples have as many as they like.</summary>
    public IReadOnlyList<GpuPositions> Positions { get; internal init; } = [];

    /// <summary>Values that exist once.</summary>
    public ArrayView<float> Once { get; internal set; }

    /// <summary>The output of a prediction.</summary>
    public ArrayView<float> Output { get; internal set; }

    /// <summary>The loss of each sample.</summary>
    public ArrayView<float> Losses { get; internal set; }

    /// <summary>What a sample's gradient is multiplied with.</summary>
    public float Scale { get; internal set; }

    /// <summary>1 where gradients are added to.</summary>
    public int Accumulate { get; internal set; }

    /// <summary>The key of random numbers.</summary>
    public ulong Seed { get; internal set; }

    /// <summary>The step that random numbers belong to.</summary>
    public ulong Step { get; internal set; }
}
