namespace NetGen.Tests.PublicApi;

public sealed partial class PublicApiTests
{
    public static TheoryData<string> Assemblies => ["NetGen", "NetGen.Data", "NetGen.Data.Images", "NetGen.Reporting"];
}
