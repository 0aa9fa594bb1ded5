using ApprovalTests;
using ApprovalTests.Core;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Snapshots;

/// <summary>Compares texts with approved files. With NETGEN_APPROVE=1 in the environment it approves what it is given instead.</summary>
static class Approval
{
    static readonly string Folder = Path.Combine(Repository.Root, "tests/NetGen.Generator.Tests/Snapshots/Approved");

    public static void Verify(string network, string file, string text)
    {
        var name = Path.Combine(network, file);
        // Generated texts are the same on every machine; a checkout may have changed the approved file's line ends.
        Assert.DoesNotContain('\r', text);
        if (Environment.GetEnvironmentVariable("NETGEN_APPROVE") == "1")
        {
            var path = Path.Combine(Folder, network, $"{file}.approved.txt");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            return;
        }
        Approvals.Verify(new PlainText(text), new Named(name), Quiet.Reporter);
    }

    /// <summary>The files that are approved for a network.</summary>
    public static IEnumerable<string> FilesOf(string network) =>
        Directory.EnumerateFiles(Path.Combine(Folder, network), "*.approved.txt").Select(path =>
            Path.GetFileName(path)[..^".approved.txt".Length]).Order(StringComparer.Ordinal);

    sealed class Named(string name) : IApprovalNamer
    {
        public string SourcePath => Folder;

        public string Name => name;
    }

    /// <summary>UTF-8 without a byte-order mark, and the text as it is.</summary>
    sealed class PlainText(string text) : IApprovalWriter
    {
        public string GetApprovalFilename(string basename) => $"{basename}.approved.txt";

        public string GetReceivedFilename(string basename) => $"{basename}.received.txt";

        public string WriteReceivedFile(string received)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(received)!);
            File.WriteAllText(received, text);
            return received;
        }
    }

    /// <summary>Says what differs in the failure and opens nothing.</summary>
    sealed class Quiet : IApprovalFailureReporter
    {
        public static readonly Quiet Reporter = new();

        public void Report(string approved, string received)
        {
            if (!File.Exists(approved)) Assert.Fail($"{Path.GetFileName(approved)} isn't approved yet. {HowToApprove}");
            var (before, after) = (File.ReadAllLines(approved), File.ReadAllLines(received));
            var line = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
            Assert.Fail($"{Path.GetFileName(approved)} differs from line {line + 1} on:\n- {before.ElementAtOrDefault(line)}\n+ {after.ElementAtOrDefault(line)}\n{HowToApprove}");
        }

        const string HowToApprove = "Where the new text is right, run the tests once more with NETGEN_APPROVE=1 in the environment, and look at the change before committing it.";
    }
}
