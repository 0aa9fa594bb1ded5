using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// What the kernels of recurrences have in common: a group of threads takes a few samples through all positions. A thread has some values of their states, and what all
/// threads need of each other at the next position is in shared memory. Each weight that is read serves all samples of the group.
/// </summary>
/// <param name="op">The recurrence.</param>
/// <param name="positions">The positions of a sample.</param>
/// <param name="sharedStates">How many floats of shared memory a sample needs, in states' sizes.</param>
sealed class GpuRecurrence(Recurrence op, int positions, int sharedStates)
{
    public int Hidden => op.Hidden;

    /// <summary>The threads of a group: more for states that have something to do for them.</summary>
    public int Threads { get; } = op.Hidden > GpuPolicy.GroupThreads ? GpuPolicy.RecurrentThreads : GpuPolicy.GroupThreads;

    /// <summary>The samples of a group.</summary>
    public int Samples { get; } = (int)Math.Max(1, Math.Min(GpuPolicy.RecurrentSamples, GpuPolicy.RecurrentFloats / ((long)sharedStates * op.Hidden)));

    public GpuGrid Grid => GpuGrid.Of("n", Samples);

    /// <summary>Declares the samples of the group. Where there are fewer, the last one is computed several times, by the same threads and with the same results.</summary>
    public void Begin(Code code)
    {
        code.Add(new LetIndex("group", GpuIndex.GroupX));
        code.Add(new LetIndex("thread", GpuIndex.ThreadX));
        for (var s = 0; s < Samples; s++)
        {
            var own = $"group * {Text(Samples)}{(s == 0 ? "" : " + " + Text(s))}";
            code.Add(new Integer(s == 0 ? $"int {Sample(s)} = {own}" : $"int {Sample(s)} = {own} < n ? {own} : n - 1"));
        }
    }

    /// <summary>Shared memory with some states of each of the group's samples.</summary>
    public void Memory(Code code, string name, int states) => code.Add(new SharedFloats(name, checked(Samples * states * Hidden)));

    /// <summary>Goes through the positions in the order of the recurrence, or in the opposite one.</summary>
    public void EachPosition(Code code, bool backwards, Action<Code> body) => code.For("step", "0", Text(positions), 1, loop =>
    {
        loop.Add(new Integer(op.Reverse == backwards ? "int t = step" : $"int t = {Text(positions - 1)} - step"));
        body(loop);
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
        new(value, (long)(distance * states + state) * Hidden, $"({Sample(sample)} * {Text(positions)} + t) * {Text((long)states * Hidden)} + unit");

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
