using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// Sums and maxima over the threads of a group, in shared memory and always in the same order, so that every run gives the same bits. Warps' shuffles would be
/// faster, and OpenCL hasn't them everywhere.
/// </summary>
static class GpuReduction
{
    /// <summary>The shared memory of a group's reductions.</summary>
    const string Memory = "shared";

    /// <summary>The body of a kernel, with the shared memory of its reductions where it has any: a group that asks for less leaves room for others.</summary>
    public static ImmutableArray<Statement> Body(Code code) =>
        Waits(code.Body) ? code.Body.Insert(0, new SharedFloats(Memory, GpuPolicy.GroupThreads)) : code.Body;

    static bool Waits(ImmutableArray<Statement> statements) => statements.Any(s => s is GroupBarrier || (s is For loop && Waits(loop.Body)));

    /// <summary>Makes of each thread's number that of all threads whose numbers differ by multiples of a stride, where all of them come by.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="name">The number.</param>
    /// <param name="op">How two of them become one.</param>
    /// <param name="thread">Which thread it is.</param>
    /// <param name="stride">How many results there are: 1 for one of the whole group.</param>
    public static void Across(Code code, string name, Operator op, string thread = "thread", int stride = 1)
    {
        var own = new Address(Memory, 0, thread);
        code.Add(new StoreScalar(own, new Local(name)));
        code.Add(new GroupBarrier());
        for (var half = GpuPolicy.GroupThreads / 2; half >= stride; half /= 2)
        {
            code.If($"{thread} < {LayerBuilder.Text(half)}", then => then.Add(new StoreScalar(own, new Binary(op, new Load(own), new Load(own.Plus(half))))));
            code.Add(new GroupBarrier());
        }
        code.Add(new Set(name, new Load(stride == 1 ? new Address(Memory) : new Address(Memory, 0, $"{thread} % {LayerBuilder.Text(stride)}"))));
        // The next reduction writes over what others may still have to read.
        code.Add(new GroupBarrier());
    }
}
