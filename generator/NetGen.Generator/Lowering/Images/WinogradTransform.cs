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
/// </remarks>
/// <param name="Results">The results of a tile along an axis.</param>
/// <param name="Kernel">The kernel's places along an axis: 3, 4 or 5 for six points, 3 for four.</param>
sealed record WinogradTransform(int Results, int Kernel = 3)
{
    const double P = 0.70710678118654752, Q = 1.41421356237309505;

    /// <summary>The inputs of a tile along an axis, and its products.</summary>
    public int Size => Results + Kernel - 1;

    /// <summary>The products of a tile.</summary>
    public int Positions => Size * Size;

    /// <summary>What functions are named after it.</summary>
    public string Label => $"Winograd{LayerBuilder.Text(Results)}{(Kernel == 3 ? "" : $"x{LayerBuilder.Text(Kernel)}")}";

    /// <summary>The values of an input at the points: Bᵀd.</summary>
    public Expr[] Input(Code code, Expr[] d, string prefix)
    {
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
        if (Size == 4) return [y[0], Name("1", y[0] + y[1]), Name("2", y[0] - y[1]), y[1]];
        var (e, f) = (Name("e", Expr.Fma(0.5f, y[2], y[0])), Name("f", Expr.Fma((float)(P * P * P), y[3], (float)P * y[1])));
        var (g, h) = (Name("g", Expr.Fma(2f, y[2], y[0])), Name("h", Expr.Fma((float)(Q * Q * Q), y[3], (float)Q * y[1])));
        return [y[0], Name("1", e + f), Name("2", e - f), Name("3", g + h), Name("4", g - h), y[3]];

        Expr Name(string name, Expr value) => code.Let(prefix + name, value);
    }
}
