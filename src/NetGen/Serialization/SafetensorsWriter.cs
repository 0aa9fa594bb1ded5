using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NetGen.Serialization;

/// <summary>A tensor of floats to be written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">The sizes of its axes.</param>
/// <param name="Fill">Writes its elements in row-major order into a span as long as the tensor.</param>
public sealed record TensorSource(string Name, ImmutableArray<int> Shape, Action<Span<float>> Fill)
{
    /// <summary>A tensor of values at hand.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">The sizes of its axes.</param>
    /// <param name="values">Its elements in row-major order.</param>
    /// <exception cref="ArgumentException">They aren't as many as the shape has.</exception>
    public TensorSource(string name, ImmutableArray<int> shape, ReadOnlyMemory<float> values) : this(name, shape, span => values.Span.CopyTo(span))
    {
        if (values.Length != ParameterLayout.Count(shape.AsSpan()))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Tensor '{name}' of shape {SafetensorsHeader.Text(shape)} has {ParameterLayout.Count(shape.AsSpan())} elements; ") +
                FormattableString.Invariant($"{values.Length} were given."), nameof(values));
        }
    }
}

/// <summary>Writes safetensors files.</summary>
public static class SafetensorsWriter
{
    /// <summary>Writes tensors of floats, replacing an older file in one atomic step: at every moment the old or the new file is there, whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">What to write, in the order of the data.</param>
    /// <param name="metadata">Texts for <c>__metadata__</c>.</param>
    /// <exception cref="ArgumentException">Two tensors have the same name, or one is called <c>__metadata__</c>.</exception>
    public static void Write(string path, IReadOnlyList<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var header = Header(tensors, metadata);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> prefix = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
            stream.Write(prefix);
            stream.Write(header);
            foreach (var tensor in tensors)
                WriteTensor(stream, tensor);
        });
    }

    static void WriteTensor(Stream stream, TensorSource tensor)
    {
        var values = ArrayPool<float>.Shared.Rent(ParameterLayout.Count(tensor.Shape.AsSpan()));
        var span = values.AsSpan(0, ParameterLayout.Count(tensor.Shape.AsSpan()));
        tensor.Fill(span);
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<float, int>(span), MemoryMarshal.Cast<float, int>(span));
        stream.Write(MemoryMarshal.AsBytes(span));
        ArrayPool<float>.Shared.Return(values);
    }

    static ReadOnlySpan<byte> HeaderPadding => "       "u8;

    static byte[] Header(IReadOnlyList<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var names = new HashSet<string>(StringComparer.Ordinal) { "__metadata__" };
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            var at = 0L;
            foreach (var tensor in tensors)
            {
                if (!names.Add(tensor.Name))
                    throw new ArgumentException($"The name '{tensor.Name}' can't be used, or is used twice.", nameof(tensors));
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                at += (long)ParameterLayout.Count(tensor.Shape.AsSpan()) * sizeof(float);
                json.WriteNumberValue(at);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // The data begins at a multiple of eight bytes.
        buffer.Write(HeaderPadding[..(-buffer.WrittenCount & 7)]);
        return buffer.WrittenSpan.ToArray();
    }
}
