using System.Buffers.Binary;
using Google.Protobuf;

namespace NetGen.Onnx;

/// <summary>A protobuf message that is written field by field, in the order of the calls.</summary>
/// <remarks>ONNX needs a dozen fields; writing them by number spares generated classes for the whole of onnx.proto.</remarks>
sealed class ProtobufMessage
{
    readonly List<Action<CodedOutputStream>> fields = [];

    public ProtobufMessage Integer(int field, long value) => Add(field, WireFormat.WireType.Varint, output => output.WriteInt64(value));

    public ProtobufMessage Float(int field, float value) => Add(field, WireFormat.WireType.Fixed32, output => output.WriteFloat(value));

    public ProtobufMessage Text(int field, string value) => Add(field, WireFormat.WireType.LengthDelimited, output => output.WriteString(value));

    public ProtobufMessage Message(int field, ProtobufMessage value) => Bytes(field, value.ToArray());

    /// <summary>The floats as little-endian bytes, which is what a tensor's <c>raw_data</c> holds.</summary>
    public ProtobufMessage Floats(int field, ReadOnlySpan<float> values)
    {
        byte[] raw = new byte[sizeof(float) * values.Length];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(sizeof(float) * i), values[i]);
        return Bytes(field, raw);
    }

    /// <summary>The integers as little-endian bytes, for <c>raw_data</c> too.</summary>
    public ProtobufMessage Integers(int field, ReadOnlySpan<long> values)
    {
        byte[] raw = new byte[sizeof(long) * values.Length];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(raw.AsSpan(sizeof(long) * i), values[i]);
        return Bytes(field, raw);
    }

    /// <summary>All fields that another message has so far.</summary>
    public ProtobufMessage Fields(ProtobufMessage other)
    {
        fields.AddRange(other.fields);
        return this;
    }

    public byte[] ToArray()
    {
        using MemoryStream bytes = new();
        using (CodedOutputStream output = new(bytes, leaveOpen: true))
            foreach (Action<CodedOutputStream> field in fields) field(output);
        return bytes.ToArray();
    }

    ProtobufMessage Bytes(int field, byte[] value) =>
        Add(field, WireFormat.WireType.LengthDelimited, output => output.WriteBytes(UnsafeByteOperations.UnsafeWrap(value)));

    ProtobufMessage Add(int field, WireFormat.WireType type, Action<CodedOutputStream> write)
    {
        fields.Add(output =>
        {
            output.WriteTag(field, type);
            write(output);
        });
        return this;
    }
}
