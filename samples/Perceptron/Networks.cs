namespace NetGen.Samples;

/// <summary>A single neuron with two inputs: a weighted sum and a threshold, trained as logistic regression.</summary>
[Network, Input(2)]
[Linear(1)]
[Loss(Loss.BCEWithLogits)]
public partial class Neuron;

/// <summary>Four neurons in a hidden layer, and one that reads them.</summary>
[Network, Input(2)]
[Linear(4), Tanh, Linear(1)]
[Loss(Loss.BCEWithLogits)]
public partial class TwoLayers;

/// <summary>A straight line, y = w x + b: two parameters, so that its loss is a surface that can be drawn.</summary>
[Network, Input(1)]
[Linear(1, Name = "line")]
[Loss(Loss.MSE)]
public partial class Line;
