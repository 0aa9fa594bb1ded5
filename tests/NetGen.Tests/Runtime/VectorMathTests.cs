using System.Runtime.Intrinsics;
using NetGen.Runtime;

namespace NetGen.Tests.Runtime;

public sealed unsafe class VectorMathTests
{
    /// <summary>A prime stride through all bit patterns visits every exponent with many mantissas.</summary>
    const uint Stride = 9973;

    public delegate float Scalar(float x);

    public delegate Vector128<float> Wide128(Vector128<float> x);

    public delegate Vector256<float> Wide256(Vector256<float> x);

    public delegate Vector512<float> Wide512(Vector512<float> x);

    /// <param name="Name">What it is called.</param>
    /// <param name="F">The function of one number.</param>
    /// <param name="F128">Of four.</param>
    /// <param name="F256">Of eight.</param>
    /// <param name="F512">Of sixteen.</param>
    /// <param name="Exact">The same in double precision.</param>
    /// <param name="Ulps">How far it may be off, in units of the last place.</param>
    /// <param name="Fingerprint">What its results' bits come to.</param>
    /// <param name="Least">The magnitude below which units of the last place are no smaller.</param>
    public sealed record Function(
        string Name, Scalar F, Wide128 F128, Wide256 F256, Wide512 F512, Func<double, double> Exact, double Ulps, ulong Fingerprint, double Least = 0)
    {
        public override string ToString() => Name;
    }

    static readonly Function[] All =
    [
        new("Exp", VectorMath.Exp, VectorMath.Exp, VectorMath.Exp, VectorMath.Exp, Math.Exp, 1, 0xD8841D9B7AF62A32),
        new("Exp2", VectorMath.Exp2, VectorMath.Exp2, VectorMath.Exp2, VectorMath.Exp2, x => Math.Pow(2, x), 1, 0x910C59D9494B03C4),
        new("ExpM1", VectorMath.ExpM1, VectorMath.ExpM1, VectorMath.ExpM1, VectorMath.ExpM1, Reference.ExpM1, 2, 0xC5E016682F8A62CF),
        new("Log", VectorMath.Log, VectorMath.Log, VectorMath.Log, VectorMath.Log, Math.Log, 1, 0x836FB4FEB7744665),
        new("Log1P", VectorMath.Log1P, VectorMath.Log1P, VectorMath.Log1P, VectorMath.Log1P, Reference.Log1P, 2, 0xFF41075AD65CB3EF),
        new("Tanh", VectorMath.Tanh, VectorMath.Tanh, VectorMath.Tanh, VectorMath.Tanh, Math.Tanh, 3, 0xC2F4C00B4028D6A0),
        new("NormalCdf", VectorMath.NormalCdf, VectorMath.NormalCdf, VectorMath.NormalCdf, VectorMath.NormalCdf, Reference.NormalCdf, 2, 0x21A727F3D29726CA, Least: 0.5),
        new("Sigmoid", VectorMath.Sigmoid, VectorMath.Sigmoid, VectorMath.Sigmoid, VectorMath.Sigmoid, Reference.Sigmoid, 3, 0x9E1BAA2E0DC6C999),
        new("Softplus", VectorMath.Softplus, VectorMath.Softplus, VectorMath.Softplus, VectorMath.Softplus, Reference.Softplus, 2, 0xF80E652133E54033),
    ];

    public static TheoryData<string> Names => [.. All.Select(f => f.Name)];

    static Function Get(string name) => All.Single(f => f.Name == name);

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_StaysWithinItsError_OverTheWholeRange(string name)
    {
        var function = Get(name);
        var worst = 0.0;
        var at = 0f;
        for (ulong bits = 0; bits <= uint.MaxValue; bits += Stride)
        {
            var x = BitConverter.UInt32BitsToSingle((uint)bits);
            var error = Ulps(function.F(x), function.Exact(x), function.Least);
            if (error <= worst) continue;
            worst = error;
            at = x;
        }

        Assert.True(worst <= function.Ulps, $"{name}({at:G9}) = {function.F(at):G9}, {worst:F2} ulp from {function.Exact(at):G12}.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_GivesTheSameBits_ForEveryWidth(string name)
    {
        var function = Get(name);
        var x = stackalloc float[16];
        for (ulong bits = 0; bits <= uint.MaxValue - 16 * Stride; bits += 17 * Stride)
        {
            for (var i = 0; i < 16; i++) x[i] = BitConverter.UInt32BitsToSingle((uint)bits + (uint)i * Stride);
            var wide = function.F512(Vector512.Load(x));
            for (var i = 0; i < 16; i++)
            {
                var expected = function.F(x[i]);
                AssertSameBits(expected, wide[i], x[i]);
                AssertSameBits(expected, function.F256(Vector256.Load(x + i / 8 * 8))[i % 8], x[i]);
                AssertSameBits(expected, function.F128(Vector128.Load(x + i / 4 * 4))[i % 4], x[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_GivesTheSameBits_OnEveryProcessor(string name)
    {
        // FNV-1a over the results' bits, as first computed with AVX-512; the same with AVX2 only and without any vector instruction.
        var function = Get(name);
        var hash = 14695981039346656037UL;
        for (ulong bits = 0; bits <= uint.MaxValue; bits += Stride)
        {
            var y = function.F(BitConverter.UInt32BitsToSingle((uint)bits));
            hash = unchecked((hash ^ (float.IsNaN(y) ? 0x7FC00000u : BitConverter.SingleToUInt32Bits(y))) * 1099511628211UL);
        }

        Assert.Equal($"{function.Fingerprint:X16}", $"{hash:X16}");
    }

    [Theory]
    [InlineData("Exp", 1f, 1f, float.PositiveInfinity, 0f)]
    [InlineData("Exp2", 1f, 1f, float.PositiveInfinity, 0f)]
    [InlineData("ExpM1", 0f, -0f, float.PositiveInfinity, -1f)]
    [InlineData("Log", float.NegativeInfinity, float.NegativeInfinity, float.PositiveInfinity, float.NaN)]
    [InlineData("Log1P", 0f, -0f, float.PositiveInfinity, float.NaN)]
    [InlineData("Tanh", 0f, -0f, 1f, -1f)]
    [InlineData("NormalCdf", 0.5f, 0.5f, 1f, 0f)]
    [InlineData("Sigmoid", 0.5f, 0.5f, 1f, 0f)]
    [InlineData("Softplus", 0.6931472f, 0.6931472f, float.PositiveInfinity, 0f)]
    public void Function_IsExact_AtZerosAndInfinities(string name, float atZero, float atMinusZero, float atInfinity, float atMinusInfinity)
    {
        var f = Get(name).F;
        AssertSameBits(atZero, f(0f), 0f);
        AssertSameBits(atMinusZero, f(-0f), -0f);
        AssertSameBits(atInfinity, f(float.PositiveInfinity), float.PositiveInfinity);
        AssertSameBits(atMinusInfinity, f(float.NegativeInfinity), float.NegativeInfinity);
        Assert.True(float.IsNaN(f(float.NaN)));
    }

    [Fact]
    public void Exp_OverflowsAndUnderflows_WhereTheExactResultDoes()
    {
        Assert.Equal(3.40279851e38f, VectorMath.Exp(88.7228317f));
        Assert.Equal(float.PositiveInfinity, VectorMath.Exp(88.7228394f));
        Assert.Equal(float.Epsilon, VectorMath.Exp(-103.972076f));
        Assert.Equal(0f, VectorMath.Exp(-103.972084f));
    }

    [Fact]
    public void Exp2_IsExact_ForWholeNumbers()
    {
        for (var n = -150; n <= 128; n++) Assert.Equal((float)Math.Pow(2, n), VectorMath.Exp2(n));
    }

    [Fact]
    public void Log1P_AtMinusOne_IsMinusInfinity()
    {
        Assert.Equal(float.NegativeInfinity, VectorMath.Log1P(-1f));
        Assert.True(float.IsNaN(VectorMath.Log1P(-1.0000001f)));
    }

    [Fact]
    public void Load_ReadsTheFirstLanesOnly()
    {
        for (var count = 0; count <= 16; count++)
        {
            using var memory = new EdgeOfMemory(count);
            for (var i = 0; i < count; i++) memory.Floats[i] = i + 1;
            for (var i = 0; i < 16; i++)
            {
                var expected = i < count ? i + 1 : 0f;
                Assert.Equal(expected, VectorMath.Load512(memory.Floats, count)[i]);
                if (i < 8 && count <= 8) Assert.Equal(expected, VectorMath.Load256(memory.Floats, count)[i]);
                if (i < 4 && count <= 4) Assert.Equal(expected, VectorMath.Load128(memory.Floats, count)[i]);
            }
        }
    }

    [Fact]
    public void Store_WritesTheFirstLanesOnly()
    {
        var v = Vector512.CreateSequence(1f, 1f);
        for (var count = 0; count <= 16; count++)
        {
            using var memory = new EdgeOfMemory(count);
            VectorMath.Store(v, memory.Floats, count);
            for (var i = 0; i < count; i++) Assert.Equal(i + 1, memory.Floats[i]);
            if (count <= 8) AssertStored(p => VectorMath.Store(v.GetLower(), (float*)p, count), memory.Floats, count);
            if (count <= 4) AssertStored(p => VectorMath.Store(v.GetLower().GetLower(), (float*)p, count), memory.Floats, count);
        }
    }

    static void AssertStored(Action<nint> store, float* floats, int count)
    {
        new Span<float>(floats, count).Fill(-1);
        store((nint)floats);
        for (var i = 0; i < count; i++) Assert.Equal(i + 1, floats[i]);
    }

    static void AssertSameBits(float expected, float actual, float x)
    {
        if (float.IsNaN(expected) && float.IsNaN(actual)) return;
        if (BitConverter.SingleToUInt32Bits(expected) != BitConverter.SingleToUInt32Bits(actual)) Assert.Fail($"f({x:G9}) is {actual:G9}, not {expected:G9}.");
    }

    /// <summary>The distance in units of the last place that a float of the exact result's magnitude has, or of the least one.</summary>
    static double Ulps(float actual, double exact, double least)
    {
        if (double.IsNaN(exact) || float.IsNaN(actual)) return double.IsNaN(exact) && float.IsNaN(actual) ? 0 : double.PositiveInfinity;
        var rounded = (float)exact;
        if (float.IsInfinity(rounded) || float.IsInfinity(actual)) return rounded == actual ? 0 : double.PositiveInfinity;
        return Math.Abs(actual - exact) / Math.Max(Math.Pow(2, Math.ILogB(Math.Max(Math.Abs(exact), least)) - 23), float.Epsilon);
    }
}
