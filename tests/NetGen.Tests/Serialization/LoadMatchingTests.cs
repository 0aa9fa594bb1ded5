using System.Text;
using NetGen.Serialization;
using NetGen.Tests.Training;

namespace NetGen.Tests.Serialization;

public class LoadMatchingTests
{
    static readonly float[] s_weight = [.. Enumerable.Range(0, 800).Select(i => i * 0.5f)];

    [Fact]
    public void LoadMatching_WholeFile_IsLoad()
    {
        using var folder = new TemporaryFolder();
        Classifier.Create(3).Save(folder["a"]);
        var network = Classifier.Create(4);
        var result = network.Parameters.LoadMatching(folder["a"]);
        Assert.Equal(Bits.Of(Classifier.Create(3).Parameters), Bits.Of(network.Parameters));
        Assert.Equal("loaded: fc.weight, fc.bias; missing: none; unexpected: none; misshapen: none", $"{result}");
    }

    [Fact]
    public void LoadMatching_OtherHead_ReadsTheRestAndNamesEach()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(
            folder["a"], [new("fc.weight", [40, 20], s_weight), new("head.weight", [2], new float[2]), new("head.bias", [1], new float[1])]);
        var network = Classifier.Create(3);
        var bias = Bits.Of(network.Parameters["fc.bias"].ToArray());
        var result = network.Parameters.LoadMatching(folder["a"]);
        Assert.Equal(["fc.weight"], result.Loaded);
        Assert.Equal(["fc.bias"], result.Missing);
        Assert.Equal(["head.bias", "head.weight"], result.Unexpected);
        Assert.Empty(result.Misshapen);
        Assert.Equal(s_weight, network.Parameters["fc.weight"].ToArray());
        Assert.Equal(bias, Bits.Of(network.Parameters["fc.bias"].ToArray()));
        Assert.All(Bits.Padding(network.Parameters), value => Assert.Equal(0, value));
    }

    [Fact]
    public void LoadMatching_AnotherShape_IsAnErrorUnlessItIsToBeSkipped()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(folder["a"], [new("fc.weight", [40, 20], s_weight), new("fc.bias", [3], new float[3])]);
        var network = Classifier.Create(3);
        Refused(network, folder["a"], "'fc.bias' has shape [3], needed is [40]");

        var result = network.Parameters.LoadMatching(folder["a"], skipMisshapen: true);
        Assert.Equal("loaded: fc.weight; missing: none; unexpected: none; misshapen: fc.bias", $"{result}");
        Assert.Equal(s_weight, network.Parameters["fc.weight"].ToArray());
        Assert.Equal(Classifier.Create(3).Parameters["fc.bias"].ToArray(), network.Parameters["fc.bias"].ToArray());
    }

    [Fact]
    public void LoadMatching_NothingInCommon_IsAnErrorThatSaysWhatThereIs()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(folder["a"], [new("module.fc.weight", [40, 20], s_weight), new("fc.bias", [3], new float[3])]);
        Refused(Classifier.Create(3), folder["a"],
            "no tensor fits Tests.Classifier: loaded: none; missing: fc.weight; unexpected: module.fc.weight; misshapen: fc.bias", skipMisshapen: true);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void LoadMatching_TensorOfIntegers_IsAnError(bool skipMisshapen)
    {
        using var folder = new TemporaryFolder();
        const string Weight = """{"dtype":"I32","shape":[40,20],"data_offsets":[0,3200]}""", Bias = """{"dtype":"F32","shape":[40],"data_offsets":[3200,3360]}""";
        const string Header = $$"""{"fc.weight":{{Weight}},"fc.bias":{{Bias}}}""";
        File.WriteAllBytes(folder["a"], [.. BitConverter.GetBytes((ulong)Header.Length), .. Encoding.UTF8.GetBytes(Header), .. new byte[3360]]);
        Refused(Classifier.Create(3), folder["a"], "'fc.weight' is of type I32, needed are floats", skipMisshapen);
    }

    [Fact]
    public void LoadMatching_DamagedFile_ChangesNothing()
    {
        using var folder = new TemporaryFolder();
        Classifier.Create(5).Save(folder["a"]);
        var whole = File.ReadAllBytes(folder["a"]);
        foreach (var length in new[] { 0, 7, 8, 60, whole.Length - 1 })
        {
            File.WriteAllBytes(folder["b"], whole[..length]);
            Refused(Classifier.Create(3), folder["b"], folder["b"], skipMisshapen: true);
        }
        File.WriteAllBytes(folder["b"], [.. whole, 0]);
        Refused(Classifier.Create(3), folder["b"], folder["b"], skipMisshapen: true);
        Assert.Throws<FileNotFoundException>(() => Classifier.Create().Parameters.LoadMatching(folder["none"]));
    }

    static void Refused(Classifier network, string path, string why, bool skipMisshapen = false)
    {
        var before = Bits.Of(network.Parameters);
        var message = Assert.Throws<InvalidDataException>(() => network.Parameters.LoadMatching(path, skipMisshapen)).Message;
        Assert.Contains(why, message, StringComparison.Ordinal);
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Equal(before, Bits.Of(network.Parameters));
    }
}
