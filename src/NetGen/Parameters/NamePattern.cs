using System.IO.Enumeration;

namespace NetGen;

/// <summary>Parameters by patterns of their names, <c>features.*</c>: <c>*</c> stands for any characters, dots included, and <c>?</c> for one.</summary>
static class NamePattern
{
    /// <summary>Whether the whole of a name is as the pattern says.</summary>
    public static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    /// <summary>A pattern must match a parameter: a typing error would go unnoticed otherwise.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="info">The network.</param>
    /// <param name="name">The option that the pattern is one of.</param>
    /// <exception cref="ArgumentException">No learned parameter's name matches.</exception>
    public static void Check(string pattern, NetworkInfo info, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern, name);
        var learned = info.Learned.Parameters;
        if (!learned.Any(p => Matches(pattern, p.Name)))
        {
            throw new ArgumentException(
                $"The pattern '{pattern}' matches no learned parameter of {info.Name}. There are: {string.Join(", ", learned.Select(p => p.Name))}.", name);
        }
    }
}
