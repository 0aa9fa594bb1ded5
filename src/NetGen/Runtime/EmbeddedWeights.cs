using System.Buffers.Binary;

namespace NetGen.Runtime;

/// <summary>
/// Weights that are part of the program: the parameters' arena as inference has it, each tensor in the order that the kernels read, followed by what is derived
/// from the parameters. The build has written it into the assembly, from where the system maps it into memory.
/// </summary>
public static unsafe class EmbeddedWeights
{
    // The words of a part's header, in bytes from its beginning.
    const int Mark = 0, Index = 8, Floats = 16;

    const int Alignment = 64;

    static ReadOnlySpan<byte> MarkText => "NGweight"u8;

    /// <summary>A network's parameters where the program has them, to be read only.</summary>
    /// <remarks>
    /// Nothing is copied where there is one part at a multiple of 64 bytes, as NativeAOT and the JIT place it. Otherwise the parts become an arena.
    /// </remarks>
    /// <param name="info">The network.</param>
    /// <param name="parts">Where the parts are.</param>
    /// <exception cref="InvalidOperationException">They aren't there: the project was built without the task that writes them.</exception>
    public static ParameterSet Map(NetworkInfo info, ReadOnlySpan<nint> parts)
    {
        ArgumentNullException.ThrowIfNull(info);
        for (int i = 0; i < parts.Length; i++)
        {
            var header = new ReadOnlySpan<byte>((void*)parts[i], WeightsPart.HeaderBytes);
            var (index, floats) = (BinaryPrimitives.ReadInt32LittleEndian(header[Index..]), BinaryPrimitives.ReadInt64LittleEndian(header[Floats..]));
            if (!header.StartsWith(MarkText) || index != i || floats != ArenaFloats(info))
            {
                throw new InvalidOperationException($"{info.Name}: the weights are not in the program. The target NetGenEmbedWeights of NetGen's package " +
                    "writes them into the assembly after it is compiled; build the project with MSBuild or the .NET SDK.");
            }
        }
        if (parts is [var only] && only % Alignment == 0) return new(info, (float*)(only + WeightsPart.HeaderBytes));
        var arena = new Arena(checked((int)ArenaFloats(info)));
        for (int i = 0; i < parts.Length; i++)
        {
            var first = i * WeightsPart.MostFloats;
            var part = new ReadOnlySpan<float>((float*)(parts[i] + WeightsPart.HeaderBytes), Math.Min(WeightsPart.MostFloats, arena.Length - first));
            part.CopyTo(arena.Span[first..]);
        }
        return new(info, arena);
    }

    /// <summary>Writes a network's parts one after the other, each a multiple of 64 bytes long. The build calls it.</summary>
    /// <param name="parameters">The parameters, and what inference derives from them.</param>
    /// <param name="output">Receives the parts.</param>
    public static void Write(ParameterSet parameters, Stream output)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(output);
        var floats = ArenaFloats(parameters.Info);
        Span<byte> header = stackalloc byte[WeightsPart.HeaderBytes];
        header.Clear();
        MarkText.CopyTo(header[Mark..]);
        BinaryPrimitives.WriteInt64LittleEndian(header[Floats..], floats);
        var index = 0;
        for (var first = 0L; first < floats; first += WeightsPart.MostFloats)
        {
            BinaryPrimitives.WriteInt32LittleEndian(header[Index..], index++);
            output.Write(header);
            output.Write(new ReadOnlySpan<byte>(parameters.Pointer + first, (int)Math.Min(WeightsPart.MostFloats, floats - first) * sizeof(float)));
        }
        GC.KeepAlive(parameters);
    }

    static long ArenaFloats(NetworkInfo info) => info.ParameterFloats + info.DerivedFloats;
}
