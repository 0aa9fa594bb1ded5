namespace NetGen.Serialization;

/// <summary>Replaces files so that at every moment, even if the process is killed or the machine goes down, either the old or the new one is there,
/// whole.</summary>
static class AtomicFile
{
    /// <summary>Writes a file beside the one to replace, forces it to the disk, and renames it over that.</summary>
    /// <param name="path">The file to replace or create.</param>
    /// <param name="write">Writes its content.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var (target, folder) = Place(path);
        var temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Finds out early that a file has no folder to be written to.</summary>
    /// <param name="path">The file that will be replaced or created.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static void CheckFolder(string path) => Place(path);

    static (string Target, string Folder) Place(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        // What a link points to is replaced, not the link.
        var file = new FileInfo(path);
        var target = file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        var folder = Path.GetDirectoryName(target) ?? ".";
        return Directory.Exists(folder) ? (target, folder) : throw new DirectoryNotFoundException($"'{path}' can't be written: there is no folder '{folder}'.");
    }
}
