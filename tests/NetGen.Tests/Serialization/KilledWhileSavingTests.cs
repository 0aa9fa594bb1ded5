using System.Diagnostics;
using System.Runtime.CompilerServices;
using NetGen.Serialization;
using NetGen.Tests.Training;

namespace NetGen.Tests.Serialization;

public class KilledWhileSavingTests
{
    const string Variable = "NETGEN_TEST_SAVE_WITHOUT_END";
    const int Count = 4_000_000;

    /// <summary>Makes this test program one that saves again and again, where it is started as such: before the test runner begins.</summary>
    [ModuleInitializer]
    internal static void SaveWithoutEnd()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } path)
            return;
        var values = new float[Count];
        // Not for ever, should the one who started this be gone.
        for (var (version, clock) = (2, Stopwatch.StartNew()); clock.Elapsed < TimeSpan.FromSeconds(60); version++)
            Save(path, version, values);
        Environment.Exit(1);
    }

    static void Save(string path, int version, float[] values)
    {
        values.AsSpan().Fill(version);
        SafetensorsWriter.Write(path, [new("a", [Count / 2], values.AsMemory(0, Count / 2)), new("b", [Count / 2], values.AsMemory(Count / 2))]);
    }

    [Fact]
    public void Save_ProcessKilledInTheMiddle_LeavesAWholeFile()
    {
        var interrupted = 0;
        for (int round = 0; round < 20 && interrupted < 3; round++)
        {
            using var folder = new TemporaryFolder();
            Save(folder["file"], 1, new float[Count]);
            using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(KilledWhileSavingTests).Assembly.Location])
            {
                Environment = { [Variable] = folder["file"] },
            })!;
            // Kill it while a new file is being written: one that has begun and isn't complete.
            var clock = Stopwatch.StartNew();
            while (!Growing(folder) && clock.Elapsed < TimeSpan.FromSeconds(30))
                Thread.Sleep(1);
            process.Kill();
            process.WaitForExit();
            if (folder.Files.Length > 1)
                interrupted++;
            using var file = SafetensorsFile.Open(folder["file"]);
            var version = file.ReadSingles("a")[0];
            Assert.True(version >= 1);
            Assert.All(new[] { "a", "b" }, name => Assert.True(file.ReadSingles(name).All(value => value == version)));
        }
        Assert.Equal(3, interrupted);
    }

    static bool Growing(TemporaryFolder folder) => folder.Files.FirstOrDefault(f => f != "file") is { } name
        && new FileInfo(folder[name]) is { Exists: true, Length: > 0 and < (long)Count * sizeof(float) };
}
