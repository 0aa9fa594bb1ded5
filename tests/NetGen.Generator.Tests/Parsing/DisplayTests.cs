using System.Globalization;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Tests.Parsing;

public sealed class DisplayTests
{
    [Fact]
    public void Numbers_IgnoreTheCulture()
    {
        var hostile = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        hostile.NumberFormat.NegativeSign = "\u2212";
        hostile.NumberFormat.NumberDecimalSeparator = ",";
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = hostile;
        try
        {
            Assert.Equal("Reshape(-1, 5)", new ElementModel("Reshape", [new(null, [-1, 5])], []).Display());
            Assert.Equal("Dropout(-0.25)", new ElementModel("Dropout", [new(-0.25f)], []).Display());
            Assert.Equal("Linear(-3)", new ElementModel("Linear", [new(-3)], []).Display());
            Assert.Equal("Loss(-3)", new ElementModel("Loss", [new(-3)], []).Display());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Names_AreEscaped() =>
        Assert.Equal(@"a\u000a\""b: ReLU", new ElementModel("ReLU", [], [new("Name", new("a\n\"b"))]).Display());

    [Fact]
    public void Softplus_ShowsItsArguments() => Assert.Equal("Softplus(1, 20)", new ElementModel("Softplus", [new(1f), new(20f)], []).Display());
}
