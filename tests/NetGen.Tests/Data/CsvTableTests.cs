using System.Globalization;
using NetGen.Data;

namespace NetGen.Tests.Data;

public sealed class CsvTableTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    CsvTable Read(string text, CsvOptions? options = null) => CsvTable.Read(folder.Write("table.csv", text), options);

    string Refused(string text, CsvOptions? options = null)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(text, options));
        Assert.Contains(folder["table.csv"], error.Message, StringComparison.Ordinal);
        return error.Message;
    }

    string BadChoice(string text, CsvOptions options) => Assert.Throws<ArgumentException>(() => Read(text, options)).Message;

    [Fact]
    public void Csv_HeaderAndTextLabels_GiveInputsAndSortedClasses()
    {
        var table = Read("length,width,species\n5.1,3.5,setosa\n\"7.0\", 3.2 ,versicolor\n-1e-2,+3,setosa\n", new() { Label = "species" });
        Assert.Equal(["length", "width"], table.InputNames);
        Assert.Equal([5.1f, 3.5f, 7f, 3.2f, -0.01f, 3f], table.Inputs);
        Assert.Equal(["setosa", "versicolor"], table.Classes);
        Assert.Equal([0, 1, 0], table.Labels);
        Assert.Equal(3, table.ToLabelledDataset().Count);
    }

    [Fact]
    public void Csv_EmptyFile_IsCalledEmpty() => Assert.EndsWith("is empty; a header and rows are needed.", Refused(""), StringComparison.Ordinal);

    [Fact]
    public void Csv_DecimalComma_IsToldFromOtherTexts()
    {
        Assert.EndsWith("row 1, column 'a': '1,5' isn't a finite number, which is written with a point, as 1.5.", Refused("a;b\n1,5;2\n"), StringComparison.Ordinal);
        Assert.EndsWith("'x' isn't a finite number.", Refused("a;b\nx;2\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_SpacesAroundNames_AreNoPartOfThem()
    {
        var table = Read("a, b , species\n1, 2, x\n", new() { Label = "species" });
        Assert.Equal(["a", "b"], table.InputNames);
        Assert.Contains("column 'b': 'x'", Refused("a, b \n1,x\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5.1,3.5,1.4\n4.9,3.0,1.4\n", null, null, "'5.1', '3.5', '1.4'.")]
    [InlineData("5.1,3.5,setosa\n4.9,3.0,virginica\n", 2, null, "'5.1', '3.5'.")]
    [InlineData("1,2,3,4,9,6\n1,2,3,4,5,6\n", 5, 4, "'1', '2', '3', '4', ….")]
    public void Csv_FileWithoutHeader_IsRefusedRatherThanLosingARow(string text, int? label, int? target, string names)
    {
        var options = new CsvOptions { Label = label is { } l ? l : null, Targets = target is { } t ? [t] : [] };
        Assert.EndsWith($"begins with numbers where the columns' names are expected: {names} Set CsvOptions.Header to false where its first line is a row; "
            + "if these are names, choose a column by one.", Refused(text, options), StringComparison.Ordinal);
        Assert.Equal(2, Read(text, options with { Header = false }).Rows);
    }

    [Fact]
    public void Csv_HeaderOfNumbers_IsOneWhereItCounts_OrAColumnIsChosenByName()
    {
        Assert.Equal(["0", "1"], Read("0,1\n5,6\n").InputNames);
        Assert.Equal(["1", "2"], Read("1,2,y\n5,6,a\n", new() { Label = 2 }).InputNames);
        Assert.Equal(["1990"], Read("1990,1991\n5,6\n", new() { Targets = ["1991"] }).InputNames);
        Assert.Equal(["1990"], Read("1990,y\n5,6\n", new() { Targets = ["y"] }).InputNames);
        Assert.Equal(["1990", "y"], Read("1990,y\n5,6\n").InputNames);
    }

    [Fact]
    public void Csv_GivenClasses_FixTheNumbers()
    {
        var table = Read("x,y\n1,b\n2,a\n", new() { Label = "y", Classes = ["b", "a", "c"] });
        Assert.Equal([0, 1], table.Labels);
        Assert.Equal(["b", "a", "c"], table.Classes);
    }

    [Fact]
    public void Csv_NumericLabels_AreTakenAsTheyAre()
    {
        var table = Read("2,1.5\n0,2.5\n", new() { Header = false, Label = 0 });
        Assert.Equal([2, 0], table.Labels);
        Assert.Equal(["0", "1", "2"], table.Classes);
        Assert.Equal(["1"], table.InputNames);
    }

    [Fact]
    public void Csv_ChosenColumns_ComeInTheChosenOrder()
    {
        var table = Read("a;b;c;d\n1;2;3;4\n5;6;7;8\n", new() { Inputs = ["c", 0], Targets = ["d"] });
        Assert.Equal([3f, 1, 7, 5], table.Inputs);
        Assert.Equal([4f, 8], table.Targets);
        Assert.Equal(1, table.ToDataset().TargetSize);
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("tr-TR")]
    public void Csv_Numbers_DontDependOnTheCulture(string name)
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            var hostile = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            hostile.NumberFormat.NumberDecimalSeparator = ",";
            hostile.NumberFormat.NegativeSign = "\u2212";
            CultureInfo.CurrentCulture = hostile;
            Assert.Equal([-1.5f], Read($"{name}\n-1.5\n").Inputs);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,x\n", "row 2, column 'b': 'x' isn't a finite number")]
    [InlineData("a,b\n1,2\n3,\n", "row 2, column 'b': the cell is empty")]
    [InlineData("a,b\n1,NaN\n", "row 1, column 'b': 'NaN' isn't a finite number")]
    [InlineData("a,b\n1,1e99\n", "row 1, column 'b': '1e99' isn't a finite number")]
    [InlineData("a,b\n1,\"1,5\"\n", "row 1, column 'b': '1,5' isn't a finite number")]
    [InlineData("a,b\n1,2\n3\n", "row 2: 1 cells where the first line has 2")]
    [InlineData("a,b\n1,2\n3,4,5\n", "row 2: 3 cells where the first line has 2")]
    [InlineData("a,b\n", "has no rows after its header")]
    [InlineData("", "")]
    [InlineData("a,b\n1,\"2\n", "")]
    public void Csv_BadCell_NamesRowAndColumn(string text, string message) => Assert.Contains(message, Refused(text), StringComparison.Ordinal);

    [Fact]
    public void Csv_BadLabel_NamesRowAndClasses()
    {
        Assert.Contains("row 2, column 'y': 'z' is none of the classes a, b",
            Refused("x,y\n1,a\n2,z\n", new() { Label = "y", Classes = ["a", "b"] }), StringComparison.Ordinal);
        Assert.Contains("row 1, column 'y': the label is missing", Refused("x,y\n1,\n", new() { Label = "y" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_Missing_IsReplacedOnlyWhereAsked() =>
        Assert.Equal([1f, -1, 3, 4], Read("a,b\n1,\n3,4\n", new() { Missing = -1 }).Inputs);

    [Fact]
    public void Csv_WrongColumns_SayWhatThereIs()
    {
        Assert.Contains("has no column 'z'; it has 'a', 'b'", BadChoice("a,b\n1,2\n", new() { Label = "z" }), StringComparison.Ordinal);
        Assert.Contains("there is no column 2", BadChoice("a,b\n1,2\n", new() { Label = 2 }), StringComparison.Ordinal);
        Assert.Contains("chosen twice", BadChoice("a,b\n1,2\n", new() { Inputs = ["a"], Targets = [0] }), StringComparison.Ordinal);
        Assert.Contains("without a header", BadChoice("1,2\n", new() { Header = false, Label = "a" }), StringComparison.Ordinal);
        Assert.Contains("several columns 'a'", BadChoice("a,a\n1,2\n", new() { Label = "a" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_LineThatBeginsWithHash_IsARow() => Assert.Contains("'#1' isn't", Refused("a,b\n1,2\n#1,2\n"), StringComparison.Ordinal);

    [Fact]
    public void Csv_EmptyLines_AreSkipped() => Assert.Equal(2, Read("a,b\n1,2\n\n3,4\n\n").Rows);

    [Fact]
    public void Csv_NoFile_IsNamed() =>
        Assert.Contains("gone.csv", Assert.Throws<FileNotFoundException>(() => CsvTable.Read(folder["gone.csv"])).Message, StringComparison.Ordinal);

    [Fact]
    public void Csv_DatasetWithoutTarget_SaysWhichOptionToSet() =>
        Assert.Contains(
            "CsvOptions.Label", Assert.Throws<InvalidOperationException>(() => Read("a\n1\n").ToLabelledDataset()).Message, StringComparison.Ordinal);
}
