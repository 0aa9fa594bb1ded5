using System.Globalization;
using System.Text;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>What generated types and members are called.</summary>
sealed class ProgramNames(TypeModel type)
{
    /// <summary>
    /// The namespace of passes and kernels. In one of their own, no type or member of the user's can take the meaning of a simple name from them.
    /// </summary>
    public string Namespace { get; } = type.Namespace.Length == 0 ? "NetGen.Generated" : $"NetGen.Generated.{type.Namespace}";

    /// <summary>The class of passes and kernels.</summary>
    public string Program { get; } = string.Concat(type.Containers.Select(c => c.Name.TrimStart('@') + (c.Arity == 0 ? "" : c.Arity.ToString(CultureInfo.InvariantCulture)) + "__")) + type.Name.TrimStart('@') + "Program";

    public string QualifiedProgram => $"global::{Namespace}.{Program}";

    /// <summary>The start of the files' names.</summary>
    public string FilePrefix { get; } =
        (type.Namespace.Length == 0 ? "" : type.Namespace + ".") + string.Concat(type.Containers.Select(c => c.Name + (c.Arity == 0 ? "" : "`" + c.Arity.ToString(CultureInfo.InvariantCulture)) + ".")) + type.Name;

    /// <summary>The constant that holds a parameter's offset: <c>Fc1Weight</c> for <c>fc1.weight</c>.</summary>
    public static string Offset(Value parameter)
    {
        var name = new StringBuilder();
        var upper = true;
        foreach (var c in parameter.Name)
        {
            if (c == '.') upper = true;
            else
            {
                name.Append(upper ? char.ToUpperInvariant(c) : c);
                upper = false;
            }
        }
        return name.ToString();
    }
}
