using System.Buffers.Binary;
using System.IO.Compression;
using NetGen.Data;

namespace NetGen.Tests.Data;

public sealed class IdxFileTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static byte[] Idx(byte type, uint[] sizes, params ReadOnlySpan<byte> data)
    {
        var bytes = new byte[4 + (4 * sizes.Length) + data.Length];
        bytes[2] = type;
        bytes[3] = (byte)sizes.Length;
        for (var i = 0; i < sizes.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 + (4 * i)), sizes[i]);
        data.CopyTo(bytes.AsSpan(4 + (4 * sizes.Length)));
        return bytes;
    }

    static byte[] Gzip(ReadOnlySpan<byte> bytes)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return memory.ToArray();
    }

    InvalidDataException Refused(byte[] bytes)
    {
        var path = folder.Write("bad.idx", bytes);
        var error = Assert.Throws<InvalidDataException>(() => IdxFile.Read(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        return error;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Idx_PlainAndGzip_GiveTheSameImages(bool gzip)
    {
        var bytes = Idx(0x08, [2, 1, 3], 1, 2, 3, 253, 254, 255);
        var file = IdxFile.Read(folder.Write("images", gzip ? Gzip(bytes) : bytes), IdxType.UInt8, -1, 1, 3);
        Assert.Equal([2, 1, 3], file.Shape);
        Assert.Equal([1, 2, 3, 253, 254, 255], file.Data.ToArray());
        Assert.Equal("UInt8 [2, 1, 3]", file.ToString());
    }

    [Theory]
    [InlineData(0x08, new byte[] { 0xFF }, 255f)]
    [InlineData(0x09, new byte[] { 0xFF }, -1f)]
    [InlineData(0x0B, new byte[] { 0xFF, 0xFE }, -2f)]
    [InlineData(0x0C, new byte[] { 0x00, 0x01, 0x00, 0x00 }, 65536f)]
    [InlineData(0x0D, new byte[] { 0x3F, 0xC0, 0x00, 0x00 }, 1.5f)]
    [InlineData(0x0E, new byte[] { 0xBF, 0xF8, 0, 0, 0, 0, 0, 0 }, -1.5f)]
    public void Idx_EveryType_IsReadBigEndian(byte type, byte[] data, float value)
    {
        var values = new float[1];
        IdxFile.Read(folder.Write("one", Idx(type, [1], data))).CopyTo(values);
        Assert.Equal(value, values[0]);
    }

    [Fact]
    public void Idx_NoFile_IsNamed()
    {
        var error = Assert.Throws<FileNotFoundException>(() => IdxFile.Read(folder["nowhere.gz"]));
        Assert.Contains("nowhere.gz", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { }, "too short")]
    [InlineData(new byte[] { 0, 0, 8 }, "too short")]
    [InlineData(new byte[] { 0x89, 0x50, 8, 1, 0, 0, 0, 0 }, "begins with 0x8950")]
    [InlineData(new byte[] { 0, 0, 0x0A, 1, 0, 0, 0, 0 }, "0x0A is none of the types")]
    [InlineData(new byte[] { 0, 0, 8, 0 }, "no dimensions")]
    [InlineData(new byte[] { 0, 0, 8, 3, 0, 0, 0, 1, 0, 0 }, "3 dimensions take 12 bytes, of which 6 are there")]
    public void Idx_BrokenHeader_SaysWhatIsWrong(byte[] bytes, string message) =>
        Assert.Contains(message, Refused(bytes).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Idx_Truncated_SaysWhatIsMissing(bool gzip)
    {
        var bytes = Idx(0x08, [2, 2], 1, 2, 3);
        Assert.Contains(
            "[2, 2] values of type UInt8 take 4 bytes, of which 3 are there", Refused(gzip ? Gzip(bytes) : bytes).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Idx_TrailingBytes_AreRefused(bool gzip)
    {
        var bytes = Idx(0x08, [2], 1, 2, 3);
        Assert.Contains("goes on after its last value", Refused(gzip ? Gzip(bytes) : bytes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Idx_GzipCutOrDamaged_IsRefused()
    {
        var data = new byte[5000];
        new Random(1).NextBytes(data);
        var gzip = Gzip(Idx(0x08, [5000], data));
        Refused(gzip[..(gzip.Length / 2)]);
        Refused(gzip[..^9]);
        for (var i = 0; i < 50; i++)
        {
            var damaged = (byte[])gzip.Clone();
            damaged[^(1 + (i * (gzip.Length - 11) / 49))] ^= 0x55;
            Assert.Contains("damaged gzip", Refused(damaged).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Idx_HeaderThatPromisesGigabytes_IsRefusedWithoutMemory(bool gzip)
    {
        var bytes = Idx(0x0E, [60_000, 64, 64], 0, 0, 0);
        if (gzip)
            bytes = Gzip(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(bytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData(new uint[] { 0xFFFFFFFF }, "dimension 0 has the size 4294967295")]
    [InlineData(new uint[] { 0x7FFFFFFF, 0x7FFFFFFF, 0x7FFFFFFF }, "past the")]
    [InlineData(new uint[] { 65536, 65536, 65536, 65536, 65536, 65536, 65536, 65536, 65536 }, "past the")]
    public void Idx_SizesThatOverflow_AreRefused(uint[] sizes, string message) =>
        Assert.Contains(message, Refused(Idx(0x08, sizes)).Message, StringComparison.Ordinal);

    [Fact]
    public void Idx_LongGzip_GrowsPastItsFirstBuffer()
    {
        var data = new byte[(16 << 20) + 12345];
        data[^1] = 7;
        var file = IdxFile.Read(folder.Write("long", Gzip(Idx(0x08, [(uint)data.Length], data))));
        Assert.Equal(data.Length, file.Count);
        Assert.Equal(7, file.Data.Span[^1]);
    }

    [Fact]
    public void Idx_OtherShapeOrType_NamesBoth()
    {
        var path = folder.Write("labels", Idx(0x08, [2], 1, 2));
        Assert.Contains(
            "[2]; [any, 28, 28] is needed", Assert.Throws<InvalidDataException>(() => IdxFile.Read(path, IdxType.UInt8, -1, 28, 28)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "UInt8; Single is needed", Assert.Throws<InvalidDataException>(() => IdxFile.Read(path, IdxType.Single, -1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ImageDataset_LabelsThatDontFit_AreRefused()
    {
        var images = folder.Write("images", Idx(0x08, [2, 1, 1], 1, 2));
        var three = folder.Write("three", Idx(0x08, [3], 0, 0, 0));
        var high = folder.Write("high", Idx(0x08, [2], 0, 5));
        Assert.Contains(
            "3 labels; the 2 images", Assert.Throws<InvalidDataException>(() => ImageDataset.ReadIdx(images, three, ["a", "b"])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "label 1 is 5", Assert.Throws<InvalidDataException>(() => ImageDataset.ReadIdx(images, high, ["a", "b"])).Message, StringComparison.Ordinal);
    }
}
