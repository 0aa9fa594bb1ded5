using System.Runtime.CompilerServices;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Parsing;

namespace NetGen.Generator.Tests.Forward;

/// <summary>Numbers that are computed while a Forward is read are those that C# computes, and what throws an exception there is an error.</summary>
public sealed class ForwardArithmeticTests
{
    [Fact]
    public void Constants_AreComputedAsInCSharp()
    {
        int n = 33, m = -7, lowest = int.MinValue, highest = int.MaxValue;
        var k = 5L;
        double big = 1e20, z = 0, ninety = 90.5;
        var f = 0.1f;
        byte narrow = 250;
        short s = -3;
        (string Text, float Value)[] all =
        [
            Of(1 << n), Of(m >> n), Of(m >>> 28), Of(m >>> n), Of(k << 65), Of((long)n << n >> 30), Of(-k >>> 60), Of(~n), Of(~k * 2), Of(n % m), Of(n / m), Of(m & 12 | n ^ 3),
            Of(unchecked(highest + 1)), Of(unchecked(lowest - 1)), Of(unchecked(highest * n)), Of(unchecked(-lowest)), Of(unchecked(long.MaxValue + k)), Of(lowest / (k - 6)),
            Of(unchecked((int)big)), Of(unchecked((int)-big)), Of(unchecked((long)big)), Of(unchecked((int)(z / z))), Of(unchecked((int)(big / 1e10))), Of(unchecked((int)(k << 33 | 7))),
            Of((byte)ninety), Of(unchecked((byte)(n * 8))), Of(unchecked((sbyte)(n * 4))), Of(narrow + s), Of((ushort)n), Of((short)k), Of(0.1 == f ? 1 : 2), Of((float)0.1 == f ? 1 : 2),
            Of(Math.Clamp(n, 1, 5)), Of((float)Math.Clamp(ninety, 100, 200)), Of(Math.Sign(m)), Of(Math.Sign(-big)), Of((float)Math.Cbrt(27)), Of(MathF.Cbrt(-8)), Of((float)Math.Log2(1 << 10)),
            Of(MathF.Log2(f)), Of(Math.Abs(m)), Of(Math.Max(n, m)), Of(Math.Min(k, 2)), Of((float)Math.Max(ninety, 91)), Of(Math.Abs(s)), Of(((int?)ninety ?? 1) / 4),
        ];
        Assert.Equal(all.Select(one => one.Value), Numbers($$"""
            int n = 33, m = -7, lowest = int.MinValue, highest = int.MaxValue; var k = 5L; double big = 1e20, z = 0, ninety = 90.5; var f = 0.1f; byte narrow = 250; short s = -3;
            {{string.Concat(all.Select(one => $"x *= (float)({one.Text});\n"))}}
            """));

        static (string Text, float Value) Of(float value, [CallerArgumentExpression(nameof(value))] string text = "") => (text, value);
    }

    [Fact]
    public void Comparisons_AreThoseOfCSharp_OfWhatIsntANumberToo()
    {
        double nan = double.NaN, z = 0, one = 1;
        var f = float.NaN;
#pragma warning disable CS1718 // What isn't a number differs from itself.
        (string Text, bool Value)[] all =
        [
            Of(f < 1), Of(f <= 1), Of(f > 1), Of(f >= 1), Of(1 < f), Of(f == f), Of(f != f), Of(nan == 1), Of(nan != 1), Of(z / z == z / z), Of(z / z != z / z), Of(!(nan >= nan)), Of(z == -z),
            Of((nan, 1) == (nan, 1)), Of((nan, 1) != (nan, 1)), Of(nan is double.NaN), Of(f is float.NaN), Of(one is double.NaN), Of(nan is not double.NaN), Of(nan is 1), Of(nan is < 1 or >= 1),
            Of(-z is 0), Of(nan switch { > 0 => false, double.NaN => true, _ => false }), Of(f switch { float.NaN => true, _ => false }), Of(Math.Max(nan, 1) is double.NaN),
            Of(one > z), Of(one >= 1), Of(z < one), Of(z <= 0), Of(one == 1), Of(one != z), Of(Math.Min(1, nan) == 1),
        ];
#pragma warning restore CS1718
        Assert.Equal(all.Select(one => one.Value ? 1f : 0), Numbers($$"""
            double nan = double.NaN, z = 0, one = 1; var f = float.NaN;
            {{string.Concat(all.Select(one => $"x *= ({one.Text}) ? 1 : 0;\n"))}}
            """));

        static (string Text, bool Value) Of(bool value, [CallerArgumentExpression(nameof(value))] string text = "") => (text, value);
    }

    [Fact]
    public void Switch_MatchesWhatIsntANumber_WithNaN() =>
        Assert.Equal([3f], Numbers("double nan = double.NaN; switch (nan) { case 1: x *= 2; break; case double.NaN: x *= 3; break; default: x *= 4; break; }"));

    const string Supported = "Forward may have calls of its layers, of the functions of NetGen.Functions and of the class's own methods, operators, locals, tuples, arrays, "
        + "lists, lambdas, constants, and if, switch, for, foreach and while on constants";

    [Theory]
    [InlineData("var i = int.MaxValue; return x * checked({|NG0052:i + 1|});", "'i + 1' can't be read: it overflows: the result is out of the range of int")]
    [InlineData("checked { var i = int.MinValue; return x * ({|NG0052:i - 1|}); }", "'i - 1' can't be read: it overflows: the result is out of the range of int")]
    [InlineData("checked { var i = 1 << 20; return x * ({|NG0052:i * i|}); }", "'i * i' can't be read: it overflows: the result is out of the range of int")]
    [InlineData("checked { var i = long.MaxValue; {|NG0052:i += 1|}; return x; }", "'i += 1' can't be read: it overflows: the result is out of the range of long")]
    [InlineData("checked { var i = int.MaxValue; {|NG0052:i++|}; return x; }", "'i++' can't be read: it overflows: the result is out of the range of int")]
    [InlineData("checked { byte i = 255; {|NG0052:++i|}; return x; }", "'++i' can't be read: it overflows: the result is out of the range of byte")]
    [InlineData("checked { var i = int.MinValue; return x * ({|NG0052:-i|}); }", "'-i' can't be read: it overflows: the result is out of the range of int")]
    [InlineData("checked { var big = 3e9; return x * ({|NG0052:(int)big|}); }", "'(int)big' can't be read: it overflows: the result is out of the range of int")]
    [InlineData("checked { var big = 1L << 40; return x * ({|NG0052:(int)big|}); }", "'(int)big' can't be read: it overflows: the result is out of the range of int")]
    [InlineData("checked { var none = double.NaN; return x * ({|NG0052:(long)none|}); }", "'(long)none' can't be read: it overflows: the result is out of the range of long")]
    [InlineData("var i = int.MinValue; var n = -1; return x * ({|NG0052:i / n|});", "'i / n' can't be read: it overflows: the result is out of the range of int")]
    [InlineData("var i = long.MinValue; {|NG0052:i %= -1|}; return x;", "'i %= -1' can't be read: it overflows: the result is out of the range of long")]
    [InlineData("var i = 0; return x * (7 % {|NG0052:i|});", "'i' can't be read: it is 0, by which a whole number can't be divided")]
    [InlineData("var i = int.MinValue; return x * {|NG0052:Math.Abs(i)|};", "'Math.Abs(i)' can't be read: it overflows: the result is out of the range of int")]
    [InlineData("var c = 'b'; return c is {|NG0052:>= 'a'|} ? x : Functions.Tanh(x);", "'>= 'a'' can't be read: " + Supported)]
    [InlineData("var i = 5; return x * ({|NG0052:(uint)i|});", "'(uint)i' can't be read: of numbers Forward may have int, long, float and double, and narrower whole ones within their range")]
    [InlineData("var big = 1e10; return x * ({|NG0052:(byte)big|});", "'(byte)big' can't be read: of numbers Forward may have int, long, float and double, and narrower whole ones within their range")]
    public void WhatThrowsInCSharp_IsAnError(string statements, string message) => Expect.Diagnostic(Source(statements), message);

    [Fact]
    public void Project_ThatChecksForOverflow_HasItChecked() => Expect.Diagnostic(Source("var i = int.MaxValue; return x * ({|NG0052:i + 1|});"),
        "'i + 1' can't be read: it overflows: the result is out of the range of int", consumer => consumer with { CheckOverflow = true });

    static IEnumerable<float> Numbers(string statements) => Models.Single(Source(statements + " return x;")).Forward!.Steps
        .Where(step => step.Function?.Kind == "Constant").Select(step => (float)step.Function!.Positional[0].Scalar!);

    static string Source(string statements) => $"using System;\n[Network] partial class Net {{ Tensor Forward([Shape(4)] Tensor x) {{ {statements} }} }}";
}
