using System.ComponentModel;
using System.Runtime.InteropServices;

namespace NetGen.Runtime;

/// <summary>The C functions of a network. Any number of threads may call any of them at once, and no exception leaves them.</summary>
/// <remarks>
/// What C has is a number, never an address: a network that was destroyed, or never was one, is found out. A network that another thread destroys during a
/// prediction stays until that has ended.
/// </remarks>
/// <typeparam name="TNetwork">The network's class.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class NativeNetwork<TNetwork> where TNetwork : class, INetwork<TNetwork>
{
    static readonly Lock Writing = new();
    static readonly Dictionary<nint, TNetwork> Networks = [];

    /// <summary>Makes a network.</summary>
    /// <param name="path">A safetensors file, in UTF-8; null for the weights in the library.</param>
    /// <param name="embedded">The network with the weights in the library; null where there are none.</param>
    /// <returns>What C calls the network; 0 where something is wrong.</returns>
    public static nint Create(byte* path, delegate*<TNetwork> embedded)
    {
        try
        {
            if (path is null && embedded is null)
            {
                NativeError.Set(NativeError.Argument, "path is null, and the library has no weights of its own.");
                return 0;
            }
            var network = path is null ? embedded() : TNetwork.Load(Marshal.PtrToStringUTF8((nint)path)!);
            lock (Writing)
            {
                var handle = NativeHandle.Next();
                Networks.Add(handle, network);
                return handle;
            }
        }
        catch (Exception exception)
        {
            NativeError.Set(exception);
            return 0;
        }
    }

    /// <summary>The outputs of one sample.</summary>
    /// <param name="handle">The network.</param>
    /// <param name="x">The sample.</param>
    /// <param name="inputs">How many values x has.</param>
    /// <param name="y">Receives the output.</param>
    /// <param name="outputs">How many values y has.</param>
    /// <returns>0, or a number below 0 where something is wrong.</returns>
    public static int Predict(nint handle, float* x, nuint inputs, float* y, nuint outputs)
    {
        try
        {
            var info = TNetwork.Info;
            if (inputs <= (nuint)info.InputSize && (info is { Sequence: { } sequence, Inputs.IsEmpty: true }
                ? inputs > 0 && inputs % (nuint)sequence.InputSize == 0 && outputs == (nuint)info.OutputValues(1, (int)inputs, [])
                : inputs == (nuint)info.InputSize && outputs == (nuint)info.OutputSize))
            {
                return PredictBatch(handle, x, inputs, y, outputs);
            }
            return NativeError.Set(NativeError.Size, FormattableString.Invariant(
                $"x has {inputs} values and y {outputs}; a sample {(info.Sequence is null ? "" : "with the most positions ")}needs {info.InputSize} and {info.OutputSize}."));
        }
        catch (Exception exception)
        {
            return NativeError.Set(exception);
        }
    }

    /// <summary>The outputs of any number of samples.</summary>
    /// <inheritdoc cref="Predict"/>
    public static int PredictBatch(nint handle, float* x, nuint inputs, float* y, nuint outputs)
    {
        try
        {
            if (x is null || y is null) return NativeError.Set(NativeError.Argument, $"{(x is null ? "x" : "y")} is null.");
            if (inputs > int.MaxValue || outputs > int.MaxValue)
                return NativeError.Set(NativeError.Size,
                    FormattableString.Invariant($"x has {inputs} values and y {outputs}; at most {int.MaxValue} are possible in one call."));
            if (!TryFind(handle, out var network)) return Unknown();
            network.Predict(new ReadOnlySpan<float>(x, (int)inputs), new Span<float>(y, (int)outputs));
            return NativeError.None;
        }
        catch (Exception exception)
        {
            return NativeError.Set(exception);
        }
    }

    /// <summary>Ends a network; 0 is none, and nothing happens.</summary>
    /// <param name="handle">The network.</param>
    /// <returns>0, or a number below 0 where something is wrong.</returns>
    public static int Destroy(nint handle)
    {
        if (handle == 0) return NativeError.None;
        try
        {
            lock (Writing)
            {
                if (Networks.Remove(handle)) return NativeError.None;
            }
            return Unknown();
        }
        catch (Exception exception)
        {
            return NativeError.Set(exception);
        }
    }

    static bool TryFind(nint handle, out TNetwork network)
    {
        lock (Writing) return Networks.TryGetValue(handle, out network!);
    }

    static int Unknown() => NativeError.Set(NativeError.Argument, $"network isn't one of {TNetwork.Info.Name}: it is null, of another kind, or was destroyed.");
}

/// <summary>The numbers by which C knows networks, of which those of different classes have none in common.</summary>
static class NativeHandle
{
    // Odd, as no address of anything is that was allocated.
    static long _last = -1;

    public static nint Next() => (nint)Interlocked.Add(ref _last, 2);
}
