using NetGen.Serialization;
using NetGen.Tests.Training;

namespace NetGen.Tests.Serialization;

public class ParameterFileTests
{
    [Fact]
    public void SaveAndLoad_Network_GivesTheSameBits()
    {
        using var folder = new TemporaryFolder();
        var network = Classifier.Create(3);
        network.Save(folder["a"]);
        Assert.Equal(Bits.Of(network.Parameters), Bits.Of(Classifier.Load(folder["a"]).Parameters));
        network.Parameters["fc.bias"][7] = 42;
        network.Save(folder["a"]); // replaces
        Assert.Equal(42, Classifier.Load(folder["a"]).Parameters["fc.bias"][7]);
        Assert.Equal(["a"], folder.Files);
    }

    [Fact]
    public void Save_IntoAFolderThatIsNotThere_NamesIt()
    {
        using var folder = new TemporaryFolder();
        var exception = Assert.Throws<DirectoryNotFoundException>(() => Classifier.Create(3).Save(folder["no/a"]));
        Assert.Equal($"'{folder["no/a"]}' can't be written: there is no folder '{folder["no"]}'.", exception.Message);
    }

    [Fact]
    public void Save_File_HasPyTorchsNamesShapesAndOrder()
    {
        using var folder = new TemporaryFolder();
        var network = Classifier.Create(3);
        network.Save(folder["a"]);
        using var file = SafetensorsFile.Open(folder["a"]);
        Assert.Equal(["fc.bias", "fc.weight"], file.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([40, 20], file.Tensors["fc.weight"].Shape);
        Assert.Equal(network.Parameters["fc.weight"][35, 4], file.ReadSingles("fc.weight")[35 * 20 + 4]);
    }

    [Fact]
    public void Load_OtherTensors_NamesEachAndChangesNothing()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(folder["a"], [new("fc.weight", [20, 40], new float[800]), new("fc.extra", [2], new float[2])]);
        var network = Classifier.Create(3);
        var before = Bits.Of(network.Parameters);
        var message = Assert.Throws<InvalidDataException>(() => network.Parameters.Load(folder["a"])).Message;
        Assert.Contains("'fc.weight' has shape [20, 40], needed is [40, 20]", message, StringComparison.Ordinal);
        Assert.Contains("'fc.bias' is missing, needed with shape [40]", message, StringComparison.Ordinal);
        Assert.Contains("'fc.extra' with shape [2] is not needed", message, StringComparison.Ordinal);
        Assert.Contains("Tests.Classifier", message, StringComparison.Ordinal);
        Assert.Equal(before, Bits.Of(network.Parameters));
        Assert.Throws<FileNotFoundException>(() => network.Parameters.Load(folder["none"]));
    }

    [Fact]
    public void Load_NamesOfAWrapper_SaysWhatIsBeforeThem()
    {
        using var folder = new TemporaryFolder();
        string Refused() => Assert.Throws<InvalidDataException>(() => Classifier.Load(folder["a"])).Message;
        SafetensorsWriter.Write(folder["a"], [new("module.fc.weight", [40, 20], new float[800]), new("module.fc.bias", [40], new float[40])]);
        Assert.EndsWith(" Every name in the file begins with 'module.': save it without, and they fit.", Refused(), StringComparison.Ordinal);
        SafetensorsWriter.Write(folder["a"], [new("module.fc.weight", [40, 20], new float[800]), new("fc.bias", [40], new float[40])]);
        Assert.DoesNotContain("Every name", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfManyOtherTensors_NamesSomeAndCountsTheRest()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(folder["a"], [.. Enumerable.Range(0, 100).Select(i => new TensorSource($"h.{i}", [1], new float[1]))]);
        var message = Assert.Throws<InvalidDataException>(() => Classifier.Load(folder["a"])).Message;
        Assert.Contains("'fc.weight' is missing", message, StringComparison.Ordinal);
        Assert.EndsWith("'h.20' with shape [1] is not needed; and 86 more.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Folder_SaysThatItIsOne()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal($"'{folder.Path}' is a folder; a file is needed.", Assert.Throws<FileNotFoundException>(() => Classifier.Load(folder.Path)).Message);
    }

    [Theory]
    [InlineData("PK\u0003\u0004, and so on", "It is an archive, as torch.save writes: write it with safetensors.torch.save_file.")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "It may be a pointer of Git LFS: git lfs pull brings the file.")]
    [InlineData("some text that is long enough", "Is it a safetensors file?")]
    public void Load_AnotherKindOfFile_SaysWhatItMayBe(string content, string guess)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a", content);
        Assert.EndsWith(guess, Assert.Throws<InvalidDataException>(() => Classifier.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_FailingInTheMiddle_LeavesTheOldFileAndNoOther()
    {
        using var folder = new TemporaryFolder();
        var network = Classifier.Create(3);
        network.Save(folder["a"]);
        Assert.Throws<TimeoutException>(() => SafetensorsWriter.Write(folder["a"],
            [new("x", [100_000], new float[100_000]), new("y", [1], _ => throw new TimeoutException())]));
        Assert.Equal(["a"], folder.Files);
        Assert.Equal(Bits.Of(network.Parameters), Bits.Of(Classifier.Load(folder["a"]).Parameters));
    }

    [Fact]
    public void Save_ToNoFolder_Fails()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<DirectoryNotFoundException>(() => Classifier.Create().Save(folder["none/a"]));
    }

    [Fact]
    public void Save_ThroughALink_ReplacesWhatItPointsTo()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Links need rights there.");
        using var folder = new TemporaryFolder();
        Classifier.Create(1).Save(folder["a"]);
        File.CreateSymbolicLink(folder["link"], folder["a"]);
        Classifier.Create(2).Save(folder["link"]);
        Assert.NotNull(new FileInfo(folder["link"]).LinkTarget);
        Assert.Equal(Bits.Of(Classifier.Create(2).Parameters), Bits.Of(Classifier.Load(folder["a"]).Parameters));
    }
}
