using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.CodeAnalysis;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Reference;
using NetGen.Tests;

namespace NetGen.Generator.Tests.RandomNetworks;

/// <summary>
/// Declarations that chance wrote: each compiles without a word and computes what the interpreter does, or gets the diagnostic of its fault and no other.
/// The environment variable NETGEN_RANDOM_NETWORKS sets how many are tried, and NETGEN_RANDOM_FIRST from which number on.
/// </summary>
public sealed class RandomNetworkTests(ITestOutputHelper output)
{
    static int Setting(string name, int value) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var set) ? set : value;

    /// <summary>How many are tried, unless the environment says otherwise.</summary>
    static int Count(int quick, int full) => Setting("NETGEN_RANDOM_NETWORKS", Effort.IsFull ? full : quick);

    static int First => Setting("NETGEN_RANDOM_FIRST", 0);

    [Fact]
    public void Declarations_GetTheDiagnosticOfTheirFault_OrNone()
    {
        foreach (var numbers in Enumerable.Range(First, Count(quick: 1000, full: 5000)).Chunk(500))
        {
            DeclarationBuild.CheckDiagnostics([.. numbers.Select(Declarations.Of)], TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The first of the same declarations in whole builds: the faulty ones generate nothing, the valid ones run.</summary>
    [Fact]
    public void Networks_Compile_AndMatchTheInterpreter()
    {
        var chunks = Enumerable.Range(First, Count(quick: 40, full: 300)).Chunk(100);
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
        return new Comparison(Subject.Create(type), new ReferenceNetwork(DeclarationBuild.Model(compilation, declaration)!), declaration.Number).Run();
    }
}
