using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// What the kernels of recurrences have in common: a group of threads takes a few samples through all positions. A thread has some values of their states, and
/// what all threads need of each other at the next position is in shared memory. Each weight that is read serves all samples of the group.
/// </summary>
/// <param name="op">The recurrence.</param>
/// <param name="states">The states.</param>
/// <param name="sharedStates">How many floats of shared memory a sample needs, in states' sizes.</param>
sealed class GpuRecurrence(Recurrence op, Value states, int sharedStates)
{
    readonly int positions = states.Shape.Axes[0];

    /// <summary>Whether a sample has as many positions as it likes: those of a group's samples go together, and shorter ones end earlier.</summary>
    readonly bool isFree = states.Type.IsByPosition;

    public int Hidden => op.Hidden;

    /// <summary>How names of kernels call the positions.</summary>
    public string Label => isFree ? GpuSequence.Label(states) : Text(positions);

    /// <summary>What kernels are given beside their operands: how many samples, and where their positions begin.</summary>
    public KernelArgument[] Arguments => [.. isFree ? [GpuSequence.Starts(states)] : Array.Empty<KernelArgument>(), new(Binding.Samples, "n")];

    /// <summary>The threads of a group: more for states that have something to do for them.</summary>
    public int Threads { get; } = op.Hidden > GpuPolicy.GroupThreads ? GpuPolicy.RecurrentThreads : GpuPolicy.GroupThreads;

    /// <summary>The samples of a group.</summary>
    public int Samples { get; } = (int)Math.Max(1, Math.Min(GpuPolicy.RecurrentSamples, GpuPolicy.RecurrentFloats / ((long)sharedStates * op.Hidden)));

    public GpuGrid Grid => GpuGrid.Of("n", Samples);

    /// <summary>
    /// Declares the samples of the group. Where there are fewer, the last one is computed several times, by the same threads and with the same results.
    /// </summary>
    public void Begin(Code code)
    {
        code.Add(new LetIndex("group", GpuIndex.GroupX));
        code.Add(new LetIndex("thread", GpuIndex.ThreadX));
        for (var s = 0; s < Samples; s++)
        {
            var own = $"group * {Text(Samples)}{(s == 0 ? "" : " + " + Text(s))}";
            code.Add(new Integer(s == 0 ? $"int {Sample(s)} = {own}" : $"int {Sample(s)} = {own} < n ? {own} : n - 1"));
        }
        if (!isFree) return;
        for (var s = 0; s < Samples; s++)
        {
            GpuSequence.Sample(code, Sample(s), Text(s));
            code.Add(new Integer(s == 0 ? "int most = length0" : $"most = GpuMath.Select(most < length{Text(s)}, length{Text(s)}, most)"));
        }
    }

    /// <summary>Shared memory with some states of each of the group's samples.</summary>
    public void Memory(Code code, string name, int states) => code.Add(new SharedFloats(name, checked(Samples * states * Hidden)));

    /// <summary>Goes through the positions in the order of the recurrence, or in the opposite one.</summary>
    public void EachPosition(Code code, bool backwards, Action<Code> body) => code.For("step", "0", isFree ? "most" : Text(positions), 1, loop =>
    {
        if (!isFree) loop.Add(new Integer(op.Reverse == backwards ? "int t = step" : $"int t = {Text(positions - 1)} - step"));
        else EachSample(s => loop.Add(new Integer(op.Reverse == backwards ? $"int t{Text(s)} = step" : $"int t{Text(s)} = length{Text(s)} - 1 - step")));
        body(loop);
    });

    /// <summary>Whether another position of a sample comes in the order of the loop; null for any of the group's samples.</summary>
    public string HasNext(int? sample = null) => $"step < {(!isFree ? Text(positions - 1) : sample is { } s ? $"length{Text(s)} - 1" : "most - 1")}";

    /// <summary>For each of the group's samples that has the position.</summary>
    public void EachSampleThere(Code code, Action<Code, int> body) => EachSample(s =>
    {
        if (isFree) code.If($"step < length{Text(s)}", then => body(then, s));
        else body(code, s);
    });

    /// <summary>Goes through the values of a state that a thread has.</summary>
    public void EachUnit(Code code, Action<Code> body) => code.For("unit", "thread", Text(Hidden), Threads, body);

    /// <summary>For each of the group's samples.</summary>
    public void EachSample(Action<int> body)
    {
        for (var s = 0; s < Samples; s++) body(s);
    }

    /// <summary>A value's number for the unit, of a sample at the position or at one next to it.</summary>
    /// <param name="value">What the kernel calls it.</param>
    /// <param name="sample">The sample.</param>
    /// <param name="states">The states' sizes that it has at a position.</param>
    /// <param name="state">Which of them.</param>
    /// <param name="distance">How many positions further.</param>
    public Address At(string value, int sample, int states = 1, int state = 0, int distance = 0) =>
        new(value, (long)(distance * states + state) * Hidden,
            $"({(isFree ? $"start{Text(sample)} + t{Text(sample)}" : $"{Sample(sample)} * {Text(positions)} + t")}) * {Text((long)states * Hidden)} + unit");

    /// <summary>A sample's number for the unit in shared memory.</summary>
    public Address Shared(string memory, int sample, int states = 1, int state = 0) => new(memory, ((long)sample * states + state) * Hidden, "unit");

    /// <summary>Sums over an axis that all threads read in shared memory, for each sample and each of some weights.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="memory">The shared memory.</param>
    /// <param name="states">The states' sizes that it has of a sample, which are summed over.</param>
    /// <param name="sums">The names of sums: a sample's and a weight's.</param>
    /// <param name="weights">Where each weight is, at index <c>k</c>.</param>
    public void Products(Code code, string memory, int states, Func<int, int, string> sums, IReadOnlyList<Address> weights)
    {
        var length = states * Hidden;
        code.For("k", "0", Text(length), 1, loop =>
        {
            for (var w = 0; w < weights.Count; w++) loop.Let($"weight{Text(w)}", new Load(weights[w]));
            EachSample(s =>
            {
                var state = loop.Let($"state{Text(s)}", new Load(new Address(memory, (long)s * length, "k")));
                for (var w = 0; w < weights.Count; w++) loop.Add(new Set(sums(s, w), new Local(sums(s, w)) + new Local($"weight{Text(w)}") * state));
            });
        });
    }

    public static string Sample(int s) => $"sample{Text(s)}";

    public static string Text(long number) => LayerBuilder.Text(number);
}
