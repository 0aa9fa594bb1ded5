using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using NetGen.Assemblies;

namespace NetGen.Build;

/// <summary>
/// Writes the weights of the networks that have a <c>Default</c> into the assembly that was just compiled, as kernels read them. An assembly that has them
/// already stays as it is.
/// </summary>
public sealed class EmbedWeights : Microsoft.Build.Utilities.Task
{
    /// <summary>The assembly.</summary>
    [Required]
    public string AssemblyFile { get; set; } = "";

    /// <summary>The project's files of weights.</summary>
    [Required]
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>The assemblies that it was compiled with.</summary>
    [Required]
    public ITaskItem[] References { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        var bytes = File.ReadAllBytes(AssemblyFile);
        var temporary = AssemblyFile + ".weights";
        // The framework's are those that this task runs on itself: the references to it hold no code.
        var references = References.Where(reference => reference.GetMetadata("FrameworkReferenceName").Length == 0)
            .GroupBy(reference => reference.GetMetadata("Filename"), StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => group.First().GetMetadata("FullPath"), StringComparer.OrdinalIgnoreCase);
        var context = new BuiltAssembly(references);
        try
        {
            var assembly = new Lazy<System.Reflection.Assembly>(() => context.Load(bytes));
            bool written;
            using (var output = File.Create(temporary))
                written = WeightsEmbedding.Apply(bytes, output, (place, stream) => BuiltAssembly.Write(assembly.Value, place, PathOf(place.File), stream));
            if (written) File.Move(temporary, AssemblyFile, overwrite: true);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or BadImageFormatException or TypeLoadException or OverflowException)
        {
            Log.LogError($"NetGen can't write the weights into '{AssemblyFile}': {e.Message}");
        }
        finally
        {
            context.Unload();
            File.Delete(temporary);
        }
        return !Log.HasLoggedErrors;
    }

    string PathOf(string path) => Files.First(file => file.ItemSpec.Replace('\\', '/') == path).GetMetadata("FullPath");
}
