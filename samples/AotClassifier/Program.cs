using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using NetGen.Samples;

Argument<string[]> files = new("files")
{
    Description = "PNG files of 28 × 28 pixels, IDX files (plain or gzipped), or - for one of them by standard input.",
    Arity = ArgumentArity.OneOrMore,
};
Option<bool> json = new("--json") { Description = "Print a line of JSON for each image." };
Option<int> top = new("--top") { Description = "How many classes to print for each image, from 1 to 10.", DefaultValueFactory = _ => 3 };
Option<int> limit = new("--limit") { Description = "The most images to take of a file.", DefaultValueFactory = _ => int.MaxValue };
RootCommand command = new("Says what articles of clothing are on images.") { files, json, top, limit };
command.SetAction(parsed => Run(parsed.GetValue(files)!, parsed.GetValue(json), parsed.GetValue(top), parsed.GetValue(limit)));
var parsed = command.Parse(args);
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine($"error: {parsed.Errors[0].Message} (--help lists the options)");
    return 1;
}
return parsed.Invoke();

static int Run(string[] files, bool json, int top, int limit)
{
    if (top is < 1 or > 10 || limit < 1)
    {
        Console.Error.WriteLine("error: --top needs a number from 1 to 10, and --limit one of at least 1");
        return 1;
    }
    try
    {
        foreach (var file in files)
        {
            var images = ImageReader.Read(file);
            var count = Math.Min(images.Length / Classifier.Pixels, limit);
            if (count == 0) continue;
            var probabilities = Classifier.Classify(images.AsSpan(0, count * Classifier.Pixels));
            for (var i = 0; i < count; i++) Print(Of(file, i, probabilities[i], top), json);
        }
        return 0;
    }
    catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine($"error: {e.Message}");
        return 1;
    }
}

static Prediction Of(string file, int index, float[] probabilities, int top)
{
    var order = new int[probabilities.Length];
    for (var c = 0; c < order.Length; c++) order[c] = c;
    Array.Sort(order, (a, b) => probabilities[b].CompareTo(probabilities[a]));
    var classes = new Likelihood[top];
    for (var i = 0; i < top; i++) classes[i] = new(Classifier.Classes[order[i]], probabilities[order[i]]);
    return new(file, index, classes[0].Class, classes);
}

static void Print(Prediction prediction, bool json)
{
    if (json)
    {
        Console.WriteLine(JsonSerializer.Serialize(prediction, PredictionJson.Default.Prediction));
        return;
    }
    var text = string.Create(CultureInfo.InvariantCulture, $"{prediction.File} {prediction.Index}:");
    foreach (var (name, probability) in prediction.Classes) text += string.Create(CultureInfo.InvariantCulture, $"  {name} {100 * probability:0.0} %");
    Console.WriteLine(text);
}
