using NetGen.Generator.Tests.Oracle;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Gpu.Tests;

/// <summary>Layers and losses on the device against PyTorch's values.</summary>
public sealed class OracleTests
{
    static readonly Lazy<GpuNetworks> Networks = new(() => new(OracleCases.Layers.Concat(OracleCases.Losses).ToDictionary()));

    public static TheoryData<string> Layers => [.. OracleCases.Layers.Keys];

    public static TheoryData<string> Losses => [.. OracleCases.Losses.Keys];

    [Theory, MemberData(nameof(Layers))]
    public void Layer_MatchesPyTorch(string name)
    {
        using var file = new OracleFile(name);
        var (x, y, dy) = (file.Floats("x"), file.Doubles("y"), file.Floats("dy"));
        var (subject, gpu) = On(name, file.WithPrefix("param."));
        using var _ = gpu;
        Batch.Doubles(gpu.Predict(x)).AssertClose(y, 2 * Closeness.Forward, "prediction");
        var gradients = file.WithPrefix("grad.param.").ToDictionary(g => OracleCases.Named(g.Key), g => Batch.Doubles(g.Value));
        // What counts is Σ y ∂y, whose terms may cancel.
        var terms = y.Zip(dy, (a, b) => a * b).ToArray();
        var expected = new Outcome(terms.Sum(), y, gradients, file.Doubles("grad.x")) { LossMagnitude = Math.Max(1, terms.Sum(Math.Abs)) };
        gpu.Backward(Batch.Of(x, dy, x.Length / subject.Info.InputSize)).AssertClose(expected, name);
    }

    [Theory, MemberData(nameof(Losses))]
    public void Loss_MatchesPyTorch(string name)
    {
        using var file = new OracleFile(name);
        var (subject, gpu) = On(name, []);
        using var _ = gpu;
        var x = file.Floats("x");
        var batch = LossSettings.Of(Networks.Value.Models[name])!.HasLabels ? Batch.Of(x, file.Labels("target"), x.Length / subject.Info.InputSize)
            : Batch.Of(x, file.Floats("target"), file.Samples);
        gpu.Backward(batch).AssertClose(new(file.Doubles("y")[0], Batch.Doubles(x), new Dictionary<string, double[]>(), file.Doubles("grad.x")), name);
    }

    /// <summary>A case's network on the device, with PyTorch's parameters.</summary>
    static (Subject Processor, GpuSubject Gpu) On(string name, Dictionary<string, float[]> parameters)
    {
        var subject = Subject.Create(Networks.Value[name]);
        foreach (var (parameter, values) in parameters) subject.Parameters[OracleCases.Named(parameter)].CopyFrom(values);
        return (subject, GpuSubject.Create(Networks.Value[name], subject.Parameters));
    }
}
