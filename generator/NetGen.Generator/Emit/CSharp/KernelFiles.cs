using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Prints the kernels: one file that chooses by the processor's vectors, and one for each width of them.</summary>
static class KernelFiles
{
    public static string PrintDispatch(LoweredNetwork network, ProgramNames names, bool isChecked)
    {
        var writer = FileHeader.Begin(names, "System.Runtime.CompilerServices", "System.Runtime.Intrinsics", "NetGen.Runtime");
        writer.Doc("summary", "The kernels. The JIT compiles only the branch for the processor's vectors.");
        writer.Open($"static unsafe partial class {names.Program}");
        foreach (var kernel in network.Kernels)
        {
            writer.Gap();
            if (kernel.Variants is [{ Lanes: 0 } only])
            {
                foreach (var function in only.Functions) new KernelPrinter(writer, 4, isChecked).Print(function);
                continue;
            }
            writer.Doc("summary", CodeWriter.Xml(kernel.Summary));
            writer.Open($"static void {kernel.Name}({KernelPrinter.Parameters([.. kernel.Arguments.Select(a => a.Parameter)])})");
            var arguments = string.Join(", ", kernel.Arguments.Select(a => a.Name));
            var widest = true;
            foreach (var lanes in network.Lanes)
            {
                // Processors that have none of the widths get the narrowest, which .NET computes in parts.
                var condition = lanes == network.Lanes[network.Lanes.Count - 1] ? "" : $"if (Vector{LayerBuilder.Text(lanes * 32)}.IsHardwareAccelerated) ";
                writer.Line($"{(widest ? "" : "else ")}{condition}{Class(lanes)}.{kernel.Name}({arguments});");
                widest = false;
            }
            writer.Close();
        }
        writer.Close();
        return writer.ToString();
    }

    public static string Print(LoweredNetwork network, ProgramNames names, int lanes, bool isChecked)
    {
        var writer = FileHeader.Begin(names, "System.Runtime.CompilerServices", "System.Runtime.Intrinsics", "NetGen.Runtime");
        writer.Open($"static unsafe partial class {names.Program}");
        writer.Doc("summary", $"The kernels for vectors of {LayerBuilder.Text(lanes)} numbers.");
        writer.Open($"static class {Class(lanes)}");
        // Kernels may share functions: the same tiles serve threads that share samples and threads that share outputs.
        var functions = network.Kernels.SelectMany(k => k.Variants).Where(v => v.Lanes == lanes).SelectMany(v => v.Functions);
        foreach (var function in functions.GroupBy(f => f.Name, StringComparer.Ordinal).Select(same => same.First()))
        {
            writer.Gap();
            new KernelPrinter(writer, function.Lanes ?? lanes, isChecked).Print(function);
        }
        writer.Close();
        writer.Close();
        return writer.ToString();
    }

    /// <summary>The class of the kernels for a width, which the file is named after too.</summary>
    public static string Class(int lanes) => $"V{LayerBuilder.Text(lanes * 32)}";
}
