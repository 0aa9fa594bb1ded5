using System.Diagnostics;
using System.Globalization;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.TrainingRuns;
using NetGen.Tests;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>
/// Runs the comparisons once more in processes that may not use the widest vectors. The runtime reads what it may use from the environment when it starts;
/// the name without F is .NET 10's.
/// </summary>
[Collection(AloneInTheProcess.Name)]
public sealed class WidthTests
{
    const string Expected = "NETGEN_TESTS_VECTOR_BITS";

    /// <summary>The bits of the vectors of a process that these tests started; null in others.</summary>
    internal static int? ExpectedBits =>
        int.TryParse(Environment.GetEnvironmentVariable(Expected), NumberStyles.None, CultureInfo.InvariantCulture, out var bits) ? bits : null;

    /// <summary>Each width's process by itself would leave a processor idle while it starts and compiles.</summary>
    [Fact]
    public Task NarrowerVectors_GiveTheSame()
    {
        Effort.SkipUnlessFull();
        return Task.WhenAll(Compare(256, "DOTNET_EnableAVX512"), Compare(128, "DOTNET_EnableAVX2"));
    }

    static async Task Compare(int bits, string setting)
    {
        // A child process doesn't start more of them, and a processor without these vectors runs the narrower kernels anyway.
        if (ExpectedBits is not null || KernelTrees.ProcessorWidth <= bits) return;
        var assembly = typeof(WidthTests).Assembly.Location;
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(assembly),
        };
        // What learning leads to, and the interpreter's own arithmetic, have no width.
        string[] options = ["-noColor", "-noLogo", "-class-", "*.AllocationTests", "-class-", "*LearningTests", "-method-", "*.Interpreter_MatchesFiniteDifferences"];
        // Runs of training have the same kernels again, of which one narrower width is enough.
        string[] comparisons = ["Gradients", "Oracle", .. bits == 128 ? Array.Empty<string>() : ["TrainingRuns"]];
        foreach (var argument in options.Concat(comparisons.SelectMany(part => new[] { "-namespace", $"NetGen.Generator.Tests.{part}" })).Prepend(assembly))
        {
            start.ArgumentList.Add(argument);
        }
        start.Environment[setting] = "0";
        start.Environment[Expected] = bits.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        var cancellation = TestContext.Current.CancellationToken;
        var (text, errors) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);
        Assert.True(process.ExitCode == 0, $"{setting}=0, exit code {process.ExitCode}:\n{Told(await text + await errors)}");
    }

    /// <summary>What a process said of the tests that failed; its last lines where it ended before it said anything of them.</summary>
    static string Told(string text)
    {
        var lines = text.Split('\n');
        var failures = lines.Index().Where(line => line.Item.Contains("[FAIL]", StringComparison.Ordinal)).SelectMany(line => lines.Skip(line.Index).Take(8)).ToList();
        return string.Join('\n', failures is [] ? lines.TakeLast(20) : failures);
    }

    [Fact]
    public void Vectors_AreAsWideAsTheEnvironmentSays()
    {
        if (ExpectedBits is { } bits) Assert.Equal(bits, KernelTrees.ProcessorWidth);
    }
}
