namespace NetGen.Benchmarks;

/// <summary>Eight heads of attention of 1,024 positions to each other.</summary>
[Network, Input(1024, 3 * 8 * 64, Gradient = true)]
[ScaledDotProductAttention(8)]
public sealed partial class AttentionAlone;
