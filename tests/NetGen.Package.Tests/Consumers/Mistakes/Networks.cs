using NetGen;

namespace Mistakes;

[Network, Input(1, 28, 28)]
[Linear(128), ReLU, Linear(10)]
public partial class NotFlattened;

[Network, Input(784)]
[Linear(128), Dropout(1.5f), Linear(10)]
public partial class DropsTooMuch;

[Network, Input(784)]
[Linear(10)]
public class NotPartial;
