#pragma warning disable CA2225 // A tensor is symbolic: friendly alternates of its operators would say nothing more.

namespace NetGen;

/// <summary>
/// A tensor in a network's <c>Forward</c>: a symbol, which has neither memory nor values. NetGen reads <c>Forward</c> while the project builds, and generates
/// code that computes what it says; the method itself never runs.
/// </summary>
/// <remarks>
/// Shapes are those of one sample; the batch isn't part of them. Where two shapes meet, sizes are compared from the last axis backwards, and an axis of size 1,
/// or one that isn't there, stands for as many equal ones as the other shape has, as in PyTorch.
/// </remarks>
public sealed class Tensor
{
    Tensor() { }

    /// <summary>A constant.</summary>
    /// <param name="value">Its value.</param>
    public static implicit operator Tensor(float value) => Symbol.Of<Tensor>(value);

    /// <summary>A constant, rounded to a <c>float</c> as all numbers of a network are.</summary>
    /// <param name="value">Its value.</param>
    public static implicit operator Tensor(double value) => Symbol.Of<Tensor>(value);

    /// <summary>The sum of each pair of elements.</summary>
    public static Tensor operator +(Tensor left, Tensor right) => Symbol.Of<Tensor>(left, right);

    /// <summary>The difference of each pair of elements.</summary>
    public static Tensor operator -(Tensor left, Tensor right) => Symbol.Of<Tensor>(left, right);

    /// <summary>The product of each pair of elements.</summary>
    public static Tensor operator *(Tensor left, Tensor right) => Symbol.Of<Tensor>(left, right);

    /// <summary>The quotient of each pair of elements.</summary>
    public static Tensor operator /(Tensor left, Tensor right) => Symbol.Of<Tensor>(left, right);

    /// <summary>Each element with the other sign.</summary>
    public static Tensor operator -(Tensor x) => Symbol.Of<Tensor>(x);

    /// <summary>1 where the left element is greater, 0 elsewhere. It has no gradient.</summary>
    public static Tensor operator >(Tensor left, Tensor right) => Symbol.Of<Tensor>(left, right);

    /// <summary>1 where the left element is less, 0 elsewhere. It has no gradient.</summary>
    public static Tensor operator <(Tensor left, Tensor right) => Symbol.Of<Tensor>(left, right);

    /// <summary>1 where the left element is at least the right one, 0 elsewhere. It has no gradient.</summary>
    public static Tensor operator >=(Tensor left, Tensor right) => Symbol.Of<Tensor>(left, right);

    /// <summary>1 where the left element is at most the right one, 0 elsewhere. It has no gradient.</summary>
    public static Tensor operator <=(Tensor left, Tensor right) => Symbol.Of<Tensor>(left, right);
}

/// <summary>
/// A layer that <c>Forward</c> calls: a field with a layer's attribute, <c>[Linear(64)] readonly Layer head;</c>, is called as <c>head(x)</c>.
/// </summary>
/// <param name="x">What the layer gets.</param>
/// <param name="memory">
/// For <see cref="MultiheadAttentionAttribute"/> and <see cref="TransformerDecoderLayerAttribute"/>: another sequence [positions, features], such as what an
/// encoder gave, which x looks at. Left out, x looks at itself.
/// </param>
/// <returns>What it gives.</returns>
public delegate Tensor Layer(Tensor x, Tensor? memory = null);

/// <summary>
/// Several tensors, in their order: what <see cref="Functions.Split(Tensor, int, int)"/> gives. Like a tensor it is a symbol, which <c>Forward</c> takes apart.
/// </summary>
public sealed class Tensors
{
    Tensors() { }

    /// <summary>How many there are.</summary>
    public int Length => Symbol.Of<int>(this);

    /// <summary>One of them.</summary>
    /// <param name="index">Which, from 0.</param>
    public Tensor this[int index] => Symbol.Of<Tensor>(this, index);

    /// <summary>All of them, for a <c>foreach</c>.</summary>
    public IEnumerator<Tensor> GetEnumerator() => Symbol.Of<IEnumerator<Tensor>>(this);

    /// <summary>Two tensors, <c>var (a, b) = Split(x, 2)</c>.</summary>
    public void Deconstruct(out Tensor a, out Tensor b) => (a, b) = Symbol.Of<(Tensor, Tensor)>(this);

    /// <summary>Three tensors.</summary>
    public void Deconstruct(out Tensor a, out Tensor b, out Tensor c) => (a, b, c) = Symbol.Of<(Tensor, Tensor, Tensor)>(this);

    /// <summary>Four tensors.</summary>
    public void Deconstruct(out Tensor a, out Tensor b, out Tensor c, out Tensor d) => (a, b, c, d) = Symbol.Of<(Tensor, Tensor, Tensor, Tensor)>(this);
}

/// <summary>What symbols do when they are run.</summary>
static class Symbol
{
    /// <summary>Says that symbols aren't run.</summary>
    /// <param name="operands">What the symbol is made of, which doesn't matter.</param>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public static T Of<T>(params ReadOnlySpan<object?> operands)
    {
        _ = operands;
        throw new InvalidOperationException("NetGen reads Forward while the project builds, and nothing calls it: call Predict, or use a Trainer.");
    }
}
