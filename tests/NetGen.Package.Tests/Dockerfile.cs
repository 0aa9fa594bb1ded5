using System.Text.RegularExpressions;

namespace NetGen.Package.Tests;

/// <summary>A Dockerfile's instructions, which fail to parse where Docker wouldn't know one.</summary>
sealed partial class Dockerfile(string text)
{
    static readonly string[] Known = ["FROM", "RUN", "WORKDIR", "COPY", "ENTRYPOINT"];

    /// <summary>The instructions with their arguments, in order.</summary>
    public IReadOnlyList<(string Name, string Arguments)> Instructions { get; } = [.. text.ReplaceLineEndings("\n").Replace("\\\n", " ", StringComparison.Ordinal)
        .Split('\n').Where(line => line.Trim().Length > 0 && line[0] != '#').Select(Parse)];

    /// <summary>The arguments of the instructions of a name.</summary>
    public string[] Of(string name) => [.. Instructions.Where(instruction => instruction.Name == name).Select(instruction => instruction.Arguments)];

    static (string, string) Parse(string line)
    {
        var match = Instruction().Match(line);
        Assert.True(match.Success && Known.Contains(match.Groups[1].Value), $"'{line}' isn't an instruction.");
        return (match.Groups[1].Value, match.Groups[2].Value);
    }

    [GeneratedRegex(@"^([A-Z]+)\s+(\S.*)$")]
    private static partial Regex Instruction();
}
