using NetGen.Onnx;
using NetGen.Onnx.Models;

namespace NetGen.Benchmarks;

/// <summary>A network as all contenders are given it: the same layers with the same tensors.</summary>
/// <param name="Model">The layers.</param>
/// <param name="Tensors">The tensors, by PyTorch's names.</param>
public sealed record RacedNetwork(Model Model, ITensorSource Tensors)
{
    /// <summary>How large it is.</summary>
    public ModelSize Size { get; } = Model.Measure();

    /// <summary>Bytes of the parameters, each of which a call reads at least once.</summary>
    public long ParameterBytes => sizeof(float) * Size.Parameters;

    /// <summary>Gives NetGen's network these tensors.</summary>
    /// <param name="parameters">The network's parameters.</param>
    /// <exception cref="InvalidOperationException">The network has more or fewer parameters than the model.</exception>
    public void CopyTo(ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Info.ParameterCount != Size.Parameters)
        {
            throw new InvalidOperationException(
                $"{parameters.Info.Name} has {parameters.Info.ParameterCount} parameters, and {Model.Name} has {Size.Parameters}.");
        }
        foreach (ParameterView view in parameters.Views) view.CopyFrom(Tensors.Values(view.Info.Name, view.Info.Shape.AsSpan()));
    }
}
