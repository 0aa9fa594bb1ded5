using NetGen.Generator.Tests.RandomNetworks;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>Networks of samples that have as many positions as they like: of the most of them as all networks are compared, and of several lengths in a batch.</summary>
public abstract class LengthGradientTests<TCases>(NetworkFixture<TCases> networks, ITestOutputHelper output) : GradientTests<TCases>(networks, output)
    where TCases : INetworkCases
{
    readonly NetworkSet set = networks.Set;

    [Theory, MemberData(nameof(Names))]
    public void SamplesOfSeveralLengths_MatchInterpreter(string network)
    {
        foreach (var number in new[] { 0, 3, 4 }) new LengthComparison(SequenceSubject.Create(set.TypeOf(network)), set.ModelOf(network), number).Run();
    }
}
