using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Decoding;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Memory;

/// <summary>A network with a place for each of its values.</summary>
/// <param name="Inference">The graph for inference.</param>
/// <param name="Groups">Its ops, fused.</param>
/// <param name="InferenceArena">Where activations are in inference.</param>
/// <param name="Training">The graph for training.</param>
/// <param name="Stages">Its ops, fused, between barriers.</param>
/// <param name="TrainingArena">Where activations are in training.</param>
/// <param name="Parameters">Where parameters are.</param>
/// <param name="Decoding">The ops on positions of a text, fused, where the network is a decoder; else null.</param>
sealed record PlannedNetwork(
    NetworkGraph Inference,
    FusedGraph Groups,
    ActivationPlan InferenceArena,
    DifferentiatedGraph Training,
    ImmutableArray<ImmutableArray<Group>> Stages,
    ActivationPlan TrainingArena,
    ParameterPlan Parameters,
    PlannedDecoding? Decoding)
{
    /// <summary>The largest arena, in floats: those of a program are arrays.</summary>
    const long MaxFloats = 0x7FFF_0000;

    /// <summary>Refuses a network whose arenas for one sample no array can hold.</summary>
    /// <exception cref="NetworkException">They are too large.</exception>
    public void CheckSizes()
    {
        var floats = Math.Max(TrainingArena.FloatsPerSample + TrainingArena.FixedFloats, InferenceArena.FloatsPerSample);
        if (floats <= MaxFloats) return;
        var site = Inference.Layers[Inference.Layers.Length - 1].Site;
        throw new NetworkException(site.Error("NG0006",
            [site.Display, $"training on one sample takes an arena of {LayerBuilder.Text(floats)} floats with it", LayerBuilder.Text(MaxFloats)]));
    }
}
