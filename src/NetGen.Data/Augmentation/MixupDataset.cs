using NetGen.Runtime;

namespace NetGen.Data;

/// <summary>Samples each of which is mixed with another one of the dataset, targets in the same proportion.</summary>
sealed class MixupDataset : IDataset<float>, IImages
{
    readonly IDataset<float> _source;
    readonly double _alpha;
    readonly ulong _seed;
    Scratch<Buffers> _scratch;

    public MixupDataset(IDataset<float> source, double alpha, ulong seed)
    {
        if (!double.IsFinite(alpha) || alpha <= 0)
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "The Beta distribution's parameter needs to be finite and more than 0.");
        (_source, _alpha, _seed) = (source, alpha, seed);
    }

    public int Count => _source.Count;

    public int InputSize => _source.InputSize;

    public int TargetSize => _source.TargetSize;

    public ImageShape? Shape => IImages.ShapeOf(_source);

    public bool ReadsAhead => true;

    public void Read(ReadOnlySpan<int> indices, Span<float> x, Span<float> target) => Read(0, indices, x, target);

    public void Read(int epoch, ReadOnlySpan<int> indices, Span<float> x, Span<float> target)
    {
        Batch.Check(indices, x, InputSize, target, TargetSize, Count);
        var buffers = _scratch.Take() ?? new();
        var partners = Scratch<Buffers>.Room(ref buffers.Partners, indices.Length);
        var shares = Scratch<Buffers>.Room(ref buffers.Shares, indices.Length);
        var otherX = Scratch<Buffers>.Room(ref buffers.X, x.Length);
        var otherTarget = Scratch<Buffers>.Room(ref buffers.Target, target.Length);
        for (var i = 0; i < indices.Length; i++)
        {
            buffers.Random.State = RandomStream.At(_seed, epoch, indices[i], RandomStream.Mixup);
            partners[i] = buffers.Random.NextInt(Count);
            shares[i] = (float)Beta(_alpha, buffers.Random);
        }
        _source.Read(epoch, indices, x, target);
        _source.Read(epoch, partners, otherX, otherTarget);
        for (var i = 0; i < indices.Length; i++)
        {
            Mix(x.Slice(i * InputSize, InputSize), otherX.Slice(i * InputSize, InputSize), shares[i]);
            Mix(target.Slice(i * TargetSize, TargetSize), otherTarget.Slice(i * TargetSize, TargetSize), shares[i]);
        }
        _scratch.Leave(buffers);
    }

    static void Mix(Span<float> values, ReadOnlySpan<float> others, float share)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = share * values[i] + (1 - share) * others[i];
    }

    /// <summary>
    /// A number of the distribution Beta(α, α): A / (A + B) for A and B of Gamma(α), in logarithms, since for a small α both may be too small for a number.
    /// </summary>
    internal static double Beta(double alpha, PhiloxGenerator random)
    {
        var (a, b) = (LogGamma(alpha, random), LogGamma(alpha, random));
        return 1 / (1 + Math.Exp(b - a));
    }

    /// <summary>
    /// The logarithm of a number of the distribution Gamma(α). Marsaglia and Tsang, "A simple method for generating gamma variables", 2000; Gamma(α) is
    /// Gamma(α + 1) · U^(1/α), their section 6.
    /// </summary>
    static double LogGamma(double alpha, PhiloxGenerator random)
    {
        var d = alpha + 1 - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = random.NextNormal();
            var v = 1 + c * x;
            var u = Uniform(random);
            if (v <= 0)
                continue;
            v = v * v * v;
            if (Math.Log(u) < 0.5 * x * x + d - d * v + d * Math.Log(v))
                return Math.Log(d * v) + Math.Log(Uniform(random)) / alpha;
        }
    }

    /// <summary>Above 0 and below 1, so that it has a logarithm.</summary>
    static double Uniform(PhiloxGenerator random) => (random.NextUInt32() + 0.5) * (1.0 / 4294967296.0);

    sealed class Buffers
    {
        public int[] Partners = [];
        public float[] Shares = [], X = [], Target = [];

        public PhiloxGenerator Random { get; } = new(seed: 0);
    }
}
