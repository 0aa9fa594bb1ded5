namespace NetGen.Benchmarks;

/// <summary>A network as small as a controller or a game's character needs, with ReLU.</summary>
[Network, Input(4)]
[Linear(16), ReLU, Linear(3)]
public sealed partial class TinyReLU;
