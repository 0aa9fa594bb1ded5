using NetGen.Runtime;

namespace NetGen;

/// <summary>How a parameter gets its first values.</summary>
/// <param name="Kind">The distribution; <see cref="Init.Default"/> is uniform in ±1/√<paramref name="FanIn"/>.</param>
/// <param name="Value">The value of <see cref="Init.Constant"/>.</param>
/// <param name="Gain">Scales Xavier's and He's distributions; 0 stands for the usual gain, 1 for Xavier and √2 for He.</param>
/// <param name="FanIn">Inputs of one output.</param>
/// <param name="FanOut">Outputs that one input takes part in.</param>
public sealed record Initializer(Init Kind, float Value = 0, float Gain = 0, int FanIn = 1, int FanOut = 1)
{
    /// <summary>Values that start as zeros, whatever the others do: those of an embedding's padding.</summary>
    public Range Zeros { get; init; } = 0..0;

    /// <summary>Fills a tensor, in PyTorch's order, so that values don't depend on how it is stored.</summary>
    /// <param name="values">Receives the values.</param>
    /// <param name="random">The tensor's own stream of random numbers.</param>
    public void Fill(Span<float> values, PhiloxGenerator random)
    {
        ArgumentNullException.ThrowIfNull(random);
        switch (Kind)
        {
            case Init.Zeros:
                values.Clear();
                break;
            case Init.Constant:
                values.Fill(Value);
                break;
            case Init.Default:
                Uniform(values, random, 1 / Math.Sqrt(FanIn));
                break;
            case Init.XavierUniform:
                Uniform(values, random, GainOr(1) * Math.Sqrt(6.0 / ((double)FanIn + FanOut)));
                break;
            case Init.XavierNormal:
                Normal(values, random, GainOr(1) * Math.Sqrt(2.0 / ((double)FanIn + FanOut)));
                break;
            case Init.HeUniform:
                Uniform(values, random, GainOr(Math.Sqrt(2)) * Math.Sqrt(3.0 / FanIn));
                break;
            case Init.HeNormal:
                Normal(values, random, GainOr(Math.Sqrt(2)) / Math.Sqrt(FanIn));
                break;
            default:
                throw new InvalidOperationException($"There is no initialisation {Kind}.");
        }
        values[Zeros].Clear();
    }

    double GainOr(double usual) => Gain == 0 ? usual : Gain;

    static void Uniform(Span<float> values, PhiloxGenerator random, double bound)
    {
        foreach (ref var value in values)
            value = (float)((2.0 * random.NextSingle() - 1) * bound);
    }

    static void Normal(Span<float> values, PhiloxGenerator random, double deviation)
    {
        foreach (ref var value in values)
            value = (float)(deviation * random.NextNormal());
    }
}
