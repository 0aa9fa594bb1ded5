using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Structure;

/// <summary>Networks with several inputs whose samples have lengths of their own, as their user meets them.</summary>
public sealed class SeveralSequenceInputTests(SeveralSequenceInputTests.Compiled compiled) : IClassFixture<SeveralSequenceInputTests.Compiled>
{
    const string Source = """
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using static NetGen.Functions;

        [Network, Loss(Loss.CrossEntropy)]
        public partial class Finder
        {
            [Embedding(20, 16)] readonly Layer words, questions;
            [MultiheadAttention(2)] readonly Layer attention;
            [Linear(2)] readonly Layer head;

            Tensor Forward([Sequence(Max = 12)] Tensor source, [Sequence(Max = 7)] Tensor target)
            {
                var x = questions(target);
                return head(ReLU(x + attention(x, words(source))));
            }
        }

        [Network, Loss(Loss.MSE)]
        public partial class Mixed
        {
            [GRU(4)] readonly Layer gru;
            [SelectPosition] readonly Layer last;
            [Linear(2)] readonly Layer head;

            Tensor Forward([Sequence(3, Max = 5)] Tensor signal, [Shape(4)] Tensor features) => head(last(gru(signal)) * features);
        }

        public static class Use
        {
            static (int[] Source, int[] SourceLengths, int[] Target, int[] TargetLengths, int[] Labels) Questions(int count, int seed)
            {
                var random = new Random(seed);
                var (source, target, labels) = (new List<int>(), new List<int>(), new List<int>());
                var (sourceLengths, targetLengths) = (new int[count], new int[count]);
                for (int i = 0; i < count; i++)
                {
                    sourceLengths[i] = 1 + random.Next(12);
                    targetLengths[i] = 1 + random.Next(7);
                    var own = Enumerable.Range(0, sourceLengths[i]).Select(_ => random.Next(20)).ToArray();
                    source.AddRange(own);
                    for (int t = 0; t < targetLengths[i]; t++)
                    {
                        target.Add(random.Next(2) == 0 ? random.Next(20) : own[random.Next(own.Length)]);
                        // Whether the source has the word.
                        labels.Add(own.Contains(target[^1]) ? 1 : 0);
                    }
                }
                return (source.ToArray(), sourceLengths, target.ToArray(), targetLengths, labels.ToArray());
            }

            static SequenceDataset<int> Data(int count, int seed)
            {
                var (source, sourceLengths, target, targetLengths, labels) = Questions(count, seed);
                return new SequenceDataset<int>(
                    [DatasetInput.Sequence(source, sourceLengths, max: 12), DatasetInput.Sequence(target, targetLengths, max: 7)], labels, targetsOfPosition: 1);
            }

            public static double Accuracy()
            {
                var net = Finder.Create(1);
                net.Fit(Data(1500, 1), Data(150, 2), new FitOptions { Epochs = 12, BatchSize = 32, Optimizer = new AdamW(1e-2) });
                return Training.Evaluate<Finder, int>(net, Data(300, 3)).Accuracy;
            }

            // A dataset gives the same loss as its batches do.
            public static (double, double) Losses()
            {
                var net = Finder.Create(1);
                var (source, sourceLengths, target, targetLengths, labels) = Questions(40, 5);
                var trainer = new Finder.Trainer(net, new SGD());
                return (trainer.Backward(source, sourceLengths, target, targetLengths, labels), Training.Evaluate<Finder, int>(net, Data(40, 5)).Loss);
            }

            public static double MixedLoss()
            {
                var random = new Random(1);
                var lengths = Enumerable.Range(0, 200).Select(_ => 1 + random.Next(5)).ToArray();
                float[] Numbers(int count) => Enumerable.Range(0, count).Select(_ => random.NextSingle()).ToArray();
                var (signal, features) = (Numbers(3 * lengths.Sum()), Numbers(4 * lengths.Length));
                var targets = features.Chunk(4).SelectMany(f => new[] { f[0] - f[1], f[2] }).ToArray();
                var data = new SequenceDataset<float>([DatasetInput.Sequence(signal, lengths, 5, 3), DatasetInput.Fixed(features, 4)], targets);
                var net = Mixed.Create(1);
                net.Fit(data, options: new FitOptions { Epochs = 60, BatchSize = 20, Optimizer = new AdamW(1e-2) });
                return Training.Evaluate<Mixed, float>(net, data).Loss;
            }

            // Whether a batch, its samples alone and the interface of generic code have the same outputs.
            public static bool Same()
            {
                var net = Finder.Create(1);
                var (source, sourceLengths, target, targetLengths, _) = Questions(30, 4);
                var y = new float[2 * target.Length];
                net.Predict(source, sourceLengths, target, targetLengths, y);
                var (alone, s, t) = (new float[y.Length], 0, 0);
                for (int i = 0; i < 30; i++)
                {
                    net.Predict(source.AsSpan(s, sourceLengths[i]), target.AsSpan(t, targetLengths[i]), alone.AsSpan(2 * t, 2 * targetLengths[i]));
                    s += sourceLengths[i];
                    t += targetLengths[i];
                }
                var generic = new float[y.Length];
                ((ISequenceNetwork)net).Predict(source.Concat(target).Select(BitConverter.Int32BitsToSingle).ToArray(), sourceLengths.Concat(targetLengths).ToArray(), generic);
                return y.SequenceEqual(alone) && y.SequenceEqual(generic);
            }

            // A step on a batch is that on two halves which are accumulated.
            public static float Difference()
            {
                var (source, sourceLengths, target, targetLengths, labels) = Questions(20, 6);
                var (s, t) = (sourceLengths.Take(8).Sum(), targetLengths.Take(8).Sum());
                var whole = new Finder.Trainer(Finder.Create(1), new SGD());
                whole.Backward(source, sourceLengths, target, targetLengths, labels);
                var halves = new Finder.Trainer(Finder.Create(1), new SGD());
                halves.Accumulate(source.AsSpan(0, s), sourceLengths.AsSpan(0, 8), target.AsSpan(0, t), targetLengths.AsSpan(0, 8), labels.AsSpan(0, t), weight: t / (float)labels.Length);
                halves.Accumulate(source.AsSpan(s), sourceLengths.AsSpan(8), target.AsSpan(t), targetLengths.AsSpan(8), labels.AsSpan(t), weight: 1 - t / (float)labels.Length);
                return whole.Gradients.Views.Zip(halves.Gradients.Views).SelectMany(p => p.First.ToArray().Zip(p.Second.ToArray(), (a, b) => Math.Abs(a - b))).Max();
            }

            // What steps and predictions allocate once their buffers exist, and how many losses and outputs the last step had.
            public static (long, int) Allocated()
            {
                var net = Finder.Create(1);
                var trainer = new Finder.Trainer(net, new AdamW());
                var (source, sourceLengths, target, targetLengths, labels) = Questions(20, 6);
                var y = new float[2 * target.Length];
                var least = long.MaxValue;
                for (int round = 0; round < 4; round++)
                {
                    var before = GC.GetAllocatedBytesForCurrentThread();
                    for (int i = 0; i < 50; i++)
                    {
                        trainer.Step(source, sourceLengths, target, targetLengths, labels);
                        net.Predict(source, sourceLengths, target, targetLengths, y);
                        net.Predict(source.AsSpan(0, 3), target.AsSpan(0, 2), y.AsSpan(0, 4));
                    }
                    least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
                }
                trainer.CopyOutput(y);
                return (least, trainer.Losses.Length - target.Length);
            }

            public static unsafe int[] Native(string path)
            {
                Finder.Create(1).Save(path);
                var name = System.Text.Encoding.UTF8.GetBytes(path + "\0");
                var (x, y, expected) = (new int[2 * 19], new float[2 * 14], new float[2 * 14]);
                for (int i = 0; i < x.Length; i++) x[i] = i % 20;
                for (int i = 0; i < 2; i++) Finder.Create(1).Predict(x.AsSpan(19 * i, 12), x.AsSpan(19 * i + 12, 7), expected.AsSpan(14 * i, 14));
                fixed (byte* p = name)
                fixed (int* px = x)
                fixed (float* py = y)
                {
                    var network = NetGen.Runtime.NativeNetwork<Finder>.Create(p, null);
                    int[] results =
                    [
                        NetGen.Runtime.NativeNetwork<Finder>.PredictBatch(network, (float*)px, 38, py, 28), y.SequenceEqual(expected) ? 1 : 0,
                        NetGen.Runtime.NativeNetwork<Finder>.Predict(network, (float*)px, 19, py, 14), NetGen.Runtime.NativeNetwork<Finder>.Predict(network, (float*)px, 18, py, 14),
                    ];
                    NetGen.Runtime.NativeNetwork<Finder>.Destroy(network);
                    return results;
                }
            }

            public static object[] Infos() => [Finder.Info.Sequence!, Finder.Info.Inputs[0], Finder.Info.Inputs[1], Mixed.Info.Sequence!, Mixed.Info.Inputs[0], Mixed.Info.Inputs[1]];

            public static void Predict(int[] source, int[] sourceLengths, int[] target, int[] targetLengths, int outputs) =>
                Finder.Create(1).Predict(source, sourceLengths, target, targetLengths, new float[outputs]);
            public static void PredictOne(int[] source, int[] target, int outputs) => Finder.Create(1).Predict(source, target, new float[outputs]);
            public static void PredictMixed(int signal, int[] lengths, int features, int outputs) =>
                Mixed.Create(1).Predict(new float[signal], lengths, new float[features], new float[outputs]);
            public static void PredictGeneric(int values, int[] lengths, int outputs) => ((ISequenceNetwork)Finder.Create(1)).Predict(new float[values], lengths, new float[outputs]);
            public static void PredictMost(int values, int outputs) => ((INetwork<Finder>)Finder.Create(1)).Predict(new float[values], new float[outputs]);
            public static void Step(int[] source, int[] sourceLengths, int[] target, int[] targetLengths, int[] labels) =>
                new Finder.Trainer(Finder.Create(1), new SGD()).Step(source, sourceLengths, target, targetLengths, labels);
            public static void FitOne() => Finder.Create(1).Fit(new SequenceDataset<int>(new int[12], new[] { 12 }, new int[7], max: 19));
            public static void FitLong() => Finder.Create(1).Fit(new SequenceDataset<int>([DatasetInput.Sequence(new int[3], new[] { 3 }, max: 7), DatasetInput.Sequence(new int[9], new[] { 9 }, max: 12)], new int[7], 0));
            public static void FitOther() => Finder.Create(1).Fit(new SequenceDataset<int>([DatasetInput.Sequence(new int[3], new[] { 3 }, max: 12), DatasetInput.Sequence(new int[2], new[] { 2 }, max: 7)], new int[7], 0));
            public static void FitOwn() => Finder.Create(1).Fit(new Own());

            sealed class Own : IDataset<int>
            {
                public int Count => 1;
                public int InputSize => 19;
                public int TargetSize => 7;
                public int LengthOf(int index) => 8;
                public void Read(ReadOnlySpan<int> indices, Span<float> x, Span<int> target) => x.Clear();
            }

            public static void Dataset(int[] source, int[] sourceLengths, int[] target, int[] targetLengths, int[] labels, int ofPosition, int positionsOf) => new SequenceDataset<int>(
                [DatasetInput.Sequence(source, sourceLengths, max: 12), DatasetInput.Sequence(target, targetLengths, max: 7), DatasetInput.Fixed(new float[4], 2)], labels, ofPosition, positionsOf);
            public static void DatasetFixed() => new SequenceDataset<int>([DatasetInput.Fixed(new float[4], 2)], new int[2]);
            public static void NoGradient() => _ = new Mixed.Trainer(Mixed.Create(1), new SGD()).InputGradient.Length;
            public static void FixedInput() => DatasetInput.Fixed(new float[5], 2);
        }
        """;

    readonly LoadedProgram program = compiled.Program;

    [Fact]
    public void Networks_LearnFromSamplesOfSeveralLengths()
    {
        Assert.InRange((double)program.Call("Use", "Accuracy")!, 0.95, 1);
        Assert.InRange((double)program.Call("Use", "MixedLoss")!, 0, 5e-3);
        var (stepped, evaluated) = ((double, double))program.Call("Use", "Losses")!;
        Assert.Equal(stepped, evaluated, 1e-5);
    }

    [Fact]
    public void Members_AgreeWithEachOther_AndAllocateNothing()
    {
        Assert.True((bool)program.Call("Use", "Same")!);
        Assert.InRange((float)program.Call("Use", "Difference")!, 0, 1e-6f);
        Assert.Equal((0L, 0), ((long, int))program.Call("Use", "Allocated")!);
        Assert.Equal(
            [
                new SequenceInfo { Max = 7, InputSize = 1, OutputSize = 2, TargetSize = 1, Index = 1 }, new InputInfo("source", 1, 12, 20), new InputInfo("target", 1, 7, 20),
                new SequenceInfo { Max = 5, InputSize = 3, OutputSize = 0, TargetSize = 0 }, new InputInfo("signal", 3, 5), new InputInfo("features", 4),
            ], (object[])program.Call("Use", "Infos")!);
        var path = Path.Combine(Directory.CreateTempSubdirectory("netgen-sequences-").FullName, "finder.safetensors");
        Assert.Equal([0, 1, 0, -2], (int[])program.Call("Use", "Native", path)!);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void WrongArguments_AreNamed()
    {
        var none = Array.Empty<int>();
        Refused<ArgumentException>(program, "Predict", "sourceLengths", "sourceLengths is empty; a batch has at least one sample.", none, none, none, none, 0);
        Refused<ArgumentException>(program, "Predict", "targetLengths", "targetLengths has 1 lengths; sourceLengths has 2, and each sample needs one of both.", new int[5], new[] { 3, 2 }, new int[3], new[] { 3 }, 6);
        Refused<ArgumentException>(program, "Predict", "source", "source has 6 values; samples of these lengths have 5.", new int[6], new[] { 3, 2 }, new int[3], new[] { 1, 2 }, 6);
        Refused<ArgumentException>(program, "Predict", "target", "target has 4 values; samples of these lengths have 3.", new int[5], new[] { 3, 2 }, new int[4], new[] { 1, 2 }, 6);
        Refused<ArgumentOutOfRangeException>(program, "Predict", "targetLengths", "Sample 1 has 8 positions of target; it needs at least 1 and at most 7.", new int[5], new[] { 3, 2 }, new int[9], new[] { 1, 8 }, 6);
        Refused<ArgumentOutOfRangeException>(program, "Predict", "sourceLengths", "Sample 0 has 0 positions of source; it needs at least 1 and at most 12.", new int[2], new[] { 0, 2 }, new int[3], new[] { 1, 2 }, 6);
        Refused<ArgumentException>(program, "Predict", "y", "y has 5 values; 2 samples of 3 positions together need 6.", new int[5], new[] { 3, 2 }, new int[3], new[] { 1, 2 }, 5);
        Refused<ArgumentOutOfRangeException>(program, "Predict", "target", "The id at position 1 of sample 1 is 20; the vocabulary has 20 ids, from 0 to 19.", new int[5], new[] { 3, 2 }, new[] { 0, 0, 20 }, new[] { 1, 2 }, 6);
        Refused<ArgumentOutOfRangeException>(program, "Predict", "source", "The id at position 2 of sample 0 is -1; the vocabulary has 20 ids, from 0 to 19.", new[] { 0, 0, -1, 0, 0 }, new[] { 3, 2 }, new int[3], new[] { 1, 2 }, 6);
        Refused<ArgumentException>(program, "PredictOne", "target", "target has 8 values; a sample has 1 to 7 positions, and of several samples the lengths have to be given.", new int[3], new int[8], 16);
        Refused<ArgumentException>(program, "PredictOne", "source", "source has 0 values; a sample has 1 to 12 positions, and of several samples the lengths have to be given.", none, new int[2], 4);
        Refused<ArgumentException>(program, "PredictMixed", "features", "features has 7 values; 2 samples need 8.", 9, new[] { 1, 2 }, 7, 4);
        Refused<ArgumentException>(program, "PredictMixed", "signal", "signal has 8 values; samples of these lengths have 9.", 8, new[] { 1, 2 }, 8, 4);
        Refused<ArgumentException>(program, "PredictMixed", "y", "y has 5 values; 2 samples of 3 positions together need 4.", 9, new[] { 1, 2 }, 8, 5);
        Refused<ArgumentException>(program, "PredictGeneric", "lengths", "lengths has 3 numbers; each sample has 2 lengths, all of the first input before those of the second.", 9, new[] { 1, 2, 3 }, 4);
        Refused<ArgumentException>(program, "PredictGeneric", "x", "x has 9 values; samples of these lengths have 7.", 9, new[] { 1, 2, 1, 3 }, 8);
        Refused<ArgumentException>(program, "PredictMost", "x", "x has 20 values; a batch is a positive multiple of 19.", 20, 14);
        Refused<ArgumentException>(program, "Step", "target", "target has 2 values; 2 samples of 3 positions together need 3.", new int[5], new[] { 3, 2 }, new int[3], new[] { 1, 2 }, new int[2]);
        Refused<ArgumentOutOfRangeException>(program, "Step", "target", "The label at position 1 of sample 1 of the batch is 2; it must be from 0 to 1, or -100 for a position that doesn't count.",
            new int[5], new[] { 3, 2 }, new int[3], new[] { 1, 2 }, new[] { 0, 0, 2 });
        Refused<ArgumentException>(program, "Step", "targetLengths", "targetLengths has 3 lengths; sourceLengths has 2, and each sample needs one of both.", new int[5], new[] { 3, 2 }, new int[3], new[] { 1, 1, 1 }, new int[3]);
    }

    [Fact]
    public void InputGradient_NotDeclared_SaysHowToDeclareIt() => Assert.Equal(
        "Mixed doesn't compute the gradient of its input. Declare it: Gradient = true in the attribute of one of its inputs.",
        Assert.Throws<InvalidOperationException>(() => program.Call("Use", "NoGradient")).Message);

    [Fact]
    public void WrongDatasets_AreNamed()
    {
        Refused<ArgumentException>(program, "FitOne", "train", "The dataset has 1 inputs; Finder takes 2.");
        Refused<ArgumentException>(program, "FitLong", "train", "Input 0 of the dataset has 1 value at each of up to 7 positions; source of Finder has 1 value at each of up to 12 positions.");
        Refused<ArgumentException>(program, "FitOther", "train", "The targets of the dataset aren't of the positions that the output of Finder has: set positionsOf.");
        Refused<ArgumentOutOfRangeException>(program, "FitOwn", "train", "Sample 0 has 8 positions of target; Finder takes from 1 to 7.");
        Refused<ArgumentException>(program, "Dataset", "inputs", "Input 1 has 1 sample; the first has 2.", new int[5], new[] { 3, 2 }, new int[3], new[] { 3 }, new int[3], 1, -1);
        Refused<ArgumentException>(program, "Dataset", "targets", "3 positions with 1 target value need 3; there are 5.", new int[5], new[] { 3, 2 }, new int[3], new[] { 1, 2 }, new int[5], 1, -1);
        Refused<ArgumentException>(program, "Dataset", "targets", "5 positions with 1 target value need 5; there are 3.", new int[5], new[] { 3, 2 }, new int[3], new[] { 1, 2 }, new int[3], 1, 0);
        Refused<ArgumentException>(program, "Dataset", "targets", "3 target values are not the same number for each of 2 samples.", new int[5], new[] { 3, 2 }, new int[3], new[] { 1, 2 }, new int[3], 0, -1);
        Refused<ArgumentOutOfRangeException>(program, "Dataset", "positionsOf", "It must be the number of an input that has positions, of 3, or -1 for the last one.", new int[5], new[] { 3, 2 }, new int[3], new[] { 1, 2 }, new int[3], 1, 2);
        Refused<ArgumentException>(program, "Dataset", "ids", "6 positions of 1 value need 6; there are 5.", new int[5], new[] { 3, 3 }, new int[3], new[] { 1, 2 }, new int[3], 1, 1);
        Refused<ArgumentException>(program, "DatasetFixed", "inputs", "No input has positions; samples of one shape are those of a Dataset.");
        Refused<ArgumentException>(program, "FixedInput", "values", "There are 5 values; samples of 2 have a multiple of that.");
    }

    const string Mixed = "the first has the positions of 'a', and the second those of 'b', whose numbers differ; bring those of one together, as MeanPositions does, or let attention look at them";

    [Theory]
    [InlineData("[Sequence(4, Max = 3)] Tensor a, [Sequence(4, Max = 3)] Tensor b) => {|NG0031:l(a) + b|};", $"'+' can't join values of shapes [3, 4] and [3, 4]: {Mixed}")]
    [InlineData("[Sequence(4, Max = 3)] Tensor a, [Sequence(4, Max = 5)] Tensor b) => l(l(a) * Sigmoid({|NG0031:a / b|}));", $"'/' can't join values of shapes [3, 4] and [5, 4]: {Mixed}")]
    [InlineData("[Sequence(4, Max = 3)] Tensor a, [Sequence(4, Max = 5)] Tensor b) => l({|NG0031:Concat(a, b)|});", $"'Concat' can't join values of shapes [3, 4] and [5, 4]: {Mixed}")]
    [InlineData("[Sequence(4, Max = 3)] Tensor a, [Sequence(4, Max = 3)] Tensor b) => l({|NG0031:Where(a > 0, a, b)|});", null)]
    [InlineData("[Sequence(4, Max = 3)] Tensor a, [Sequence(4, Max = 5)] Tensor b) => l({|NG0031:MatMul(a, Transpose(b))|});", null)]
    [InlineData("[Sequence(4, Max = 3)] Tensor a, [Sequence(4, Max = 5)] Tensor b) => l({|NG0031:Einsum(\"td,sd->ts\", a, b)|});", null)]
    [InlineData("[Sequence(4, Max = 3)] Tensor a, [Sequence(4, Max = 3)] Tensor b) => l(Sum({|NG0031:Maximum(a, b)|}, 0));", null)]
    [InlineData("[Sequence(4, Max = 3)] Tensor a, [Sequence(4, Max = 3)] Tensor b) => {|NG0031:Mean(l(a), -1, keep: true) + Mean(b, -1, keep: true)|};", null)]
    [InlineData("[Sequence(4, Max = 3)] Tensor a, [Sequence(4, Max = 3)] Tensor b) => Add(l(a), b); static Tensor Add(Tensor x, Tensor y) => {|NG0031:x + y|};", null)]
    [InlineData("[Sequence(4, Max = 3)] Tensor a, [Shape(3, 4)] Tensor b) => {|NG0020:l(a) + b|};", null)]
    [InlineData("[{|NG0018:Sequence(Max = 3)|}] Tensor a, [Shape(4)] Tensor b) => l(a) + b;", null)]
    [InlineData("[Shape(4)] Tensor a, [{|NG0005:Sequence(2)|}] Tensor b) => l(b) + l(a);", null)]
    [InlineData("[Sequence(4, Max = 3)] Tensor a, [Sequence(5, Max = 3)] Tensor b) => l(a) + mean({|NG0054:l(b)|});", null)]
    public void Forward_ThatJoinsPositionsOfDifferentInputs_IsRefused(string body, string? message)
    {
        var source = $"using static NetGen.Functions; [Network] public partial class Net {{ [Linear(4)] readonly Layer l; [MeanPositions] readonly Layer mean; Tensor Forward({body} }}";
        if (!body.Contains("mean(", StringComparison.Ordinal)) source = source.Replace(" [MeanPositions] readonly Layer mean;", "", StringComparison.Ordinal);
        if (message is null) Expect.Diagnostics(source);
        else Expect.Diagnostic(source, message);
    }

    [Fact]
    public void Forward_OfASequenceAmongSeveralInputs_HasOneResult() => Expect.Diagnostic(
        "[Network] public partial class Net { [Linear(4)] readonly Layer l; (Tensor, Tensor) Forward([Shape(4)] Tensor a, [{|NG0054:Sequence(4, Max = 3)|}] Tensor b) => (l(a), l(b)); }",
        "'Sequence(4, Max = 3)' is a sequence of as many positions as a sample has, and Forward has several results: of such a network it has one");

    [Fact]
    public void Forward_OfBlocks_JoinsPositionsOfDifferentInputsByAttentionAlone()
    {
        const string Networks = """
            [Network] public partial class Net
            {
                readonly Both both;
                Tensor Forward([Sequence(4, Max = 3)] Tensor a, [Sequence(4, Max = 3)] Tensor b) => both.Forward(a, b);
            }
            [Block] class Both
            {
                [MultiheadAttention(2)] readonly Layer attention;
                internal Tensor Forward(Tensor x, Tensor y) => BODY;
            }
            """;
        Consumer.Of(Networks.Replace("BODY", "x + attention(x, y)", StringComparison.Ordinal)).Build().AssertClean();
        Expect.Diagnostics(Networks.Replace("BODY", "{|NG0031:attention(x, y) + y|}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[Sequence(3, Max = 2)] Tensor y, [Sequence(4, Max = 2)] Tensor yLengths, [Shape(4)] Tensor yLengthsLengths, [Shape(4)] Tensor __batch", "l(yLengths) + l(yLengthsLengths) + l(__batch) + Mean(m(y), 0)")]
    [InlineData("[Sequence(4, Max = 2)] Tensor @class, [Sequence(4, Max = 2)] Tensor target, [Sequence(4, Max = 3)] Tensor weight", "l(l(m(@class)) + m(target) + weight)")]
    [InlineData("[Sequence(4, Max = 2)] Tensor x, [Sequence(4, Max = 2)] Tensor a, [Sequence(4, Max = 2)] Tensor offsets", "l(x + m(a) + m(offsets))")]
    [InlineData("[Sequence(4, Max = 2)] Tensor lengths, [Sequence(4, Max = 2)] Tensor samples, [Shape(4)] Tensor __parameters, [Shape(4)] Tensor global", "l(lengths + m(samples) + __parameters + global)")]
    [InlineData("[Sequence(4, Max = 2)] Tensor a, [Sequence(4, Max = 2)] Tensor A, [Shape(4)] Tensor aOffsets, [Shape(4)] Tensor first", "l(a + m(A) + aOffsets + first)")]
    public void Inputs_CanHaveAnyNames(string parameters, string result) => Consumer.Of($$"""
        using static NetGen.Functions;
        [Network, Loss(Loss.MSE)] public partial class Net
        {
            [Linear(4)] readonly Layer l;
            [MeanPositions] readonly Layer m;
            Tensor Forward({{parameters}}) => {{result}};
        }
        """).Build().AssertClean();

    [Theory]
    [InlineData("[Sequence(4, Max = 2)] Tensor a, [Sequence(4, Max = 2)] Tensor _unused", "l(a)")]
    [InlineData("[Sequence(4, Max = 2)] Tensor a, [Sequence(4, Max = 2, Gradient = true)] Tensor _unused", "l(a)")]
    [InlineData("[Sequence(4, Max = 2)] Tensor a, [Shape(4, Gradient = true)] Tensor b", "l(a) + b")]
    [InlineData("[Sequence(4, Max = 2)] Tensor a, [Sequence(4, Max = 3)] Tensor b", "l(m(a)) * b")]
    [InlineData("[Sequence(4, Max = 1)] Tensor a, [Sequence(4, Max = 1)] Tensor b, [Shape(1, 4)] Tensor c", "l(a) * m(b) + m(c)")]
    [InlineData("[Shape(4)] Tensor a, [Sequence(4, Max = 3)] Tensor b", "l(a) + m(b)")]
    [InlineData("[Shape(3, 4)] Tensor a, [Sequence(4, Max = 3)] Tensor b", "l(a) * m(b)")]
    [InlineData("[Shape(2, 6, 6, Gradient = true)] Tensor image, [Sequence(16, Max = 3)] Tensor b", "(Reshape(l(Flatten(c(image))), 4) + l(m(b)))")]
    public void Networks_OfSequencesBesideOtherInputs_Compile(string parameters, string result)
    {
        var layers = "[Linear(4)] readonly Layer l; " + (result.Contains("m(", StringComparison.Ordinal) ? "[MeanPositions] readonly Layer m; " : "")
            + (result.Contains("c(", StringComparison.Ordinal) ? "[Conv2d(1, 3)] readonly Layer c; " : "");
        foreach (var attributes in new[] { "Network, Loss(Loss.MSE)", "Network", "Network(DescribeOnly = true)" })
            Consumer.Of($"using static NetGen.Functions; [{attributes}] public partial class Net {{ {layers}Tensor Forward({parameters}) => {result}; }}").Build().AssertClean();
    }

    static void Refused<TException>(LoadedProgram program, string method, string parameter, string message, params object[] arguments) where TException : ArgumentException
    {
        var exception = Assert.Throws<TException>(() => program.Call("Use", method, arguments));
        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
        Assert.StartsWith(parameter, exception.ParamName, StringComparison.Ordinal);
    }

    public sealed class Compiled() : SharedProgram(Source);
}
