using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Forward;

/// <summary>Static fields and properties of a class are what they begin with; where C# would give others, that is said.</summary>
public sealed class ForwardStaticsTests
{
    const string NotRun = ", which isn't run while the project builds; let what sets it be its initializer, or a method that Forward calls";

    [Theory]
    [InlineData("static readonly int R = 3; static Net() { R = 9; }", "x * {|NG0052:R|}", "'R' can't be read: 'R' is changed by the static constructor of 'Net'" + NotRun)]
    [InlineData("static int R { get; } = 3; static Net() => Net.R = 9;", "x * {|NG0052:R|}", "'R' can't be read: 'R' is changed by the static constructor of 'Net'" + NotRun)]
    [InlineData("static readonly int[] R = [1, 2, 3]; static Net() { R[1] = 9; }", "x * {|NG0052:R|}[1]", "'R' can't be read: 'R' is changed by the static constructor of 'Net'" + NotRun)]
    [InlineData("static readonly int[][] R = [[1], [2]]; static Net() { (R[1][0], _) = (9, 1); }", "x * {|NG0052:R|}[1][0]", "'R' can't be read: 'R' is changed by the static constructor of 'Net'" + NotRun)]
    [InlineData("static readonly int[] R = [1, 2]; static Net() { var same = R; same[1]++; }", "x * {|NG0052:R|}[1]", "'R' can't be read: 'R' is changed by the static constructor of 'Net'" + NotRun)]
    [InlineData("static readonly int[] R = [1, 2]; static Net() => Doubled(R); static void Doubled(int[] all) => all[0] *= 2;", "x * {|NG0052:R|}[1]",
        "'R' can't be read: 'R' is changed by the static constructor of 'Net'" + NotRun)]
    [InlineData("static readonly System.Collections.Generic.List<int> R = [1, 2]; public static void Grow() => R.Add(4);", "x * {|NG0052:R|}[1]", "'R' can't be read: 'R' is changed by the method 'Grow'" + NotRun)]
    [InlineData("static readonly int[] R = [1, 2]; public static void Swap() => Array.Reverse(R);", "x * {|NG0052:R|}[1]", "'R' can't be read: 'R' is changed by the method 'Swap'" + NotRun)]
    [InlineData("static readonly int R = 3, S = R = 4;", "x * {|NG0052:R|}", "'R' can't be read: 'R' is changed by another member" + NotRun)]
    [InlineData("static class Sizes { public static readonly int R = 3; static Sizes() { R++; } }", "x * {|NG0052:Sizes.R|}", "'Sizes.R' can't be read: 'R' is changed by the static constructor of 'Sizes'" + NotRun)]
    [InlineData("static readonly int Q = {|NG0052:Z|} + 1; static readonly int Z = 5;", "x * Q",
        "'Z' can't be read: 'Z' is declared after 'Q', whose initializer needs it before C# has set it; declare it first")]
    [InlineData("static int Q { get; } = Make(); static int Make() => {|NG0052:Z|} + 1; static int Z { get; } = 5;", "x * Q",
        "'Z' can't be read: 'Z' is declared after 'Q', whose initializer needs it before C# has set it; declare it first")]
    [InlineData("static readonly int Q = {|NG0052:Q|} + 1;", "x * Q", "'Q' can't be read: the initializer of 'Q' needs 'Q' itself")]
    [InlineData("static readonly int Q = Sizes.R; static readonly int Z = 5; static class Sizes { public static readonly int R = {|NG0052:Z|}; }", "x * Q",
        "'Z' can't be read: 'Z' is declared after 'Q', whose initializer needs it before C# has set it; declare it first")]
    [InlineData("static readonly int Q = {|NG0052:Z|} + 1; } partial class Net { static readonly int Z = 5;", "x * Q",
        "'Z' can't be read: 'Z' is declared in another part of 'Net' than 'Q', whose initializer needs it, and C# doesn't say which is set first; put them into one part")]
    public void WhatIsSetElsewhere_OrLater_IsRefused(string members, string expression, string message) => Expect.Diagnostic(Source(members, expression), message);

    [Theory]
    [InlineData("static readonly int Z = 5; static readonly int Q = Z + 1;", "x * Q", 6)]
    [InlineData("static readonly Func<int> Q = () => Z + 1; static readonly int Z = 5;", "x * Q()", 6)]
    [InlineData("static readonly int Q = Z + 1; const int Z = 5;", "x * Q", 6)]
    [InlineData("static readonly int[] R = [2, 3]; static readonly int S; static Net() { S = R[0] + R.Length; foreach (var r in R) S += r; }", "x * R[1]", 3)]
    [InlineData("static readonly int R = 3, S; static Net() { S = Math.Max(R, 4); int[] R_ = [1]; R_[0] = R; }", "x * R", 3)]
    [InlineData("static readonly int R = 3; static void Set(int[] R) => R[0] = 4;", "x * R", 3)]
    [InlineData("static readonly int[] R = [2, 3]; public static int[] Reversed() => R.AsEnumerable().Reverse().Concat(R).ToArray();", "x * R[1]", 3)]
    [InlineData("static readonly double D = 1, E = 2; static double F { get; } = 1;", "x * (float)(D / E + F / E)", 1)]
    [InlineData("static readonly int[] R = [2, 3]; Tensor Unused(Tensor x) => Concat([.. R.Select(r => x * r)]);", "x * R[1]", 3)]
    [InlineData("static readonly Func<float, float> R = MathF.Sqrt;", "x * R(4)", 2)]
    public void WhatIsSetWhereItIsDeclared_IsRead(string members, string expression, float expected)
    {
        using var program = Consumer.Of(Source(members, expression) + """

            public static class Test { public static float[] Run(float[] x) { var y = new float[1]; Net.Create().Predict(x, y); return y; } }
            """).Build(emit: true).AssertClean().Load();
        Assert.Equal([expected], (float[])program.Call("Test", "Run", [new float[] { 1 }])!);
    }

    static string Source(string members, string expression) => $$"""
        using System;
        using System.Linq;
        using static NetGen.Functions;
        [Network] public partial class Net { Tensor Forward([Shape(1)] Tensor x) => {{expression}}; {{members}} }
        """;
}
