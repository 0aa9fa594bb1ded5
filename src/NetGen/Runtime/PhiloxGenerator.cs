using System.Runtime.Intrinsics;

namespace NetGen.Runtime;

/// <summary>Where a <see cref="PhiloxGenerator"/> stands: plain values, all that a checkpoint has to keep.</summary>
/// <param name="Seed">The key.</param>
/// <param name="Stream">Which of the key's streams.</param>
/// <param name="Position">How many 32-bit words were taken from the stream.</param>
public readonly record struct PhiloxState(ulong Seed, ulong Stream, ulong Position);

/// <summary>Random numbers one after the other, from the blocks of <see cref="Philox"/>: for initialisation and shuffles. Not thread-safe.</summary>
/// <remarks>Its blocks have the counter (block low, 2³¹ + block high, stream low, stream high), which those of dropout with the same seed never have.</remarks>
public sealed class PhiloxGenerator
{
    readonly uint[] _words = new uint[4];
    PhiloxState _state;

    /// <summary>Starts at the beginning of a stream.</summary>
    /// <param name="seed">The key.</param>
    /// <param name="stream">Which of the key's streams; streams share no numbers.</param>
    public PhiloxGenerator(ulong seed, ulong stream = 0) => State = new(seed, stream, 0);

    /// <summary>Goes on where another generator stood.</summary>
    /// <param name="state">That generator's state.</param>
    public PhiloxGenerator(PhiloxState state) => State = state;

    /// <summary>Where the generator stands. Setting it makes the generator go on from there.</summary>
    public PhiloxState State
    {
        get => _state;
        set
        {
            _state = value;
            if (value.Position % 4 != 0) Fill();
        }
    }

    /// <summary>A uniform 32-bit word.</summary>
    public uint NextUInt32()
    {
        var word = (int)(_state.Position % 4);
        if (word == 0) Fill();
        _state = _state with { Position = unchecked(_state.Position + 1) };
        return _words[word];
    }

    /// <summary>A uniform float of 24 bits in [0, 1).</summary>
    public float NextSingle() => Philox.ToUniform(NextUInt32());

    /// <summary>A uniform integer in [0, bound), without bias. Lemire, "Fast random integer generation in an interval", 2019.</summary>
    /// <param name="bound">How many values there are, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is less than 1.</exception>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var range = (uint)bound;
        var product = (ulong)NextUInt32() * range;
        if ((uint)product < range)
        {
            var rejected = unchecked(0u - range) % range;
            while ((uint)product < rejected) product = (ulong)NextUInt32() * range;
        }

        return (int)(product >> 32);
    }

    /// <summary>
    /// A float of the standard normal distribution (Box and Muller 1958). It takes two words and keeps no second number back, so that the position says
    /// everything.
    /// </summary>
    public float NextNormal()
    {
        var radius = MathF.Sqrt(-2f * VectorMath.Log((NextUInt32() + 0.5f) * (1f / 4294967296f)));
        return radius * (float)CosineOfTurns(NextUInt32() * (1.0 / 4294967296.0));
    }

    /// <summary>cos(2π · turns) for turns in [0, 1). The platform's own cosine may differ between systems; additions and products do not.</summary>
    static double CosineOfTurns(double turns)
    {
        var quadrant = (int)(turns * 4 + 0.5);
        var x = (turns - quadrant * 0.25) * (2 * Math.PI);
        var z = x * x;

        // Taylor series: with |x| up to π/4 the first terms left out are below 1e-9.
        var cos = 1 - z / 2 * (1 - z / 12 * (1 - z / 30 * (1 - z / 56 * (1 - z / 90))));
        var sin = x * (1 - z / 6 * (1 - z / 20 * (1 - z / 42 * (1 - z / 72))));
        return (quadrant & 3) switch { 0 => cos, 1 => -sin, 2 => -cos, _ => sin };
    }

    void Fill()
    {
        var block = _state.Position / 4;
        var counter = Vector128.Create((uint)block, 0x80000000 | (uint)(block >> 32), (uint)_state.Stream, (uint)(_state.Stream >> 32));
        var words = Philox.Block(counter, (uint)_state.Seed, (uint)(_state.Seed >> 32));
        for (var i = 0; i < 4; i++) _words[i] = words[i];
    }
}
