using System.Collections.Immutable;
using NetGen.Generator.Graph;

namespace NetGen.Generator.Ops;

/// <summary>
/// A random number for each element of the result. The numbers are counter-based: they depend on the seed, the step, the layer and the element, and not on
/// which thread draws them.
/// </summary>
abstract record RandomDraw : Elementwise
{
    public override bool IsRandom => true;

    // Numbers are counted in the order of the elements.
    public override Form InputForm(int input) => Form.Any;

    public override Form ResultForm => Form.Dense;

    // The input gives the numbers their shape; its values don't matter.
    public override bool IsDifferentiable => false;
}

/// <summary>Numbers from the standard normal distribution.</summary>
/// <param name="Stream">The layer's random stream.</param>
sealed record NormalNoise(int Stream) : RandomDraw
{
    /// <summary>
    /// Of w = −log(1 − x²), and past 5 of its root: the inverse error function over its argument. Giles 2010, "Approximating the erfinv function", table 5.
    /// </summary>
    static readonly float[] Middle =
        [2.81022636e-08f, 3.43273939e-07f, -3.5233877e-06f, -4.39150654e-06f, 0.00021858087f, -0.00125372503f, -0.00417768164f, 0.246640727f, 1.50140941f];

    static readonly float[] Tail =
        [-0.000200214257f, 0.000100950558f, 0.00134934322f, -0.00367342844f, 0.00573950773f, -0.0076224613f, 0.00943887047f, 1.00167406f, 2.83297682f];

    /// <summary>√2 erf⁻¹(x), of the middles of the 2²⁴ parts of (−1, 1).</summary>
    public override Expr Body
    {
        get
        {
            var x = new Uniform(Stream) * 2 - (1 - 1f / (1 << 24));
            var w = -Expr.Log((Expr.One - x) * (x + 1));
            return x * Expr.WhereGreater(w, 5, Polynomial(Tail, Expr.Sqrt(w) - 3), Polynomial(Middle, w - 2.5f)) * 1.41421356f;
        }
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => "ε";

    static Expr Polynomial(float[] coefficients, Expr x) => coefficients.Skip(1).Aggregate((Expr)coefficients[0], (sum, c) => Expr.Fma(sum, x, c));
}
