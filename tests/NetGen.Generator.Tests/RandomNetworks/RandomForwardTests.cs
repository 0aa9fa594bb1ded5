using System.Globalization;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.RandomNetworks;

/// <summary>
/// Forward bodies that chance wrote compile without a word, and compute what the interpreter does. NETGEN_RANDOM_NETWORKS sets how many are tried, and
/// NETGEN_RANDOM_FIRST from which number on.
/// </summary>
public sealed class RandomForwardTests
{
    static int Setting(string name, int value) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var set) ? set : value;

    [Fact]
    public void Networks_Compile_AndMatchTheInterpreter()
    {
        foreach (var numbers in Enumerable.Range(Setting("NETGEN_RANDOM_FIRST", 0), Setting("NETGEN_RANDOM_NETWORKS", 120)).Chunk(60))
        {
            using var networks = new NetworkSet(numbers.ToDictionary(n => string.Create(CultureInfo.InvariantCulture, $"Net{n}"), ForwardDeclarations.Of), "using static NetGen.Functions;\n");
            foreach (var number in numbers)
            {
                try
                {
                    var (subject, reference) = networks[string.Create(CultureInfo.InvariantCulture, $"Net{number}")];
                    new Comparison(subject, reference, number).Run();
                }
                catch (Exception exception)
                {
                    Assert.Fail($"Forward {number}:\n{ForwardDeclarations.Of(number)}\n{exception}");
                }
            }
        }
    }
}
