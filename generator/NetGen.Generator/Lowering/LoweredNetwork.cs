using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Memory;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>A network as calls of kernels, ready to be printed.</summary>
/// <param name="Inference">The graph for inference.</param>
/// <param name="Training">The graph for training.</param>
/// <param name="Parameters">Where parameters are.</param>
/// <param name="InferenceArena">Where activations are in inference, for a block of samples.</param>
/// <param name="TrainingArena">Where they are in training.</param>
/// <param name="Derived">What inference needs and parameters alone decide, such as the scale of a normalisation: computed when they have changed.</param>
/// <param name="Forward">Inference of a block of samples.</param>
/// <param name="Single">Inference of one sample.</param>
/// <param name="Stages">A training step: the kernels between two barriers.</param>
/// <param name="Kernels">Every kernel once.</param>
sealed record LoweredNetwork(
    NetworkGraph Inference,
    DifferentiatedGraph Training,
    ParameterPlan Parameters,
    ActivationPlan InferenceArena,
    ActivationPlan TrainingArena,
    ImmutableArray<KernelCall> Derived,
    ImmutableArray<KernelCall> Forward,
    ImmutableArray<KernelCall> Single,
    ImmutableArray<ImmutableArray<StageRun>> Stages,
    ImmutableArray<Kernel> Kernels)
{
    /// <summary>The samples that inference takes through all layers at a time.</summary>
    public int BlockSamples => UnrollPolicy.BlockSamples(InferenceArena.FloatsPerSample,
        HasSequences || Inference.Values.Any(v => v.Layout is not null || (v.Op is Linear && Linear.RowsOf(v) > 1)),
        HasSequences ? 1 : Inference.Values.Where(v => v.Op is Recurrence).Select(v => v.Op.SamplesTogether(v)).DefaultIfEmpty(1).Max());

    /// <summary>The floats of activations for a block.</summary>
    public long BlockFloats => (long)InferenceArena.FloatsPerSample * BlockSamples;

    /// <summary>The floats of <see cref="Derived"/>, which follow the parameters in their arena.</summary>
    public long DerivedFloats => InferenceArena.FixedFloats;

    /// <summary>Whether samples have as many positions as they like.</summary>
    public bool HasSequences => Inference.Sequences.Any();

    public LossOp Loss => (LossOp)Training.Graph.Loss!.Op;

    /// <summary>The samples of a training step whose images lie together.</summary>
    public int SamplesTogether => Training.Graph.Values.Any(v => v.Layout is { InLanes: true }) ? Layout.LanesWidth : 1;

    /// <summary>The numbers of the vectors that there are kernels for, largest first.</summary>
    public EquatableArray<int> Lanes { get; init; }

    /// <summary>The passes for positions of a text; null where the network is no decoder.</summary>
    public LoweredDecoding? Decoding { get; init; }

    /// <summary>Whether the weights are so many that a second thread may help to read them for one sample.</summary>
    public bool IsWorthThreads => (long)Parameters.Floats * sizeof(float) >= UnrollPolicy.ThreadedSampleBytes;
}

/// <summary>A decoder's passes.</summary>
/// <param name="OnePosition">That for one position, which gives logits.</param>
/// <param name="Block">That for a block of positions that others follow.</param>
/// <param name="Source">That for the source, which comes before all positions; null where there is none.</param>
/// <param name="SourceInputs">The inputs of the source, and their places where they are one after the other.</param>
/// <param name="CacheFloats">The floats of what is kept from one position to the next.</param>
sealed record LoweredDecoding(DecoderPass OnePosition, DecoderPass Block, DecoderPass? Source, ImmutableArray<SampleInput> SourceInputs, int CacheFloats)
{
    /// <summary>The kernels of all passes.</summary>
    public IEnumerable<KernelCall> Calls => OnePosition.Calls.Concat(Block.Calls).Concat(Source?.Calls ?? []);

    /// <summary>The positions of the source, where it has as many as it likes; else null.</summary>
    public Sequence? SourcePositions => SourceInputs is [{ Type.Sequence: { } sequence }] ? sequence : null;

    /// <summary>Whether the source is made of ids alone.</summary>
    public bool IsSourceOfIds => SourceInputs.All(input => input.Type.Element == ElementType.Int32);
}

/// <summary>A decoder's pass for one position, a block, or the source.</summary>
/// <param name="Graph">What it computes.</param>
/// <param name="Arena">Where activations are.</param>
/// <param name="Calls">The kernels.</param>
sealed record DecoderPass(NetworkGraph Graph, ActivationPlan Arena, ImmutableArray<KernelCall> Calls);

/// <summary>A use of a kernel.</summary>
/// <param name="Kernel">The kernel, with what its parameters are bound to.</param>
/// <param name="Group">What it computes; null where it is the whole network.</param>
sealed record KernelCall(Kernel Kernel, Group? Group);
