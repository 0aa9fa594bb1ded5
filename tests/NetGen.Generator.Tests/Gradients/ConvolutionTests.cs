using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>Convolutions whose results can be checked by hand: the course's examples.</summary>
public sealed class ConvolutionTests(ConvolutionTests.Networks networks) : IClassFixture<ConvolutionTests.Networks>
{
    const string Image = nameof(Image), Sequence = nameof(Sequence), Matrix = nameof(Matrix);

    [Fact]
    public void Conv2d_OfTheCoursesImage_GivesItsResult()
    {
        float[] image =
        [
            0, 1, 1, 1, 0, 0, 0,
            0, 0, 1, 1, 1, 0, 0,
            0, 0, 0, 1, 1, 1, 0,
            0, 0, 0, 1, 1, 0, 0,
            0, 0, 1, 1, 0, 0, 0,
            0, 1, 1, 0, 0, 0, 0,
            1, 1, 0, 0, 0, 0, 0,
        ];
        var subject = networks.Set[Image].Subject;
        subject.Parameters["0.weight"].CopyFrom([1, 0, 1, 0, 1, 0, 1, 0, 1]);
        Assert.Equal(
        [
            1, 4, 3, 4, 1,
            1, 2, 4, 3, 3,
            1, 2, 3, 4, 1,
            1, 3, 3, 1, 1,
            3, 3, 1, 1, 0,
        ], subject.Predict(image));
    }

    [Fact]
    public void Conv1d_IsTheProductWithABandedMatrix_OfSharedWeights()
    {
        float[] kernel = [2, -1, 3];
        var sequence = networks.Set[Sequence].Subject;
        sequence.Parameters["0.weight"].CopyFrom(kernel);
        // A row for each result, in which the same three weights stand one place further to the right.
        var matrix = networks.Set[Matrix].Subject;
        var band = new float[6 * 8];
        for (var row = 0; row < 6; row++) kernel.CopyTo(band, row * 8 + row);
        matrix.Parameters["0.weight"].CopyFrom(band);
        float[] x = [1, 4, -2, 0.5f, 3, -1, 2, 7];
        Assert.Equal(matrix.Predict(x), sequence.Predict(x));
        Assert.Equal([-8, 11.5f, 4.5f, -5, 13, 17], sequence.Predict(x));
    }

    [Fact]
    public void Weights_ReadAndWrittenByIndex_AreThoseOfPyTorchsOrder()
    {
        var subject = networks.Set[Image].Subject;
        var weight = subject.Parameters["0.weight"];
        weight.CopyFrom([1, 2, 3, 4, 5, 6, 7, 8, 9]);
        Assert.Equal(6, weight[0, 0, 1, 2]);
        weight[0, 0, 2, 0] = 70;
        Assert.Equal([1, 2, 3, 4, 5, 6, 70, 8, 9], weight.ToArray());
    }

    public sealed class Networks : IDisposable
    {
        internal NetworkSet Set { get; } = new(new Dictionary<string, string>
        {
            [Image] = "[Input(1, 7, 7), Conv2d(1, 3, Bias = false)]",
            [Sequence] = "[Input(1, 8), Conv1d(1, 3, Bias = false), Flatten]",
            [Matrix] = "[Input(8), Linear(6, Bias = false)]",
        });

        public void Dispose() => Set.Dispose();
    }
}
