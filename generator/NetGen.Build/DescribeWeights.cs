using System.Globalization;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using NetGen.Serialization;

namespace NetGen.Build;

/// <summary>
/// Describes files of weights for the generator, which can read texts only: a line each for the version, the path, the resource, the state of the file and
/// its tensors, which are type, first byte, shape and name, apart by tabs. What is wrong with a file is no error here; the generator reports it where the file
/// is named.
/// </summary>
public sealed class DescribeWeights : Microsoft.Build.Utilities.Task
{
    const string Version = "netgen weights 1";

    /// <summary>The project's files of weights.</summary>
    [Required]
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>Where the descriptions are written.</summary>
    [Required]
    public string OutputFolder { get; set; } = "";

    /// <summary>The descriptions.</summary>
    [Output]
    public ITaskItem[] Descriptions { get; set; } = [];

    /// <summary>The files that exist, each with the name of its resource.</summary>
    [Output]
    public ITaskItem[] Resources { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        Directory.CreateDirectory(OutputFolder);
        var (descriptions, resources) = (new List<ITaskItem>(), new List<ITaskItem>());
        foreach (var file in Files.DistinctBy(file => file.GetMetadata("FullPath")))
        {
            var path = file.ItemSpec.Replace('\\', '/');
            var resource = $"NetGen.Weights/{path}";
            // Two paths may differ in nothing that is left of them.
            var name = string.Concat(path.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'));
            var description = Path.Combine(OutputFolder, string.Create(CultureInfo.InvariantCulture, $"{descriptions.Count}{name}.netgenweights"));
            Write(description, Describe(file.GetMetadata("FullPath"), path, resource));
            descriptions.Add(new TaskItem(description));
            if (!File.Exists(file.GetMetadata("FullPath"))) continue;
            var metadata = new Dictionary<string, string> { ["LogicalName"] = resource, ["Type"] = "Non-Resx", ["WithCulture"] = "false" };
            resources.Add(new TaskItem(file.ItemSpec, metadata));
        }
        Descriptions = [.. descriptions];
        Resources = [.. resources];
        return true;
    }

    static string Describe(string file, string path, string resource)
    {
        var text = new StringBuilder($"{Version}\n{Uri.EscapeDataString(path)}\n{Uri.EscapeDataString(resource)}\n");
        try
        {
            using var weights = SafetensorsFile.Open(file);
            text.Append(CultureInfo.InvariantCulture, $"sound\t{new FileInfo(file).Length}\n");
            foreach (var tensor in weights.Tensors.Values.OrderBy(t => t.Begin).ThenBy(t => t.Name, StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"{TensorTypes.Name(tensor.Type)}\t{weights.DataStart + tensor.Begin}\t{string.Join(',', tensor.Shape)}\t{Uri.EscapeDataString(tensor.Name)}\n");
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            text.Append("missing\n");
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            var reason = e.Message.StartsWith(file + ": ", StringComparison.Ordinal) ? e.Message[(file.Length + 2)..] : e.Message;
            text.Append("damaged\t").Append(Uri.EscapeDataString(reason.TrimEnd('.'))).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>A file that has not changed keeps its time, so that nothing is compiled again for it.</summary>
    static void Write(string path, string text)
    {
        if (!File.Exists(path) || File.ReadAllText(path) != text) File.WriteAllText(path, text);
    }
}
