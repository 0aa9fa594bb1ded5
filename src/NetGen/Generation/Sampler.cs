using NetGen.Runtime;

namespace NetGen;

/// <summary>Draws ids from logits, as <see cref="SamplingOptions"/> say. It allocates nothing once it is made. Not thread-safe.</summary>
public sealed class Sampler
{
    readonly SamplingOptions _options;
    readonly float _temperature;
    readonly PhiloxGenerator _random;

    // The ids that are chosen from, and what each is worth; the first few of each.
    readonly int[] _ids;
    readonly double[] _weights;

    // Logits in descending order, with their ids in the lower halves.
    readonly ulong[] _order;
    readonly PriorityQueue<int, float> _highest;

    /// <summary>A sampler at the beginning of its random numbers.</summary>
    /// <param name="options">Temperature, top-k, top-p and seed.</param>
    /// <param name="vocabulary">How many logits there are, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option or the vocabulary isn't in its range.</exception>
    public Sampler(SamplingOptions options, int vocabulary)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        options.ValidateSampling();
        _options = options;
        _temperature = (float)options.Temperature;
        _random = new(options.Seed);
        _ids = new int[vocabulary];
        _weights = new double[vocabulary];
        _order = new ulong[options.TopP < 1 ? vocabulary : 0];
        _highest = new(KeepsHighest ? options.TopK : 0);
    }

    bool KeepsHighest => _options.TopK > 0 && _options.TopK < _ids.Length;

    /// <summary>Draws an id. With a temperature of 0 it is the highest logit's, the first of equal ones.</summary>
    /// <param name="logits">The logits, [vocabulary]. Some, but not all, may be −∞, for ids that are never drawn.</param>
    /// <exception cref="ArgumentException">There aren't as many logits as ids, one is NaN or ∞, or all are −∞.</exception>
    public int Sample(ReadOnlySpan<float> logits)
    {
        var best = Best(logits);
        if (_temperature == 0) return best;
        var count = Choose(logits, logits[best]);
        double total = 0;
        for (int i = 0; i < count; i++) total += _weights[i];
        var drawn = _random.NextUInt32() * (1.0 / 4294967296.0) * total;
        // Sums are rounded: the last id gets what is left.
        var last = count - 1;
        for (int i = 0; i < last; i++)
        {
            drawn -= _weights[i];
            if (drawn < 0) return _ids[i];
        }
        return _ids[last];
    }

    /// <summary>The probabilities that <see cref="Sample"/> draws by.</summary>
    /// <param name="logits">The logits, [vocabulary].</param>
    /// <param name="probabilities">Receives the probabilities, [vocabulary]; 0 for ids that aren't chosen from.</param>
    /// <exception cref="ArgumentException">There aren't as many logits or probabilities as ids, a logit is NaN or ∞, or all are −∞.</exception>
    public void Distribution(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        var best = Best(logits);
        if (probabilities.Length != _ids.Length)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"probabilities has {probabilities.Length:N0} values; the vocabulary has {_ids.Length:N0} ids."), nameof(probabilities));
        }
        probabilities.Clear();
        if (_temperature == 0)
        {
            probabilities[best] = 1;
            return;
        }
        var count = Choose(logits, logits[best]);
        double total = 0;
        for (int i = 0; i < count; i++) total += _weights[i];
        for (int i = 0; i < count; i++) probabilities[_ids[i]] = (float)(_weights[i] / total);
    }

    /// <summary>The first of the ids with the highest logit.</summary>
    int Best(ReadOnlySpan<float> logits)
    {
        if (logits.Length != _ids.Length)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"logits has {logits.Length:N0} values; the vocabulary has {_ids.Length:N0} ids."), nameof(logits));
        }
        var best = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            if (float.IsNaN(logits[i]) || float.IsPositiveInfinity(logits[i]))
                throw new ArgumentException(FormattableString.Invariant($"The logit of id {i} is {logits[i]}, from which no probability follows."), nameof(logits));
            if (logits[i] > logits[best]) best = i;
        }
        return float.IsNegativeInfinity(logits[best]) ? throw new ArgumentException("All logits are −∞: no id is left to draw.", nameof(logits)) : best;
    }

    /// <summary>
    /// Puts the ids to choose from and their weights, e^((logit − highest) / temperature), at the beginning of their arrays, and gives their number.
    /// </summary>
    int Choose(ReadOnlySpan<float> logits, float highest)
    {
        var least = KeepsHighest ? LeastOfHighest(logits) : float.NegativeInfinity;
        var count = 0;
        double total = 0;
        for (int id = 0; id < logits.Length; id++)
        {
            if (logits[id] < least || float.IsNegativeInfinity(logits[id])) continue;
            var weight = (double)VectorMath.Exp((logits[id] - highest) / _temperature);
            _ids[count] = id;
            _weights[count++] = weight;
            total += weight;
        }
        return _options.TopP < 1 ? Nucleus(logits, highest, count, total) : count;
    }

    /// <summary>The last of the logits that top-k keeps.</summary>
    float LeastOfHighest(ReadOnlySpan<float> logits)
    {
        _highest.Clear();
        var least = float.NegativeInfinity;
        for (int id = 0; id < logits.Length; id++)
        {
            if (_highest.Count < _options.TopK) _highest.Enqueue(id, logits[id]);
            else if (logits[id] > least) _highest.EnqueueDequeue(id, logits[id]);
            else continue;
            _highest.TryPeek(out _, out least);
        }
        return least;
    }

    /// <summary>Keeps the ids before which less than p of the whole weight is, the likeliest first; equal ones in the order of their ids.</summary>
    int Nucleus(ReadOnlySpan<float> logits, float highest, int count, double total)
    {
        // An id of less than (1 − p) / (n − 1) isn't among them: those from it on, at most n − 1, would have less than 1 − p.
        var negligible = (1 - _options.TopP) * total / Math.Max(1, count - 1);
        var candidates = 0;
        for (int i = 0; i < count; i++)
        {
            if (_weights[i] >= negligible || logits[_ids[i]] == highest) _order[candidates++] = Key(logits[_ids[i]], _ids[i]);
        }
        _order.AsSpan(0, candidates).Sort();
        double before = 0;
        var kept = 0;
        for (; kept < candidates && (kept == 0 || before < _options.TopP * total); kept++)
        {
            var id = (int)(uint)_order[kept];
            _ids[kept] = id;
            _weights[kept] = VectorMath.Exp((logits[id] - highest) / _temperature);
            before += _weights[kept];
        }
        return kept;
    }

    /// <summary>A number that is less for higher logits, and among equal ones for lower ids.</summary>
    static ulong Key(float logit, int id)
    {
        var bits = BitConverter.SingleToUInt32Bits(logit);
        var ascending = bits >> 31 != 0 ? ~bits : bits | 0x80000000;
        return (ulong)~ascending << 32 | (uint)id;
    }
}
