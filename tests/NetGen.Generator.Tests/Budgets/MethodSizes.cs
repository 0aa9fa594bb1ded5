using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace NetGen.Generator.Tests.Budgets;

/// <summary>What the JIT counts of a method.</summary>
/// <param name="Name">The method with its class.</param>
/// <param name="Bytes">The size of its IL.</param>
/// <param name="Locals">Its local variables.</param>
/// <param name="LocalReferences">The instructions that read, write or take the address of a local or an argument.</param>
/// <param name="Calls">The calls in it, nearly all of which are vector operations that become one instruction each.</param>
/// <param name="MultiplyAdds">Those of them that are fused multiply-adds.</param>
sealed record MethodSize(string Name, int Bytes, int Locals, int LocalReferences, int Calls, int MultiplyAdds);

/// <summary>Reads sizes of methods from an assembly.</summary>
static class MethodSizes
{
    public static IEnumerable<MethodSize> Read(Stream assembly)
    {
        using var file = new PEReader(assembly);
        var metadata = file.GetMetadataReader();
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0) continue;
            var body = file.GetMethodBody(method.RelativeVirtualAddress);
            var locals = 0;
            if (!body.LocalSignature.IsNil)
            {
                var signature = metadata.GetBlobReader(metadata.GetStandaloneSignature(body.LocalSignature).Signature);
                signature.ReadSignatureHeader();
                locals = signature.ReadCompressedInteger();
            }
            var il = body.GetILReader();
            var bytes = il.Length;
            var (references, calls, fused) = (0, 0, 0);
            while (il.RemainingBytes > 0)
            {
                var code = ReadOpCode(ref il);
                if (IsLocal(code)) references++;
                if (code is ILOpCode.Call or ILOpCode.Callvirt)
                {
                    calls++;
                    if (NameOf(metadata, MetadataTokens.EntityHandle(il.ReadInt32())) is "FusedMultiplyAdd" or "MultiplyAddEstimate") fused++;
                    continue;
                }
                Skip(ref il, code);
            }
            var type = metadata.GetTypeDefinition(method.GetDeclaringType());
            yield return new($"{metadata.GetString(type.Name)}.{metadata.GetString(method.Name)}", bytes, locals, references, calls, fused);
        }
    }

    static ILOpCode ReadOpCode(ref BlobReader il)
    {
        var first = il.ReadByte();
        return (ILOpCode)(first == 0xFE ? first << 8 | il.ReadByte() : first);
    }

    static bool IsLocal(ILOpCode code) => code is (>= ILOpCode.Ldarg_0 and <= ILOpCode.Stloc_s) or (>= ILOpCode.Ldarg and <= ILOpCode.Stloc);

    static void Skip(ref BlobReader il, ILOpCode code)
    {
        var operand = code switch
        {
            ILOpCode.Switch => -1,
            (>= ILOpCode.Ldarg_s and <= ILOpCode.Stloc_s) or ILOpCode.Ldc_i4_s or (>= ILOpCode.Br_s and <= ILOpCode.Blt_un_s)
                or ILOpCode.Leave_s or ILOpCode.Unaligned => 1,
            >= ILOpCode.Ldarg and <= ILOpCode.Stloc => 2,
            ILOpCode.Ldc_i8 or ILOpCode.Ldc_r8 => 8,
            ILOpCode.Ldc_i4 or ILOpCode.Ldc_r4 or ILOpCode.Jmp or ILOpCode.Calli or (>= ILOpCode.Br and <= ILOpCode.Blt_un) or ILOpCode.Leave
                or ILOpCode.Cpobj or ILOpCode.Ldobj or ILOpCode.Ldstr or ILOpCode.Newobj or ILOpCode.Castclass or ILOpCode.Isinst or ILOpCode.Unbox
                or ILOpCode.Unbox_any or (>= ILOpCode.Ldfld and <= ILOpCode.Stobj) or ILOpCode.Box or ILOpCode.Newarr or ILOpCode.Ldelema
                or ILOpCode.Ldelem or ILOpCode.Stelem or ILOpCode.Refanyval or ILOpCode.Mkrefany or ILOpCode.Ldtoken or ILOpCode.Ldftn
                or ILOpCode.Ldvirtftn or ILOpCode.Initobj or ILOpCode.Constrained or ILOpCode.Sizeof => 4,
            _ => 0,
        };
        if (operand < 0) il.ReadBytes(4 * il.ReadInt32());
        else if (operand > 0) il.ReadBytes(operand);
    }

    static string? NameOf(MetadataReader metadata, EntityHandle handle) => handle.Kind switch
    {
        HandleKind.MethodDefinition => metadata.GetString(metadata.GetMethodDefinition((MethodDefinitionHandle)handle).Name),
        HandleKind.MemberReference => metadata.GetString(metadata.GetMemberReference((MemberReferenceHandle)handle).Name),
        HandleKind.MethodSpecification => NameOf(metadata, metadata.GetMethodSpecification((MethodSpecificationHandle)handle).Method),
        _ => null,
    };
}
