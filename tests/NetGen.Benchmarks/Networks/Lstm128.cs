namespace NetGen.Benchmarks;

/// <summary>A long short-term memory on a hundred positions.</summary>
[Network, Input(100, 128)]
[LSTM(128, Name = "lstm")]
public sealed partial class Lstm128;
