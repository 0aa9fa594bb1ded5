using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NetGen.Serialization;

/// <summary>An open safetensors file whose header was read and found consistent; nothing else is read before it is asked for.</summary>
/// <remarks>
/// The format (github.com/huggingface/safetensors): eight bytes with the header's length, little-endian; the header, a JSON object; the tensors' bytes,
/// little-endian and row-major, without holes.
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{
    /// <summary>The metadata that makes a checkpoint of a file: its version.</summary>
    internal const string CheckpointMark = "netgen.checkpoint";

    const int PrefixBytes = sizeof(ulong);
    const int ChunkBytes = 1 << 16;

    readonly SafeFileHandle _file;
    readonly SafetensorsHeader _header;
    readonly long _dataStart;

    SafetensorsFile(string path, SafeFileHandle file, SafetensorsHeader header, long dataStart) =>
        (Path, _file, _header, _dataStart) = (path, file, header, dataStart);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Tensors => _header.Tensors;

    /// <summary>What <c>__metadata__</c> says.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Whether it is a checkpoint of a run of training, with an optimizer's state beside the parameters.</summary>
    internal bool IsCheckpoint => Metadata.ContainsKey(CheckpointMark);

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It isn't a safetensors file, or is damaged.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            throw new FileNotFoundException($"'{path}' is a folder; a file is needed.", path);
        var file = File.OpenHandle(path);
        try
        {
            var length = RandomAccess.GetLength(file);
            if (length < PrefixBytes)
                throw new InvalidDataException($"{path}: the file has {length} bytes; a safetensors file has at least {PrefixBytes}.");
            Span<byte> prefix = stackalloc byte[PrefixBytes];
            ReadAll(path, file, prefix, 0);
            var header = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
            var most = Math.Min((ulong)length - PrefixBytes, SafetensorsHeader.MaxBytes);
            if (header < 2 || header > most)
            {
                throw new InvalidDataException(
                    $"{path}: the header's length is given as {header} bytes; it must be from 2 to {most}. " +
                    $"The file has {length} bytes. {Guess(prefix)}");
            }
            var json = new byte[header];
            ReadAll(path, file, json, PrefixBytes);
            var start = PrefixBytes + (long)header;
            return new(path, file, SafetensorsHeader.Parse(path, json, length - start), start);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads a tensor of F32, or of F16, BF16 or F64 with conversion.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">Receives its elements in row-major order; exactly as many as it has.</param>
    /// <exception cref="InvalidDataException">There is none of this name, or it is of another type.</exception>
    /// <exception cref="ArgumentException"><paramref name="values"/> has another length.</exception>
    public void Read(string name, Span<float> values)
    {
        var tensor = Find(name);
        if (tensor.Type is not (TensorType.F32 or TensorType.F16 or TensorType.BF16 or TensorType.F64))
            throw new InvalidDataException($"{Path}: tensor '{name}' is of type {TensorTypes.Name(tensor.Type)}; floats are needed: F32, F16, BF16 or F64.");
        CheckLength(tensor, values.Length, nameof(values));
        if (tensor.Type == TensorType.F32 && BitConverter.IsLittleEndian)
        {
            ReadAll(Path, _file, MemoryMarshal.AsBytes(values), _dataStart + tensor.Begin);
            return;
        }
        var size = TensorTypes.Size(tensor.Type);
        Chunks(tensor, values.Length, (first, bytes, target) => TensorTypes.ToSingles(tensor.Type, bytes, target.Slice(first, bytes.Length / size)), values);
    }

    /// <summary>Reads a tensor of I64 or I32.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">Receives its elements in row-major order; exactly as many as it has.</param>
    /// <exception cref="InvalidDataException">There is none of this name, or it is of another type.</exception>
    /// <exception cref="ArgumentException"><paramref name="values"/> has another length.</exception>
    public void Read(string name, Span<long> values)
    {
        var tensor = Find(name);
        if (tensor.Type is not (TensorType.I64 or TensorType.I32))
            throw new InvalidDataException($"{Path}: tensor '{name}' is of type {TensorTypes.Name(tensor.Type)}; integers are needed: I64 or I32.");
        CheckLength(tensor, values.Length, nameof(values));
        var size = TensorTypes.Size(tensor.Type);
        Chunks(tensor, values.Length, (first, bytes, target) =>
        {
            for (int i = 0; i < bytes.Length / size; i++)
            {
                var element = bytes.Slice(i * size, size);
                target[first + i] = size == 8 ? BinaryPrimitives.ReadInt64LittleEndian(element) : BinaryPrimitives.ReadInt32LittleEndian(element);
            }
        }, values);
    }

    /// <summary>The elements of a tensor of floats.</summary>
    /// <inheritdoc cref="Read(string, Span{float})"/>
    public float[] ReadSingles(string name)
    {
        var values = new float[checked((int)Find(name).Count)];
        Read(name, values);
        return values;
    }

    /// <summary>The elements of a tensor of integers.</summary>
    /// <inheritdoc cref="Read(string, Span{long})"/>
    public long[] ReadIntegers(string name)
    {
        var values = new long[checked((int)Find(name).Count)];
        Read(name, values);
        return values;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    TensorEntry Find(string name) => Tensors.TryGetValue(name, out var tensor)
        ? tensor
        : throw new InvalidDataException($"{Path}: there is no tensor '{name}'. There are: {string.Join(", ", Tensors.Keys.Order(StringComparer.Ordinal))}.");

    /// <summary>What a file that isn't a safetensors file may be, by its first bytes.</summary>
    static string Guess(ReadOnlySpan<byte> first) =>
        first.StartsWith("PK"u8) ? "It is an archive, as torch.save writes: write it with safetensors.torch.save_file."
        : first.StartsWith("version "u8) ? "It may be a pointer of Git LFS: git lfs pull brings the file."
        : "Is it a safetensors file?";

    static void CheckLength(TensorEntry tensor, int length, string name)
    {
        if (length != tensor.Count)
            throw new ArgumentException($"Tensor '{tensor.Name}' has {tensor.Count} elements; the span has {length}.", name);
    }

    void Chunks<T>(TensorEntry tensor, int count, Action<int, ReadOnlySpan<byte>, Span<T>> convert, Span<T> values)
    {
        var size = TensorTypes.Size(tensor.Type);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        for (int first = 0; first < count; first += ChunkBytes / size)
        {
            var bytes = buffer.AsSpan(0, Math.Min(count - first, ChunkBytes / size) * size);
            ReadAll(Path, _file, bytes, _dataStart + tensor.Begin + (long)first * size);
            convert(first, bytes, values);
        }
        ArrayPool<byte>.Shared.Return(buffer);
    }

    static void ReadAll(string path, SafeFileHandle file, Span<byte> bytes, long offset)
    {
        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
                throw new InvalidDataException($"{path}: the file ends at byte {offset}, where {bytes.Length} more are needed. " +
                    "It was truncated while it was read.");
            bytes = bytes[read..];
            offset += read;
        }
    }
}
