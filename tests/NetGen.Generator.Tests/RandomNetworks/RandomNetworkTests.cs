using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.CodeAnalysis;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.RandomNetworks;

/// <summary>
/// Declarations that chance wrote: each compiles without a word and computes what the interpreter does, or gets the diagnostic of its fault and no other.
/// Continuous integration (CI=true) runs twice as many of them as one does at home. The environment variable NETGEN_RANDOM_NETWORKS sets how many are tried,
/// and NETGEN_RANDOM_FIRST from which number on.
/// </summary>
public sealed class RandomNetworkTests(ITestOutputHelper output)
{
    static int Setting(string name, int value) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var set) ? set : value;

    static int First => Setting("NETGEN_RANDOM_FIRST", 0);

    [Fact]
    public void Declarations_GetTheDiagnosticOfTheirFault_OrNone()
    {
        foreach (var numbers in Enumerable.Range(First, Setting("NETGEN_RANDOM_NETWORKS", 2500)).Chunk(500))
        {
            DeclarationBuild.CheckDiagnostics([.. numbers.Select(Declarations.Of)], TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Of the same declarations, in continuous integration all, the valid ones compiled and run.</summary>
    [Fact]
    public void Networks_Compile_AndMatchTheInterpreter()
    {
        var chunks = Enumerable.Range(First, Setting("NETGEN_RANDOM_NETWORKS", Environment.GetEnvironmentVariable("CI") == "true" ? 2500 : 1250)).Chunk(100);
        var failures = new ConcurrentDictionary<int, string>();
        var (networks, forward, gradient) = (0, 0.0, 0.0);
        var gate = new Lock();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = TestContext.Current.CancellationToken };
        // Without buffering, chunks are taken one by one, in order.
        Parallel.ForEach(Partitioner.Create(chunks, EnumerablePartitionerOptions.NoBuffering), options, (numbers, loop) =>
        {
            try
            {
                var (count, f, g) = CompareAll([.. numbers.Select(Declarations.Of)], allWidths: numbers[0] / 100 % 8 == 0, options.CancellationToken);
                lock (gate) (networks, forward, gradient) = (networks + count, Math.Max(forward, f), Math.Max(gradient, g));
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                failures[numbers[0]] = exception.Message;
                loop.Stop();
            }
        });
        if (!failures.IsEmpty) Assert.Fail(failures.MinBy(failure => failure.Key).Value);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{networks} networks. Largest errors, as parts of what is allowed: {forward:F2} of outputs, {gradient:F2} of gradients."));
    }

    /// <summary>Compiles declarations in one project, where faulty ones must not disturb the rest, and compares what the others compute.</summary>
    static (int Networks, double Forward, double Gradient) CompareAll(RandomDeclaration[] declarations, bool allWidths, CancellationToken cancellation)
    {
        var (networks, forward, gradient) = (0, 0.0, 0.0);
        var (compilation, program) = DeclarationBuild.Load(declarations, allWidths, cancellation);
        using var loaded = program;
        foreach (var declaration in declarations.Where(d => d.Expected is null))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                var (f, g) = Compare(compilation, program, declaration);
                (networks, forward, gradient) = (networks + 1, Math.Max(forward, f), Math.Max(gradient, g));
            }
            catch (Exception exception)
            {
                Assert.Fail($"{declaration}\n{exception}");
            }
        }
        return (networks, forward, gradient);
    }

    static (double Forward, double Gradient) Compare(Compilation compilation, LoadedProgram program, RandomDeclaration declaration)
    {
        var type = program.Type(declaration.TypeName);
        if (type.IsGenericTypeDefinition) type = type.MakeGenericType([.. type.GetGenericArguments().Select(_ => typeof(int))]);
        var subject = Subject.Create(type);
        subject.Randomize(declaration.Number);
        var reference = new ReferenceNetwork(DeclarationBuild.Model(compilation, declaration)!);
        var samples = 1 + declaration.Number * 7 % 19;
        var batch = Batch.Random(subject.Info, reference.Loss, samples, declaration.Number);
        var parameters = subject.ParameterValues;

        // What rounding errors come to is not the kernels' fault: where terms cancel, as in the gradient of a LayerNorm of two, little else is left.
        const double Rounding = 1.2e-7;
        var outputs = reference.Predict(batch, parameters);
        var outputsNearby = reference.Predict(batch, parameters, Rounding);
        var forward = Part(Batch.Doubles(subject.Predict(batch.SinglesOfX)), outputs, outputsNearby, Closeness.Forward, "output");
        forward = Math.Max(forward, Part(Batch.Doubles(subject.PredictEach(batch.SinglesOfX)), outputs, outputsNearby, Closeness.Forward,
            "output of single samples"));

        // A larger batch before leaves its numbers where smaller ones have their padding.
        subject.Backward(Batch.Random(subject.Info, reference.Loss, samples + 5, declaration.Number + 1));
        var actual = subject.Backward(batch);
        var (expected, expectedNearby) = (reference.Backward(batch, parameters), reference.Backward(batch, parameters, rounding: Rounding));
        forward = Math.Max(forward, Part([actual.Loss], [expected.Loss], [expectedNearby.Loss], Closeness.Forward, "loss"));
        forward = Math.Max(forward, Part(actual.Output, expected.Output, expectedNearby.Output, Closeness.Forward, "training output"));
        var gradient = 0.0;
        if (expected.InputGradient is { } dx) gradient = Part(actual.InputGradient!, dx, expectedNearby.InputGradient!, Closeness.Gradient,
            "gradient of the input");
        Assert.Equal(expected.Gradients.Keys.Order(StringComparer.Ordinal), actual.Gradients.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, values) in expected.Gradients)
        {
            gradient = Math.Max(gradient, Part(actual.Gradients[name], values, expectedNearby.Gradients[name], Closeness.Gradient, $"gradient of {name}"));
        }
        return (forward, gradient);
    }

    /// <summary>The largest error as a part of what is allowed.</summary>
    static double Part(double[] actual, double[] expected, double[] nearby, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        var largest = expected.Select(Math.Abs).DefaultIfEmpty().Max();
        var allowed = tolerance * Math.Max(largest, 1e-3) + 16 * expected.Zip(nearby, (a, b) => Math.Abs(a - b)).DefaultIfEmpty().Max();
        var part = 0.0;
        for (var i = 0; i < expected.Length; i++)
        {
            var error = Math.Abs(actual[i] - expected[i]);
            Assert.True(error <= allowed, string.Create(CultureInfo.InvariantCulture, $"{what}: element {i} of {expected.Length} is {actual[i]:R} rather than {expected[i]:R}, {error:E1} away where {allowed:E1} is allowed."));
            part = Math.Max(part, error / allowed);
        }
        return part;
    }
}
