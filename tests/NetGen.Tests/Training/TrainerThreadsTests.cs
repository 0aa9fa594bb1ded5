namespace NetGen.Tests.Training;

[Collection(nameof(Runtime.AloneInTheProcess))] // threads share the batches
public class TrainerThreadsTests
{
    const int Samples = 20_000;

    readonly float[] _x = new float[Samples * Classifier.Inputs];
    readonly int[] _labels = new int[Samples];

    [Fact]
    public void Trainer_OfTwoThreads_IsRefusedToTheSecond()
    {
        var trainer = new Trainer<Classifier, int>(Classifier.Create(1), new SGD());
        string? message = null;
        void StepUntilRefused()
        {
            while (Volatile.Read(ref message) is null)
            {
                try
                {
                    trainer.Step(_x, _labels);
                }
                catch (InvalidOperationException e)
                {
                    Volatile.Write(ref message, e.Message);
                }
            }
        }

        var other = new Thread(StepUntilRefused);
        other.Start();
        StepUntilRefused();
        other.Join();
        Assert.Equal("This trainer of Tests.Classifier is at work on another thread. It is used by one thread at a time, and shares a batch among threads itself.", message);
        Assert.True(float.IsFinite(trainer.Step(_x, _labels)));
    }

    [Fact]
    public void Trainer_AfterAnException_TakesTheNextBatch()
    {
        var trainer = new Trainer<Classifier, int>(Classifier.Create(1), new SGD());
        Assert.Throws<ArgumentException>(() => trainer.Step(_x, _labels.AsSpan(1)));
        Assert.Throws<InvalidOperationException>(trainer.Update);
        Assert.True(float.IsFinite(trainer.Step(_x, _labels)));
    }
}
