namespace NetGen.Benchmarks;

/// <summary>A network as small as a controller or a game's character needs, with a smooth activation.</summary>
[Network, Input(4)]
[Linear(16), Tanh, Linear(3)]
public sealed partial class TinyTanh;
