namespace NetGen;

/// <summary>
/// The functions of tensors that a network's <c>Forward</c> may call, for <c>using static NetGen.Functions;</c>. What isn't a tensor is a constant. Axes count
/// from 0, without the batch, or from the last one backwards as -1, -2 and so on.
/// </summary>
public static class Functions
{
    /// <summary>max(0, x).</summary>
    public static Tensor ReLU(Tensor x) => Symbol.Of<Tensor>(x);

    /// <summary>min(max(0, x), 6).</summary>
    public static Tensor ReLU6(Tensor x) => Symbol.Of<Tensor>(x);

    /// <summary>x where it is positive, slope · x elsewhere.</summary>
    public static Tensor LeakyReLU(Tensor x, double slope = 0.01) => Symbol.Of<Tensor>(x, slope);

    /// <summary>x where it is positive, alpha · (eˣ − 1) elsewhere.</summary>
    public static Tensor ELU(Tensor x, double alpha = 1) => Symbol.Of<Tensor>(x, alpha);

    /// <summary>x · Φ(x), with Φ the normal distribution or, with <paramref name="tanh"/>, its usual approximation.</summary>
    public static Tensor GELU(Tensor x, bool tanh = false) => Symbol.Of<Tensor>(x, tanh);

    /// <summary>x · sigmoid(x).</summary>
    public static Tensor SiLU(Tensor x) => Symbol.Of<Tensor>(x);

    /// <summary>The hyperbolic tangent.</summary>
    public static Tensor Tanh(Tensor x) => Symbol.Of<Tensor>(x);

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static Tensor Sigmoid(Tensor x) => Symbol.Of<Tensor>(x);

    /// <summary>log(1 + e^(beta · x)) / beta, and x itself where beta · x exceeds the threshold.</summary>
    public static Tensor Softplus(Tensor x, double beta = 1, double threshold = 20) => Symbol.Of<Tensor>(x, beta, threshold);

    /// <summary>x · clamp(x + 3, 0, 6) / 6.</summary>
    public static Tensor Hardswish(Tensor x) => Symbol.Of<Tensor>(x);

    /// <summary>clamp(x + 3, 0, 6) / 6.</summary>
    public static Tensor Hardsigmoid(Tensor x) => Symbol.Of<Tensor>(x);

    /// <summary>x · tanh(softplus(x)).</summary>
    public static Tensor Mish(Tensor x) => Symbol.Of<Tensor>(x);

    /// <summary>eˣ.</summary>
    public static Tensor Exp(Tensor x) => Symbol.Of<Tensor>(x);

    /// <summary>The natural logarithm.</summary>
    public static Tensor Log(Tensor x) => Symbol.Of<Tensor>(x);

    /// <summary>The square root.</summary>
    public static Tensor Sqrt(Tensor x) => Symbol.Of<Tensor>(x);

    /// <summary>The absolute value. At 0 its gradient is 0.</summary>
    public static Tensor Abs(Tensor x) => Symbol.Of<Tensor>(x);

    /// <summary>eˣ divided by the sum of eˣ along an axis.</summary>
    public static Tensor Softmax(Tensor x, int axis = -1) => Symbol.Of<Tensor>(x, axis);

    /// <summary>x − log Σ eˣ along an axis.</summary>
    public static Tensor LogSoftmax(Tensor x, int axis = -1) => Symbol.Of<Tensor>(x, axis);

    /// <summary>In training, zero with this probability, and scaled by 1 / (1 − p) otherwise; in inference x itself.</summary>
    public static Tensor Dropout(Tensor x, double probability = 0.5) => Symbol.Of<Tensor>(x, probability);

    /// <summary>A vector of all values.</summary>
    public static Tensor Flatten(Tensor x) => Symbol.Of<Tensor>(x);

    /// <summary>The same values in another shape, one of whose sizes may be -1 and is then computed.</summary>
    public static Tensor Reshape(Tensor x, params int[] shape) => Symbol.Of<Tensor>(x, shape);

    /// <summary>The two last axes exchanged.</summary>
    public static Tensor Transpose(Tensor x) => Symbol.Of<Tensor>(x);

    /// <summary>Two axes exchanged, as PyTorch's <c>transpose</c>.</summary>
    public static Tensor Transpose(Tensor x, int axis, int other) => Symbol.Of<Tensor>(x, axis, other);

    /// <summary>The axes in another order: axis i of the result is axis <c>axes[i]</c> of x, as in PyTorch's <c>permute</c>.</summary>
    public static Tensor Permute(Tensor x, params int[] axes) => Symbol.Of<Tensor>(x, axes);

    /// <summary>
    /// The elements from <paramref name="start"/> up to, not including, <paramref name="end"/> along an axis; negative ones count from the end, and one beyond the end is an error.
    /// </summary>
    public static Tensor Slice(Tensor x, int axis, int start, int end, int step = 1) => Symbol.Of<Tensor>(x, axis, start, end, step);

    /// <summary>The elements at some places along an axis, in their order, as PyTorch's <c>index_select</c>. A place may come more than once.</summary>
    public static Tensor Gather(Tensor x, int axis, params int[] places) => Symbol.Of<Tensor>(x, axis, places);

    /// <summary>One after the other along the first axis.</summary>
    public static Tensor Concat(params Tensor[] tensors) => Symbol.Of<Tensor>(tensors);

    /// <summary>One after the other along an axis, as PyTorch's <c>cat</c>.</summary>
    public static Tensor Concat(int axis, params Tensor[] tensors) => Symbol.Of<Tensor>(axis, tensors);

    /// <summary>As many equal parts along an axis, as PyTorch's <c>chunk</c>.</summary>
    public static Tensors Split(Tensor x, int parts, int axis = 0) => Symbol.Of<Tensors>(x, parts, axis);

    /// <summary>Parts of these sizes along an axis, as PyTorch's <c>split</c>.</summary>
    public static Tensors Split(Tensor x, int[] sizes, int axis = 0) => Symbol.Of<Tensors>(x, sizes, axis);

    /// <summary>1 where two elements are equal, 0 elsewhere. It has no gradient.</summary>
    public static Tensor Equal(Tensor left, Tensor right) => Symbol.Of<Tensor>(left, right);

    /// <summary>1 where two elements differ, 0 elsewhere. It has no gradient.</summary>
    public static Tensor NotEqual(Tensor left, Tensor right) => Symbol.Of<Tensor>(left, right);

    /// <summary>The element of <paramref name="then"/> where the condition isn't 0, that of <paramref name="otherwise"/> where it is.</summary>
    public static Tensor Where(Tensor condition, Tensor then, Tensor otherwise) => Symbol.Of<Tensor>(condition, then, otherwise);

    /// <summary>The value where the mask isn't 0, x where it is, as PyTorch's <c>masked_fill</c>.</summary>
    public static Tensor Mask(Tensor x, Tensor mask, double value) => Symbol.Of<Tensor>(x, mask, value);

    /// <summary>The larger of each pair of elements. Where they are equal, each has half of the gradient.</summary>
    public static Tensor Maximum(Tensor left, Tensor right) => Symbol.Of<Tensor>(left, right);

    /// <summary>The smaller of each pair of elements. Where they are equal, each has half of the gradient.</summary>
    public static Tensor Minimum(Tensor left, Tensor right) => Symbol.Of<Tensor>(left, right);

    /// <summary>The sum of all values, [1].</summary>
    public static Tensor Sum(Tensor x) => Symbol.Of<Tensor>(x);

    /// <summary>The sums along an axis, which is left out, or with <paramref name="keep"/> has size 1.</summary>
    public static Tensor Sum(Tensor x, int axis, bool keep = false) => Symbol.Of<Tensor>(x, axis, keep);

    /// <summary>The mean of all values, [1].</summary>
    public static Tensor Mean(Tensor x) => Symbol.Of<Tensor>(x);

    /// <summary>The means along an axis, which is left out, or with <paramref name="keep"/> has size 1.</summary>
    public static Tensor Mean(Tensor x, int axis, bool keep = false) => Symbol.Of<Tensor>(x, axis, keep);

    /// <summary>The largest value of all, [1].</summary>
    public static Tensor Max(Tensor x) => Symbol.Of<Tensor>(x);

    /// <summary>
    /// The largest values along an axis, which is left out, or with <paramref name="keep"/> has size 1. Equal ones share the gradient, as in PyTorch's
    /// <c>amax</c>.
    /// </summary>
    public static Tensor Max(Tensor x, int axis, bool keep = false) => Symbol.Of<Tensor>(x, axis, keep);

    /// <summary>The smallest value of all, [1].</summary>
    public static Tensor Min(Tensor x) => Symbol.Of<Tensor>(x);

    /// <summary>
    /// The smallest values along an axis, which is left out, or with <paramref name="keep"/> has size 1. Equal ones share the gradient, as in PyTorch's
    /// <c>amin</c>.
    /// </summary>
    public static Tensor Min(Tensor x, int axis, bool keep = false) => Symbol.Of<Tensor>(x, axis, keep);

    /// <summary>
    /// Matrix products: [m, k] with [k, n] gives [m, n]. A vector is a row on the left and a column on the right, and that axis is left out of the result. Axes
    /// before the last two count the matrices, and are compared as those of a sum are.
    /// </summary>
    public static Tensor MatMul(Tensor left, Tensor right) => Symbol.Of<Tensor>(left, right);

    /// <summary>Sums of products of one tensor or two, by Einstein's convention: <c>Einsum("qd,kd->qk", q, k)</c>. Letters name axes; the batch isn't among them.</summary>
    public static Tensor Einsum(string pattern, params Tensor[] tensors) => Symbol.Of<Tensor>(pattern, tensors);
}
