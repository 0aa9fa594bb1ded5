using NetGen.Generator.Ops;

namespace NetGen.Generator.Tests.Reference;

/// <summary>The functions of one number in double precision, from their definitions.</summary>
static class Functions
{
    /// <summary>2/√π ∫₀ˣ e^(−t²) dt, by the series e^(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n + 1)!!, whose terms all have x's sign (Abramowitz and Stegun 7.1.6).</summary>
    public static double Erf(double x)
    {
        if (double.IsNaN(x)) return x;
        if (Math.Abs(x) > 6) return Math.Sign(x);
        var (sum, term) = (0.0, x);
        for (var n = 1; sum + term != sum; n++)
        {
            sum += term;
            term *= 2 * x * x / (2 * n + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    public static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    /// <summary>log(1 + eˣ).</summary>
    public static double Softplus(double x)
    {
        var small = Math.Exp(-Math.Abs(x));
        return Math.Max(x, 0) + (small < 1e-8 ? small - small * small / 2 : Math.Log(1 + small));
    }

    /// <summary>The standard normal distribution.</summary>
    static double Normal(double x) => (1 + Erf(x / Math.Sqrt(2))) / 2;

    static double NormalDensity(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    static double Expm1(double x) => Math.Abs(x) < 1e-5 ? x + x * x / 2 + x * x * x / 6 : Math.Exp(x) - 1;

    static double Clamp(double x, double low, double high) => x < low ? low : x > high ? high : x;

    /// <summary>An activation's value.</summary>
    public static double Value(Activation of, double x) => of switch
    {
        ReLU => x < 0 ? 0 : x,
        ReLU6 => Clamp(x, 0, 6),
        LeakyReLU a => x > 0 ? x : a.Slope * x,
        ELU a => x > 0 ? x : a.Alpha * Expm1(x),
        GELU => x * Normal(x),
        GELUTanh => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
        SiLU => x * Sigmoid(x),
        Tanh => Math.Tanh(x),
        Ops.Sigmoid => Sigmoid(x),
        Ops.Softplus a => x * a.Beta > a.Threshold ? x : Softplus(a.Beta * x) / a.Beta,
        Hardswish => x * Clamp(x + 3, 0, 6) / 6,
        Hardsigmoid => Clamp(x + 3, 0, 6) / 6,
        Mish => x * Math.Tanh(Softplus(x)),
        Affine a => a.Scale * x + a.Offset,
        ExtremeConstant e => e.IsMax ? Math.Max(x, e.Than) : Math.Min(x, e.Than),
        Reciprocal => 1 / x,
        Exp => Math.Exp(x),
        Log => Math.Log(x),
        Sqrt => Math.Sqrt(x),
        Abs => Math.Abs(x),
        _ => throw new NotSupportedException($"The reference doesn't know the activation {of}."),
    };

    /// <summary>An activation's derivative at a place; at that with the given value, for those whose gradient is computed from it.</summary>
    public static double Derivative(Activation of, double saved)
    {
        if (of.GradientFromResult)
        {
            var y = saved;
            return of switch
            {
                ReLU => y > 0 ? 1 : 0,
                ReLU6 => y > 0 && y < 6 ? 1 : 0,
                Tanh => 1 - y * y,
                Ops.Sigmoid => y * (1 - y),
                Reciprocal => -y * y,
                Exp => y,
                Sqrt => 1 / (2 * y),
                _ => throw new NotSupportedException($"The reference doesn't know the derivative of {of} by its value."),
            };
        }
        var x = saved;
        switch (of)
        {
            case Affine a: return a.Scale;
            case ExtremeConstant e: return x == e.Than ? 0.5 : x > e.Than == e.IsMax ? 1 : 0;
            case Log: return 1 / x;
            case Abs: return Math.Sign(x);
            case LeakyReLU a: return x > 0 ? 1 : a.Slope;
            case ELU a: return x > 0 ? 1 : a.Alpha * Math.Exp(x);
            case GELU: return Normal(x) + x * NormalDensity(x);
            case GELUTanh:
                var inner = Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
                var sech = 1 / Math.Cosh(inner);
                return (1 + Math.Tanh(inner)) / 2 + x / 2 * sech * sech * Math.Sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
            case SiLU: return Sigmoid(x) * (1 + x * (1 - Sigmoid(x)));
            case Ops.Softplus a: return x * a.Beta > a.Threshold ? 1 : Sigmoid(a.Beta * x);
            case Hardswish: return x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6;
            case Hardsigmoid: return x > -3 && x < 3 ? 1.0 / 6 : 0;
            case Mish:
                var t = Math.Tanh(Softplus(x));
                return t + x * Sigmoid(x) * (1 - t * t);
            default: throw new NotSupportedException($"The reference doesn't know the derivative of {of}.");
        }
    }
}
