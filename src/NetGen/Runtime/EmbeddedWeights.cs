using System.Reflection;
using System.Runtime.InteropServices;
using NetGen.Serialization;

namespace NetGen.Runtime;

/// <summary>A tensor in a file of weights that is part of the program.</summary>
/// <param name="Begin">Where its bytes begin in the file.</param>
/// <param name="Type">The type of its elements.</param>
public readonly record struct EmbeddedTensor(long Begin, TensorType Type);

/// <summary>Weights that are part of the program: a safetensors file as a resource, whose header was read and checked by the build.</summary>
public static unsafe class EmbeddedWeights
{
    /// <summary>Fills a network's parameters, and makes them ones that can only be read. The file itself stays where the program has it in memory.</summary>
    /// <param name="parameters">The network's parameters.</param>
    /// <param name="assembly">Whose resource the file is.</param>
    /// <param name="resource">The resource's name.</param>
    /// <param name="bytes">The file's length.</param>
    /// <param name="tensors">Where each parameter is in the file.</param>
    /// <exception cref="InvalidOperationException">The resource isn't the file that the build has checked.</exception>
    public static void Read(ParameterSet parameters, Assembly assembly, string resource, long bytes, ReadOnlySpan<EmbeddedTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(assembly);
        using var stream = assembly.GetManifestResourceStream(resource) as UnmanagedMemoryStream;
        if (stream is null || stream.Length != bytes)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"{parameters.Info.Name}: the program's resource '{resource}' has {stream?.Length ?? 0} bytes in place of {bytes}. Build the project again."));
        }
        var file = new ReadOnlySpan<byte>(stream.PositionPointer, checked((int)bytes));
        for (int i = 0; i < tensors.Length; i++)
        {
            var view = new ParameterView(parameters, parameters.Info.Parameters[i]);
            var (begin, type) = tensors[i];
            var stored = file.Slice((int)begin, view.Info.Count * TensorTypes.Size(type));
            if (type == TensorType.F32 && BitConverter.IsLittleEndian) view.CopyFrom(MemoryMarshal.Cast<byte, float>(stored));
            else
            {
                var values = new float[view.Info.Count];
                TensorTypes.ToSingles(type, stored, values);
                view.CopyFrom(values);
            }
        }
        parameters.MakeReadOnly();
    }
}
