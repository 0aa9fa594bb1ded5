using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// How kernels find the positions of a sample where these are as many as it likes, and follow those of the sample before: a table has the first one of each
/// sample, and the end of the last one's; another one has the sample of each position.
/// </summary>
static class GpuSequence
{
    /// <summary>Where the positions begin that a value has.</summary>
    public static KernelArgument Starts(Value value, string name = "starts") => new(Binding.Offsets, name, Sequence: value.Type.Sequence!.Index);

    /// <summary>What a kernel is given whose threads have a position each: where the positions begin, and whose each is.</summary>
    public static KernelArgument[] Places(Value value) => [Starts(value), new(Binding.SamplesOfPositions, "samples", Sequence: value.Type.Sequence!.Index)];

    /// <summary>Declares where the positions of a sample begin, <c>start</c>, and how many there are, <c>length</c>.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="sample">The sample's number.</param>
    /// <param name="suffix">Makes names unique.</param>
    public static void Sample(Code code, string sample, string suffix = "")
    {
        code.Add(new LetInt("start" + suffix, new Address("starts", 0, sample)));
        code.Add(new LetInt("next" + suffix, new Address("starts", 1, sample)));
        code.Add(new Integer($"int length{suffix} = next{suffix} - start{suffix}"));
    }

    /// <summary>The same of keys whose positions are those of another input, <c>keyStart</c> and <c>keyLength</c>.</summary>
    public static void Keys(Code code, string sample)
    {
        code.Add(new LetInt("keyStart", new Address("keyStarts", 0, sample)));
        code.Add(new LetInt("keyNext", new Address("keyStarts", 1, sample)));
        code.Add(new Integer("int keyLength = keyNext - keyStart"));
    }

    /// <summary>Declares whose a position of the batch is, <c>own</c>, and what <see cref="Sample"/> does of it.</summary>
    public static void Position(Code code, string position)
    {
        code.Add(new LetInt("own", new Address("samples", 0, position)));
        Sample(code, "own");
    }

    /// <summary>How names of kernels call the positions.</summary>
    public static string Label(Value value) => "UpTo" + LayerBuilder.Text(value.Type.Sequence!.Max);
}
