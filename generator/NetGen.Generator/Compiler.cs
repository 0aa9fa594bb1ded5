using NetGen.Generator.Algorithms;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Decoding;
using NetGen.Generator.Emit.CSharp;
using NetGen.Generator.Emit.Ilgpu;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Layouts;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Memory;
using NetGen.Generator.Parsing;
using NetGen.Generator.Sequences;

namespace NetGen.Generator;

/// <summary>The compiler without Roslyn: from what was declared to what is written.</summary>
static class Compiler
{
    /// <summary>Runs every pass.</summary>
    public static CompiledNetwork Compile(NetworkModel model, VectorWidths widths, CancellationToken cancellation)
    {
        try
        {
            if (model.DescribeOnly) return new([], Describe(model, Plan(model, cancellation)));
            var network = Lower(model, widths, cancellation);
            return new([], Emit(model, network, cancellation), network.Parameters.Floats, network.DerivedFloats);
        }
        catch (NetworkException fault)
        {
            return new([fault.Error], []);
        }
    }

    /// <summary>Runs the passes that can find fault, for the analyzer, which runs while its user types.</summary>
    public static EquatableArray<NetworkError> Check(NetworkModel model)
    {
        try
        {
            // What dropout hides in training shows in inference: a softmax before it, say, that the loss contains too.
            SequencePass.Apply(GraphBuilder.ForTraining(model));
            SequencePass.Apply(GraphBuilder.Inference(model));
            return [];
        }
        catch (NetworkException fault)
        {
            return [fault.Error];
        }
    }

    /// <summary>Build, differentiate, fuse, plan and lower.</summary>
    /// <exception cref="NetworkException">The declaration has an error.</exception>
    public static LoweredNetwork Lower(NetworkModel model, VectorWidths widths, CancellationToken cancellation)
    {
        var planned = Plan(model, cancellation);
        planned.CheckSizes();
        return NetworkLowering.Lower(planned, widths);
    }

    /// <summary>Build, differentiate, fuse and plan.</summary>
    /// <exception cref="NetworkException">The declaration has an error.</exception>
    public static PlannedNetwork Plan(NetworkModel model, CancellationToken cancellation)
    {
        var built = GraphBuilder.Inference(model);
        var inference = LayoutPass.Apply(WinogradPass.Apply(PoolingPass.ForInference(SequencePass.Apply(built))));
        var training = LayoutPass.Apply(WinogradPass.Apply(GradientBuilder.Differentiate(PoolingPass.ForTraining(SequencePass.Apply(GraphBuilder.ForTraining(model))), HasInputGradient(model))));
        cancellation.ThrowIfCancellationRequested();
        var inferenceGroups = Recurrences.Of(Bands.Of(Fuser.Fuse(inference, [inference.Output])));
        var gradients = training.ParameterGradients.Select(p => p.Gradient);
        var results = gradients.Append(training.Graph.Output).Append(training.Graph.Loss!).Concat(training.ComputedInputGradients);
        var stages = Schedule.Of(Fuser.Fuse(training.Graph, results));
        var parameters = ParameterPlan.Of(inference);
        var decoding = PlannedDecoding.Of(built);
        cancellation.ThrowIfCancellationRequested();
        return new PlannedNetwork(inference, inferenceGroups, ActivationPlan.ForInference(inferenceGroups),
            training, stages, ActivationPlan.ForTraining(stages, training), parameters, decoding);
    }

    /// <summary>Runs the passes for GPUs on a network that compiles without errors.</summary>
    /// <param name="model">The network.</param>
    /// <param name="fuses">Whether ops are fused.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static CompiledNetwork CompileForGpu(NetworkModel model, bool fuses, CancellationToken cancellation)
    {
        try
        {
            return new([], [GpuFile.Print(model, GpuLowering.Lower(model, HasInputGradient(model), fuses, cancellation), LossOf(model))]);
        }
        catch (NetworkException fault)
        {
            return new([fault.Error], []);
        }
    }

    static LossAttribute? LossOf(NetworkModel model) =>
        model.Elements.Where(e => e.Kind == ElementKinds.Loss).Select(ElementReader.Read).Cast<LossAttribute>().FirstOrDefault();

    static EquatableArray<GeneratedFile> Describe(NetworkModel model, PlannedNetwork network)
    {
        var names = new ProgramNames(model.Type);
        return new[]
        {
            new GeneratedFile($"{names.FilePrefix}.g.cs", DescriptionFile.Print(model, network, LossOf(model), names)),
            new GeneratedFile($"{names.FilePrefix}.Parameters.g.cs", ParametersFile.PrintInfo(model, network, names)),
        }.ToEquatableArray();
    }

    static EquatableArray<GeneratedFile> Emit(NetworkModel model, LoweredNetwork network, CancellationToken cancellation)
    {
        var names = new ProgramNames(model.Type);
        var loss = LossOf(model);
        var files = new List<GeneratedFile>();
        Add("", NetworkFile.Print(model, network, loss, names));
        Add(".Parameters", ParametersFile.Print(model, network, loss, names));
        Add(".Forward", ForwardFile.Print(network, names));
        Add(".Backward", BackwardFile.Print(network, names));
        if (network.Decoding is { } decoding) Add(".Decoding", DecodingFile.Print(network, decoding, names));
        Add(".Kernels", KernelFiles.PrintDispatch(network, names, model.Checked));
        foreach (var lanes in network.Lanes)
        {
            cancellation.ThrowIfCancellationRequested();
            Add($".Kernels.{KernelFiles.Class(lanes)}", KernelFiles.Print(network, names, lanes, model.Checked));
        }
        return files.ToEquatableArray();

        void Add(string concern, string text) => files.Add(new GeneratedFile($"{names.FilePrefix}{concern}.g.cs", text));
    }

    /// <summary>Whether training computes the gradient of a sample: one of its inputs asks for its own.</summary>
    static bool HasInputGradient(NetworkModel model) => model.Elements.Any(element => element.IsInput() && InputModel.Read(element).Gradient);
}

/// <summary>What came of a network: errors, or the files that implement it.</summary>
/// <param name="Errors">What is wrong with it.</param>
/// <param name="Files">What implements it.</param>
/// <param name="ParameterFloats">The floats of its parameters.</param>
/// <param name="DerivedFloats">Those of what inference derives from them.</param>
sealed record CompiledNetwork(EquatableArray<NetworkError> Errors, EquatableArray<GeneratedFile> Files, long ParameterFloats = 0, long DerivedFloats = 0);

/// <summary>A file to add to the user's compilation.</summary>
/// <param name="HintName">Its name, unique among the networks of a project but for case.</param>
/// <param name="Text">Its content.</param>
sealed record GeneratedFile(string HintName, string Text);
