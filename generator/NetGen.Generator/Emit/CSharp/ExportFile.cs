using NetGen.Generator.Exports;
using NetGen.Generator.Graph;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Prints the C functions of a network, and the header that declares them, which the build takes out of the assembly.</summary>
static class ExportFile
{
    public static GeneratedFile Print(NetworkModel model, IReadOnlyList<ExportModel> exports)
    {
        var (names, graph) = (new ProgramNames(model.Type), GraphBuilder.Inference(model));
        var writer = FileHeader.Begin(nullable: true);
        // The attribute of a C function has an array for an argument.
        writer.Line("#pragma warning disable CS3016");
        writer.Gap();
        foreach (var export in exports)
        {
            // With \n alone, whatever this file's own lines end in.
            writer.Line($"[assembly: global::NetGen.Runtime.NativeHeader(\"{export.Name}.h\",");
            var lines = CHeader.Print(model, graph, export.Name).Replace("\r", "").Split('\n');
            writer.Line(string.Join("\n", lines.Select((line, i) => $"    \"{Escape(line)}{(i < lines.Length - 1 ? "\\n\" +" : "\")]")}")));
            writer.Gap();
        }
        writer.Line($"namespace {names.Namespace}");
        writer.Open();
        foreach (var export in exports) Functions(writer, model, names, export.Name);
        writer.Close();
        return new GeneratedFile($"{names.FilePrefix}.Export.g.cs", writer.ToString());
    }

    static void Functions(CodeWriter writer, NetworkModel model, ProgramNames names, string name)
    {
        var network = QualifiedName(model.Type);
        var functions = $"global::NetGen.Runtime.NativeNetwork<{network}>";
        writer.Gap();
        writer.Doc("summary", $"What C calls of the network, as <c>{name}.h</c> declares it.");
        writer.Open($"static unsafe class {names.Program}Export_{name}");
        Function("create", "nint", "byte* path", $"{functions}.Create(path, {(model.Weights is null ? "null" : "&Embedded")})");
        Function("predict", "int", "nint network, float* x, nuint inputs, float* y, nuint outputs", $"{functions}.Predict(network, x, inputs, y, outputs)");
        Function("predict_batch", "int", "nint network, float* x, nuint inputs, float* y, nuint outputs",
            $"{functions}.PredictBatch(network, x, inputs, y, outputs)");
        Function("input_size", "nuint", "", $"{network}.InputSize");
        Function("output_size", "nuint", "", $"{network}.OutputSize");
        Function("error", "byte*", "", "global::NetGen.Runtime.NativeError.Text");
        Function("destroy", "int", "nint network", $"{functions}.Destroy(network)");
        if (model.Weights is not null) writer.Line($"static {network} Embedded() => {network}.Default;");
        writer.Close();

        void Function(string what, string type, string parameters, string body)
        {
            writer.Line("[global::System.Runtime.InteropServices.UnmanagedCallersOnly(");
            writer.Line($"    EntryPoint = \"{name}_{what}\", CallConvs = new[] {{ typeof(global::System.Runtime.CompilerServices.CallConvCdecl) }})]");
            writer.Line($"static {type} {what}({parameters}) => {body};");
            writer.Gap();
        }
    }

    static string Escape(string line) => line.Replace("\\", "\\\\").Replace("\"", "\\\"");

    static string QualifiedName(TypeModel type) =>
        "global::" + (type.Namespace.Length == 0 ? "" : type.Namespace + ".") + string.Concat(type.Containers.Select(c => c.Name + ".")) + type.Name;
}
