using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>What the largest values over a sample's positions are, and which of equal ones get the gradient.</summary>
public sealed class PositionMaximaTests(PositionMaximaTests.Compiled compiled) : IClassFixture<PositionMaximaTests.Compiled>
{
    const string Source = """
        using System;
        using static NetGen.Functions;

        [Network, Sequence(2, Max = 4, Gradient = true), MaxPositions]
        public partial class First;

        [Network]
        public partial class Shared
        {
            Tensor Forward([Sequence(2, Max = 4, Gradient = true)] Tensor x) => Max(x, axis: 0);
        }

        [Network, Input(3, 2, Gradient = true), MaxPositions]
        public partial class FirstOfThree;

        public static class Use
        {
            static readonly float[] X = [1, 5,  3, 5,  3, 2,  -2, -1,  float.NaN, 4,  6, 4,  6, 4], DY = [8, 6,  4, 2,  10, 12];
            static readonly int[] Lengths = [3, 1, 3];

            public static (float[], float[]) OfFirst()
            {
                var net = First.Create(1);
                var y = new float[6];
                net.Predict(X, Lengths, y);
                var trainer = new First.Trainer(net, new SGD());
                trainer.Backward(X, Lengths, DY);
                return (y, trainer.InputGradient.ToArray());
            }

            public static (float[], float[]) OfShared()
            {
                var net = Shared.Create(1);
                var y = new float[6];
                net.Predict(X, Lengths, y);
                var trainer = new Shared.Trainer(net, new SGD());
                trainer.Backward(X, Lengths, DY);
                return (y, trainer.InputGradient.ToArray());
            }

            public static (float[], float[]) OfThree()
            {
                var net = FirstOfThree.Create(1);
                var y = new float[2];
                net.Predict(X.AsSpan(0, 6), y);
                var trainer = new FirstOfThree.Trainer(net, new SGD());
                trainer.Backward(X.AsSpan(0, 6), DY.AsSpan(0, 2));
                return (y, trainer.InputGradient.ToArray());
            }
        }
        """;

    static readonly float[] Maxima = [3, 5, -2, -1, float.NaN, 4];

    [Fact]
    public void MaxPositions_GivesTheGradientToTheFirstOfEqualMaxima() => Assert.Equivalent((Maxima, new float[] { 0, 6, 8, 0, 0, 0, 4, 2, 0, 12, 0, 0, 0, 0 }), Call("OfFirst"));

    [Fact]
    public void Max_OverPositions_SharesTheGradientAmongEqualMaxima() => Assert.Equivalent((Maxima, new float[] { 0, 3, 4, 3, 4, 0, 4, 2, 0, 4, 0, 4, 0, 4 }), Call("OfShared"));

    [Fact]
    public void MaxPositions_OfSamplesOfOneShape_DoesTheSame() => Assert.Equivalent((Maxima[..2], new float[] { 0, 6, 8, 0, 0, 0 }), Call("OfThree"));

    (float[] Y, float[] Gradient) Call(string method) => ((float[], float[]))compiled.Program.Call("Use", method)!;

    public sealed class Compiled() : SharedProgram(Source);
}
