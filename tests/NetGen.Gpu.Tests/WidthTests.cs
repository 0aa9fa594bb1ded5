namespace NetGen.Generator.Tests.Gradients;

/// <summary>
/// In place of the class of this name that runs the processor's comparisons in other processes, for the declarations of networks that are shared with it.
/// </summary>
static class WidthTests
{
    public static int? ExpectedBits => null;
}
