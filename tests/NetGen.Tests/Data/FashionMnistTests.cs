using System.Net;
using System.Security.Cryptography;
using NetGen.Data;

namespace NetGen.Tests.Data;

[Collection(nameof(FashionMnistTests))]     // these tests set an environment variable
public sealed class FashionMnistTests : IDisposable
{
    static readonly string[] Names =
        ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"];

    readonly TemporaryFolder folder = new();

    static string Shipped => Path.Combine(AppContext.BaseDirectory, "FashionMnist");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Subset_ThatIsShipped_IsBalancedAndSmall()
    {
        var data = FashionMnist.Load(Shipped);
        Assert.Equal((10_000, 2_000), (data.Train.Count, data.Test.Count));
        Assert.All(data.Train.Labels.ToArray().CountBy(l => l), c => Assert.Equal(1000, c.Value));
        Assert.All(data.Test.Labels.ToArray().CountBy(l => l), c => Assert.Equal(200, c.Value));
        Assert.False(data.IsComplete);
        Assert.InRange(Names.Sum(n => new FileInfo(Path.Combine(Shipped, n)).Length), 1, 6_000_000);
    }

    [Fact]
    public void Load_MissingFile_IsNamed()
    {
        File.Copy(Path.Combine(Shipped, Names[0]), folder[Names[0]]);
        Assert.Contains(Names[1], Assert.Throws<DirectoryNotFoundException>(() => FashionMnist.Load(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("isn't there", Assert.Throws<DirectoryNotFoundException>(() => FashionMnist.Load(folder["no"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_PrefersTheFolderOfTheVariable_AndRefusesAWrongOne()
    {
        var before = Environment.GetEnvironmentVariable(FashionMnistFiles.FolderVariable);
        try
        {
            Environment.SetEnvironmentVariable(FashionMnistFiles.FolderVariable, Shipped);
            Assert.Equal(Shipped, FashionMnistFiles.Find("elsewhere"));
            Environment.SetEnvironmentVariable(FashionMnistFiles.FolderVariable, folder.Path);
            Assert.Contains(
                FashionMnistFiles.FolderVariable, Assert.Throws<DirectoryNotFoundException>(() => FashionMnistFiles.Find()).Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(FashionMnistFiles.FolderVariable, before);
        }
    }

    [Fact]
    public async Task Download_AsksForTheFourFiles_AndRefusesOtherContent()
    {
        var asked = new List<string>();
        using var client = new HttpClient(new Stub(request =>
        {
            asked.Add(request.RequestUri!.AbsoluteUri);
            return new(HttpStatusCode.OK) { Content = new StringContent("<html>not it</html>") };
        }));
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => FashionMnistFiles.DownloadAsync(folder["new"], client, cancellationToken: Token));
        Assert.Contains("8d4fb7e6c68d591d4c3dfef9ec88bf0d", error.Message, StringComparison.Ordinal);
        Assert.Equal("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/train-images-idx3-ubyte.gz", Assert.Single(asked));
        Assert.Empty(Directory.GetFiles(folder["new"]));
    }

    [Fact]
    public async Task Download_RightContent_IsKept_AndNotAskedForAgain()
    {
        var asked = new List<string>();
        using var client = new HttpClient(new Stub(request =>
        {
            var name = request.RequestUri!.Segments[^1];
            asked.Add(name);
            return new(HttpStatusCode.OK) { Content = new ByteArrayContent(File.ReadAllBytes(Path.Combine(Shipped, name))) };
        }));
#pragma warning disable CA5351 // MD5 is what was published.
        var downloads = Names.Select(n => (n, Convert.ToHexStringLower(MD5.HashData(File.ReadAllBytes(Path.Combine(Shipped, n)))))).ToArray();
#pragma warning restore CA5351
        File.WriteAllText(folder[Names[2]], "half a file");
        for (var i = 0; i < 2; i++)
            await FashionMnistFiles.DownloadAllAsync(downloads, folder.Path, client, progress: null, Token);
        Assert.Equal(Names, asked);
        Assert.Equal(4, Directory.GetFiles(folder.Path).Length);
        Assert.Equal(10_000, FashionMnist.Load(folder.Path).Train.Count);
    }

    [Fact]
    public async Task Download_NotFound_NamesTheUrl_AndLeavesNothing()
    {
        using var client = new HttpClient(new Stub(_ => new(HttpStatusCode.NotFound)));
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => FashionMnistFiles.DownloadAsync(folder.Path, client, cancellationToken: Token));
        Assert.Contains("train-images-idx3-ubyte.gz", error.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, error.StatusCode);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    sealed class Stub(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request));
    }
}
