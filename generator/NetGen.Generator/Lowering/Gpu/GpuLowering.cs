using System.Collections.Immutable;
using NetGen.Generator.Algorithms;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Memory;
using NetGen.Generator.Ops;
using NetGen.Generator.Parsing;
using NetGen.Generator.Sequences;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>A network as launches of kernels on a GPU, ready to be printed.</summary>
/// <param name="Inference">The graph for inference: dense, with parameters in PyTorch's order.</param>
/// <param name="Training">The graph for training.</param>
/// <param name="Parameters">The first float of each parameter, by its name.</param>
/// <param name="ParameterFloats">All parameters.</param>
/// <param name="LearnedFloats">Those that are learned, which come first.</param>
/// <param name="InferenceArena">Where activations are in inference; what follows from parameters alone comes behind these.</param>
/// <param name="TrainingArena">Where they are in training.</param>
/// <param name="Derived">What parameters alone decide.</param>
/// <param name="Forward">Inference.</param>
/// <param name="Train">Forward and backward pass.</param>
sealed record GpuLoweredNetwork(
    NetworkGraph Inference, DifferentiatedGraph Training, ImmutableDictionary<string, int> Parameters, int ParameterFloats, int LearnedFloats,
    ActivationPlan InferenceArena, ActivationPlan TrainingArena, ImmutableArray<GpuKernel> Derived, ImmutableArray<GpuKernel> Forward, ImmutableArray<GpuKernel> Train)
{
    public IEnumerable<GpuKernel> AllKernels => Derived.Concat(Forward).Concat(Train);

    /// <summary>The floats that kernels leave sums in for those after them.</summary>
    public int ScratchFloats => AllKernels.Max(k => k.ScratchFloats);

    public LossOp Loss => (LossOp)Training.Graph.Loss!.Op;
}

/// <summary>
/// Fuses, plans and lowers a network for GPUs: the same graph and groups as for processors, without the layouts and algorithms that are made for those.
/// </summary>
static class GpuLowering
{
    /// <summary>Runs the passes.</summary>
    /// <param name="model">The network, which compiles without errors.</param>
    /// <param name="inputGradient">Whether the gradient of the input is computed.</param>
    /// <param name="fuses">Whether ops are fused; otherwise each has a kernel of its own, to measure what fusing them gives.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="NetworkException">An op has no kernel.</exception>
    public static GpuLoweredNetwork Lower(NetworkModel model, bool inputGradient, bool fuses, CancellationToken cancellation)
    {
        var inference = SequencePass.Apply(GraphBuilder.Inference(model));
        var declared = SequencePass.Apply(GraphBuilder.ForTraining(model));
        var training = GradientBuilder.Differentiate(fuses ? PoolingPass.ForTraining(declared) : declared, inputGradient);
        cancellation.ThrowIfCancellationRequested();
        var rules = new FusionRules(ForGpu: true, Fuses: fuses);
        var gradients = training.ParameterGradients.Select(p => p.Gradient.Storage).ToList();
        List<Value> kept = [training.Graph.Output, .. training.ComputedInputGradients];
        var inferenceGroups = Launched(Fuser.Fuse(inference, [inference.Output], rules));
        var trainingGroups = Launched(Fuser.Fuse(training.Graph, gradients.Concat(kept).Append(training.Graph.Loss!), rules));
        try
        {
            var tile = model.GpuTile.Count == 0 ? GpuPolicy.Large : GpuTile.Of(model.GpuTile);
            var derived = Kernels(tile, inference, inferenceGroups.Groups.Where(IsDerived), isTraining: false);
            var forward = Kernels(tile, inference, inferenceGroups.Groups.Where(g => !IsDerived(g)), isTraining: false);
            cancellation.ThrowIfCancellationRequested();
            var train = Kernels(tile, training.Graph, trainingGroups.Groups, isTraining: true);
            var (offsets, all, learned) = Plan(inference);
            return new GpuLoweredNetwork(inference, training, offsets, all, learned,
                ActivationPlan.ForDevice(inferenceGroups, [inference.Output], [inference.Output.Storage], keepsOnce: true),
                ActivationPlan.ForDevice(trainingGroups, kept, [training.Graph.Loss!, .. gradients], keepsOnce: false), derived, forward, train);
        }
        catch (NoGpuKernelException missing)
        {
            var layer = training.Graph.Layers.Concat(inference.Layers).FirstOrDefault(l => l.Element == missing.Value.Element);
            throw new Layers.NetworkException(layer is null
                ? new NetworkError("NG0060", -1, [missing.Value.Name, missing.What, model.Type.Name])
                : layer.Site.Error("NG0060", [layer.Site.Display, missing.What, model.Type.Name]));
        }
    }

    /// <summary>
    /// The groups that have kernels: transposes are read where the matrix is, and several inputs, of which a sample is made, are taken apart first, but where
    /// they have lengths of their own, and a batch has one after the other.
    /// </summary>
    static FusedGraph Launched(FusedGraph fused)
    {
        var parts = fused.Graph.Sequences.Any() ? [] : fused.Graph.InputParts.Select(part => new Group([part.Value], [part.Value]));
        return fused with { Groups = [.. parts, .. fused.Groups.Where(g => g.Anchor is not (Transpose or PhaseWeights))] };
    }

    static bool IsDerived(Group group) => group.Values.All(v => !v.Type.Batched);

    static ImmutableArray<GpuKernel> Kernels(GpuTile tile, NetworkGraph graph, IEnumerable<Group> groups, bool isTraining)
    {
        var kernels = new GpuKernels(tile);
        var context = new KernelContext(graph, new KernelNames([]), isTraining) { Gpu = kernels };
        foreach (var group in groups) group.Anchor.LowerGpu(group, context);
        return kernels.All;
    }

    /// <summary>
    /// Tensors one after the other, each at the start of a cache line, those that aren't learned at the end. Parameters that are rows of one are where it has
    /// them.
    /// </summary>
    static (ImmutableDictionary<string, int> Offsets, int All, int Learned) Plan(NetworkGraph graph)
    {
        var offsets = ImmutableDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        var (at, learned) = (0, 0);
        foreach (var tensor in graph.Parameters.Select(p => p.Op).OrderBy(p => p.IsLearned ? 0 : 1).GroupBy(p => p.FileName))
        {
            foreach (var parameter in tensor) offsets.Add(parameter.FullName, at + (parameter.Part is { } part ? part.First * (parameter.Shape.Size / parameter.Shape.Axes[0]) : 0));
            at = checked(at + Panels.Padded(tensor.First().FileShape.Size));
            if (tensor.First().IsLearned) learned = at;
        }
        return (offsets.ToImmutable(), at, learned);
    }
}
