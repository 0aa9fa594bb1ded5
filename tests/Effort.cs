namespace NetGen.Tests;

/// <summary>How much of the tests is run: what answers within minutes while one works on the code, and all of them in continuous integration.</summary>
static class Effort
{
    const string Switch = "NETGEN_ALL_TESTS";

    /// <summary>What a test that takes too long to wait for says where it isn't run.</summary>
    public const string Reason = $"Takes minutes. Set {Switch}=1 to run it, as continuous integration does.";

    /// <summary>Whether all tests are run.</summary>
    public static bool IsFull { get; } =
        Environment.GetEnvironmentVariable(Switch) is { Length: > 0 } wanted ? wanted != "0" : Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Skips a test that takes long.</summary>
    public static void SkipUnlessFull() => Assert.SkipUnless(IsFull, Reason);
}
