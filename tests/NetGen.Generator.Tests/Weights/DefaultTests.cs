using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using NetGen.Generator.Tests.Harness;
using NetGen.Serialization;

namespace NetGen.Generator.Tests.Weights;

/// <summary>A network that is part of the program with its weights.</summary>
public sealed class DefaultTests : IDisposable
{
    const string Source = """
        [Network, Input(2, 6, 6)]
        [Conv2d(5, 3), BatchNorm, ReLU, MaxPool2d(2), Flatten, Linear(35), PReLU, Linear(3)]
        [Loss(Loss.CrossEntropy), Weights("net.safetensors")]
        public partial class Net;

        public static class Use
        {
            public static float[] Default(float[] x) => Of(Net.Default, x);
            public static float[] Loaded(string path, float[] x) => Of(Net.Load(path), x);
            public static void Save(string path)
            {
                var net = Net.Create(7);
                foreach (var view in net.Parameters.Views)
                {
                    if (view.Info.Name.EndsWith("running_mean")) view.CopyFrom([0.1f, -0.2f, 0.3f, 0.4f, -0.5f]);
                    if (view.Info.Name.EndsWith("running_var")) view.CopyFrom([1.1f, 0.7f, 2, 1.5f, 0.9f]);
                }
                net.Save(path);
            }
            public static NetGen.ParameterSet Parameters() => Net.Default.Parameters;
            public static bool IsShared() => ReferenceEquals(Net.Default, Net.Default);
            public static void Train() => new Net.Trainer(Net.Default, new AdamW(0.01));
            public static void LoadInto(string path) => Net.Default.Parameters.Load(path);
            public static void Initialize() => Net.Default.Parameters.Initialize(1);
            public static float Copy()
            {
                var own = Net.Create();
                Net.Default.Parameters.CopyTo(own.Parameters);
                new Net.Trainer(own, new AdamW(0.01)).Step(new float[2 * Net.InputSize], [0, 1]);
                return own.Parameters["0.bias"].ToArray()[0];
            }
            static float[] Of(Net net, float[] x)
            {
                var y = new float[x.Length / Net.InputSize * Net.OutputSize];
                net.Predict(x, y);
                return y;
            }
        }
        """;

    readonly string folder = Directory.CreateTempSubdirectory("netgen-weights-").FullName;

    string Weights => Path.Combine(folder, "net.safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("F32", 0)]
    [InlineData("F64", 0)]
    [InlineData("F16", 2e-3)]
    [InlineData("BF16", 2e-2)]
    public void Default_SaysWhatTheLoadedNetworkDoes(string type, double tolerance)
    {
        using var program = Program(type);
        var x = Enumerable.Range(0, 3 * 72).Select(i => MathF.Sin(i)).ToArray();
        var expected = (float[])program.Call("Use", "Loaded", Weights, x)!;
        var actual = (float[])program.Call("Use", "Default", x)!;
        Assert.All(expected.Zip(actual), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= tolerance, $"{pair.First} and {pair.Second}"));
        Assert.Contains(actual, value => value != 0);
    }

    [Fact]
    public void Default_IsShared_AndReadOnly()
    {
        using var program = Program();
        Assert.True((bool)program.Call("Use", "IsShared")!);
        var parameters = (ParameterSet)program.Call("Use", "Parameters")!;
        Assert.True(parameters.IsReadOnly);
        Assert.Equal(5, parameters["0.bias"].ToArray().Length);
        foreach (var method in (string[])["Train", "Initialize"])
        {
            var exception = Assert.Throws<InvalidOperationException>(() => program.Call("Use", method));
            Assert.StartsWith("These parameters of Net are part of the program and shared, so that they can't be changed.", exception.Message,
                StringComparison.Ordinal);
        }
        Assert.Throws<InvalidOperationException>(() => program.Call("Use", "LoadInto", Weights));
        Assert.Throws<InvalidOperationException>(() => parameters["0.bias"].CopyFrom(new float[5]));
        Assert.Throws<InvalidOperationException>(() => parameters.Arena[0]);
    }

    [Fact]
    public void Copy_OfDefault_CanBeTrained()
    {
        using var program = Program();
        var before = ((ParameterSet)program.Call("Use", "Parameters")!)["0.bias"].ToArray()[0];
        Assert.NotEqual(before, (float)program.Call("Use", "Copy")!);
    }

    [Fact]
    public void Resource_ThatIsNotTheCheckedFile_IsAnError()
    {
        using var program = Program(resource: bytes => bytes[..^4]);
        var exception = Assert.Throws<TypeInitializationException>(() => program.Call("Use", "Parameters"));
        Assert.Contains("the program's resource 'NetGen.Weights/net.safetensors' has", exception.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Default_WhereTheFaultWasMadeAWarning_Throws()
    {
        var consumer = Consumer.Of(Source) with { EditorConfig = "[*.cs]\ndotnet_diagnostic.NG0040.severity = none", CompilesKernels = false };
        using var program = consumer.Build(emit: true).Load();
        var exception = Assert.Throws<InvalidOperationException>(() => program.Call("Use", "Parameters"));
        Assert.Equal("The weights of Net are not part of the program, for they didn't fit when it was built.", exception.Message);
    }

    [Fact]
    public void Edit_OfTheWeights_KeepsTheNetwork()
    {
        var consumer = WeightsText.Fitting(Consumer.Of(WeightsText.Network));
        var token = TestContext.Current.CancellationToken;
        var driver = consumer.CreateDriver().RunGenerators(consumer.CreateCompilation(), token);
        driver = driver.ReplaceAdditionalTexts([WeightsText.Sound("mlp.safetensors", WeightsText.Tensors,
            begin: 108)]).RunGenerators(consumer.CreateCompilation(), token);
        var steps = driver.GetRunResult().Results[0].TrackedSteps;
        Assert.All(steps[TrackingNames.Files].SelectMany(step => step.Outputs), output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
        Assert.Contains(steps[TrackingNames.Defaults].SelectMany(step => step.Outputs), output => output.Reason == IncrementalStepRunReason.Modified);
    }

    /// <summary>The program with the weights of its own <c>Save</c>, their elements in another type if need be.</summary>
    LoadedProgram Program(string type = "F32", Func<byte[], byte[]>? resource = null)
    {
        using (var program = (Consumer.Of(Source) with
        {
            EditorConfig = "[*.cs]\ndotnet_diagnostic.NG0040.severity = none",
            CompilesKernels = false
        }).Build(emit: true).Load())
            program.Call("Use", "Save", Weights);
        var (text, bytes) = Describe(type);
        bytes = resource?.Invoke(bytes) ?? bytes;
        var consumer = Consumer.Of(Source) with
        {
            Weights = [text],
            Resources = [new("NetGen.Weights/net.safetensors", () => new MemoryStream(bytes), isPublic: true)],
        };
        return consumer.Build(emit: true).AssertClean().Load();
    }

    (WeightsText Text, byte[] Bytes) Describe(string type)
    {
        using var file = SafetensorsFile.Open(Weights);
        var tensors = file.Tensors.Values.OrderBy(t => t.Begin).ToList();
        var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        // The header's content is the task's concern; here there is none, and its place is empty.
        writer.Write(new byte[100]);
        foreach (var value in tensors.SelectMany(tensor => file.ReadSingles(tensor.Name)))
        {
            if (type == "F64") writer.Write((double)value);
            else if (type == "F16") writer.Write((Half)value);
            else if (type == "BF16") writer.Write((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));
            else writer.Write(value);
        }
        writer.Flush();
        ImmutableArray<(string, string, int[])> described = [.. tensors.Select(t => (t.Name, type, t.Shape.Select(size => (int)size).ToArray()))];
        return (WeightsText.Sound("net.safetensors", described), bytes.ToArray());
    }
}
