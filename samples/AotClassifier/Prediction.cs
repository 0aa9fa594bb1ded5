using System.Globalization;
using System.Text;
using System.Text.Json;

namespace NetGen.Samples;

/// <summary>What the network says of an image.</summary>
/// <param name="File">Where the image came from.</param>
/// <param name="Index">Which of the file's images it is.</param>
/// <param name="Probabilities">One for each class.</param>
sealed record Prediction(string File, int Index, float[] Probabilities)
{
    /// <summary>A line for readers, with the likeliest classes.</summary>
    public string ToText(int classes)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{File} {Index}:");
        foreach (var c in Likeliest(classes)) text.Append(CultureInfo.InvariantCulture, $"  {Classifier.Classes[c]} {100 * Probabilities[c]:0.0} %");
        return text.ToString();
    }

    /// <summary>The same as an object of JSON.</summary>
    public void WriteTo(Utf8JsonWriter json, int classes)
    {
        json.WriteStartObject();
        json.WriteString("file"u8, File);
        json.WriteNumber("index"u8, Index);
        json.WriteStartArray("classes"u8);
        foreach (var c in Likeliest(classes))
        {
            json.WriteStartObject();
            json.WriteString("class"u8, Classifier.Classes[c]);
            json.WriteNumber("probability"u8, Probabilities[c]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    ReadOnlySpan<int> Likeliest(int count)
    {
        var order = new int[Probabilities.Length];
        for (var c = 0; c < order.Length; c++) order[c] = c;
        Array.Sort(order, (a, b) => Probabilities[b].CompareTo(Probabilities[a]));
        return order.AsSpan(0, count);
    }
}
