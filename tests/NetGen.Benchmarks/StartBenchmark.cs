using System.Diagnostics;
using System.Globalization;
using System.Text;
using NetGen.Onnx;
using NetGen.Onnx.Models;
using NetGen.Serialization;

namespace NetGen.Benchmarks;

/// <summary>
/// What shipping a trained network costs: size on disk, time from the start of a process to its first prediction, resident memory and latency, of programs
/// that are compiled ahead of time, one with NetGen's network and one with ONNX Runtime and the same network.
/// </summary>
sealed class StartBenchmark(string repository, int runs)
{
    const string NetGen = "NetGen", OnnxRuntime = "ONNX Runtime", Native = "NetGen for this processor", Jit = "NetGen under the JIT";
    const double Tolerance = 1e-4;

    /// <summary>Publishes both programs, runs them in turns, and gives the table.</summary>
    public string Markdown()
    {
        var folder = Directory.CreateTempSubdirectory("netgen-start-").FullName;
        try
        {
            var netGen = Publish("NetGen", Path.Combine(folder, "netgen"));
            var onnxRuntime = Publish("OnnxRuntime", Path.Combine(folder, "onnxruntime"));
            var jit = Publish("NetGen", Path.Combine(folder, "jit"), "-p:PublishAot=false", "--self-contained", "false");
            var native = Publish("NetGen", Path.Combine(folder, "native"), "-p:IlcInstructionSet=native");
            WriteModel(Path.Combine(folder, "onnxruntime", "model.onnx"));
            Contestant[] contestants = [new(NetGen, netGen), new(OnnxRuntime, onnxRuntime), new(Native, native), new(Jit, jit)];
            // The first run of each reads its files from the disk.
            for (var run = 0; run <= runs; run++)
                foreach (var contestant in contestants) contestant.Run(counts: run > 0);
            foreach (var other in contestants[1..]) other.CheckAgainst(contestants[0], Tolerance);
            return Table(contestants);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    string Publish(string program, string folder, params string[] options)
    {
        Console.Error.WriteLine($"Publishing {program}…");
        var project = Path.Combine(repository, "tests/NetGen.Benchmarks.Start", program);
        string[] arguments = ["publish", project, "-c", "Release", "--use-current-runtime", "-v", "quiet", "-o", folder, .. options];
        using var publish = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1" }
        })!;
        var output = publish.StandardOutput.ReadToEnd();
        publish.WaitForExit();
        return publish.ExitCode == 0 ? Path.Combine(folder, $"Start.{program}")
            : throw new InvalidOperationException($"Publishing {program} failed:\n{output}");
    }

    void WriteModel(string path)
    {
        using var file = SafetensorsFile.Open(Path.Combine(repository, "samples/AotClassifier/fashion-cnn.safetensors"));
        File.WriteAllBytes(path, new FashionCnnModel().ToOnnx(new FileTensors(file), batch: 1));
    }

    string Table(Contestant[] contestants)
    {
        var (netGen, onnxRuntime, native, jit) = (contestants[0], contestants[1], contestants[2], contestants[3]);
        var text = new StringBuilder();
        text.Append("| one program, compiled ahead of time | NetGen | ONNX Runtime |\n|---|---:|---:|\n");
        Row("size on disk, with the weights", c => $"{c.Megabytes:0.0} MB");
        Row("start to first prediction", c => $"{c.Started:0.0} ms");
        Row("resident memory at the first prediction", c => $"{c.Resident:0.0} MB");
        Row("a prediction after that, batch 1, one thread", c => $"{c.Latency:0.0} µs");
        text.Append(CultureInfo.InvariantCulture,
            $"\nThe convolutional network of `samples/AotClassifier`, 241,994 parameters. Times of starting and memory are medians of {runs} runs, in turns; ");
        text.Append("a prediction is the best round's. ");
        text.Append(CultureInfo.InvariantCulture, $"NetGen's default is AVX2;\npublished for the machine's own processor a prediction takes {native.Latency:0.0} µs, ");
        text.Append(CultureInfo.InvariantCulture, $"under the JIT {jit.Latency:0.0} µs. {string.Join("; ", Machine.Facts())}. ");
        text.Append("Measured by\n`dotnet run -c Release --project tests/NetGen.Benchmarks -- start --readme README.md`.\n");
        return text.ToString();

        void Row(string what, Func<Contestant, FormattableString> value) =>
            text.Append(CultureInfo.InvariantCulture,
                $"| {what} | {FormattableString.Invariant(value(netGen))} | {FormattableString.Invariant(value(onnxRuntime))} |\n");
    }

    sealed class FileTensors(SafetensorsFile file) : ITensorSource
    {
        public float[] Values(string name, ReadOnlySpan<int> shape) => file.ReadSingles(name);
    }

    /// <summary>A published program and what it said.</summary>
    sealed class Contestant(string name, string program)
    {
        readonly List<double[]> said = [];

        public double Megabytes { get; } = Directory.GetFiles(Path.GetDirectoryName(program)!).Sum(file => new FileInfo(file).Length) / 1e6;

        public double Started => Median(0);

        public double Resident => Median(1);

        public double Latency => said.Min(numbers => numbers[2]);

        public void Run(bool counts)
        {
            var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
            start.ArgumentList.Add(Stopwatch.GetTimestamp().ToString(CultureInfo.InvariantCulture));
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0) throw new InvalidOperationException($"{name} ended with {process.ExitCode}: {output}");
            if (counts) said.Add([.. output.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))]);
        }

        public void CheckAgainst(Contestant other, double tolerance)
        {
            foreach (var (own, others) in said[0].Skip(3).Zip(other.said[0].Skip(3)))
                if (!(Math.Abs(own - others) <= tolerance * Math.Max(1, Math.Abs(others))))
                    throw new InvalidOperationException($"{name} predicts {own} where {other.said[0][3]} is right.");
        }

        double Median(int column)
        {
            var values = said.Select(numbers => numbers[column]).Order().ToArray();
            return values[values.Length / 2];
        }
    }
}
