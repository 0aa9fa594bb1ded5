namespace NetGen.Package.Tests;

/// <summary>The sample NativeLibrary: a network for C, in a library with its header.</summary>
public sealed class NativeLibraryTests(PackageFeed feed)
{
    const string Weights = "fashion-cnn.safetensors";
    const int Starts = 100;

    [PackageFact]
    public async Task Library_IsCalledFromCAndFromPython_WithoutErrorsOfMemory()
    {
        var sample = feed.Sample("NativeLibrary", beside: "AotClassifier");
        var folder = Path.Combine(sample, "native");
        (await feed.BuildAsync(sample, "publish", "-o", folder)).Succeeded();
        var library = Assert.Single(Directory.GetFiles(folder), file => Path.GetExtension(file) != ".h");
        Assert.Equal("fashion_cnn.h", Path.GetFileName(Assert.Single(Directory.GetFiles(folder), file => file != library)));

        var source = feed.Consumer("Native");
        var (program, weights) = (Path.Combine(folder, "test"), Path.Combine(sample, "../AotClassifier", Weights));
        var compiler = Dotnet.Find("clang") ?? "gcc";
        (await Dotnet.RunAsync(compiler, folder, "-std=c11", "-Wall", "-Wextra", "-Werror", "-g", "-O1", "-pthread", $"-I{folder}", Path.Combine(source,
            "test.c"), library, "-o", program))
            .Succeeded();
        var outputs = (await Dotnet.RunAsync(program, folder, weights)).Succeeded().Numbers("outputs");
        Assert.Equal(10, outputs.Length);
        // The runtime starts with the first call, on several threads at once; what goes wrong there goes wrong once in a hundred times.
        for (var i = 0; i < Starts; i++) (await Dotnet.RunAsync(program, folder, weights)).Succeeded();

        // A header in C++ is another language's.
        (await Dotnet.RunAsync(compiler, folder, "-x", "c++", "-fsyntax-only", "-Wall", "-Werror", Path.Combine(folder, "fashion_cnn.h"))).Succeeded();

        if (Dotnet.Find("python3") is { } python)
            Assert.Equal(outputs, (await Dotnet.RunAsync(python, folder, Path.Combine(source, "test.py"), library)).Succeeded().Numbers("outputs"));

        if (Dotnet.Find("valgrind") is { } valgrind)
        {
            // The runtime's own threads are there until the process ends, and so is what they use.
            var run = (await Dotnet.RunAsync(
                valgrind, folder, "--error-exitcode=9", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect",
                    "--show-leak-kinds=definite,indirect", program, weights)).Succeeded();
            Assert.Contains("ERROR SUMMARY: 0 errors", run.Output, StringComparison.Ordinal);
        }
    }
}
