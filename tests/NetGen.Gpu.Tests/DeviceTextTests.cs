using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using NetGen.Generator.Tests.Harness;
using NetGen.Tests;

namespace NetGen.Gpu.Tests;

/// <summary>
/// What devices are given, without one: the kernels of networks of the zoo as PTX and OpenCL C. The texts' hashes are kept, so that nothing changes them
/// unnoticed; NETGEN_APPROVE=1 writes them anew.
/// </summary>
public sealed partial class DeviceTextTests(ITestOutputHelper output)
{
    static readonly string[] Networks = ["LeNet5", "ResNet18", "MobileNetV2", "VariationalAutoencoder", "ConvAutoencoder", "Gpt2", "VisionTransformer", Mixtral];

    const string Mixtral = "MixtralOfAnEighth";

    /// <summary>The zoo's Mixtral, which is described alone, with an eighth of its features and two of its layers.</summary>
    const string MixtralDeclaration = $"""
        namespace NetGen.Samples.Zoo;

        [Network, Input(512), Embedding(32000, 512, Name = "embed_tokens")]
        [Repeat(typeof(MixtralLayer), 2, Arguments = [4, 1792, 1, 8], Name = "layers")]
        [RMSNorm(Name = "norm"), Linear(32000, Bias = false, Name = "lm_head"), Loss(Loss.CrossEntropy)]
        public partial class {Mixtral};
        """;

    static readonly Lazy<GpuNetworks> Zoo = new(() => GpuNetworks.OfFiles(
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples/Zoo"), "*.cs").Where(file => Networks.Concat(["ResNetBlocks", "Mixtral"]).Contains(Path.GetFileNameWithoutExtension(file)))],
        "NetGen.Samples.Zoo", Networks, MixtralDeclaration));

    public static TheoryData<string> Names => [.. Networks];

    [Theory]
    [MemberData(nameof(Names))]
    public void Kernels_CompileForPtxAndOpenCL_AsBefore(string network)
    {
        Effort.SkipUnlessFull();
        using var texts = new DeviceTexts();
        var lines = new StringBuilder();
        var all = new StringBuilder();
        foreach (var kernel in DeviceTexts.Kernels(Zoo.Value[network]))
        {
            var (ptx, opencl) = (texts.Ptx(kernel), texts.OpenCL(kernel));
            Assert.Contains(".target sm_80", ptx, StringComparison.Ordinal);
            Assert.Contains("kernel void", opencl, StringComparison.Ordinal);
            // Reductions are made without atomics, whose order differs from run to run.
            Assert.DoesNotContain("atom.", ptx, StringComparison.Ordinal);
            Assert.DoesNotContain("atomic_", opencl, StringComparison.Ordinal);
            lines.Append($"{kernel.Name} ptx {Hash(ptx)} opencl {Hash(opencl)}\n");
            all.Append(ptx);
            Assemble(ptx, kernel.Name);
        }
        output.WriteLine($"{network}: {lines.ToString().Count(c => c == '\n')} kernels, {all.Length} characters of PTX");
        var path = Path.Combine(Repository.Root, "tests/NetGen.Gpu.Tests/DeviceTexts", network + ".txt");
        if (Environment.GetEnvironmentVariable("NETGEN_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, lines.ToString());
        }
        Assert.Equal(File.ReadAllText(path), lines.ToString());
    }

    /// <summary>NVIDIA's assembler, where it is installed.</summary>
    static void Assemble(string ptx, string kernel)
    {
        var assembler = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "ptxas")).FirstOrDefault(File.Exists);
        if (assembler is null) return;
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, ptx);
            using var process = Process.Start(new ProcessStartInfo(assembler, ["-arch=sm_80", "-o", "/dev/null", path]) { RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"{kernel}: {errors}");
        }
        finally
        {
            File.Delete(path);
        }
    }

    static string Hash(string text)
    {
        // ILGPU numbers types and labels in the order in which a process first sees them.
        var numbers = new Dictionary<string, int>();
        var stable = Numbered().Replace(text, m => $"{m.Groups[1].Value}_{(numbers.TryGetValue(m.Value, out var known) ? known : numbers[m.Value] = numbers.Count)}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(stable.Replace("\r", "", StringComparison.Ordinal)))[..8]);
    }

    [GeneratedRegex(@"\b(type|_given|L)_\d+")]
    private static partial Regex Numbered();
}
