using System.Buffers.Binary;
using System.Text;
using CsCheck;
using NetGen.Serialization;
using NetGen.Tests.Training;

namespace NetGen.Tests.Serialization;

public class SafetensorsTests
{
    static byte[] File(string header, int dataBytes)
    {
        var json = Encoding.UTF8.GetBytes(header);
        return File((ulong)json.Length, json, dataBytes);
    }

    static byte[] File(ulong headerLength, byte[] json, int dataBytes)
    {
        var bytes = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, headerLength);
        json.CopyTo(bytes, 8);
        return bytes;
    }

    static string Refused(byte[] content)
    {
        using var folder = new TemporaryFolder();
        System.IO.File.WriteAllBytes(folder["file"], content);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(folder["file"]).Dispose()).Message;
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000 + 50 * content.Length, "a damaged header must not make much be allocated");
        Assert.StartsWith(folder["file"] + ": ", message, StringComparison.Ordinal);
        return message;
    }

    static string Tensor(string name, string type, string shape, string offsets) => $$"""{{name}}:{"dtype":"{{type}}","shape":{{shape}},"data_offsets":{{offsets}}}""";

    [Theory]
    // A header that isn't one.
    [InlineData("[1]", 0, "begins with byte 0x5B")]
    [InlineData("{\"a\":", 0, "isn't valid JSON")]
    [InlineData("{} {}", 0, "isn't valid JSON")]
    [InlineData("{\"a\":3}", 0, "tensor 'a': it is described by Number")]
    [InlineData("{\"a\":{}}", 0, "tensor 'a': it has no dtype")]
    [InlineData("{\"a\":{\"dtype\":\"F32\"}}", 0, "tensor 'a': it has no shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}", 0, "tensor 'a': it has no data_offsets")]
    [InlineData("{\"a\":{\"dtype\":4}}", 0, "its field 'dtype'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 0, "its field 'dtype'")]
    [InlineData("{\"a\":{\"kind\":\"F32\"}}", 0, "its field 'kind'")]
    [InlineData("{\"__metadata__\":{\"k\":1}}", 0, "'k' is Number; metadata are strings")]
    [InlineData("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 0, "'k' appears twice")]
    [InlineData("{\"__metadata__\":{},\"__metadata__\":{}}", 0, "__metadata__ appears twice")]
    // Tensors that aren't where they say.
    [InlineData("{\"a\":{\"dtype\":\"F31\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "tensor 'a': its dtype 'F31' is unknown")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4, "its shape holds -1")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", 4, "its shape holds 1.5")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}", 4, "its shape holds 99999999999999999999")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,4294967296],\"data_offsets\":[0,4]}}", 4, "more bytes than a file can")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904],\"data_offsets\":[0,0]}}", 0, "more bytes than a file can")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", 4, "they must be [begin, end]")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 4, "they must be [begin, end]")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, "its shape [2] of F32 takes 8 bytes; its data_offsets [0, 4] have 4")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 4, "it ends at byte 8 of the data; the file has 4")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 5, "the tensors end at byte 4 of the data; the file has 5")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "tensor 'a': it appears twice")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12, "tensor 'b': it begins at byte 4 and overlaps 'a', which ends at 8")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}", 12, "tensor 'b': it begins at byte 8 and leaves a hole after 'a', which ends at 4")]
    [InlineData("{\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}", 12, "leaves a hole after the beginning")]
    public void Open_DamagedHeader_SaysWhatIsWrong(string header, int dataBytes, string what) => Assert.Contains(what, Refused(File(header, dataBytes)), StringComparison.Ordinal);

    [Fact]
    public void Open_HeaderLength_MustFitTheFile()
    {
        Assert.Contains("the file has 3 bytes", Refused([1, 2, 3]), StringComparison.Ordinal);
        Assert.Contains("given as 100 bytes; it must be from 2 to 2", Refused(File(100, "{}"u8.ToArray(), 0)), StringComparison.Ordinal);
        Assert.Contains("18446744073709551615", Refused(File(ulong.MaxValue, "{}"u8.ToArray(), 0)), StringComparison.Ordinal);
        Assert.Contains("given as 0 bytes", Refused(File(0, "{}"u8.ToArray(), 0)), StringComparison.Ordinal);
        Assert.Contains("isn't valid JSON", Refused(File(9, [.. "{\""u8, 0xFF, 0xFE, .. "\":{}}"u8], 0)), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_HeaderOverTheFormatsLimit_IsRefusedUnread()
    {
        using var folder = new TemporaryFolder();
        using (var stream = System.IO.File.Create(folder["file"]))
        {
            var prefix = new byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(prefix, 150_000_000);
            stream.Write(prefix);
            stream.SetLength(200_000_000); // sparse
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("from 2 to 100000000",
            Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(folder["file"])).Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000);
    }

    [Fact]
    public void Open_NoFile_NamesIt() => Assert.Contains("nowhere.safetensors",
        Assert.Throws<FileNotFoundException>(() => SafetensorsFile.Open("nowhere.safetensors")).Message, StringComparison.Ordinal);

    [Fact]
    public void Write_ThenOpen_GivesEverythingBack()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(folder["file"],
            [new("b.weight", [2, 3], new float[] { 1, -2, float.NaN, float.PositiveInfinity, float.Epsilon, -0f }), new("ä\"\\", [0, 7], Array.Empty<float>()), new("scalar", [], new float[] { 5 })],
            new Dictionary<string, string> { ["quote\""] = "line\nbreak, ü", ["format"] = "pt" });
        using var file = SafetensorsFile.Open(folder["file"]);
        Assert.Equal(3, file.Tensors.Count);
        Assert.Equal([2, 3], file.Tensors["b.weight"].Shape);
        Assert.Equal(Bits.Of([1, -2, float.NaN, float.PositiveInfinity, float.Epsilon, -0f]), Bits.Of(file.ReadSingles("b.weight")));
        Assert.Empty(file.ReadSingles("ä\"\\"));
        Assert.Equal([5], file.ReadSingles("scalar"));
        Assert.Equal("line\nbreak, ü", file.Metadata["quote\""]);
        Assert.Equal(0, (long)BinaryPrimitives.ReadUInt64LittleEndian(System.IO.File.ReadAllBytes(folder["file"])) % 8); // data are aligned
        Assert.Equal(["file"], folder.Files);
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(folder["file"], [new("a", [1], new float[1]), new("a", [1], new float[1])]));
    }

    [Theory]
    [InlineData(5), InlineData(7), InlineData(0)]
    public void TensorSource_OtherThanItsShapesValues_IsRefused(int count) => Assert.StartsWith(
        $"Tensor 'a' of shape [2, 3] has 6 elements; {count} were given.",
        Assert.Throws<ArgumentException>("values", () => new TensorSource("a", [2, 3], new float[count])).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_OtherFloats_AreConverted()
    {
        using var folder = new TemporaryFolder();
        byte[] data = [.. BitConverter.GetBytes(-2.5), .. BitConverter.GetBytes((Half)1.5), 0x40, 0xC0, 7, 0, 0, 0];
        var header = "{" + Tensor("\"d\"", "F64", "[1]", "[0,8]") + "," + Tensor("\"h\"", "F16", "[1]", "[8,10]") + "," + Tensor("\"b\"", "BF16", "[1]", "[10,12]") + ","
            + Tensor("\"i\"", "I32", "[1]", "[12,16]") + "}";
        var bytes = File(header, data.Length);
        data.CopyTo(bytes, bytes.Length - data.Length);
        System.IO.File.WriteAllBytes(folder["file"], bytes);
        using var file = SafetensorsFile.Open(folder["file"]);
        Assert.Equal((-2.5f, 1.5f, -3f), (file.ReadSingles("d")[0], file.ReadSingles("h")[0], file.ReadSingles("b")[0]));
        Assert.Equal([7], file.ReadIntegers("i"));
        Assert.Contains("'i' is of type I32", Assert.Throws<InvalidDataException>(() => file.ReadSingles("i")).Message, StringComparison.Ordinal);
        Assert.Contains("'h' is of type F16", Assert.Throws<InvalidDataException>(() => file.ReadIntegers("h")).Message, StringComparison.Ordinal);
        Assert.Contains("no tensor 'x'. There are: b, d, h, i",
            Assert.Throws<InvalidDataException>(() => file.ReadSingles("x")).Message, StringComparison.Ordinal);
        Assert.Contains("1 elements; the span has 2", Assert.Throws<ArgumentException>(() => file.Read("d", new float[2])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LargeTensor_IsConvertedInPieces()
    {
        using var folder = new TemporaryFolder();
        const int Count = 50_000;
        var bytes = File("{" + Tensor("\"d\"", "F64", $"[{Count}]", $"[0,{Count * 8}]") + "}", Count * 8);
        for (int i = 0; i < Count; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(bytes.Length - (Count - i) * 8), i);
        System.IO.File.WriteAllBytes(folder["file"], bytes);
        using var file = SafetensorsFile.Open(folder["file"]);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => (float)i), file.ReadSingles("d"));
    }

    [Fact]
    public void Open_EveryTruncation_IsRefused()
    {
        using var folder = new TemporaryFolder();
        Regressor.Create(1).Save(folder["whole"]);
        var whole = System.IO.File.ReadAllBytes(folder["whole"]);
        for (int length = 0; length < whole.Length; length++)
            Refused(whole[..length]);
    }

    [Fact]
    public void Load_AnyDamage_GivesAnErrorOrANetwork()
    {
        using var folder = new TemporaryFolder();
        Regressor.Create(1).Save(folder["whole"]);
        var whole = System.IO.File.ReadAllBytes(folder["whole"]);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 4].Sample(changes =>
        {
            var bytes = (byte[])whole.Clone();
            foreach (var (at, value) in changes)
                bytes[at] = value;
            var path = folder[Guid.NewGuid().ToString()];
            System.IO.File.WriteAllBytes(path, bytes);
            var network = Regressor.Create(2);
            var before = Bits.Of(network.Parameters);
            try
            {
                network.Parameters.Load(path);
            }
            catch (InvalidDataException e)
            {
                Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
                Assert.Equal(before, Bits.Of(network.Parameters));
            }
            System.IO.File.Delete(path);
        }, iter: 3000, threads: 1);
    }
}
