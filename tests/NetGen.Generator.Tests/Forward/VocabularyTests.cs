using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Forward;

/// <summary>
/// Networks whose inputs of ids have vocabularies of their own, or have inputs of numbers beside them: their own methods, and what they refuse.
/// </summary>
public sealed class VocabularyTests(VocabularyTests.Compiled compiled) : IClassFixture<VocabularyTests.Compiled>
{
    const string Source = """
        using System.Linq;
        using static NetGen.Functions;

        [Network, Loss(Loss.CrossEntropy)]
        public partial class Segments
        {
            [Embedding(9, 4)] readonly Layer tokens;
            [Embedding(2, 4)] readonly Layer segments;
            Tensor Forward([Shape(3)] Tensor text, [Shape(3)] Tensor segment) => tokens(text) + segments(segment);
        }

        [Network, Loss(Loss.MSE)]
        public partial class Mixed
        {
            [Embedding(7, 2)] readonly Layer e;
            Tensor Forward([Shape(1)] Tensor weight, [Shape(2)] Tensor @in) => e(@in) * weight;
        }

        [Network, Loss(Loss.CrossEntropy)]
        public partial class OneVocabulary
        {
            [Embedding(9, 4)] readonly Layer tokens;
            Tensor Forward([Shape(3)] Tensor question, [Shape(3)] Tensor answer) => tokens(question) + tokens(answer);
        }

        [Network]
        public partial class Tagger
        {
            [Embedding(9, 4)] readonly Layer e;
            [Linear(2)] readonly Layer a, b;
            (Tensor Tags, Tensor Scores) Forward([Shape(3)] Tensor words) => (a(e(words)), b(e(words)));
        }

        public static class Test
        {
            public static float[] Predict(int[] text, int[] segment)
            {
                var y = new float[4 * text.Length];
                Segments.Create(3).Predict(text, segment, y);
                return y;
            }

            public static float[] PredictPacked(int[] tokens)
            {
                var y = new float[2 * tokens.Length];
                Segments.Create(3).Predict(tokens, y);
                return y;
            }

            public static float Step(int[] text, int[] segment, int[] labels) => new Segments.Trainer(Segments.Create(3), new SGD(0.1)).Step(text, segment, labels);

            public static float StepPacked(int[] tokens, int[] labels) => new Segments.Trainer(Segments.Create(3), new SGD(0.1)).Step(tokens, labels);

            public static void Fit(int[] tokens) =>
                Segments.Create(3).Fit(new Dataset<int>(tokens, new int[tokens.Length / 2], 6, 3), options: new FitOptions { Epochs = 1, BatchSize = 4 });

            /// <summary>The fewest bytes of some rounds, since the runtime may do something on this thread that it does once in a process.</summary>
            public static long Allocated(int[] text, int[] segment, int[] labels)
            {
                var network = Segments.Create(3);
                var trainer = new Segments.Trainer(network, new SGD(0.1));
                var y = new float[4 * text.Length];
                var least = long.MaxValue;
                for (int round = 0; round < 5; round++)
                {
                    var before = System.GC.GetAllocatedBytesForCurrentThread();
                    for (int i = 0; i < 20; i++)
                    {
                        network.Predict(text, segment, y);
                        trainer.Step(text, segment, labels);
                    }
                    least = System.Math.Min(least, System.GC.GetAllocatedBytesForCurrentThread() - before);
                }
                return least;
            }

            public static float[] PredictMixed(float[] weight, int[] ids)
            {
                var y = new float[4 * weight.Length];
                Mixed.Create(3).Predict(weight, ids, y);
                return y;
            }

            public static float[] PredictMixedPacked(float[] weight, int[] ids)
            {
                var y = new float[4 * weight.Length];
                Mixed.Create(3).Predict(Packed(weight, ids), y);
                return y;
            }

            public static float[] TrainMixed(float[] weight, int[] ids, float[] target)
            {
                var trainer = new Mixed.Trainer(Mixed.Create(3), new SGD(0.1));
                trainer.Backward(weight, ids, target);
                trainer.Accumulate(weight, ids, target, weight_: 0.5);
                trainer.Update();
                return [trainer.Step(weight, ids, target), trainer.Step(Packed(weight, ids), target)];
            }

            public static void FitMixed(float[] weight, int[] ids) =>
                Mixed.Create(3).Fit(new Dataset<float>(Packed(weight, ids), new float[4 * weight.Length], 3, 4), options: new FitOptions { Epochs = 1, BatchSize = 4 });

            public static void PredictOne(int[] question, int[] answer) => OneVocabulary.Create(3).Predict(question, answer, new float[4 * question.Length]);

            public static void StepOne(int[] question, int[] answer, int[] labels) => new OneVocabulary.Trainer(OneVocabulary.Create(3), new SGD(0.1)).Step(question, answer, labels);

            public static void StepOnePacked(int[] tokens, int[] labels) => new OneVocabulary.Trainer(OneVocabulary.Create(3), new SGD(0.1)).Step(tokens, labels);

            public static void PredictTags(int[] words) => Tagger.Create(3).Predict(words, new float[2 * words.Length], new float[2 * words.Length]);

            public static void TrainTags(int[] words) =>
                new Tagger.Trainer(Tagger.Create(3), new SGD(0.1)).Backward(words, new float[2 * words.Length], new float[2 * words.Length]);

            static float[] Packed(float[] weight, int[] ids) =>
                weight.SelectMany((w, i) => new[] { w, System.BitConverter.Int32BitsToSingle(ids[2 * i]), System.BitConverter.Int32BitsToSingle(ids[2 * i + 1]) }).ToArray();
        }
        """;

    static readonly int[] Text = [0, 1, 8, 4, 5, 6], Segment = [0, 0, 1, 0, 1, 1], Tokens = [0, 1, 8, 0, 0, 1, 4, 5, 6, 0, 1, 1], Labels = [0, 1, 2, 3, -100, 0];

    readonly LoadedProgram program = compiled.Program;

    [Fact]
    public void Inputs_HaveVocabulariesOfTheirOwn()
    {
        Assert.Equal(program.Call("Test", "PredictPacked", Tokens), program.Call("Test", "Predict", Text, Segment));
        Assert.Equal(program.Call("Test", "StepPacked", Tokens, Labels), program.Call("Test", "Step", Text, Segment, Labels));
        program.Call("Test", "Fit", Tokens);
        var info = (NetworkInfo)program.Type("Segments").GetProperty("Info")!.GetValue(null)!;
        Assert.Equal(9, info.Vocabulary);
        Assert.Equal([new IdsInfo("text", 0, 3, 9), new IdsInfo("segment", 3, 3, 2)], info.Ids);
    }

    [Fact]
    public void Numbers_StandBesideIds()
    {
        float[] weight = [1.5f, -2, float.MaxValue], target = [.. Enumerable.Repeat(0.5f, 8)];
        int[] ids = [0, 6, 3, 3, 1, 2];
        Assert.Equal(program.Call("Test", "PredictMixedPacked", weight, ids), program.Call("Test", "PredictMixed", weight, ids));
        var losses = (float[])program.Call("Test", "TrainMixed", weight[..2], ids[..4], target)!;
        Assert.True(losses[1] < losses[0]);
        program.Call("Test", "FitMixed", weight[..2], ids[..4]);
        var info = (NetworkInfo)program.Type("Mixed").GetProperty("Info")!.GetValue(null)!;
        Assert.Equal(7, info.Vocabulary);
        Assert.Equal([new IdsInfo("in", 1, 2, 7)], info.Ids);
    }

    [Fact]
    public void Ids_OfNoVocabulary_AreNamed()
    {
        int[] text = [.. Text], segment = [.. Segment], tokens = [.. Tokens];
        (segment[4], tokens[10]) = (2, 2);
        const string OfSpan = "The id at position 1 of sample 1 is 2; the vocabulary has 2 ids, from 0 to 1.";
        const string OfSample = "The id at position 1 of segment of sample 1 is 2; its vocabulary has 2 ids, from 0 to 1.";
        Refused(OfSpan, "segment", "Predict", text, segment);
        Refused(OfSpan, "segment", "Step", text, segment, Labels);
        Refused(OfSample, "tokens", "PredictPacked", tokens);
        Refused(OfSample, "tokens", "StepPacked", tokens, Labels);
        Refused(OfSample, "train", "Fit", tokens);

        text[2] = -1;
        Refused("The id at position 2 of sample 0 is -1; the vocabulary has 9 ids, from 0 to 8.", "text", "Predict", text, segment);
    }

    [Fact]
    public void Ids_OfOneVocabulary_AreNamedByTheirParameter()
    {
        int[] foreign = [.. Text];
        foreign[4] = 9;
        const string Message = "The id at position 1 of sample 1 is 9; the vocabulary has 9 ids, from 0 to 8.";
        Refused(Message, "answer", "PredictOne", Text, foreign);
        Refused(Message, "question", "StepOne", foreign, Text, Labels);
        Refused("The id at position 4 of sample 0 is 9; the vocabulary has 9 ids, from 0 to 8.", "tokens", "StepOnePacked", foreign, Labels[..3]);
        Refused(Message, "words", "PredictTags", foreign);
        Refused(Message, "words", "TrainTags", foreign);
        program.Call("Test", "StepOne", Text, Text, Labels);
        program.Call("Test", "PredictTags", Text);
        program.Call("Test", "TrainTags", Text);
    }

    [Fact]
    public void Ids_BesideNumbers_AreNamed()
    {
        float[] weight = [1, 2];
        int[] ids = [0, 1, 2, 7];
        Refused("The id at position 1 of sample 1 is 7; the vocabulary has 7 ids, from 0 to 6.", "in", "PredictMixed", weight, ids);
        Refused("The id at position 1 of sample 1 is 7; the vocabulary has 7 ids, from 0 to 6.", "in", "TrainMixed", weight, ids, new float[8]);
        Refused("The id at position 1 of in of sample 1 is 7; its vocabulary has 7 ids, from 0 to 6.", "x", "PredictMixedPacked", weight, ids);
        Refused("The id at position 1 of in of sample 1 is 7; its vocabulary has 7 ids, from 0 to 6.", "train", "FitMixed", weight, ids);
        ids[3] = 0;
        var fault = Assert.Throws<ArgumentException>(() => program.Call("Test", "FitMixed", new[] { 1, float.NaN }, ids));
        Assert.StartsWith("Value 0 of sample 1 is NaN; Mixed needs finite ones.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checks_AllocateNothing() => Assert.Equal(0L, program.Call("Test", "Allocated", Text, Segment, Labels));

    [Fact]
    public void Sizes_OfEachInput_AreChecked()
    {
        var fault = Assert.Throws<ArgumentException>(() => program.Call("Test", "Predict", Text, Segment[..5]));
        Assert.StartsWith("segment has 5 values; 2 samples need 6.", fault.Message, StringComparison.Ordinal);
        fault = Assert.Throws<ArgumentException>("tokens", () => program.Call("Test", "StepPacked", Tokens[..5], Labels));
        Assert.StartsWith("tokens has 5 values; a batch of Segments is a positive multiple of 6.", fault.Message, StringComparison.Ordinal);
        fault = Assert.Throws<ArgumentException>("words", () => program.Call("Test", "TrainTags", Text[..5]));
        Assert.StartsWith("words has 5 values", fault.Message, StringComparison.Ordinal);
    }

    void Refused(string message, string parameter, string method, params object[] arguments)
    {
        var fault = Assert.Throws<ArgumentOutOfRangeException>(() => program.Call("Test", method, arguments));
        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
        Assert.Equal(parameter, fault.ParamName);
    }

    public sealed class Compiled() : SharedProgram(Source);
}
