using NetGen;

// Four classes of pictures of 6 × 6 pixels, each a stripe in a quarter of the picture with some noise.
const int Side = 6, Count = 200;
var random = new Random(7);
var x = new float[Count * Side * Side];
var labels = new int[Count];
for (int i = 0; i < Count; i++)
{
    labels[i] = i % 4;
    for (int k = 0; k < Side * Side; k++)
    {
        var (row, column) = (k / Side, k % Side);
        var stripe = labels[i] switch { 0 => row == 1, 1 => row == 4, 2 => column == 1, _ => column == 4 };
        x[i * Side * Side + k] = (stripe ? 1 : 0) + 0.3f * (random.NextSingle() - 0.5f);
    }
}

var network = Stripes.Create(seed: 3);
var trainer = new Stripes.Trainer(network, new AdamW(0.01));
float first = trainer.Step(x, labels), last = first;
for (int step = 0; step < 30; step++)
    last = trainer.Step(x, labels);
Say($"loss {first:0.00000} {last:0.00000}");

// Fit with validation and checkpoints, as far as a program goes that is compiled ahead of time.
var folder = Directory.CreateTempSubdirectory("netgen-");
try
{
    var data = new Dataset<int>(x, labels, Stripes.InputSize);
    var result = network.Fit(data.Slice(0, 160), data.Slice(160, 40), new FitOptions
    {
        Epochs = 3,
        BatchSize = 48,
        Optimizer = new AdamW(0.01),
        Schedule = Schedule.OneCycle(),
        CheckpointPath = Path.Combine(folder.FullName, "checkpoint.safetensors"),
    });
    Say($"validation {result.Last!.ValidationLoss:0.00000} {result.Last.ValidationAccuracy:0.000}");

    var path = Path.Combine(folder.FullName, "stripes.safetensors");
    network.Save(path);
    var loaded = Stripes.Load(path);
    var y = new float[Count * Stripes.OutputSize];
    var again = new float[y.Length];
    network.Predict(x, y);
    loaded.Predict(x, again);
    Say($"loaded {(y.AsSpan().SequenceEqual(again) ? "equal" : "different")}");

    var right = 0;
    Span<float> one = stackalloc float[Stripes.OutputSize];
    for (int i = 0; i < Count; i++)
    {
        loaded.Predict(x.AsSpan(i * Stripes.InputSize, Stripes.InputSize), one);
        var best = 0;
        for (int c = 1; c < one.Length; c++)
            if (one[c] > one[best]) best = c;
        if (best == labels[i]) right++;
    }
    Say($"right {right} {Count}");
    Say($"outputs {one[0]:0.00000} {one[1]:0.00000} {one[2]:0.00000} {one[3]:0.00000}");
}
finally
{
    folder.Delete(recursive: true);
}

static void Say(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));

[Network, Input(1, 6, 6)]
[Flatten, Linear(40), GELU, LayerNorm, Dropout(0.1f), Linear(24, Name = "hidden"), ReLU, Linear(4)]
[Loss(Loss.CrossEntropy)]
public partial class Stripes;
