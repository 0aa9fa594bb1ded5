namespace NetGen.Tests.PublicApi;

/// <summary>The package whose assembly the other packages' tests don't reference.</summary>
public sealed partial class PublicApiTests
{
    public static TheoryData<string> Assemblies => ["NetGen.Gpu"];
}
