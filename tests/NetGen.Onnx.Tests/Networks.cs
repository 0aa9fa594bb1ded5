namespace NetGen.Onnx.Tests;

[Network, Input(784)]
[Linear(128), ReLU, Linear(10)]
sealed partial class Mlp784;

[Network, Input(1, 28, 28)]
[Flatten, Linear(256), ReLU, Dropout(0.2f), Linear(128), ReLU, Linear(100), ReLU, Linear(10)]
sealed partial class FashionMlp;

[Network, Input(4)]
[Linear(16), Tanh, Linear(3)]
sealed partial class TinyTanh;

[Network, Input(4)]
[Linear(16), ReLU, Linear(3)]
sealed partial class TinyReLU;

[Network, Input(20)]
[Linear(33, Name = "features", Bias = false), Sigmoid, Linear(17), Softplus, Linear(5, Name = "head"), Softmax]
sealed partial class Classifier;

[Network, Input(8)]
[Linear(8), LayerNorm]
sealed partial class Normalizing;
