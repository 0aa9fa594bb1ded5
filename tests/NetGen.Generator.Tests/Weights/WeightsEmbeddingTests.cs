using System.Reflection;
using System.Reflection.PortableExecutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Emit;
using NetGen.Assemblies;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Weights;

/// <summary>Data for fields of an assembly, as the build's task writes weights.</summary>
public sealed class WeightsEmbeddingTests
{
    const string Source = """
        using System;
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;

        namespace Generated
        {
            static unsafe class NetWeights
            {
                static ReadOnlySpan<byte> Part0 => "NetGen weights, part 0\nGenerated.NetWeights\na%20file\nhash\n"u8;
                static ReadOnlySpan<byte> Part1 => "NetGen weights, part 1\nGenerated.NetWeights\na%20file\nhash\n"u8;
                static ReadOnlySpan<byte> Other => "Data of a program's own, which must stay as it is."u8;
                [StructLayout(LayoutKind.Sequential, Pack = 64, Size = 192)] internal struct Layout0 { static Layout0 part; }
                [StructLayout(LayoutKind.Sequential, Pack = 64, Size = 128)] internal struct Layout1 { static Layout1 part; }
                internal static byte[] First() => Bytes(Part0, 192);
                internal static byte[] Second() => Bytes(Part1, 128);
                internal static byte[] Third() => Other.ToArray();
                static byte[] Bytes(ReadOnlySpan<byte> part, int count) =>
                    new ReadOnlySpan<byte>(Unsafe.AsPointer(ref MemoryMarshal.GetReference(part)), count).ToArray();
            }
        }
        """;

    static readonly byte[] Data = [.. Enumerable.Range(0, 320).Select(i => (byte)i)];

    /// <summary>The headers have no room for another section where there are three, as without a platform; with one there are two.</summary>
    [Theory]
    [InlineData(Platform.AnyCpu, DebugInformationFormat.Embedded)]
    [InlineData(Platform.AnyCpu, DebugInformationFormat.PortablePdb)]
    [InlineData(Platform.X64, DebugInformationFormat.Embedded)]
    [InlineData(Platform.Arm64, DebugInformationFormat.Embedded)]
    public void Parts_BecomeTheFieldsData_AndNothingElseChanges(Platform platform, DebugInformationFormat symbols)
    {
        var compiled = Compile(platform, symbols);
        var changed = Embed(compiled);
        using (var reader = new PEReader(new MemoryStream(changed)))
        {
            var section = Assert.Single(reader.PEHeaders.SectionHeaders, section => section.Name == ".weights");
            Assert.Equal(0, section.VirtualAddress % 64);
            Assert.Equal(0, section.PointerToRawData % 64);
            Assert.Equal(Data, reader.GetSectionData(".weights").GetContent(0, Data.Length));
            if (symbols == DebugInformationFormat.Embedded)
            {
                var entry = Assert.Single(reader.ReadDebugDirectory(), entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
                using var read = reader.ReadEmbeddedPortablePdbDebugDirectoryData(entry);
                Assert.NotEmpty(read.GetMetadataReader().Documents);
            }
            var view = reader.ReadDebugDirectory().First(entry => entry.Type == DebugDirectoryEntryType.CodeView);
            Assert.NotEmpty(reader.ReadCodeViewDebugDirectoryData(view).Path);
        }

        var context = new BuiltAssembly(new Dictionary<string, string>());
        var type = context.Load(changed).GetType("Generated.NetWeights")!;
        Assert.Equal(Data[..192], Call("First"));
        Assert.Equal(Data[192..], Call("Second"));
        Assert.Equal("Data of a program's own, which must stay as it is."u8, Call("Third"));
        context.Unload();

        byte[] Call(string method) => (byte[])type.GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, null)!;
    }

    [Fact]
    public void Assembly_ThatHasItsWeights_OrNone_StaysAsItIs()
    {
        var output = new MemoryStream();
        Assert.False(WeightsEmbedding.Apply(Embed(Compile(Platform.AnyCpu, DebugInformationFormat.PortablePdb)), output, (_, _) => Assert.Fail()));
        Assert.False(WeightsEmbedding.Apply(File.ReadAllBytes(typeof(Consumer).Assembly.Location), output, (_, _) => Assert.Fail()));
        Assert.Equal(0, output.Length);
    }

    [Fact]
    public void Weights_OfAnotherLength_AreAnError() => Assert.Throws<InvalidDataException>(() =>
        WeightsEmbedding.Apply(Compile(Platform.AnyCpu, DebugInformationFormat.PortablePdb), new MemoryStream(), (_, output) => output.Write(Data.AsSpan(64))));

    static byte[] Embed(byte[] assembly)
    {
        var output = new MemoryStream();
        Assert.True(WeightsEmbedding.Apply(assembly, output, (place, stream) =>
        {
            Assert.Equal(("Generated.NetWeights", 0, "a file"), (place.Class, place.Part, place.File));
            stream.Write(Data);
        }));
        return output.ToArray();
    }

    static byte[] Compile(Platform platform, DebugInformationFormat symbols)
    {
        var consumer = new Consumer().With("Source.cs", Source);
        var compilation = consumer.CreateCompilation();
        var (output, pdb) = (new MemoryStream(), symbols == DebugInformationFormat.Embedded ? null : new MemoryStream());
        var emitted = compilation.WithOptions(compilation.Options.WithPlatform(platform)).Emit(
            output, pdb, options: new(debugInformationFormat: symbols), cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(emitted.Success);
        return output.ToArray();
    }
}
