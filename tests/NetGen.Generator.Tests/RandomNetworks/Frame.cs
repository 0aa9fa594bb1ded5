namespace NetGen.Generator.Tests.RandomNetworks;

/// <summary>What stands around a network's attributes: a namespace, containers, the class's header and body.</summary>
sealed record Frame(string Namespace, bool IsFileScoped, int Container, string Name, string Header, string Body)
{
    static readonly string[] Names =
    [
        "Mlp", "Network", "@class", "@record", "Program", "Vector512", "Math", "System", "Workers", "Losses", "Philox", "Größe", "日本", "_", "_0", "nint",
            "Ünit", "a", "Trainers", "ʻokina",
        "NetGen", "Panels", "VectorMath", "@await", "@global", "global1", "Linear", "Input", "V512", "MlpProgram", "ReLUAttribute1",
    ];

    static readonly string[] Spaces = ["Space", "System", "NetGen", "Vector512.Inner", "@namespace.@in", "Math", "Ünï.日本", "Generated", "NetGen.Runtime",
        "MethodImpl"];

    /// <summary>Containers, outermost first, with their metadata names.</summary>
    static readonly (string[] Headers, string Metadata)[] Containers =
    [
        ([], ""),
        (["public static partial class Nets"], "Nets+"),
        (["partial struct @struct"], "struct+"),
        (["public partial record Box<T>"], "Box`1+"),
        (["partial interface INets", "partial class Inner<TKey, TValue> where TKey : notnull"], "INets+Inner`2+"),
        (["internal static partial class System", "internal static partial class NetGen"], "System+NetGen+"),
        (["public partial interface IVariant<TIn, TOut>"], "IVariant`2+"),
        (["public readonly partial record struct Pair<T>(T Left, T Right)"], "Pair`1+"),
    ];

    public static int ContainerCount => Containers.Length;

    public static Frame Of(int number, int choice)
    {
        var name = Names[choice % Names.Length];
        var container = choice / 7 % (2 * Containers.Length);
        if (container >= Containers.Length) container = 0;
        // A member can't have its class's name.
        if (Containers[container].Headers is [.., var inner] && inner.EndsWith($" {name}", StringComparison.Ordinal)) container = 0;
        var header = (choice / 3 % 4) switch
        {
            0 => "public partial class",
            1 => "public sealed partial class",
            2 => "internal partial class",
            _ => "partial class",
        };
        if (container > 0 && container != 4 && container != 6 && choice % 11 == 0) header = "private partial class";
        var body = (choice / 5 % 4) switch { 0 => ";", 1 => " { }", 2 => " { public int Own { get; set; } = 3; }", _ => " : object;" };
        // Every network in a namespace of its own below one that may mislead.
        return new($"{Spaces[choice / 13 % Spaces.Length]}.N{number}", choice % 2 == 0, container, name, header, body);
    }

    public string Metadata => $"{Namespace.Replace("@", "")}.{Containers[Container].Metadata}{Name.TrimStart('@')}";

    /// <summary>The whole file.</summary>
    /// <param name="attributes">The network's.</param>
    /// <param name="blocks">The declarations of the blocks that it uses.</param>
    public string Write(string attributes, IEnumerable<string> blocks)
    {
        var lines = new List<string>();
        // Wherever a namespace is called NetGen, the name means that one.
        lines.Add("using global::NetGen;");
        lines.Add(IsFileScoped ? $"namespace {Namespace};" : $"namespace {Namespace} {{");
        lines.AddRange(blocks);
        foreach (var header in Containers[Container].Headers) lines.Add(header + " {");
        lines.Add(attributes);
        lines.Add($"{Header} {Name}{Body}");
        foreach (var _ in Containers[Container].Headers) lines.Add("}");
        if (!IsFileScoped) lines.Add("}");
        return string.Join('\n', lines) + "\n";
    }
}
