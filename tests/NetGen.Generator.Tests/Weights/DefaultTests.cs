using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
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
            public static void SaveDefault(string path) => Net.Default.Save(path);
            public static NetGen.ParameterSet Parameters() => Net.Default.Parameters;
            public static NetGen.ParameterSet LoadedParameters(string path, float[] x)
            {
                var net = Net.Load(path);
                Of(net, x);
                return net.Parameters;
            }
            public static void MarkChanged() => Net.Default.Parameters.MarkChanged();
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
    [InlineData("F32")]
    [InlineData("F64")]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void Default_SaysWhatTheLoadedNetworkDoes(string type)
    {
        using var program = Program(type);
        var x = Samples(3);
        var actual = (float[])program.Call("Use", "Default", x)!;
        Assert.Equal((float[])program.Call("Use", "Loaded", Weights, x)!, actual);
        Assert.Contains(actual, value => value != 0);
    }

    [Fact]
    public unsafe void Default_HasTheArenaOfALoadedNetworkThatHasPredicted_BitForBit()
    {
        using var program = Program();
        var loaded = (ParameterSet)program.Call("Use", "LoadedParameters", Weights, Samples(1))!;
        var parameters = (ParameterSet)program.Call("Use", "Parameters")!;
        Assert.True(parameters.Info.DerivedFloats > 0);
        var floats = (int)parameters.Info.ParameterFloats + parameters.Info.DerivedFloats;
        Assert.Equal(new Span<int>(loaded.Pointer, floats).ToArray(), new Span<int>(parameters.Pointer, floats).ToArray());
        Assert.Equal(0u, (nuint)parameters.Pointer % 64);
        GC.KeepAlive(loaded);
    }

    [Fact]
    public void Save_OfDefault_WritesTheFileThatItCameFrom()
    {
        using var program = Program();
        var saved = Path.Combine(folder, "saved.safetensors");
        program.Call("Use", "SaveDefault", saved);
        Assert.Equal(File.ReadAllBytes(Weights), File.ReadAllBytes(saved));
    }

    [Fact]
    public void Default_IsShared_AndReadOnly()
    {
        using var program = Program();
        Assert.True((bool)program.Call("Use", "IsShared")!);
        var parameters = (ParameterSet)program.Call("Use", "Parameters")!;
        Assert.True(parameters.IsReadOnly);
        Assert.Equal(5, parameters["0.bias"].ToArray().Length);
        foreach (var method in (string[])["Train", "Initialize", "MarkChanged"])
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
    public void Program_ThatTheBuildHasNotPutWeightsInto_SaysSo()
    {
        using var program = Program(embeds: false);
        var exception = Assert.Throws<TypeInitializationException>(() => program.Call("Use", "Parameters"));
        Assert.StartsWith("Net: the weights are not in the program. The target NetGenEmbedWeights", exception.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NetworkInAGenericType_HasItsDefault()
    {
        var consumer = Consumer.Of("""
            public static partial class Box<T>
            {
                [Network, Input(4), Linear(3), ReLU, Linear(2), Weights("mlp.safetensors")]
                public partial class @class;
            }

            public static class Use
            {
                public static void Save(string path) => Box<int>.@class.Create(3).Save(path);
                public static float[] First() => Box<string>.@class.Default.Parameters["0.bias"].ToArray();
            }
            """) with
        { Weights = [WeightsText.Sound("mlp.safetensors", WeightsText.Tensors)], WeightsFile = Weights, Vectors = "128" };
        using (var program = (consumer with { WeightsFile = "" }).Build(emit: true).AssertClean().Load()) program.Call("Use", "Save", Weights);
        using var complete = consumer.Build(emit: true).Load();
        using var file = SafetensorsFile.Open(Weights);
        Assert.Equal(file.ReadSingles("0.bias"), (float[])complete.Call("Use", "First")!);
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
            hash: "decaf")]).RunGenerators(consumer.CreateCompilation(), token);
        var steps = driver.GetRunResult().Results[0].TrackedSteps;
        Assert.All(steps[TrackingNames.Files].SelectMany(step => step.Outputs), output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
        Assert.Contains(steps[TrackingNames.Defaults].SelectMany(step => step.Outputs), output => output.Reason == IncrementalStepRunReason.Modified);
    }

    static float[] Samples(int count) => [.. Enumerable.Range(0, count * 72).Select(i => MathF.Sin(i))];

    /// <summary>The program with the weights of its own <c>Save</c>, their elements in another type if need be.</summary>
    LoadedProgram Program(string type = "F32", bool embeds = true)
    {
        using (var program = (Consumer.Of(Source) with
        {
            EditorConfig = "[*.cs]\ndotnet_diagnostic.NG0040.severity = none",
            CompilesKernels = false
        }).Build(emit: true).Load())
            program.Call("Use", "Save", Weights);
        if (type != "F32") Convert(type);
        ImmutableArray<(string, string, int[])> tensors;
        using (var file = SafetensorsFile.Open(Weights))
            tensors = [.. file.Tensors.Values.Select(t => (t.Name, type, t.Shape.Select(size => (int)size).ToArray()))];
        var consumer = Consumer.Of(Source) with { Weights = [WeightsText.Sound("net.safetensors", tensors)], WeightsFile = embeds ? Weights : "" };
        return consumer.Build(emit: true).AssertClean().Load();
    }

    /// <summary>Writes the file of weights anew, with elements of another type.</summary>
    void Convert(string type)
    {
        var (data, header) = (new MemoryStream(), new Dictionary<string, object>());
        using (var file = SafetensorsFile.Open(Weights))
        {
            using var writer = new BinaryWriter(data, Encoding.UTF8, leaveOpen: true);
            foreach (var tensor in file.Tensors.Values)
            {
                var begin = data.Position;
                foreach (var value in file.ReadSingles(tensor.Name))
                {
                    if (type == "F64") writer.Write((double)value);
                    else if (type == "F16") writer.Write((Half)value);
                    else writer.Write((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));
                }
                header[tensor.Name] = new { dtype = type, shape = tensor.Shape, data_offsets = new[] { begin, data.Position } };
            }
        }
        var text = JsonSerializer.SerializeToUtf8Bytes(header);
        File.WriteAllBytes(Weights, [.. BitConverter.GetBytes((long)text.Length), .. text, .. data.ToArray()]);
    }
}
