using System.Collections.Immutable;

namespace NetGen.Onnx.Models;

/// <summary>A network without tensors, written by hand: what NetGen's declaration of the same network is compared with.</summary>
/// <remarks>Equal models compute the same function of equal tensors, whichever library runs them.</remarks>
public abstract record Model
{
    /// <summary>Its name in a table.</summary>
    public abstract string Name { get; }

    /// <summary>The shape of a sample.</summary>
    public abstract ImmutableArray<int> InputShape { get; }

    /// <summary>Where samples are ids: how many of them there are. Else 0.</summary>
    public virtual int Vocabulary => 0;

    /// <summary>The labels of a sample: one, or one for each id.</summary>
    public int Labels => Vocabulary == 0 ? 1 : InputShape[0];

    /// <summary>Appends the network's operators.</summary>
    /// <param name="graph">What they are appended to.</param>
    /// <param name="x">A value of <see cref="InputShape"/>.</param>
    /// <returns>The logits.</returns>
    public abstract OnnxValue Append(OnnxGraph graph, OnnxValue x);

    /// <summary>The network as an ONNX model with one input and one output.</summary>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="batch">The number of samples, or null to leave it open.</param>
    public byte[] ToOnnx(ITensorSource tensors, int? batch = null)
    {
        OnnxGraph graph = new(Name, tensors, batch);
        return graph.ToModel(Append(graph, Input(graph)));
    }

    /// <summary>Counts what the network consists of.</summary>
    public ModelSize Measure()
    {
        OnnxGraph graph = new(Name, new Unwritten());
        OnnxValue x = Input(graph);
        OnnxValue y = Append(graph, x);
        return new ModelSize(x.Size, y.Size, graph.ParameterCount, graph.Flops, graph.TrainingFlops);
    }

    OnnxValue Input(OnnxGraph graph) => Vocabulary == 0 ? graph.Input("x", InputShape.AsSpan()) : graph.Ids("x", InputShape[0]);

    /// <summary>In place of tensors, where a model is counted and not run.</summary>
    sealed class Unwritten : ITensorSource
    {
        public float[] Values(string name, ReadOnlySpan<int> shape) => [];
    }
}

/// <summary>How large a network is.</summary>
/// <param name="Inputs">Values in a sample.</param>
/// <param name="Outputs">Values in a sample's output.</param>
/// <param name="Parameters">Trained values.</param>
/// <param name="Flops">Floating-point operations of a sample's forward pass.</param>
/// <param name="TrainingFlops">Those of a sample's training step.</param>
public sealed record ModelSize(int Inputs, int Outputs, long Parameters, long Flops, long TrainingFlops);
