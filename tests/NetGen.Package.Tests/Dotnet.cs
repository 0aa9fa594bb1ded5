using System.Diagnostics;
using System.Text;

namespace NetGen.Package.Tests;

/// <summary>What a program said and how it ended.</summary>
public sealed record Outcome(int ExitCode, string Output)
{
    public Outcome Succeeded()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}:\n{Output}");
        return this;
    }

    /// <summary>The numbers on the line that begins with a word.</summary>
    public double[] Numbers(string word)
    {
        var line = Assert.Single(Output.Split('\n', StringSplitOptions.TrimEntries), l => l.StartsWith(word + " ", StringComparison.Ordinal));
        return [.. line.Split(' ').Skip(1).Select(n => double.Parse(n, System.Globalization.CultureInfo.InvariantCulture))];
    }
}

/// <summary>Runs the .NET SDK and what it built.</summary>
static class Dotnet
{
    /// <summary>
    /// The path of a program that a part of a test needs; null where there is none, which continuous integration, where all are installed, doesn't let pass.
    /// </summary>
    public static string? Find(string program)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        Assert.False(path is null && Environment.GetEnvironmentVariable("CI") == "true", $"There is no {program}.");
        return path;
    }

    /// <summary>No step here takes longer on a slow machine, so one that does hangs.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    public static Task<Outcome> SdkAsync(string folder, params IEnumerable<string> arguments) => RunAsync("dotnet", folder, arguments);

    public static Task<Outcome> RunAsync(string program, string folder, params IEnumerable<string> arguments) => RunAsync(program, folder, [], arguments);

    /// <param name="program">The program.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="input">What it gets by standard input.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<Outcome> RunAsync(string program, string folder, byte[] input, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // What the SDK that runs these tests told its children is no concern of a user's build.
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_NOLOGO"] = "1";

        using var process = Process.Start(start)!;
        var output = new StringBuilder();
        process.OutputDataReceived += Add;
        process.ErrorDataReceived += Add;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, TestContext.Current.CancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program has ended, or doesn't want to know.
        }
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        lock (output)
            return new(process.ExitCode, output.ToString());

        void Add(object sender, DataReceivedEventArgs line)
        {
            lock (output)
                output.Append(line.Data).Append('\n');
        }
    }
}
