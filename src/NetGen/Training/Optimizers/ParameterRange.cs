namespace NetGen;

/// <summary>Part of a parameters' arena that is updated with the same settings.</summary>
/// <param name="First">The first float; a multiple of 16.</param>
/// <param name="Count">How many floats; a multiple of 16.</param>
/// <param name="LearningRateFactor">What the learning rate is multiplied with.</param>
/// <param name="WeightDecay">The weight decay; null for the optimizer's own.</param>
public readonly record struct ParameterRange(int First, int Count, float LearningRateFactor = 1, float? WeightDecay = null);
