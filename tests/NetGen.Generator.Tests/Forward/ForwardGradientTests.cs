using NetGen.Generator.Tests.Gradients;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Forward;

/// <summary>The networks of <see cref="ForwardCases.Layers"/>.</summary>
public sealed class ForwardLayerGradientTests(NetworkFixture<ForwardLayerGradientTests> networks, ITestOutputHelper output)
    : GradientTests<ForwardLayerGradientTests>(networks, output), INetworkCases
{
    public static IReadOnlyDictionary<string, string> Cases => ForwardCases.Layers;

    public static string Blocks => ForwardCases.Blocks + ForwardCases.Networks;
}

/// <summary>The networks of <see cref="ForwardCases.Functions"/>.</summary>
public sealed class FunctionGradientTests(NetworkFixture<FunctionGradientTests> networks, ITestOutputHelper output)
    : GradientTests<FunctionGradientTests>(networks, output), INetworkCases
{
    public static IReadOnlyDictionary<string, string> Cases => ForwardCases.Functions;

    public static string Blocks => ForwardCases.Blocks;
}
