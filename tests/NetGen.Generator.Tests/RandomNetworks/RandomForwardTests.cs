using System.Globalization;
using NetGen.Generator.Tests.Reference;
using NetGen.Tests;

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
        var failures = new List<string>();
        foreach (var numbers in Enumerable.Range(Setting("NETGEN_RANDOM_FIRST", 0), Setting("NETGEN_RANDOM_NETWORKS", Effort.IsFull ? 60 : 15)).Chunk(50))
        {
            using var networks = new NetworkSet(numbers.ToDictionary(NameOf, ForwardDeclarations.Of), ForwardDeclarations.Usings);
            foreach (var number in numbers)
            {
                try
                {
                    Compare(networks, number);
                }
                catch (Exception exception)
                {
                    failures.Add($"Forward {number}:\n{ForwardDeclarations.Of(number)}\n{exception}");
                }
            }
        }
        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }

    static void Compare(NetworkSet networks, int number)
    {
        var (subject, reference) = networks[NameOf(number)];
        new Comparison(subject, reference, number).Run();
        if (subject.Info.Sequence is not null) new LengthComparison(SequenceSubject.Create(networks.TypeOf(NameOf(number))), networks.ModelOf(NameOf(number)), number).Run();
    }

    static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"Net{number}");
}
