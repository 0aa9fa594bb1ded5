using System.Reflection;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace NetGen.Gpu.Tests;

/// <summary>Compiles kernels for devices that this machine needn't have: to PTX for NVIDIA's Ampere, and to OpenCL C.</summary>
sealed class DeviceTexts : IDisposable
{
    readonly Context context = Context.Create(builder => builder.CPU());
    readonly PTXBackend ptx;
    readonly CLBackend opencl;

    public DeviceTexts()
    {
        ptx = new(context, new CudaCapabilityContext(CudaArchitecture.SM_80), CudaArchitecture.SM_80, CudaInstructionSet.ISA_70, null!);
        opencl = new(context, new CLCapabilityContext(float16: false, float64: false, int64_Atomics: false, subGroups: false, genericAddressSpace: true),
            CLDeviceVendor.Other, new CLCVersion(3, 0));
    }

    public string Ptx(MethodInfo kernel) =>
        ((PTXCompiledKernel)ptx.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), KernelSpecialization.Empty)).PTXAssembly;

    public string OpenCL(MethodInfo kernel) =>
        ((CLCompiledKernel)opencl.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), KernelSpecialization.Empty)).Source;

    /// <summary>The kernels of a network, by name.</summary>
    public static IEnumerable<MethodInfo> Kernels(Type network) => network.Assembly.GetTypes()
        .Single(t => t.Name == network.Name + "GpuKernels" && t.Namespace!.StartsWith("NetGen.Generated", StringComparison.Ordinal))
        .GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
        .OrderBy(m => m.Name, StringComparer.Ordinal);

    public void Dispose()
    {
        ptx.Dispose();
        opencl.Dispose();
        context.Dispose();
    }
}
