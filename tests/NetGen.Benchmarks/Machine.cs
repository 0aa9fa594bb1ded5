using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NetGen.Benchmarks;

/// <summary>What a time depends on besides the program.</summary>
static class Machine
{
    /// <summary>Processor, cores, instruction set, caches, operating system and runtime, a line each.</summary>
    public static IEnumerable<string> Facts()
    {
        yield return $"{Processor()}, {Environment.ProcessorCount} cores, {InstructionSet()}";
        if (Caches() is { Length: > 0 } caches) yield return caches;
        yield return $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.FrameworkDescription}";
    }

    static string InstructionSet() =>
        Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? "AVX-512"
        : Vector256.IsHardwareAccelerated && Fma.IsSupported ? "AVX2 and FMA"
        : Vector128.IsHardwareAccelerated ? $"{RuntimeInformation.ProcessArchitecture} 128-bit vectors"
        : "no vectors";

    static string Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        if (!File.Exists(CpuInfo)) return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
        Dictionary<string, string> fields = [];
        foreach (string line in File.ReadLines(CpuInfo).TakeWhile(line => line.Length > 0))
            if (line.Split(':', 2) is [var name, var value]) fields[name.Trim()] = value.Trim();
        string model = fields.GetValueOrDefault("model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        return fields.TryGetValue("cpu family", out string? family) ? $"{model} (family {family}, model {fields.GetValueOrDefault("model")})" : model;
    }

    static string Caches()
    {
        const string Folder = "/sys/devices/system/cpu/cpu0/cache";
        if (!Directory.Exists(Folder)) return "";
        return string.Join(", ", Directory.EnumerateDirectories(Folder, "index*").Order(StringComparer.Ordinal)
            .Select(cache => (Level: Read(cache, "level"), Type: Read(cache, "type"), Size: Read(cache, "size")))
            .Where(cache => cache.Type != "Instruction")
            .Select(cache => $"L{cache.Level} {cache.Size}"));

        static string Read(string cache, string file) => File.ReadAllText(Path.Combine(cache, file)).Trim();
    }
}
