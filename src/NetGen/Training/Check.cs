using System.Numerics;
using System.Runtime.CompilerServices;

namespace NetGen;

/// <summary>Checks of hyperparameters, which unlike the framework's don't let NaN or infinity pass.</summary>
static class Check
{
    public static T Positive<T>(T value, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : struct, IBinaryFloatingPointIeee754<T> =>
        T.IsFinite(value) && value > T.Zero ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be finite and more than 0.");

    public static T NotNegative<T>(T value, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : struct, IBinaryFloatingPointIeee754<T> =>
        T.IsFinite(value) && value >= T.Zero ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be finite and at least 0.");

    /// <summary>Anything but NaN.</summary>
    public static double Number(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        !double.IsNaN(value) ? value : throw new ArgumentException($"{name} is NaN, which is neither better nor worse than another.", name);

    /// <summary>At least 0 and less than 1, as a momentum or Adam's betas.</summary>
    public static T Fraction<T>(T value, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : struct, IBinaryFloatingPointIeee754<T> =>
        value >= T.Zero && value < T.One ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 0 and less than 1.");
}
