namespace NetGen;

/// <summary>How a parameter gets its first values.</summary>
/// <param name="Kind">The distribution; <see cref="Init.Default"/> is uniform in ±1/√<paramref name="FanIn"/>.</param>
/// <param name="Value">The value of <see cref="Init.Constant"/>.</param>
/// <param name="Gain">Scales Xavier's and He's distributions; 0 stands for the usual gain, 1 for Xavier and √2 for He.</param>
/// <param name="FanIn">Inputs of one output.</param>
/// <param name="FanOut">Outputs that one input takes part in.</param>
public sealed partial record Initializer(Init Kind, float Value = 0, float Gain = 0, int FanIn = 1, int FanOut = 1);
