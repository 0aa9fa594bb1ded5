namespace NetGen.Package.Tests;

/// <summary>A program with a network, compiled ahead of time and run.</summary>
public sealed class AotTests(PackageFeed feed)
{
    /// <summary>Vectors of another width add up in another order; nothing else may differ.</summary>
    const double Tolerance = 2e-4;

    [PackageFact]
    public async Task NativeProgram_SaysTheSameAsUnderTheJit()
    {
        var folder = feed.Consumer("Trains");
        var publish = (await feed.BuildAsync(folder, "publish", "-p:PublishAot=true", "-o", Path.Combine(folder, "native"))).Succeeded();
        Assert.Contains("NetGen: compiling for processors with AVX2 and FMA (x86-64-v3).", publish.Output, StringComparison.Ordinal);
        Same(await feed.TrainsAsync(), await NativeAsync(folder));
    }

    [PackageFact]
    public async Task NativeProgram_ForThisProcessor_SaysTheSameAsUnderTheJit()
    {
        var folder = feed.Consumer("Trains");
        var publish = (await feed.BuildAsync(folder, "publish", "-p:PublishAot=true", "-p:IlcInstructionSet=native", "-o", Path.Combine(folder, "native"))).Succeeded();
        Assert.DoesNotContain("NetGen: compiling for", publish.Output, StringComparison.Ordinal);
        Same(await feed.TrainsAsync(), await NativeAsync(folder));
    }

    static async Task<Outcome> NativeAsync(string folder)
    {
        var program = Path.Combine(folder, "native", "Trains");
        Assert.False(File.Exists(program + ".dll"), "The program was published for the JIT.");
        return (await Dotnet.RunAsync(program, folder)).Succeeded();
    }

    static void Same(Outcome managed, Outcome native)
    {
        PackageTests.Learned(native);
        foreach (var line in (string[])["loss", "validation", "right", "outputs"])
        {
            var (expected, actual) = (managed.Numbers(line), native.Numbers(line));
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], Tolerance);
        }
    }
}
