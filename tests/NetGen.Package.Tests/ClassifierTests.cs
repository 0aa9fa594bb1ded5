using System.Globalization;
using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace NetGen.Package.Tests;

/// <summary>The sample AotClassifier: a trained network as one native file.</summary>
public sealed class ClassifierTests(PackageFeed feed)
{
    /// <summary>The bytes of the program without those of its weights, when that was last looked at.</summary>
    const long Baseline = 1_812_584;

    /// <summary>How far from it the size may be, either way: what became smaller is to be looked at and kept.</summary>
    const double Tolerance = 0.05;

    const long Most = 2_000_000;

    const string Weights = "fashion-cnn.safetensors";

    /// <summary>
    /// The program that runs on its system, and the same as the Dockerfile has it built, which differs in how it is linked. What the linker says of users'
    /// names is no concern of a program that looks up none.
    /// </summary>
    [PackageFact]
    public async Task Publish_IsOneSmallFile_ThatSaysWhatIsOnImages_AndRunsWithNothingAroundIt()
    {
        var folder = feed.Sample("AotClassifier");
        var published = Path.Combine(folder, "native");
        var publish = (await feed.BuildAsync(folder, "publish", "-o", published)).Succeeded();
        Assert.Contains("NetGen: compiling for processors with AVX2 and FMA (x86-64-v3).", publish.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", publish.Output, StringComparison.OrdinalIgnoreCase);
        var program = Assert.Single(Directory.GetFileSystemEntries(published));

        var weights = WeightsOf(Path.Combine(folder, "obj", "Release", "net10.0", RuntimeInformation.RuntimeIdentifier, "AotClassifier.dll"));
        var (address, isWritable) = new ElfFile(program).Find(weights.AsSpan(0, 256));
        Assert.Equal(0, address % 64);
        Assert.False(isWritable);

        var bytes = new FileInfo(program).Length - weights.Length;
        TestContext.Current.SendDiagnosticMessage("AotClassifier has {0} bytes without its weights.", bytes);
        Assert.True(bytes <= Most, $"The program has {bytes} bytes without its weights; {Most} are allowed.");
        Assert.True(
            Math.Abs(bytes - Baseline) <= Tolerance * Baseline,
            $"The program has {bytes} bytes without its weights, which is more than {Tolerance:P0} from {Baseline}. If that is right, it is the new baseline.");

        var said = await SaysWhatIsOnImagesAsync(folder, program);
        await IsRightOnRealImagesAsync(folder, program);
        Directory.Delete(Path.Combine(folder, "bin", "Release", "net10.0", RuntimeInformation.RuntimeIdentifier, "native"), recursive: true);
        await RunsWithNothingAroundItAsync(folder, said);
    }

    async Task RunsWithNothingAroundItAsync(string folder, string said)
    {
        var file = new Dockerfile(PackageFeed.Source("samples/AotClassifier/Dockerfile"));
        var command = Assert.Single(file.Of("RUN"), run => run.StartsWith("dotnet publish ", StringComparison.Ordinal));
        var published = Path.Combine(folder, "static");
        var properties = command.Split(' ').Where(word => word.StartsWith("-p:", StringComparison.Ordinal));
        if (Dotnet.Find("clang") is null || Dotnet.Find("ld.lld") is null) return;
        (await feed.BuildAsync(folder, "publish", ["--no-build", "-o", published, .. properties])).Succeeded();
        var program = Assert.Single(Directory.GetFileSystemEntries(published));
        Assert.True(new ElfFile(program).IsStatic);

        // As in a container, with the image beside it.
        if (!Environment.IsPrivilegedProcess) return;
        File.Copy(Path.Combine(folder, "image.idx"), Path.Combine(published, "image.idx"));
        var run = (await Dotnet.RunAsync("chroot", folder, published, "/AotClassifier", "/image.idx", "--json", "--top", "10")).Succeeded();
        Assert.Equal(said, run.Output.Trim().Replace("/image.idx", Path.Combine(folder, "image.idx"), StringComparison.Ordinal));
    }

    [PackageFact]
    public void Dockerfile_CopiesTheProgramThatItPublishes_IntoAnEmptyImage()
    {
        var file = new Dockerfile(PackageFeed.Source("samples/AotClassifier/Dockerfile"));
        Assert.Equal(["FROM", "RUN", "WORKDIR", "COPY", "RUN", "FROM", "COPY", "ENTRYPOINT"], file.Instructions.Select(instruction => instruction.Name));
        Assert.Equal(["mcr.microsoft.com/dotnet/sdk:10.0 AS build", "scratch"], file.Of("FROM"));
        Assert.Equal(
            "dotnet publish samples/AotClassifier -c Release -p:StaticExecutable=true -p:LinkerFlavor=lld -o /out",
            file.Of("RUN")[1]);
        Assert.Equal([". .", "--from=build /out/AotClassifier /AotClassifier"], file.Of("COPY"));
        Assert.Equal(["[\"/AotClassifier\"]"], file.Of("ENTRYPOINT"));
    }

    /// <summary>The weights in an assembly: the section that the build has added.</summary>
    static byte[] WeightsOf(string assembly)
    {
        using var reader = new PEReader(File.OpenRead(assembly));
        var section = reader.PEHeaders.SectionHeaders.Single(section => section.Name == ".weights");
        return [.. reader.GetSectionData(section.Name).GetContent(0, section.VirtualSize)];
    }

    [PackageFact]
    public async Task DamagedWeights_AreNG0041_AtTheirAttribute()
    {
        var folder = feed.Sample("AotClassifier");
        var weights = Path.Combine(folder, Weights);
        await File.WriteAllBytesAsync(weights, (await File.ReadAllBytesAsync(weights, TestContext.Current.CancellationToken))[..^4],
            TestContext.Current.CancellationToken);
        await FailsAsync(folder,
            "error NG0041: 'Weights(\"fashion-cnn.safetensors\")' names a file that isn't a sound safetensors file: tensor '17.bias': it ends at byte");

        File.Delete(weights);
        await FailsAsync(folder, "error NG0040: 'Weights(\"fashion-cnn.safetensors\")' names a file that isn't found: the project has <NetGenWeights Include=\"fashion-cnn.safetensors\" />");
    }

    [PackageFact]
    public async Task WeightsOfAnotherNetwork_AreNG0042_AtTheirAttribute()
    {
        var folder = feed.Sample("AotClassifier");
        var networks = Path.Combine(folder, "Networks.cs");
        var source = await File.ReadAllTextAsync(networks, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(networks, source.Replace("Linear(128)", "Linear(100)", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await FailsAsync(folder, "error NG0042: 'Weights(\"fashion-cnn.safetensors\")' doesn't fit 'FashionCnn': '14.weight' has shape [128, 1152] in the file and [100, 1152] in the network;");
    }

    [PackageFact]
    public async Task Checkpoint_InPlaceOfWeights_IsNG0042_AtTheirAttribute()
    {
        var folder = feed.Sample("AotClassifier");
        // A header without tensors: what it says of itself is enough.
        var header = """{"__metadata__":{"netgen.checkpoint":"1"}}"""u8.ToArray();
        await File.WriteAllBytesAsync(Path.Combine(folder, Weights), [.. BitConverter.GetBytes((long)header.Length), .. header], TestContext.Current.CancellationToken);
        await FailsAsync(folder, "error NG0042: 'Weights(\"fashion-cnn.safetensors\")' doesn't fit 'FashionCnn': it is a checkpoint, with an optimizer's state beside the weights:");
    }

    async Task FailsAsync(string folder, string error)
    {
        var build = await feed.BuildAsync(folder, "build");
        Assert.NotEqual(0, build.ExitCode);
        Assert.Contains($"Networks.cs(10,2): {error}", build.Output, StringComparison.Ordinal);
        Assert.Contains(" 1 Error(s)", build.Output, StringComparison.Ordinal);
    }

    /// <returns>What is said of the IDX file.</returns>
    static async Task<string> SaysWhatIsOnImagesAsync(string folder, string program)
    {
        // An image that isn't of clothes, as IDX and as PNG: what is on it doesn't matter, but both say the same.
        var pixels = Enumerable.Range(0, 784).Select(i => (byte)(i % 28 is > 8 and < 20 && i / 28 is > 2 and < 26 ? 200 - i % 50 : 0)).ToArray();
        var (idx, png) = (Path.Combine(folder, "image.idx"), Path.Combine(folder, "image.png"));
        await File.WriteAllBytesAsync(idx, [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28, .. pixels], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(png, Png.Encode(pixels, 28), TestContext.Current.CancellationToken);

        var json = (await Dotnet.RunAsync(program, folder, idx, png, "--json", "--top", "10")).Succeeded().Output.Split('\n',
            StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, json.Length);
        var (first, second) = (Probabilities(json[0]), Probabilities(json[1]));
        Assert.Equal(first, second);
        Assert.Equal(10, first.Count);
        Assert.Equal(1, first.Values.Sum(), 1e-5);
        Assert.Equal(first.Values.Order().Reverse(), first.Values);

        var text = (await Dotnet.RunAsync(program, folder, png, "--top", "1")).Succeeded().Output.Trim();
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{png} 0:  {first.First().Key} {100 * first.First().Value:0.0} %"), text);

        Assert.Equal(1, (await Dotnet.RunAsync(program, folder, Path.Combine(folder, "Networks.cs"))).ExitCode);
        Assert.Equal(2, (await Dotnet.RunAsync(program, folder, "--top", "0", png)).ExitCode);
        return json[0];
    }

    /// <summary>Images that it hasn't learned, as they are shipped, gzipped, by a file and by standard input.</summary>
    static async Task IsRightOnRealImagesAsync(string folder, string program)
    {
        const int Images = 500;
        var images = PackageFeed.PathOf("samples/FashionMnist/data/t10k-images-idx3-ubyte.gz");
        using var labels = new GZipStream(File.OpenRead(PackageFeed.PathOf("samples/FashionMnist/data/t10k-labels-idx1-ubyte.gz")), CompressionMode.Decompress);
        var classOf = new byte[8 + Images];
        await labels.ReadExactlyAsync(classOf, TestContext.Current.CancellationToken);
        string[] classes = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];
        string[] options = ["--json", "--top", "1", "--limit", Images.ToString(CultureInfo.InvariantCulture)];

        var said = (await Dotnet.RunAsync(program, folder, [images, .. options])).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Images, said.Length);
        var right = said.Zip(classOf.Skip(8), (line, label) => Probabilities(line).Keys.Single() == classes[label] ? 1 : 0).Sum();
        Assert.True(right >= 0.9 * Images, $"{right} of {Images} images are classified right.");

        var bytes = await File.ReadAllBytesAsync(images, TestContext.Current.CancellationToken);
        var input = (await Dotnet.RunAsync(program, folder, bytes, ["-", .. options])).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(said.Select(Probabilities), input.Select(Probabilities));
    }

    static Dictionary<string, double> Probabilities(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("classes").EnumerateArray()
            .ToDictionary(c => c.GetProperty("class").GetString()!, c => c.GetProperty("probability").GetDouble());
    }
}
