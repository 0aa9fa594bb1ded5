using System.Diagnostics;
using NetGen;
using NetGen.Samples;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using Tensor = TorchSharp.torch.Tensor;

// Not in NetGen, which has a tensor of its own.
namespace LanguageBenchmark;

/// <summary>
/// Trains the network of <c>samples/CharGpt</c> with NetGen and with TorchSharp, from the same parameters on the same stretches of its text by the same AdamW,
/// and prints what the losses come to.
/// </summary>
static class LanguageComparison
{
    const int Batch = 8, Last = 50, Validation = 96;
    const double LearningRate = 1e-3, Beta1 = 0.9, Beta2 = 0.99, WeightDecay = 0.1, ClipNorm = 1;

    /// <param name="steps">Steps of each training, at least one.</param>
    /// <param name="seeds">How many trainings.</param>
    public static void Run(int steps, int seeds)
    {
        var text = Characters.Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "books-of-moses.txt")), "The text");
        var split = (int)(text.Length * 0.9);
        var validation = Read(new Windows(text.AsMemory(split), Validation, seed: null), 0, Validation);
        set_num_threads(NetGenOptions.Threads);
        Say($"{steps} steps of {Batch} × {CharGpt.Positions} characters, {NetGenOptions.Threads} threads");
        Say($"{"seed",6}{"first step",26}{$"last {Last} steps",26}{"validation",26}{"processor ms a step",24}");
        Say($"{"",6}{"NetGen",13}{"TorchSharp",13}{"NetGen",13}{"TorchSharp",13}{"NetGen",13}{"TorchSharp",13}{"NetGen",12}{"TorchSharp",12}");
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
        {
            var batches = new Windows(text.AsMemory(0, split), steps * Batch, seed);
            var network = CharGpt.Create(seed);
            var module = new LanguageModule(network.Parameters);
            var here = TrainHere(network, batches, validation, steps);
            var there = TrainThere(module, batches, validation, steps);
            Write($"{seed,6}{here.First,13:0.0000}{there.First,13:0.0000}{here.Last,13:0.0000}{there.Last,13:0.0000}");
            Say($"{here.Validation,13:0.0000}{there.Validation,13:0.0000}{here.Milliseconds,12:0.0}{there.Milliseconds,12:0.0}");
        }
    }

    static Losses TrainHere(CharGpt network, Windows batches, (float[] X, int[] Labels) validation, int steps)
    {
        var trainer = new CharGpt.Trainer(network, new AdamW(LearningRate, Beta1, Beta2, weightDecay: WeightDecay), new TrainerOptions { ClipNorm = (float)ClipNorm });
        var losses = Steps(batches, steps, (x, labels) => trainer.Step(x, labels), out var milliseconds);
        var evaluation = Training.Evaluate<CharGpt, int>(network, new Dataset<int>(validation.X, validation.Labels, CharGpt.Positions, CharGpt.Positions));
        return new(losses, evaluation.Loss, milliseconds);
    }

    static Losses TrainThere(LanguageModule module, Windows batches, (float[] X, int[] Labels) validation, int steps)
    {
        var optimizer = optim.AdamW(module.Parameters, LearningRate, Beta1, Beta2, weight_decay: WeightDecay);
        var losses = Steps(batches, steps, Step, out var milliseconds);
        using IDisposable inference = inference_mode();
        using var scope = NewDisposeScope();
        return new(losses, Loss(validation.X, validation.Labels).item<float>(), milliseconds);

        float Step(float[] x, int[] labels)
        {
            using var step = NewDisposeScope();
            optimizer.zero_grad();
            var loss = Loss(x, labels);
            loss.backward();
            nn.utils.clip_grad_norm_(module.Parameters, ClipNorm);
            optimizer.step();
            return loss.item<float>();
        }

        Tensor Loss(float[] x, int[] labels)
        {
            var tokens = tensor([.. x.Select(bits => (long)BitConverter.SingleToInt32Bits(bits))], [x.Length / CharGpt.Positions, CharGpt.Positions]);
            return F.cross_entropy(module.Forward(tokens).reshape(-1, Characters.Count), tensor([.. labels.Select(label => (long)label)]));
        }
    }

    static List<float> Steps(Windows batches, int steps, Func<float[], int[], float> step, out double milliseconds)
    {
        List<float> losses = [];
        // Of the processor, for which it doesn't matter what else the machine does.
        using var process = Process.GetCurrentProcess();
        var time = TimeSpan.Zero;
        for (int s = 0; s < steps; s++)
        {
            var (x, labels) = Read(batches, s * Batch, Batch);
            process.Refresh();
            var start = process.TotalProcessorTime;
            losses.Add(step(x, labels));
            // The first steps compile, and warm up.
            process.Refresh();
            if (s >= 10) time += process.TotalProcessorTime - start;
        }
        milliseconds = time.TotalMilliseconds / Math.Max(1, steps - 10);
        return losses;
    }

    static (float[] X, int[] Labels) Read(Windows windows, int first, int count)
    {
        count = Math.Min(count, windows.Count - first);
        var (x, labels) = (new float[count * CharGpt.Positions], new int[count * CharGpt.Positions]);
        windows.Read([.. Enumerable.Range(first, count)], x, labels);
        return (x, labels);
    }

    static void Write(FormattableString text) => Console.Write(FormattableString.Invariant(text));

    static void Say(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));

    /// <summary>What a training came to.</summary>
    sealed record Losses(IReadOnlyList<float> OfSteps, double Validation, double Milliseconds)
    {
        public float First => OfSteps[0];

        public double Last => OfSteps.TakeLast(LanguageComparison.Last).Average();
    }
}
