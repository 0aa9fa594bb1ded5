using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NetGen.Generator.Parsing;

namespace NetGen.Generator;

/// <summary>Makes the files' names what Roslyn accepts: of its alphabet, and unique whatever the case.</summary>
static class HintNames
{
    /// <summary>What tells one network from another.</summary>
    public static string Key(TypeModel type)
    {
        var key = new StringBuilder(type.Namespace);
        foreach (var container in type.Containers)
            key.Append('/').Append(container.Name).Append('`').Append(container.Arity.ToString(CultureInfo.InvariantCulture));
        return key.Append('/').Append(type.Name).ToString();
    }

    /// <summary>The networks, in ordinal order, that another differs from by no more than case, arity or nesting.</summary>
    public static EquatableArray<string> Collisions(ImmutableArray<string> keys) =>
        keys.GroupBy(Simplify, StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Count() > 1)
            .SelectMany(group => group)
            .OrderBy(key => key, StringComparer.Ordinal)
            .ToEquatableArray();

    /// <summary>A network's files under their final names.</summary>
    public static EquatableArray<GeneratedFile> Resolve(NetworkOutcome network, EquatableArray<string> collisions)
    {
        var number = collisions.ToList().IndexOf(Key(network.Model.Type));
        var prefix = number < 0 ? "" : $"{(number + 1).ToString(CultureInfo.InvariantCulture)}.";
        return network.Files.Select(file => file with { HintName = prefix + Sanitize(file.HintName) }).ToEquatableArray();
    }

    static string Simplify(string key)
    {
        var simple = new StringBuilder(key.Length);
        for (var i = 0; i < key.Length; i++)
        {
            if (key[i] == '`') while (i + 1 < key.Length && char.IsDigit(key[i + 1])) i++;
            else simple.Append(key[i] == '/' ? '.' : key[i]);
        }
        return simple.ToString();
    }

    static string Sanitize(string name)
    {
        var allowed = new StringBuilder(name.Length);
        foreach (var c in name)
            if (c != '@')
                allowed.Append(char.IsLetterOrDigit(c) || char.IsSurrogate(c) || c is '.' or '_' or '-' or '+' or '`' or ',' or ' ' ? c : '_');
        return allowed.ToString();
    }
}
