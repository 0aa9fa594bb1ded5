using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>Local response normalisation by hand: which neighbours a window has, and what is divided by its size.</summary>
public sealed class LocalResponseNormTests : IDisposable
{
    readonly NetworkSet networks = new(new Dictionary<string, string>
    {
        ["Odd"] = "[Input(3, 2), LocalResponseNorm(3, Alpha = 3f, Beta = 1f)]",
        ["Even"] = "[Input(3, 2), LocalResponseNorm(2, Alpha = 2f, Beta = 1f, K = 2f)]",
    });

    [Fact]
    public void Window_HasTheSameNumberOfChannelsOnBothSides()
    {
        // Channels 1, 2, 3 at the first pixel; 0, 4, 0 at the second.
        var y = networks["Odd"].Subject.Predict([1, 0, 2, 4, 3, 0]);
        float[] expected = [1 / (1f + 1 + 4), 0, 2 / (1f + 1 + 4 + 9), 4 / (1f + 16), 3 / (1f + 4 + 9), 0];
        for (var i = 0; i < y.Length; i++) Assert.Equal(expected[i], y[i], 1e-6f);
    }

    [Fact]
    public void WindowOfEvenSize_HasOneMoreChannelBefore()
    {
        var y = networks["Even"].Subject.Predict([1, 0, 2, 4, 3, 0]);
        float[] expected = [1 / (2f + 1), 0, 2 / (2f + 1 + 4), 4 / (2f + 16), 3 / (2f + 4 + 9), 0];
        for (var i = 0; i < y.Length; i++) Assert.Equal(expected[i], y[i], 1e-6f);
    }

    public void Dispose() => networks.Dispose();
}
