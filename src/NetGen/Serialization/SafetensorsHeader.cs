using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace NetGen.Serialization;

/// <summary>A tensor in a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">The sizes of its axes.</param>
/// <param name="Begin">Where its bytes begin, counted from the end of the header.</param>
/// <param name="End">Where they end.</param>
public sealed record TensorEntry(string Name, TensorType Type, ImmutableArray<long> Shape, long Begin, long End)
{
    /// <summary>How many elements it has.</summary>
    public long Count => (End - Begin) / TensorTypes.Size(Type);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {TensorTypes.Name(Type)} {SafetensorsHeader.Text(Shape)}";
}

/// <summary>Reads and checks the header of a safetensors file: a JSON object with type, shape and place of each tensor.</summary>
sealed class SafetensorsHeader
{
    /// <summary>The format's limit.</summary>
    public const long MaxBytes = 100_000_000;

    readonly string _path;
    readonly Dictionary<string, TensorEntry> _tensors = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    SafetensorsHeader(string path) => _path = path;

    public IReadOnlyDictionary<string, TensorEntry> Tensors => _tensors;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <param name="path">The file, for messages.</param>
    /// <param name="json">The header.</param>
    /// <param name="dataBytes">How many bytes follow it.</param>
    public static SafetensorsHeader Parse(string path, ReadOnlySpan<byte> json, long dataBytes)
    {
        var header = new SafetensorsHeader(path);
        try
        {
            if (json[0] != '{')
                throw header.Wrong($"the header begins with byte 0x{json[0]:X2}; it must begin with '{{'");
            header.ReadJson(json);
        }
        // The reader reports text that isn't UTF-8 as an invalid operation.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path}: the header isn't valid JSON: {e.Message}", e);
        }
        header.CheckPlaces(dataBytes);
        return header;
    }

    public static string Text<T>(IEnumerable<T> shape) => FormattableString.Invariant($"[{string.Join(", ", shape)}]");

    void ReadJson(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        Expect(ref reader, JsonTokenType.StartObject);
        var metadata = false;
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (name == "__metadata__")
            {
                if (metadata)
                    throw Wrong("__metadata__ appears twice");
                metadata = true;
                ReadMetadata(ref reader);
            }
            else if (!_tensors.TryAdd(name, ReadTensor(name, ref reader)))
            {
                throw Wrong("it appears twice", name);
            }
        }
        if (reader.Read())
            throw Wrong($"more JSON follows the header's object, from byte {reader.TokenStartIndex} on");
    }

    void ReadMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            if (Next(ref reader) != JsonTokenType.String)
                throw Wrong($"__metadata__ '{key}' is {reader.TokenType}; metadata are strings");
            if (!_metadata.TryAdd(key, reader.GetString()!))
                throw Wrong($"__metadata__ '{key}' appears twice");
        }
    }

    TensorEntry ReadTensor(string name, ref Utf8JsonReader reader)
    {
        string? type = null;
        ImmutableArray<long> shape = default, offsets = default;
        if (Next(ref reader) != JsonTokenType.StartObject)
            throw Wrong($"it is described by {reader.TokenType} in place of an object", name);
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            var field = reader.GetString();
            switch (field)
            {
                case "dtype" when type is null && Next(ref reader) == JsonTokenType.String:
                    type = reader.GetString();
                    break;
                case "shape" when shape.IsDefault:
                    shape = ReadNumbers(name, field, ref reader);
                    break;
                case "data_offsets" when offsets.IsDefault:
                    offsets = ReadNumbers(name, field, ref reader);
                    break;
                default:
                    throw Wrong($"its field '{field}' is unknown, appears twice or isn't of its type", name);
            }
        }
        if (type is null || shape.IsDefault || offsets.IsDefault)
            throw Wrong($"it has no {(type is null ? "dtype" : shape.IsDefault ? "shape" : "data_offsets")}", name);
        if (!TensorTypes.TryParse(type, out var parsed))
            throw Wrong($"its dtype '{type}' is unknown", name);
        if (offsets.Length != 2 || offsets[0] > offsets[1])
            throw Wrong($"its data_offsets are {Text(offsets)}; they must be [begin, end]", name);
        return new(name, parsed, shape, offsets[0], offsets[1]);
    }

    ImmutableArray<long> ReadNumbers(string name, string field, ref Utf8JsonReader reader)
    {
        if (Next(ref reader) != JsonTokenType.StartArray)
            throw Wrong($"its {field} is {reader.TokenType} in place of an array", name);
        var numbers = ImmutableArray.CreateBuilder<long>();
        while (Next(ref reader) != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
                throw Wrong($"its {field} holds {Encoding.UTF8.GetString(reader.ValueSpan)}, which isn't a whole number of at least 0", name);
            numbers.Add(number);
        }
        return numbers.ToImmutable();
    }

    /// <summary>Each tensor's bytes are as many as its shape and type take, and all of them together cover the data once, without a hole.</summary>
    void CheckPlaces(long dataBytes)
    {
        var (end, before) = (0L, "the beginning");
        foreach (var tensor in _tensors.Values.OrderBy(t => t.Begin).ThenBy(t => t.End).ThenBy(t => t.Name, StringComparer.Ordinal))
        {
            if (tensor.End > dataBytes)
                throw Wrong($"it ends at byte {tensor.End} of the data; the file has {dataBytes}", tensor.Name);
            var needed = Bytes(tensor);
            if (needed != tensor.End - tensor.Begin)
            {
                throw Wrong($"its shape {Text(tensor.Shape)} of {TensorTypes.Name(tensor.Type)} takes {needed} bytes; " +
                    $"its data_offsets [{tensor.Begin}, {tensor.End}] have {tensor.End - tensor.Begin}", tensor.Name);
            }
            if (tensor.Begin < end)
                throw Wrong($"it begins at byte {tensor.Begin} and overlaps {before}, which ends at {end}", tensor.Name);
            if (tensor.Begin > end)
                throw Wrong($"it begins at byte {tensor.Begin} and leaves a hole after {before}, which ends at {end}", tensor.Name);
            (end, before) = (tensor.End, $"'{tensor.Name}'");
        }
        if (end != dataBytes)
            throw Wrong($"the tensors end at byte {end} of the data; the file has {dataBytes}");
    }

    long Bytes(TensorEntry tensor)
    {
        // A size of 0 makes any product 0; the others may not overflow all the same.
        Int128 bytes = TensorTypes.Size(tensor.Type);
        var empty = false;
        foreach (var size in tensor.Shape)
        {
            empty |= size == 0;
            if (size > 0)
                bytes *= size;
            if (bytes > long.MaxValue)
                throw Wrong($"its shape {Text(tensor.Shape)} has more bytes than a file can", tensor.Name);
        }
        return empty ? 0 : (long)bytes;
    }

    JsonTokenType Next(ref Utf8JsonReader reader) => reader.Read() ? reader.TokenType : throw Wrong("the header ends early");

    void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (Next(ref reader) != type)
            throw Wrong($"the header has {reader.TokenType} at byte {reader.TokenStartIndex} in place of {type}");
    }

    InvalidDataException Wrong(string what, string? tensor = null) => new($"{_path}: {(tensor is null ? "" : $"tensor '{tensor}': ")}{what}.");
}
