using Microsoft.CodeAnalysis;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Consumers;

/// <summary>One text for every processor: what is generated compiles for Arm64, and asks for no instruction by a processor's name.</summary>
public sealed class PortabilityTests
{
    const string Network = """
        [Network, Input(3, 8, 8)]
        [Conv2d(16, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2), Conv2d(16, 3, Groups = 16), Flatten, Linear(32), GELU, LayerNorm, Dropout(0.1f), Linear(10)]
        [Loss(Loss.CrossEntropy)]
        public partial class Net;
        """;

    [Fact]
    public void GeneratedCode_CompilesForArm64_AndNamesNoProcessor()
    {
        var build = (Consumer.Of(Network) with { CompilesAllWidths = true }).Build().AssertClean();
        var arm64 = build.Compilation.WithOptions(build.Compilation.Options.WithPlatform(Platform.Arm64));
        Assert.True(Build.Emit(arm64, out _, TestContext.Current.CancellationToken).Success);
        foreach (var tree in build.GeneratedTrees)
        {
            var text = tree.ToString();
            foreach (var name in (string[])["Intrinsics.X86", "Intrinsics.Arm", "Avx", "Sse", "Fma.", "AdvSimd"])
                Assert.DoesNotContain(name, text, StringComparison.Ordinal);
        }
    }
}
