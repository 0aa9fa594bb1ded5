using System.Globalization;
using ILGPU.Runtime;
using NetGen.Generator.Tests.RandomNetworks;
using NetGen.Generator.Tests.Reference;
using NetGen.Tests;

namespace NetGen.Gpu.Tests;

/// <summary>
/// Networks that chance wrote, on the device against the interpreter, as the processor's code is compared. The environment variable NETGEN_RANDOM_NETWORKS sets
/// how many are tried, and NETGEN_RANDOM_FIRST from which number on.
/// </summary>
public sealed class RandomNetworkTests(ITestOutputHelper output)
{
    static int Setting(string name, int value) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var set) ? set : value;

    /// <summary>The numbers of those that are tried, as many at a time as one project has.</summary>
    static IEnumerable<int[]> Numbers => Enumerable.Range(Setting("NETGEN_RANDOM_FIRST", 0), Setting("NETGEN_RANDOM_NETWORKS", Effort.IsFull ? 2 : 1)).Chunk(20);

    /// <summary>Stacks of layers and blocks.</summary>
    [Fact]
    public void Networks_MatchTheInterpreter()
    {
        var (networks, forward, gradient) = (0, 0.0, 0.0);
        foreach (var numbers in Numbers)
        {
            RandomDeclaration[] declarations = [.. numbers.Select(Declarations.Valid)];
            var (compilation, program) = DeclarationBuild.Load(declarations, allWidths: false, TestContext.Current.CancellationToken, GpuNetworks.References);
            foreach (var declaration in declarations)
            {
                try
                {
                    var (f, g) = Compare(program.Type(declaration.TypeName), new(DeclarationBuild.Model(compilation, declaration)!), declaration.Number, TestDevice.For(groupThreads: 64));
                    (networks, forward, gradient) = (networks + 1, Math.Max(forward, f), Math.Max(gradient, g));
                }
                catch (Exception exception)
                {
                    Assert.Fail($"{declaration}\n{exception}");
                }
            }
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{networks} networks. Largest errors, as parts of what is allowed: {forward:F2} of outputs, {gradient:F2} of gradients."));
        }
    }

    /// <summary>Forward bodies, with attention, recurrences and mixtures of experts among their layers.</summary>
    [Fact]
    public void ForwardBodies_MatchTheInterpreter()
    {
        Effort.SkipUnlessFull();
        var compared = 0;
        foreach (var numbers in Numbers)
        {
            var declarations = numbers.ToDictionary(n => n, ForwardDeclarations.Of);
            var networks = new GpuNetworks(declarations.ToDictionary(d => Name(d.Key), d => d.Value), ForwardDeclarations.Usings);
            foreach (var (number, declaration) in declarations)
            {
                try
                {
                    Compare(networks[Name(number)], new(networks.Models[Name(number)]), number);
                }
                catch (Exception exception)
                {
                    Assert.Fail($"Forward {number}:\n{declaration}\n{exception}");
                }
            }
            output.WriteLine($"{compared += declarations.Count} networks");
        }

        static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"Net{number}");
    }

    static (double Forward, double Gradient) Compare(Type type, ReferenceNetwork reference, int number, Accelerator? device = null)
    {
        if (type.IsGenericTypeDefinition) type = type.MakeGenericType([.. type.GetGenericArguments().Select(_ => typeof(int))]);
        var subject = Subject.Create(type);
        subject.Randomize(number);
        using var gpu = GpuSubject.Create(type, subject.Parameters, device);
        return new Comparison(subject, reference, number, gpu).Run();
    }
}
