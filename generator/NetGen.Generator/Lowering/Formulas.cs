using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>What groups compute, in the notation of the field.</summary>
static class Formulas
{
    /// <summary>What stands between the formulas of several results.</summary>
    public const string Separator = "; ";

    /// <summary>
    /// The formula of a group's last value, from what the group reads, after those of values that occur in it more than once, each by its name; of all values
    /// that it stores, where they are numbers of channels; of all its members, where it has such.
    /// </summary>
    public static string Of(Group group)
    {
        if (group.Members.Length > 0) return string.Join(Separator, group.Members.Select(Of));
        if (group.Anchor is ChannelNumbers)
        {
            return string.Join(Separator, group.Values.Where(v => group.IsStored(v) || v.Op is UpdateRunningMean or UpdateRunningVariance)
                .Select(v => $"{v.Name} = {v.Op.Formula(v, [.. v.Inputs.Select(i => i.Storage.Name)])}"));
        }
        var named = group.Values.Where(v => v.Op is Elementwise && group.Values.Sum(user => user.Inputs.Count(input => input == v)) > 1).ToImmutableArray();
        return string.Join(Separator, named.Remove(group.Last).Add(group.Last).Select(v => $"{v.Name} = {Text(v, group, named, [])}"));
    }

    static string Text(Value value, Group group, ImmutableArray<Value> named, ImmutableArray<Value> within)
    {
        var inputs = value.Inputs.Select(v => group.Values.Contains(v) && !named.Contains(v) && !within.Contains(v)
            ? Parenthesized(Text(v, group, named, within.Add(value)), value) : v.Storage.Name).ToImmutableArray();
        return value.Op.Formula(value, inputs);
    }

    static string Parenthesized(string text, Value user) => user.Op is Combine or ActivationGradient or Normalize or NormalizeGradient && text.Contains(" ") ? $"({text})" : text;
}
