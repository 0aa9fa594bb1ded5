using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// Winograd's F(m × m, r × r): m × m results of an r × r kernel from (m + r - 1) × (m + r - 1) products instead of m² r² (Lavin and Gray 2016). Kernel, input
/// and result are taken for polynomials and multiplied by their values at some points.
/// </summary>
/// <remarks>
/// F(4 × 4, 3 × 3), F(3 × 3, 4 × 4) and F(2 × 2, 5 × 5) have the points 0, ±1/√2, ±√2 and ∞, which give half the error of the usual ±1 and ±2 for the same
/// arithmetic; F(2 × 2, 3 × 3) has 0, ±1 and ∞. The runtime's <c>Winograd</c> has the same points for weights.
/// <para>
/// A kernel of 3 that moves by two meets pixels of one phase at its first and last place, and those of the other at the one between. Its 4 results are the sum
/// of those of F(4, 2) and F(4, 1), which has one point less, ∞, and the same values at the others: 9 products instead of 12 along an axis, and 81 instead of
/// 144 for a tile. The points are ±1/2, ±5/4 and ∞, which are exact and give half the error of 0, ±1, 2 and ∞.
/// </para>
/// </remarks>
/// <param name="Results">The results of a tile along an axis.</param>
/// <param name="Kernel">The kernel's places along an axis: 3, 4 or 5 for six points, 3 for four.</param>
/// <param name="Stride">How far it moves: 1, or 2 for 4 results of a kernel of 3.</param>
sealed record WinogradTransform(int Results, int Kernel = 3, int Stride = 1)
{
    const double P = 0.70710678118654752, Q = 1.41421356237309505;

    // The points of a kernel that moves by two.
    const float Near = 0.5f, Far = 1.25f;

    /// <summary>The points along an axis.</summary>
    public int Size => Stride == 1 ? Results + Kernel - 1 : Results + 1;

    /// <summary>The points of a tile.</summary>
    public int Positions => Size * Size;

    /// <summary>The inputs of a tile along an axis.</summary>
    public int Pixels => (Results - 1) * Stride + Kernel;

    /// <summary>
    /// The phases of the inputs, in the order of their values at a point. With a kernel that moves by two those that have a point ∞ follow each other.
    /// </summary>
    public ImmutableArray<WinogradPhase> Phases => Stride == 1 ? [new(0, 0)] : [new(1, 0), new(0, 0), new(0, 1), new(1, 1)];

    /// <summary>The products of a tile with an input.</summary>
    public int Products => Stride == 1 ? Positions : (2 * Size - 1) * (2 * Size - 1);

    /// <summary>The same with room for those of phases that lack a point.</summary>
    public int Values => Positions * Phases.Length;

    /// <summary>What functions are named after it.</summary>
    public string Label => $"Winograd{LayerBuilder.Text(Results)}{(Kernel == 3 ? "" : $"x{LayerBuilder.Text(Kernel)}")}{(Stride == 1 ? "" : "By2")}";

    /// <summary>The phases of a kernel that moves by two which have the point that the local <c>point</c> says: the first one's index, and how many.</summary>
    public (string First, string Count) PhasesAtPoint
    {
        get
        {
            var (size, last) = (LayerBuilder.Text(Size), LayerBuilder.Text(Size - 1));
            return ($"point / {size} == {last} ? 1 : 0", $"(point / {size} == {last} ? 1 : 2) * (point % {size} == {last} ? 1 : 2)");
        }
    }

    /// <summary>The values of an input at the points: Bᵀd. A phase that lacks the point ∞ has an input less, too.</summary>
    public Expr[] Input(Code code, Expr[] d, string prefix)
    {
        if (Stride == 2)
        {
            var (p, q) = (Name("p", Expr.Fma(-Far * Far, d[1], d[3])), Name("q", Near * Expr.Fma(-Far * Far, d[0], d[2])));
            var (r, s) = (Name("r", Expr.Fma(-Near * Near, d[1], d[3])), Name("s", Far * Expr.Fma(-Near * Near, d[0], d[2])));
            Expr[] finite = [Name("0", q + p), Name("1", q - p), Name("2", s + r), Name("3", s - r)];
            return d.Length == 4 ? finite : [.. finite, Name("4", Expr.Fma(-(Near * Near + Far * Far), d[2], Expr.Fma(Near * Near * Far * Far, d[0], d[4])))];
        }
        if (Size == 4) return [Name("0", d[0] - d[2]), Name("1", d[1] + d[2]), Name("2", d[2] - d[1]), Name("3", d[3] - d[1])];
        var (e, f) = (Name("e", Expr.Fma(-2f, d[2], d[4])), Name("f", Expr.Fma(-2f, d[1], d[3])));
        var (g, h) = (Name("g", Expr.Fma(-0.5f, d[2], d[4])), Name("h", Expr.Fma(-0.5f, d[1], d[3])));
        return
        [
            Name("0", Expr.Fma(-2.5f, d[2], d[0] + d[4])),
            Name("1", Expr.Fma((float)P, f, e)), Name("2", Expr.Fma((float)-P, f, e)),
            Name("3", Expr.Fma((float)Q, h, g)), Name("4", Expr.Fma((float)-Q, h, g)),
            Name("5", Expr.Fma(-2.5f, d[3], d[1] + d[5])),
        ];

        Expr Name(string name, Expr value) => code.Let(prefix + name, value);
    }

    /// <summary>The results from their products at the points: Aᵀm.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="m">The products.</param>
    /// <param name="count">How many of the results are wanted.</param>
    /// <param name="prefix">Begins the names of locals.</param>
    public Expr[] Output(Code code, Expr[] m, int count, string prefix)
    {
        if (Size == 4)
        {
            return [.. new Func<Expr>[] { () => Name("0", m[0] + m[1] + m[2]), () => Name("1", m[1] - m[2] + m[3]) }.Take(count).Select(result => result())];
        }
        if (Stride == 2)
        {
            var (even, odd) = (Name("s", m[0] + m[1]), Name("u", m[0] - m[1]));
            var (farEven, farOdd) = (Name("t", m[2] + m[3]), Name("v", m[2] - m[3]));
            return
            [
                .. new Func<Expr>[]
                {
                    () => Name("0", even + farEven),
                    () => Name("1", Expr.Fma(Far, farOdd, Near * odd)),
                    () => Name("2", Expr.Fma(Far * Far, farEven, Near * Near * even)),
                    () => Name("3", Expr.Fma(Far * Far * Far, farOdd, Expr.Fma(Near * Near * Near, odd, m[4]))),
                }.Take(count).Select(result => result()),
            ];
        }
        var (s, t) = (Name("s", m[1] + m[2]), Name("t", m[3] + m[4]));
        var (u, v) = count == 1 ? (s, t) : (Name("u", m[1] - m[2]), Name("v", m[3] - m[4]));
        return
        [
            .. new Func<Expr>[]
            {
                () => Name("0", m[0] + s + t),
                () => Name("1", Expr.Fma((float)Q, v, WithLast(1, (float)P, u))),
                () => Name("2", Expr.Fma(2f, t, WithLast(2, 0.5f, s))),
                () => Name("3", Expr.Fma((float)(Q * Q * Q), v, WithLast(3, (float)(P * P * P), u))),
            }.Take(count).Select(result => result()),
        ];

        // The point ∞ gives the highest power, which the last result has.
        Expr WithLast(int result, float factor, Expr sum) => result == Results - 1 ? Expr.Fma(factor, sum, m[5]) : factor * sum;

        Expr Name(string name, Expr value) => code.Let(prefix + name, value);
    }

    /// <summary>The values at the points of the gradient of a result with a kernel of 3 × 3: A∂y.</summary>
    public Expr[] Gradient(Code code, Expr[] y, string prefix)
    {
        if (Stride == 2)
        {
            var (even, odd) = (Name("s", Expr.Fma(Near * Near, y[2], y[0])), Name("u", Expr.Fma(Near * Near * Near, y[3], Near * y[1])));
            var (farEven, farOdd) = (Name("t", Expr.Fma(Far * Far, y[2], y[0])), Name("v", Expr.Fma(Far * Far * Far, y[3], Far * y[1])));
            return [Name("0", even + odd), Name("1", even - odd), Name("2", farEven + farOdd), Name("3", farEven - farOdd), y[3]];
        }
        if (Size == 4) return [y[0], Name("1", y[0] + y[1]), Name("2", y[0] - y[1]), y[1]];
        var (e, f) = (Name("e", Expr.Fma(0.5f, y[2], y[0])), Name("f", Expr.Fma((float)(P * P * P), y[3], (float)P * y[1])));
        var (g, h) = (Name("g", Expr.Fma(2f, y[2], y[0])), Name("h", Expr.Fma((float)(Q * Q * Q), y[3], (float)Q * y[1])));
        return [y[0], Name("1", e + f), Name("2", e - f), Name("3", g + h), Name("4", g - h), y[3]];

        Expr Name(string name, Expr value) => code.Let(prefix + name, value);
    }
}

/// <summary>Inputs of a tile that are a stride apart, and their values at the points.</summary>
/// <param name="Row">The row that the phase begins with, which is how many points less it has along the height.</param>
/// <param name="Column">The same of columns.</param>
sealed record WinogradPhase(int Row, int Column);
