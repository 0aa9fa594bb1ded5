using System.Globalization;
using NetGen.Generator.Parsing;
using NetGen.Generator.Weights;
using NetGen.Runtime;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Prints the network that is part of the program with its weights, <c>Mlp.Default</c>, and the place that the build writes the weights to.</summary>
static class DefaultFile
{
    public static GeneratedFile Print(NetworkOutcome network, EquatableArray<WeightsFile> files)
    {
        var (model, type, names) = (network.Model, network.Model.Type, new ProgramNames(network.Model.Type));
        var file = EmbeddedWeights.Match(model, files);
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
        else
        {
            writer.Line($"public static {type.Name} Default => __default.Network;");
            writer.Gap();
            writer.Doc("summary", "Made when it is first asked for.");
            writer.Open("static class __default");
            writer.Line($"internal static readonly {type.Name} Network = new {type.Name}(global::{names.Namespace}.{Class(names)}.Map());");
            writer.Close();
        }
        writer.Close();
        foreach (var _ in type.Containers) writer.Close();
        if (type.Namespace.Length > 0) writer.Close();
        if (file is not null) Place(writer, network, names, file);
        return new GeneratedFile($"{names.FilePrefix}.Weights.g.cs", writer.ToString());
    }

    static string Class(ProgramNames names) => names.Program + "Weights";

    /// <summary>
    /// A text for each part of the weights, which the compiler makes a static field with data, and a type of the part's size: the build gives the field this
    /// type, and the weights for its data.
    /// </summary>
    static void Place(CodeWriter writer, NetworkOutcome network, ProgramNames names, WeightsFile file)
    {
        var floats = network.ParameterFloats + network.DerivedFloats;
        var parts = (int)((floats + WeightsPart.MostFloats - 1) / WeightsPart.MostFloats);
        writer.Gap();
        writer.Line($"namespace {names.Namespace}");
        writer.Open();
        writer.Doc("summary", "The weights as kernels read them, with what inference derives from them.");
        writer.Open($"static unsafe class {Class(names)}");
        for (var part = 0; part < parts; part++)
        {
            string[] lines = [$"{WeightsPart.Text} {Number(part)}", $"{names.Namespace}.{Class(names)}", Uri.EscapeDataString(file.Path), file.Hash, ""];
            writer.Doc("summary", "The build puts weights in the place of this text.");
            writer.Line($"static global::System.ReadOnlySpan<byte> {WeightsPart.Name}{Number(part)} => \"{string.Join("\\n", lines)}\"u8;");
            writer.Gap();
        }
        writer.Doc("summary", "The parameters, where the program has them.");
        writer.Line($"internal static global::NetGen.ParameterSet Map() => global::NetGen.Runtime.EmbeddedWeights.Map({names.QualifiedProgram}.Info,");
        writer.Line("[");
        for (var part = 0; part < parts; part++)
        {
            writer.Line("    (nint)global::System.Runtime.CompilerServices.Unsafe.AsPointer(");
            writer.Line($"        ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference({WeightsPart.Name}{Number(part)})),");
        }
        writer.Line("]);");
        writer.Gap();
        writer.Doc("summary", "Writes the parts one after the other: what the build calls.");
        writer.Doc("param name=\"path\"", "The file of weights.");
        writer.Doc("param name=\"output\"", "Receives the parts.");
        writer.Open($"internal static void {WeightsPart.Write}(string path, global::System.IO.Stream output)");
        writer.Line($"var parameters = {NetworkFile.NewParameters(names.QualifiedProgram, network.DerivedFloats)};");
        writer.Line("parameters.Load(path);");
        if (network.DerivedFloats > 0) writer.Line($"parameters.Prepare(&{names.QualifiedProgram}.Derive);");
        writer.Line("global::NetGen.Runtime.EmbeddedWeights.Write(parameters, output);");
        writer.Close();
        for (var part = 0; part < parts; part++)
        {
            var bytes = Math.Min(WeightsPart.MostFloats, floats - (long)part * WeightsPart.MostFloats) * sizeof(float) + WeightsPart.HeaderBytes;
            writer.Gap();
            writer.Doc("summary", "The type of a part, at a cache line.");
            writer.Line("[global::System.Runtime.InteropServices.StructLayout(global::System.Runtime.InteropServices.LayoutKind.Sequential, "
                + $"Pack = {Number(WeightsPart.HeaderBytes)}, Size = {Number(bytes)})]");
            writer.Open($"internal struct {WeightsPart.Type}{Number(part)}");
            writer.Line("#pragma warning disable CS0169");
            writer.Line($"static {WeightsPart.Type}{Number(part)} part;");
            writer.Line("#pragma warning restore CS0169");
            writer.Close();
        }
        writer.Close();
        writer.Close();
    }

    static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
