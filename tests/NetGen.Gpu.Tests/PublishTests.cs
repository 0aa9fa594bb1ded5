using System.Diagnostics;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Gpu.Tests;

/// <summary>What the package's targets say of a program that is published as native code.</summary>
public sealed class PublishTests
{
    [Theory]
    [InlineData("PublishAot"), InlineData("PublishTrimmed")]
    public void NativeProgram_IsAnErrorOfTheBuild(string property)
    {
        var (code, output) = Run($"-p:{property}=true");
        Assert.NotEqual(0, code);
        Assert.Contains("error NG0061: Program references NetGen.Gpu", output, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherProgram_IsNone() => Assert.Equal(0, Run("-p:PublishReadyToRun=true").Code);

    static (int Code, string Output) Run(string property)
    {
        var folder = Directory.CreateTempSubdirectory("netgen-gpu-");
        try
        {
            var targets = Path.Combine(Repository.Root, "src/NetGen.Gpu/buildTransitive/NetGen.Gpu.targets");
            File.WriteAllText(Path.Combine(folder.FullName, "Program.proj"), $"<Project><Import Project=\"{targets}\" /></Project>");
            using var process = Process.Start(new ProcessStartInfo("dotnet", ["msbuild", "Program.proj", "-nologo", "-t:NetGenGpuNeedsTheRuntime", property])
            {
                WorkingDirectory = folder.FullName,
                RedirectStandardOutput = true,
            })!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
