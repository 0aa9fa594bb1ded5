using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NetGen.Generator.Graph;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>What generated types and members are called.</summary>
sealed class ProgramNames(TypeModel type)
{
    const string Root = "NetGen.Generated";

    /// <summary>
    /// The namespace of passes and kernels. In one of their own, no type or member of the user's can take the meaning of a simple name from them;
    /// nor can a namespace, because that of a network has none inside: <c>My.App_1.Nets&lt;T&gt;.Mlp</c> is in <c>My_App__1_Nets_1</c>.
    /// </summary>
    public string Namespace { get; } = type is { Namespace: "", Containers.Count: 0 } ? Root : $"{Root}.In.{string.Join("_", Parts(type))}";

    /// <summary>The class of passes and kernels.</summary>
    public string Program { get; } = type.Name.TrimStart('@') + "Program";

    public string QualifiedProgram => $"global::{Namespace}.{Program}";

    /// <summary>The start of the files' names.</summary>
    public string FilePrefix { get; } =
        (type.Namespace.Length == 0 ? "" : type.Namespace + ".") + string.Concat(type.Containers.Select(c => c.Name + Arity(c, "`") + ".")) + type.Name;

    static string Arity(ContainerModel container, string mark) =>
        container.Arity == 0 ? "" : mark + container.Arity.ToString(CultureInfo.InvariantCulture);

    /// <summary>The constants that hold parameters' offsets: <c>Fc1Weight</c> for <c>fc1.weight</c>, with a number where another is called that.</summary>
    public static ImmutableDictionary<string, string> Offsets(NetworkGraph graph)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var names = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (value, parameter) in graph.Parameters)
        {
            var name = Pascal(value.Name);
            var unique = name;
            for (var i = 2; !taken.Add(unique); i++) unique = $"{name}_{i.ToString(CultureInfo.InvariantCulture)}";
            names.Add(parameter.FullName, unique);
        }
        return names.ToImmutable();
    }

    /// <summary>What the type stands in, so encoded that no two places give the same.</summary>
    static IEnumerable<string> Parts(TypeModel type)
    {
        foreach (var part in type.Namespace.Split(['.'], StringSplitOptions.RemoveEmptyEntries)) yield return Encode(part);
        foreach (var container in type.Containers) yield return Encode(container.Name) + Arity(container, "_");
    }

    static string Encode(string name) => name.TrimStart('@').Replace("_", "__");

    static string Pascal(string dotted)
    {
        var name = new StringBuilder(char.IsLetter(dotted[0]) ? "" : "_");
        var upper = true;
        foreach (var c in dotted)
        {
            if (c == '.') upper = true;
            else
            {
                // Numbers that follow each other stay apart: layer1.0 isn't layer10.
                if (upper && char.IsDigit(c) && name.Length > 0 && char.IsDigit(name[name.Length - 1])) name.Append('_');
                name.Append(upper ? char.ToUpperInvariant(c) : c);
                upper = false;
            }
        }
        return name.ToString();
    }
}
