namespace NetGen.Zoo.Tests;

/// <summary>Runs that go on from a checkpoint.</summary>
public sealed class CheckpointTests
{
    const int Samples = 50, Epochs = 4;

    /// <summary>Dropout draws the numbers that it would have drawn, wherever the run was interrupted.</summary>
    [Theory, InlineData(1, 3), InlineData(2, 7), InlineData(3, 1)]
    public void Dropout_OfAResumedRun_EndsWithTheSameBits(int epoch, int batch)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var (whole, interrupted, resumed) = (SmallDropout.Create(1), SmallDropout.Create(1), SmallDropout.Create(2));
            var options = new FitOptions { Epochs = Epochs, BatchSize = 8, Optimizer = new Adam(0.01), Seed = 3, ProgressInterval = TimeSpan.Zero };
            Assert.Equal(FitEnd.Completed, Fit(whole, options).End);

            using var cancellation = new CancellationTokenSource();
            options = options with { CheckpointPath = Path.Combine(folder.FullName, "run"), Resume = true };
            var stopped = Fit(interrupted, options with
            {
                CancellationToken = cancellation.Token,
                Progress = new FitCallback(p =>
                {
                    if ((p.Epoch, p.Batch) == (epoch, batch)) cancellation.Cancel();
                }),
            });
            Assert.Equal(FitEnd.Cancelled, stopped.End);
            Assert.Equal(FitEnd.Completed, Fit(resumed, options).End);
            Assert.Equal(whole.Parameters.Arena.ToArray(), resumed.Parameters.Arena.ToArray());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static FitResult Fit(SmallDropout network, FitOptions options)
    {
        var random = new Random(5);
        float[] x = [.. Enumerable.Range(0, Samples * SmallDropout.InputSize).Select(_ => random.NextSingle())];
        int[] labels = [.. Enumerable.Range(0, Samples).Select(_ => random.Next(3))];
        return Training.Fit<SmallDropout, int>(network, new Dataset<int>(x, labels, SmallDropout.InputSize), null, options);
    }
}
