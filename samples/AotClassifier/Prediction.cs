using System.Text.Json.Serialization;

namespace NetGen.Samples;

/// <summary>What the network says of an image.</summary>
/// <param name="File">Where the image came from.</param>
/// <param name="Index">Which of the file's images it is.</param>
/// <param name="Class">The likeliest class.</param>
/// <param name="Classes">The likeliest classes, the first of them first.</param>
sealed record Prediction(string File, int Index, string Class, Likelihood[] Classes);

/// <summary>A class and its probability.</summary>
sealed record Likelihood(string Class, float Probability);

/// <summary>Writes predictions without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(Prediction))]
sealed partial class PredictionJson : JsonSerializerContext;
