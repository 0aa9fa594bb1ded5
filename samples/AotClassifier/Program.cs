using System.Text.Json;
using NetGen.Samples;

try
{
    var arguments = Arguments.Parse(args);
    if (arguments.Help)
    {
        Console.WriteLine(Arguments.Usage);
        return 0;
    }
    using var output = Console.OpenStandardOutput();
    foreach (var file in arguments.Files)
    {
        var images = ImageReader.Read(file);
        var count = Math.Min(images.Length / Classifier.Pixels, arguments.Limit);
        var probabilities = Classifier.Classify(images.AsSpan(0, count * Classifier.Pixels));
        for (var i = 0; i < count; i++) Print(new(file, i, probabilities[i]), arguments, output);
    }
    return 0;
}
catch (ArgumentException e)
{
    Console.Error.WriteLine($"error: {e.Message} (--help lists the options)");
    return 2;
}
catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}

static void Print(Prediction prediction, Arguments arguments, Stream output)
{
    if (!arguments.Json)
    {
        Console.WriteLine(prediction.ToText(arguments.Top));
        return;
    }
    using (var json = new Utf8JsonWriter(output)) prediction.WriteTo(json, arguments.Top);
    output.WriteByte((byte)'\n');
}
