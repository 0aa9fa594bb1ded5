using System.Security.Cryptography;

namespace NetGen.Data;

/// <summary>The four files of Fashion-MNIST: where they are looked for, and how they are downloaded.</summary>
/// <remarks>Xiao, Rasul, Vollgraf 2017, arXiv:1708.07747; URLs and MD5 sums as published at github.com/zalandoresearch/fashion-mnist.</remarks>
public static class FashionMnistFiles
{
    /// <summary>The environment variable that names a folder with the files.</summary>
    public const string FolderVariable = "NETGEN_FASHION_MNIST";

    /// <summary>Where Debian's package <c>dataset-fashion-mnist</c> puts the files.</summary>
    public const string DebianFolder = "/usr/share/datasets/fashion-mnist";

    internal const string TrainImages = "train-images-idx3-ubyte";
    internal const string TrainLabels = "train-labels-idx1-ubyte";
    internal const string TestImages = "t10k-images-idx3-ubyte";
    internal const string TestLabels = "t10k-labels-idx1-ubyte";

    /// <summary>More than the longest of the files, so that a server that never ends doesn't fill the disk.</summary>
    const long LongestDownload = 64 << 20;

    static readonly Uri Published = new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/");

    static readonly (string Name, string MD5)[] Downloads =
    [
        (TrainImages + ".gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
        (TrainLabels + ".gz", "25c81989df183df01b3e8a0aad5dffbe"),
        (TestImages + ".gz", "bef4ecab320f06d8554ea6380940ec79"),
        (TestLabels + ".gz", "bb300cfdad3c16e7a12a480ee83cd310"),
    ];

    /// <summary>Where <see cref="DownloadAsync"/> puts the files by default, below the user's folder for application data.</summary>
    public static string CacheFolder
    {
        get
        {
            var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return Path.Combine(data.Length == 0 ? Path.GetTempPath() : data, "NetGen", "fashion-mnist");
        }
    }

    /// <summary>
    /// The folder of the files: the one that <see cref="FolderVariable"/> names, <see cref="DebianFolder"/>, <see cref="CacheFolder"/>, or one of
    /// <paramref name="others"/>, whichever is the first to hold all four.
    /// </summary>
    /// <param name="others">Where to look last.</param>
    /// <returns>The folder, or <see langword="null"/> where the files are nowhere.</returns>
    /// <exception cref="DirectoryNotFoundException"><see cref="FolderVariable"/> is set, and its folder doesn't hold the files.</exception>
    public static string? Find(params ReadOnlySpan<string> others)
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named)
        {
            CheckFolder(named, $"The environment variable {FolderVariable} names '{named}'");
            return named;
        }
        string[] folders = [DebianFolder, CacheFolder, .. others];
        return Array.Find(folders, HoldsAll);
    }

    /// <summary>Whether a folder holds all four files, plain or with the extension <c>.gz</c>.</summary>
    public static bool HoldsAll(string folder) => Missing(folder) is null;

    /// <summary>
    /// Downloads the four files from where they were published, and checks their MD5 sums. A file that is there already and is right is kept.
    /// </summary>
    /// <param name="folder">Where to put them; <see cref="CacheFolder"/> by default. It is created.</param>
    /// <param name="client">What makes the requests; by default one of its own.</param>
    /// <param name="progress">Is told the name of each file that is about to be downloaded.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="HttpRequestException">A file can't be had.</exception>
    /// <exception cref="InvalidDataException">A file's MD5 sum isn't the published one. Nothing is kept of it.</exception>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public static Task<string> DownloadAsync(
        string? folder = null, HttpClient? client = null, IProgress<string>? progress = null, CancellationToken cancellationToken = default) =>
        DownloadAllAsync(Downloads, folder, client, progress, cancellationToken);

    internal static async Task<string> DownloadAllAsync(
        (string Name, string MD5)[] downloads, string? folder, HttpClient? client, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        folder ??= CacheFolder;
        Directory.CreateDirectory(folder);
        using var own = client is null ? new HttpClient() : null;
        foreach (var (name, sum) in downloads)
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path) && await SumAsync(path, cancellationToken).ConfigureAwait(false) == sum)
                continue;

            progress?.Report(name);
            await FetchAsync((client ?? own)!, new Uri(Published, name), sum, path, cancellationToken).ConfigureAwait(false);
        }
        return folder;
    }

    /// <summary>The path of one of the files in a folder that <see cref="CheckFolder"/> has accepted.</summary>
    internal static string Locate(string folder, string name)
    {
        var zipped = Path.Combine(folder, name + ".gz");
        return File.Exists(zipped) ? zipped : Path.Combine(folder, name);
    }

    internal static void CheckFolder(string folder, string who)
    {
        if (Missing(folder) is { } missing)
        {
            throw new DirectoryNotFoundException(Directory.Exists(folder)
                ? $"{who}, which doesn't hold '{missing}.gz'. All four files of Fashion-MNIST are needed."
                : $"{who}, which isn't there. A folder with the four files of Fashion-MNIST is needed.");
        }
    }

    static string? Missing(string folder) =>
        Array.Find([TrainImages, TrainLabels, TestImages, TestLabels], name => !File.Exists(Locate(folder, name)));

    static async Task FetchAsync(HttpClient client, Uri source, string sum, string path, CancellationToken cancellationToken)
    {
        // A name of its own until the sum is right, so that a download that breaks off never looks like a file.
        var partial = $"{path}.{Environment.ProcessId}.part";
        try
        {
            using (var response = await client.GetAsync(source, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false))
            {
                response.EnsureSuccessStatusCode();
                var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None);
                await using (body.ConfigureAwait(false))
                await using (file.ConfigureAwait(false))
                    await CopyAsync(body, file, source, cancellationToken).ConfigureAwait(false);
            }
            var found = await SumAsync(partial, cancellationToken).ConfigureAwait(false);
            if (found != sum)
                throw new InvalidDataException($"'{source}' sent something else than the published file: its MD5 sum is {found}, not {sum}. Nothing was kept.");
            File.Move(partial, path, overwrite: true);
        }
        catch (HttpRequestException e)
        {
            throw new HttpRequestException($"'{source}' can't be downloaded: {e.Message}", e, e.StatusCode);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    static async Task CopyAsync(Stream body, FileStream file, Uri source, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        long length = 0;
        while (await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            if ((length += read) > LongestDownload)
                throw new InvalidDataException($"'{source}' sends more than {LongestDownload} bytes, which none of the files has. Nothing was kept.");
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
    }

    static async Task<string> SumAsync(string path, CancellationToken cancellationToken)
    {
        var file = File.OpenRead(path);
        await using (file.ConfigureAwait(false))
#pragma warning disable CA5351 // The published sums are MD5: they tell a damaged file, not a forged one.
            return Convert.ToHexStringLower(await MD5.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
#pragma warning restore CA5351
    }
}
