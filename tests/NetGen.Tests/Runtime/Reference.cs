namespace NetGen.Tests.Runtime;

/// <summary>Functions in double precision that <see cref="Math"/> does not have, good to far more than a float can hold.</summary>
static class Reference
{
    public static double ExpM1(double x)
    {
        if (Math.Abs(x) > 0.3) return Math.Exp(x) - 1;
        double term = x, sum = x;
        for (var n = 2; n < 30; n++) sum += term *= x / n;
        return sum;
    }

    public static double Log1P(double x)
    {
        // Kahan's trick: what u lost by rounding cancels in the quotient.
        var u = 1 + x;
        return u == 1 ? x : double.IsInfinity(u) || u <= 0 ? Math.Log(u) : Math.Log(u) * (x / (u - 1));
    }

    public static double Sigmoid(double x) => x < -700 ? Math.Exp(x) : 1 / (1 + Math.Exp(-x));

    public static double Softplus(double x) => x > 40 ? x : Log1P(Math.Exp(x));

    public static double NormalCdf(double x) => (1 + Erf(x / Math.Sqrt(2))) / 2;

    static double Erf(double x)
    {
        var z = Math.Abs(x);
        if (z < 3)
        {
            // Abramowitz and Stegun 7.1.5.
            double term = x, sum = x;
            for (var n = 1; n < 100; n++)
            {
                term *= -x * x / n;
                sum += term / (2 * n + 1);
            }

            return sum * 2 / Math.Sqrt(Math.PI);
        }

        // The continued fraction 7.1.14.
        var fraction = 0.0;
        for (var k = 100; k >= 1; k--) fraction = k / 2.0 / (z + fraction);
        return Math.CopySign(1 - Math.Exp(-z * z) / Math.Sqrt(Math.PI) / (z + fraction), x);
    }
}
