using System.Globalization;
using NetGen.Generator.Graph;
using NetGen.Generator.Parsing;
using NetGen.Generator.Weights;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Prints the network that is part of the program with its weights: <c>Mlp.Default</c>.</summary>
static class DefaultFile
{
    public static GeneratedFile Print(NetworkModel model, EquatableArray<WeightsFile> files)
    {
        var (type, names, file) = (model.Type, new ProgramNames(model.Type), EmbeddedWeights.Match(model, files));
        var writer = FileHeader.Begin(nullable: true);
        if (type.Namespace.Length > 0)
        {
            writer.Line($"namespace {type.Namespace}");
            writer.Open();
        }
        foreach (var container in type.Containers) writer.Open(container.Header);
        writer.Open($"{type.Declaration} {type.Name}");
        var path = CodeWriter.Xml(ElementDisplay.Escape(model.Weights!));
        writer.Doc("summary", $"The network with the weights of <c>{path}</c>, which are part of the program: shared, and only to be read.");
        // A build without sound weights has an error that says why; where that was made a warning, the program still compiles.
        if (file is null)
        {
            writer.Line($"public static {type.Name} Default => throw new global::System.InvalidOperationException(");
            writer.Line($"    \"The weights of {ParametersFile.DisplayName(type)} are not part of the program, for they didn't fit when it was built.\");");
        }
        else Embedded(writer, model, type, file);
        writer.Close();
        foreach (var _ in type.Containers) writer.Close();
        if (type.Namespace.Length > 0) writer.Close();
        return new GeneratedFile($"{names.FilePrefix}.Weights.g.cs", writer.ToString());
    }

    static void Embedded(CodeWriter writer, NetworkModel model, TypeModel type, WeightsFile file)
    {
        writer.Line($"public static {type.Name} Default => __default.Network;");
        writer.Gap();
        writer.Doc("summary", "Reads the weights when they are first asked for.");
        writer.Open("static class __default");
        writer.Line($"internal static readonly {type.Name} Network = Read();");
        writer.Gap();
        writer.Open($"static {type.Name} Read()");
        writer.Line($"var network = new {type.Name}();");
        writer.Line($"global::NetGen.Runtime.EmbeddedWeights.Read(network.__parameters, typeof({type.Name}).Assembly,");
        writer.Line($"    \"{ElementDisplay.Escape(file.Resource)}\", {Number(file.Bytes)},");
        writer.Line("[");
        var tensors = file.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        foreach (var parameter in GraphBuilder.Inference(model).Tensors)
        {
            var tensor = tensors[parameter.FileName];
            writer.Line($"    new({Number(tensor.Begin)}, global::NetGen.Serialization.TensorType.{tensor.Type}), // {parameter.FileName} {parameter.FileShape}");
        }
        writer.Line("]);");
        writer.Line("return network;");
        writer.Close();
        writer.Close();
    }

    static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
