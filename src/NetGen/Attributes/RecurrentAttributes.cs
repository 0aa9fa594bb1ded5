namespace NetGen;

/// <summary>
/// A recurrent layer on a sequence [positions, features]: at each position a state is computed from the position's features and the state of the position
/// before, which is zeros at first. Gives the states of all positions, [positions, hidden]; the last one alone with a <see cref="SelectPositionAttribute"/>
/// after it.
/// </summary>
/// <remarks>
/// Parameters, as in PyTorch's <c>nn.LSTM</c>, <c>nn.GRU</c> and <c>nn.RNN</c>, of each layer k: <c>weight_ih_lk</c> [gates · hidden, inputs],
/// <c>weight_hh_lk</c> [gates · hidden, hidden], <c>bias_ih_lk</c> and <c>bias_hh_lk</c> [gates · hidden], and with <see cref="Bidirectional"/> the same once
/// more with names that end in <c>_reverse</c>. All start uniformly distributed in ±1/√hidden.
/// </remarks>
/// <param name="hidden">The values of a state.</param>
public abstract class RecurrentLayerAttribute(int hidden) : LayerAttribute
{
    /// <summary>The values of a state.</summary>
    public int Hidden { get; } = hidden;

    /// <summary>How many layers there are, each on the states of the one before. Default: 1.</summary>
    public int Layers { get; set; } = 1;

    /// <summary>
    /// Whether there is a second direction, from the last position to the first, with parameters of its own: Schuster and Paliwal 1997. At each position its
    /// state follows that of the first direction, [positions, 2 · hidden]. Default: no.
    /// </summary>
    public bool Bidirectional { get; set; }

    /// <summary>The probability with which training zeroes the states between two layers. Default: 0.</summary>
    public double Dropout { get; set; }

    /// <summary>Whether the products have biases. Default: yes.</summary>
    public bool Bias { get; set; } = true;
}

/// <inheritdoc/>
/// <remarks>
/// Long short-term memory, with four gates in the order i, f, g, o: i, f, o = σ(W x + b + U h + d), g = tanh(W x + b + U h + d), c = f ⊙ c + i ⊙ g and
/// h = o ⊙ tanh(c). Hochreiter and Schmidhuber 1997; with the gate f, Gers et al. 2000.
/// </remarks>
public sealed class LSTMAttribute(int hidden) : RecurrentLayerAttribute(hidden);

/// <inheritdoc/>
/// <remarks>
/// Gated recurrent units, with three gates in the order r, z, n: r, z = σ(W x + b + U h + d), n = tanh(W x + b + r ⊙ (U h + d)) and h = (1 − z) ⊙ n + z ⊙ h.
/// Cho et al. 2014, in the form whose products don't wait for r, as cuDNN and PyTorch have it.
/// </remarks>
public sealed class GRUAttribute(int hidden) : RecurrentLayerAttribute(hidden);

/// <inheritdoc/>
/// <remarks>h = tanh(W x + b + U h + d), or max(0, …): Elman 1990.</remarks>
public sealed class RNNAttribute(int hidden) : RecurrentLayerAttribute(hidden)
{
    /// <summary>The function of the sum. Default: tanh.</summary>
    public Nonlinearity Nonlinearity { get; set; }
}

/// <summary>What a recurrent layer without gates makes a state with.</summary>
public enum Nonlinearity
{
    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>max(0, x)</summary>
    ReLU,
}
