using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using NetGen.Serialization;

namespace NetGen.Build;

/// <summary>
/// Describes files of weights for the generator, which can read texts only: a line each for the version, the path, the state of the file, with its hash where
/// it is sound, and its tensors, which are type, shape and name, apart by tabs. What is wrong with a file is no error here; the generator reports it where the
/// file is named.
/// </summary>
public sealed class DescribeWeights : Microsoft.Build.Utilities.Task
{
    const string Version = "netgen weights 2";

    /// <summary>The project's files of weights.</summary>
    [Required]
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>Where the descriptions are written.</summary>
    [Required]
    public string OutputFolder { get; set; } = "";

    /// <summary>The descriptions.</summary>
    [Output]
    public ITaskItem[] Descriptions { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        Directory.CreateDirectory(OutputFolder);
        var descriptions = new List<ITaskItem>();
        foreach (var file in Files.DistinctBy(file => file.GetMetadata("FullPath")))
        {
            var path = file.ItemSpec.Replace('\\', '/');
            // Two paths may differ in nothing that is left of them.
            var name = string.Concat(path.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'));
            var description = Path.Combine(OutputFolder, string.Create(CultureInfo.InvariantCulture, $"{descriptions.Count}{name}.netgenweights"));
            Write(description, Describe(file.GetMetadata("FullPath"), path));
            descriptions.Add(new TaskItem(description));
        }
        Descriptions = [.. descriptions];
        return true;
    }

    static string Describe(string file, string path)
    {
        var text = new StringBuilder($"{Version}\n{Uri.EscapeDataString(path)}\n");
        try
        {
            using var weights = SafetensorsFile.Open(file);
            if (weights.IsCheckpoint) return text.Append("checkpoint\n").ToString();
            using var content = File.OpenRead(file);
            text.Append(CultureInfo.InvariantCulture, $"sound\t{Convert.ToHexStringLower(SHA256.HashData(content))}\n");
            foreach (var tensor in weights.Tensors.Values.OrderBy(t => t.Begin).ThenBy(t => t.Name, StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"{TensorTypes.Name(tensor.Type)}\t{string.Join(',', tensor.Shape)}\t{Uri.EscapeDataString(tensor.Name)}\n");
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
