using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.PortableExecutable;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using NetGen.Runtime;

namespace NetGen.Assemblies;

/// <summary>
/// An assembly that was just compiled, loaded to have it write its networks' weights: its own kernels compute what inference derives from parameters, with
/// the library that it refers to. No file stays open.
/// </summary>
/// <param name="references">The assemblies that it was compiled with, by their simple names.</param>
sealed class BuiltAssembly(IReadOnlyDictionary<string, string> references) : AssemblyLoadContext("NetGen.Build", isCollectible: true)
{
    /// <summary>Has a class of the assembly write all parts of a network's weights.</summary>
    /// <param name="assembly">The assembly, as <see cref="Load(byte[])"/> gives it.</param>
    /// <param name="place">The place of the first part.</param>
    /// <param name="file">The file of weights.</param>
    /// <param name="output">Receives the parts.</param>
    public static void Write(Assembly assembly, WeightsPlace place, string file, Stream output)
    {
        var method = assembly.GetType(place.Class, throwOnError: true)!.GetMethod(WeightsPart.Write, BindingFlags.Static | BindingFlags.NonPublic)!;
        try
        {
            method.Invoke(null, [file, output]);
        }
        catch (TargetInvocationException exception) when (exception.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
        }
    }

    /// <summary>Loads an assembly, for whichever processor it was compiled: its code is none of a processor's.</summary>
    public Assembly Load(byte[] assembly)
    {
        byte[] copy = [.. assembly];
        using var reader = new PEReader(new MemoryStream(assembly));
        var machine = reader.PEHeaders.PEHeader!.Magic == PEMagic.PE32 ? Machine.I386
            : RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? Machine.Arm64 : Machine.Amd64;
        BinaryPrimitives.WriteUInt16LittleEndian(copy.AsSpan(reader.PEHeaders.CoffHeaderStartOffset), (ushort)machine);
        return LoadFromStream(new MemoryStream(copy));
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name is { } name && references.TryGetValue(name, out var path) ? LoadFromStream(new MemoryStream(File.ReadAllBytes(path))) : null;
}
