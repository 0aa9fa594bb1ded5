using System.Runtime.InteropServices;
using NetGen.Runtime;

namespace NetGen.Tests.Runtime;

/// <summary>Parameters in the memory of a program.</summary>
public sealed unsafe class EmbeddedWeightsTests
{
    [Fact]
    public void OnePart_AtACacheLine_IsReadWhereItIs()
    {
        using var memory = Write(Info(64));
        var parameters = EmbeddedWeights.Map(memory.Info, [memory.Address]);
        Assert.Equal(memory.Address + WeightsPart.HeaderBytes, (nint)parameters.Pointer);
        Assert.True(parameters.IsReadOnly);
        Check(parameters);
    }

    [Fact]
    public void OnePart_ElsewhereInMemory_IsCopiedToACacheLine()
    {
        using var memory = Write(Info(64), shift: 4);
        var parameters = EmbeddedWeights.Map(memory.Info, [memory.Address]);
        Assert.Equal(0, (nint)parameters.Pointer % 64);
        Assert.True(parameters.IsReadOnly);
        Check(parameters);
    }

    [Fact]
    public void Parts_TogetherAreTheArena()
    {
        using var memory = Write(Info(WeightsPart.MostFloats + 32));
        var second = memory.Address + WeightsPart.HeaderBytes + sizeof(float) * WeightsPart.MostFloats;
        Check(EmbeddedWeights.Map(memory.Info, [memory.Address, second]));
        Assert.Throws<InvalidOperationException>(() => EmbeddedWeights.Map(memory.Info, [second, memory.Address]));
    }

    [Fact]
    public void Weights_OfAnotherNetwork_OrNone_AreNotInTheProgram()
    {
        using var memory = Write(Info(64));
        var exception = Assert.Throws<InvalidOperationException>(() => EmbeddedWeights.Map(Info(80), [memory.Address]));
        Assert.StartsWith("Some: the weights are not in the program.", exception.Message, StringComparison.Ordinal);
        NativeMemory.Clear((void*)memory.Address, WeightsPart.HeaderBytes);
        Assert.Throws<InvalidOperationException>(() => EmbeddedWeights.Map(memory.Info, [memory.Address]));
    }

    [Fact]
    public void Part_IsNoLargerThanATypeMayBe_AndEndsAtACacheLine()
    {
        Assert.True((long)WeightsPart.MostFloats * sizeof(float) + WeightsPart.HeaderBytes < (128 << 20) - WeightsPart.HeaderBytes + 1);
        Assert.Equal(0, WeightsPart.MostFloats % ParameterLayout.Alignment);
    }

    /// <summary>A network of one tensor, and 16 floats that are derived from it.</summary>
    static NetworkInfo Info(int floats) => new()
    {
        Name = "Some",
        InputShape = [1],
        OutputShape = [1],
        InputSize = 1,
        OutputSize = 1,
        ParameterCount = floats - 16,
        Flops = 0,
        Layers = [],
        ParameterFloats = floats - 16,
        DerivedFloats = 16,
        Parameters = [new("weight", [floats - 16], 0, ParameterLayout.Dense, ParameterRole.Weight, new(Init.Zeros))],
    };

    static float Value(int i) => i % 8191 - 4000;

    static Memory Write(NetworkInfo info, int shift = 0)
    {
        var parameters = new ParameterSet(info, derived: true);
        for (int i = 0; i < info.ParameterFloats + info.DerivedFloats; i++) parameters.Pointer[i] = Value(i);
        var memory = new Memory(info, shift);
        using var stream = new UnmanagedMemoryStream((byte*)memory.Address, 0, Memory.Bytes(info), FileAccess.Write);
        EmbeddedWeights.Write(parameters, stream);
        return memory;
    }

    static void Check(ParameterSet parameters)
    {
        for (int i = 0; i < parameters.Info.ParameterFloats + parameters.Info.DerivedFloats; i++)
            if (parameters.Pointer[i] != Value(i)) Assert.Fail($"{parameters.Pointer[i]} at {i} in place of {Value(i)}.");
        Assert.Equal(Value(1), parameters["weight"].ToArray()[1]);
    }

    sealed class Memory(NetworkInfo info, int shift) : IDisposable
    {
        readonly void* _memory = NativeMemory.AlignedAlloc((nuint)(Bytes(info) + shift), 64);

        public NetworkInfo Info => info;

        public nint Address => (nint)_memory + shift;

        public static long Bytes(NetworkInfo info) => sizeof(float) * (info.ParameterFloats + info.DerivedFloats) + 2 * WeightsPart.HeaderBytes;

        public void Dispose() => NativeMemory.AlignedFree(_memory);
    }
}
